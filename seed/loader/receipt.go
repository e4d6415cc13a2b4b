package loader

import (
	"slices"

	"companygraph/graph"
)

// Receipt is what a program is told of a load. Every record that was read is in
// one of Created, Updated, Unchanged, Merged and Dropped; of one that was refused
// there are Problems instead.
type Receipt struct {
	Dataset string `json:"dataset"`
	// Revision is the last one that the load made; null if it made none.
	Revision  *int64    `json:"revision"`
	Read      int       `json:"read"`
	Created   int       `json:"created"`
	Updated   int       `json:"updated"`
	Unchanged int       `json:"unchanged"`
	Removed   int       `json:"removed"`
	Merged    []Merged  `json:"merged"`
	Dropped   []Dropped `json:"dropped"`
	// Absent are nodes that the dataset says something about and the files do not
	// have.
	Absent []graph.ID `json:"absent"`
	// Withdrawn are those of them that were pruned, which are not in Absent then.
	Withdrawn []graph.ID `json:"withdrawn"`
	// Replaced are ids that the files no longer have, of nodes that they have.
	Replaced []graph.ID  `json:"replaced"`
	Dangling []Reference `json:"dangling"`
	Problems []Refusal   `json:"problems"`
}

// Merged is an id that was merged into another.
type Merged struct {
	ID   graph.ID `json:"id"`
	Into graph.ID `json:"into"`
	// Because is the scheme and the value of an identifier for which they are one;
	// null if somebody merged them.
	Because *string `json:"because"`
}

// Dropped counts records of one type that were not written.
type Dropped struct {
	Schema  graph.TypeName `json:"schema"`
	Reason  string         `json:"reason"`
	Count   int            `json:"count"`
	Example graph.ID       `json:"example"`
}

// Refusal is a problem, and where it is.
type Refusal struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Receipt makes the receipt of a load, which is told apart from a rehearsal by
// its revision.
func (l Loaded) Receipt(rehearsed bool) Receipt {
	r := Receipt{
		Dataset: l.Dataset.Name, Read: l.Read,
		Created: l.Records.Created, Updated: l.Records.Updated, Unchanged: l.Records.Unchanged, Removed: l.Deleted,
		Merged: []Merged{}, Dropped: l.dropped(), Absent: append([]graph.ID{}, l.Absent...),
		Withdrawn: append([]graph.ID{}, l.Withdrawn...), Replaced: append([]graph.ID{}, l.Replaced...), Dangling: append([]Reference{}, l.Dangling...), Problems: []Refusal{},
	}
	if l.Changed() && !rehearsed {
		r.Revision = new(l.Revision.Number)
	}
	for _, m := range l.Imported.Merged {
		merged := Merged{ID: m.ID, Into: m.Into}
		if m.Because != nil {
			merged.Because = new(m.Because.Scheme + " " + m.Because.Value)
		}
		r.Merged = append(r.Merged, merged)
	}
	for _, p := range l.Problems {
		r.Problems = append(r.Problems, Refusal{p.File, p.Line, p.Field, p.Text})
	}
	return r
}

// dropped counts the records that were left out: because somebody deleted their
// nodes, or because nothing of the dataset was written.
func (l Loaded) dropped() []Dropped {
	all := []Dropped{}
	reason := "deleted by an edit"
	if l.LeftOut {
		reason = "another dataset of the same command was refused"
	}
	for _, n := range l.Dataset.nodes {
		if _, marked := slices.BinarySearch(l.Marked, n.ID); !marked && !l.LeftOut {
			continue
		}
		at := slices.IndexFunc(all, func(d Dropped) bool { return d.Schema == n.Type.Name })
		if at < 0 {
			at = len(all)
			all = append(all, Dropped{Schema: n.Type.Name, Reason: reason, Example: n.ID})
		}
		all[at].Count++
	}
	return all
}
