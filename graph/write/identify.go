package write

import (
	"cmp"
	"maps"
	"slices"

	"companygraph/graph"
)

// identify finds the node that each record is about, and makes drafts of them:
// the one that is stored under its id or an id that gave way, else one that
// shares an identifier, in the store or among the records, else a new one.
// Nodes that an identifier proves to be one are merged.
func (tx *Tx) identify(records []*Record, known *resolution) ([]graph.ID, error) {
	if err := tx.checkUnique(records); err != nil {
		return nil, err
	}
	groups := newGroups()
	if known != nil {
		if err := tx.joinKnown(groups, records, known); err != nil {
			return nil, err
		}
	}
	var stored []graph.ID
	for _, r := range records {
		id := tx.stand(r.Node.ID)
		groups.join(r.Node.ID, id)
		if tx.found[id].Type != nil {
			stored = append(stored, id)
		}
	}
	if _, err := tx.draftsOf(stored); err != nil {
		return nil, err
	}
	if known != nil {
		for root, into := range tx.wanted(groups, records, known) {
			groups.wanted[root] = into
		}
		return tx.settle(groups, records, known.because)
	}
	because, err := tx.joinByKeys(groups, records)
	if err != nil {
		return nil, err
	}
	return tx.settle(groups, records, because)
}

// wanted are the ids that are to stay of groups.
func (tx *Tx) wanted(groups *groups, records []*Record, known *resolution) map[graph.ID]graph.ID {
	wanted := map[graph.ID]graph.ID{}
	for _, r := range records {
		if into, other := known.into[r.Node.ID]; other {
			wanted[groups.find(r.Node.ID)] = tx.stand(into)
		}
	}
	return wanted
}

// joinKnown joins records with the nodes they are known to be about.
func (tx *Tx) joinKnown(groups *groups, records []*Record, known *resolution) error {
	var ids []graph.ID
	for _, r := range records {
		into, other := known.into[r.Node.ID]
		if other {
			ids = append(ids, into)
			groups.join(r.Node.ID, into)
		}
		for _, id := range known.members[cmp.Or(into, r.Node.ID)] {
			ids = append(ids, id)
			groups.join(r.Node.ID, id)
		}
	}
	if err := tx.find(ids); err != nil {
		return err
	}
	for _, id := range ids {
		groups.join(id, tx.stand(id))
	}
	return nil
}

// checkUnique refuses two records of one id: neither could say more than the
// other.
func (tx *Tx) checkUnique(records []*Record) error {
	var problems Problems
	seen := make(map[graph.ID]bool, len(records))
	for _, r := range records {
		if seen[r.Node.ID] {
			problems = append(problems, Problem{Code: Invalid, ID: r.Node.ID, Field: "id", Text: "the id is used twice; it must be unique over all nodes"})
		}
		seen[r.Node.ID] = true
	}
	return problems.orNil()
}

// joinByKeys joins records with each other, and with stored nodes, by their
// identifiers. It returns one for each id that was joined by it.
func (tx *Tx) joinByKeys(groups *groups, records []*Record) (map[graph.ID]graph.Identifier, error) {
	because := map[graph.ID]graph.Identifier{}
	first := map[graph.Identifier]graph.ID{}
	var keys []graph.Identifier
	for _, r := range records {
		for _, key := range r.keys {
			other, shared := first[key]
			if !shared {
				first[key] = r.Node.ID
				keys = append(keys, key)
				continue
			}
			groups.join(r.Node.ID, other)
			because[r.Node.ID], because[other] = key, key
		}
	}
	if len(keys) == 0 {
		return because, nil
	}
	owners, err := tx.owners(keys, records)
	if err != nil {
		return nil, err
	}
	if err := tx.find(slices.Collect(maps.Values(owners))); err != nil {
		return nil, err
	}
	for _, key := range keys {
		owner, owned := owners[key]
		if id := first[key]; owned && owner != tx.stand(id) {
			groups.join(id, owner)
			because[id], because[owner] = key, key
		}
	}
	return because, nil
}

// owners are the nodes that have identifiers, without those that no longer do
// when the records are written: their own record does not say so any more.
func (tx *Tx) owners(keys []graph.Identifier, records []*Record) (map[graph.Identifier]graph.ID, error) {
	stored, err := tx.storage.Identified(keys)
	if err != nil {
		return nil, err
	}
	owners := map[graph.Identifier]graph.ID{}
	for key, id := range stored {
		if id = tx.standing(id); tx.drafts[id] == nil {
			owners[key] = id
		}
	}
	replaced := make(map[contributor]bool, len(records))
	for _, r := range records {
		replaced[contributor{cmp.Or(r.Dataset, tx.meta.Dataset), r.Node.ID}] = true
	}
	for id, d := range tx.drafts {
		for _, s := range d.said {
			if replaced[contributor{s.Dataset, s.Record}] {
				continue
			}
			for _, key := range s.record.identifiers() {
				owners[key] = id
			}
		}
	}
	return owners, nil
}

// contributor is a dataset's record.
type contributor struct {
	dataset string
	record  graph.ID
}

// standing is stand for ids that come from the storage and so are canonical.
func (tx *Tx) standing(id graph.ID) graph.ID { return cmp.Or(tx.into[id], id) }

