package resolvers

import (
	"context"
	"maps"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// standing tells which ids stand for the ids that filters compare with: an id that
// gave way to another finds the node that has the other.
type standing struct {
	// known has the answers; an id that is not there was not looked up yet.
	known map[graph.ID]graph.ID
	asked map[graph.ID]bool
}

func newStanding() *standing {
	return &standing{known: map[graph.ID]graph.ID{}, asked: map[graph.ID]bool{}}
}

// of is the id that stands for an id. If that is not known it is the id itself, and
// the id is noted as asked for.
func (s *standing) of(id graph.ID) graph.ID {
	if own, known := s.known[id]; known {
		return own
	}
	s.asked[id] = true
	return id
}

// filter compares with the ids that stand for those of a filter. Comparisons other
// than equality take an id as text.
func (s *standing) filter(f plan.Filter) plan.Filter {
	current := func(v graph.Value) graph.Value { return graph.Text(string(s.of(graph.ID(v.Text())))) }
	switch f := f.(type) {
	case plan.Compare:
		if f.Op == plan.Equal {
			f.Value = current(f.Value)
		}
		return f
	case plan.OneOf:
		for i := range f.Values {
			f.Values[i] = current(f.Values[i])
		}
		return f
	}
	return f
}

// lookUp looks up the ids that were asked for.
func (s *standing) lookUp(ctx context.Context, o *operationRunner) error {
	asked := slices.Sorted(maps.Keys(s.asked))
	result, err := o.store.Query(ctx, &plan.Plan{
		Fetches: []*plan.Fetch{{Name: "ids of filters", Match: plan.ByID{IDs: asked}, Types: o.model.Concrete("Node"), Shape: &plan.Shape{}}},
		MaxRows: o.options.MaxRows, MaxScanned: o.options.MaxScanned,
	})
	if err != nil {
		return err
	}
	for i, row := range result.Fetches[0].Rows {
		s.known[asked[i]] = asked[i]
		if row != nil {
			s.known[asked[i]] = row.ID
		}
	}
	clear(s.asked)
	return nil
}
