package paths

import (
	"fmt"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// IDs are the ids that a match names: those of its ends, and those it avoids.
func IDs(match plan.ByPaths) []graph.ID {
	return append([]graph.ID{match.From, match.To}, match.Avoid...)
}

// Check says what is wrong with the ids that the match of a fetch names, of which a
// store has found these rows, nil for those that are not there.
func Check(f *plan.Fetch, found []*plan.Row) error {
	if err := check(found); err != nil {
		return &plan.FetchError{Fetch: f, Err: err}
	}
	return nil
}

func check(found []*plan.Row) error {
	for i, row := range found {
		argument := []string{"from", "to"}[min(i, 1)]
		if i > end {
			argument = fmt.Sprint("avoid.", i-end-1)
		}
		switch {
		case row == nil:
			return graph.BadArgument(argument, "there is no node with this id")
		case i > end && row.Type.Class != graph.EntityClass && row.Type.Class != graph.FactClass:
			return graph.BadArgument(argument, "must be the id of an entity or a fact, and this node has the type %s", row.Type.Name)
		case i > end && (row.ID == found[start].ID || row.ID == found[end].ID):
			return graph.BadArgument(argument, "a path cannot avoid the entities that it joins")
		case i <= end && row.Type.Class != graph.EntityClass:
			return graph.BadArgument(argument, "must be the id of an entity, and this node has the type %s", row.Type.Name)
		case i == end && row.ID == found[start].ID:
			return graph.BadArgument(argument, "must be another entity than \"from\"")
		}
	}
	return nil
}

// Rows reads the nodes that a search has found, each kind of them at once.
func Rows(f *plan.Fetch, match plan.ByPaths, found *Found, byID func([]graph.ID, []*graph.Type, *plan.Shape) (*plan.Rows, error)) (*plan.Rows, error) {
	paths := &plan.FoundPaths{Truncation: found.Truncation}
	if len(found.Paths) > 0 {
		entities, facts := found.nodes()
		entityRows, err := rowsByID(entities, f.Types, f.Shape, byID)
		if err != nil {
			return nil, err
		}
		factRows, err := rowsByID(facts, match.FactTypes, match.FactShape, byID)
		if err != nil {
			return nil, err
		}
		for _, hops := range found.Paths {
			paths.Paths = append(paths.Paths, rowsOf(hops, entityRows, factRows))
		}
	}
	if len(found.Skipped) > 0 && match.SkippedShape != nil {
		skipped, err := byID(found.Skipped[:min(len(found.Skipped), plan.MaxSkipped)], f.Types, match.SkippedShape)
		if err != nil {
			return nil, err
		}
		paths.Skipped = slices.DeleteFunc(skipped.Rows, func(row *plan.Row) bool { return row == nil })
	}
	return &plan.Rows{Paths: paths}, nil
}

// nodes are the entities and facts on the paths, each once.
func (f *Found) nodes() (entities, facts []graph.ID) {
	for _, hops := range f.Paths {
		entities = append(entities, hops[0].From)
		for _, hop := range hops {
			entities, facts = append(entities, hop.To), append(facts, hop.Fact)
		}
	}
	slices.Sort(entities)
	slices.Sort(facts)
	return slices.Compact(entities), slices.Compact(facts)
}

func rowsByID(ids []graph.ID, types []*graph.Type, shape *plan.Shape, byID func([]graph.ID, []*graph.Type, *plan.Shape) (*plan.Rows, error)) (map[graph.ID]*plan.Row, error) {
	read, err := byID(ids, types, shape)
	if err != nil {
		return nil, err
	}
	rows := make(map[graph.ID]*plan.Row, len(ids))
	for i, id := range ids {
		if read.Rows[i] == nil {
			return nil, errGone
		}
		rows[id] = read.Rows[i]
	}
	return rows, nil
}

// errGone can come of a store that does not read one state.
var errGone = &graph.Error{Code: graph.CodeUnavailable, Message: "a node on a path was deleted while the paths were read; try again"}

func rowsOf(hops []Hop, entities, facts map[graph.ID]*plan.Row) []plan.Hop {
	rows := make([]plan.Hop, len(hops))
	for i, hop := range hops {
		rows[i] = plan.Hop{
			From: entities[hop.From], Fact: facts[hop.Fact], To: entities[hop.To],
			FromRole: hop.FromRole, ToRole: hop.ToRole, Status: hop.Status,
		}
	}
	return rows
}