func (r *Record) identifiers() []graph.Identifier {
	if r.keys == nil {
		r.keys = graph.Identifiers(r.Node)
	}
	return r.keys
}

// settle chooses the id that stays of each group, merges what is stored under
// others, and makes drafts of new nodes. It returns the id for each record.
func (tx *Tx) settle(groups *groups, records []*Record, because map[graph.ID]graph.Identifier) ([]graph.ID, error) {
	ids := make([]graph.ID, len(records))
	chosen, members := map[graph.ID]graph.ID{}, groups.members()
	for i, r := range records {
		root := groups.find(r.Node.ID)
		id, settled := chosen[root]
		if !settled {
			var err error
			if members[root] == nil {
				members[root] = []graph.ID{root}
			}
			if id, err = tx.stay(members[root], groups.wanted[root], because); err != nil {
				return nil, err
			}
			chosen[root] = id
		}
		ids[i] = id
		if r.Node.ID != id && tx.stand(r.Node.ID) != id {
			tx.giveWay(r.Node.ID, id, reason(because, r.Node.ID))
		}
	}
	return ids, nil
}

func reason(because map[graph.ID]graph.Identifier, id graph.ID) *graph.Identifier {
	if key, ok := because[id]; ok {
		return &key
	}
	return nil
}

// stay is the id of a group that stays: one that is published already, else the
// one that is wanted, else the smallest. What is stored under others is merged
// into it.
func (tx *Tx) stay(members []graph.ID, wanted graph.ID, because map[graph.ID]graph.Identifier) (graph.ID, error) {
	var published []graph.ID
	for _, id := range members {
		if own := tx.stand(id); tx.found[own].Type != nil || tx.drafts[own] != nil {
			published = append(published, own)
		}
	}
	if len(published) == 0 {
		// One that gave way before does so for good.
		id := cmp.Or(wanted, members[slices.IndexFunc(members, func(id graph.ID) bool { return tx.stand(id) == id })])
		tx.drafts[id] = &draft{id: id}
		return id, nil
	}
	slices.Sort(published)
	published = slices.Compact(published)
	if _, err := tx.draftsOf(published); err != nil {
		return "", err
	}
	if tx.meta.Dataset == Edits && len(published) > 1 {
		tx.taken(published, because)
		return published[0], nil
	}
	for _, id := range published[1:] {
		tx.merge(tx.drafts[published[0]], tx.drafts[id], reason(because, id))
	}
	return published[0], nil
}

// taken refuses an edit that gives a node the identifier of another: only a
// load, or a merge, makes one node of two.
func (tx *Tx) taken(published []graph.ID, because map[graph.ID]graph.Identifier) {
	for _, id := range published[1:] {
		text := "another node is known by it: " + id.Legible()
		if key, ok := because[id]; ok {
			text = "another node has the identifier " + legible(key) + ": " + id.Legible()
		}
		tx.problems = append(tx.problems, Problem{Code: AlreadyExists, ID: published[0], Field: graph.IdentifiersProperty, Node: id, Text: text})
	}
}

// groups are sets of ids that are joined (union-find).
type groups struct {
	parent map[graph.ID]graph.ID
	// wanted has the id that is to stay, by roots.
	wanted map[graph.ID]graph.ID
}

func newGroups() *groups {
	return &groups{parent: map[graph.ID]graph.ID{}, wanted: map[graph.ID]graph.ID{}}
}

func (g *groups) find(id graph.ID) graph.ID {
	root := id
	for p, joined := g.parent[root]; joined; p, joined = g.parent[root] {
		root = p
	}
	for id != root {
		id, g.parent[id] = g.parent[id], root
	}
	return root
}

// join makes one group of two; its root is the smallest id.
func (g *groups) join(a, b graph.ID) {
	a, b = g.find(a), g.find(b)
	if a == b {
		return
	}
	if b < a {
		a, b = b, a
	}
	g.parent[b] = a
}

// members are the ids of all groups of more than one, in order, by their roots.
func (g *groups) members() map[graph.ID][]graph.ID {
	all := map[graph.ID][]graph.ID{}
	for _, id := range slices.Sorted(maps.Keys(g.parent)) {
		root := g.find(id)
		if all[root] == nil {
			all[root] = []graph.ID{root}
		}
		all[root] = append(all[root], id)
	}
	return all
}

// merge has one draft give way to another.
func (tx *Tx) merge(into, from *draft, because *graph.Identifier) {
	for _, s := range from.said {
		if slices.ContainsFunc(into.said, func(have said) bool { return have.Dataset == s.Dataset && have.Record == s.Record }) {
			continue
		}
		into.said = append(into.said, s)
	}
	from.said = nil
	tx.giveWay(from.id, into.id, because)
}

// giveWay notes that an id resolves to another from now on.
func (tx *Tx) giveWay(id, into graph.ID, because *graph.Identifier) {
	tx.into[id] = into
	for other, to := range tx.into {
		if to == id {
			tx.into[other] = into
		}
	}
	f := tx.found[into]
	f.ID = into
	tx.found[id] = f
	tx.written.Merged = append(tx.written.Merged, Merge{ID: id, Into: into, Because: because})
}
