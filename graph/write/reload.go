package write

import (
	"slices"

	"companygraph/graph"
)

// countPut is how many nodes records were put to.
func (tx *Tx) countPut() int {
	n := 0
	for _, d := range tx.drafts {
		if d.put {
			n++
		}
	}
	return n
}

// withdrawClaims takes away what the dataset said in claims about the facts it has
// put, and no longer says. loaded reports whether the load has a record of an id.
func (tx *Tx) withdrawClaims(loaded func(graph.ID) bool) error {
	var facts []graph.ID
	for _, d := range tx.ordered() {
		if d.put && d.old != nil && d.old.Node.Type.Class == graph.FactClass {
			facts = append(facts, d.id)
		}
	}
	if len(facts) == 0 {
		return nil
	}
	about := tx.model.Types["Claim"].Link(graph.FactLink)
	claims, err := tx.storage.Referrers(facts, []*graph.LinkType{about})
	if err != nil {
		return err
	}
	var gone []graph.ID
	for _, ids := range claims {
		gone = append(gone, slices.DeleteFunc(slices.Clone(ids), loaded)...)
	}
	drafts, err := tx.draftsOf(gone)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if err := tx.resolveLinks([]*draft{d}); err != nil {
			return err
		}
		// Others may say that it is about another fact than the dataset does.
		d.said = slices.DeleteFunc(d.said, func(s said) bool {
			fact := tx.stand(s.record.Node.Target(graph.FactLink))
			_, put := slices.BinarySearch(facts, fact)
			return !d.put && s.Dataset == tx.meta.Dataset && (put || loaded(fact))
		})
	}
	return nil
}
