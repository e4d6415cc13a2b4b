package resolvers

import (
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/answer"
	"companygraph/graph/plan"

	"github.com/99designs/gqlgen/graphql"
)

// defaultFacets is how many values of a facet are answered when a client does not
// say. The schema has it as the argument's default.
const defaultFacets = 10

// plannedFacet is a facet that several fields of a connection may answer from.
type plannedFacet struct {
	name  string
	place int
	facet *plan.Facet
	nodes *shapeBuilder
}

// facets plans the values of a facet.
func (c *connection) facets(field graphql.CollectedField) (answer.Answer, error) {
	f, args, err := c.facet(field)
	if err != nil {
		return nil, err
	}
	first := min(defaultFacets, c.planner.maxPage)
	if v, given := args["first"]; given {
		if first, err = c.facetSize(v); err != nil {
			return nil, err
		}
	}
	f.facet.Limit = max(f.facet.Limit, first)
	fields, err := c.planner.each(field, func(inner graphql.CollectedField) (answer.Answer, error) {
		switch inner.Name {
		case "value":
			return answer.FacetValue{}, nil
		case "count":
			return answer.CountOf{}, nil
		case "node":
			return c.facetNode(inner, f)
		default:
			return typeNameOf(field), nil
		}
	})
	return answer.Facets{Facet: f.place, First: first, Fields: fields}, err
}

// facetSize reads how many values to answer.
func (c *connection) facetSize(v any) (int, error) {
	n, err := asInt(v, "first")
	switch {
	case err != nil:
		return 0, err
	case n < 1:
		return 0, graph.BadArgument("first", "must be at least 1")
	case n > c.planner.maxPage:
		return 0, limitError("first", "too many values", c.planner.maxPage, n)
	}
	return n, nil
}

// facetNode plans what is selected of the nodes that values are the ids of.
func (c *connection) facetNode(field graphql.CollectedField, f *plannedFacet) (answer.Answer, error) {
	if _, ofNodes := f.facet.By.(graph.ByNodes); !ofNodes {
		return answer.FacetNode{}, nil
	}
	if f.nodes == nil {
		f.nodes = newShape()
		f.facet.Shape = f.nodes.shape
	}
	selection, err := c.planner.selection(field.Selections, f.facet.Types, f.nodes)
	return answer.FacetNode{Selection: selection}, err
}

func (c *connection) facetCount(field graphql.CollectedField) (answer.Answer, error) {
	f, _, err := c.facet(field)
	if err != nil {
		return nil, err
	}
	f.facet.Count = true
	return answer.FacetCount{Facet: f.place}, nil
}

// facet is the one that a field names, planned once for all fields that do.
func (c *connection) facet(field graphql.CollectedField) (*plannedFacet, arguments, error) {
	args := c.planner.arguments(field.Field)
	name, err := asString(args["by"], "by")
	if err != nil {
		return nil, nil, err
	}
	for _, f := range c.planned {
		if f.name == name {
			return f, args, nil
		}
	}
	all := c.planner.model.FacetsOf(c.target)
	at := slices.IndexFunc(all, func(f *graph.Facet) bool { return f.Name == name })
	if at < 0 {
		return nil, nil, graph.BadArgument("by", "must be one of %s", strings.Join(facetNames(all), ", "))
	}
	f := &plannedFacet{name: name, place: len(c.planned), facet: plan.FacetBy(c.planner.model, all[at].By)}
	c.planned = append(c.planned, f)
	c.counted.Facets = append(c.counted.Facets, f.facet)
	return f, args, nil
}

func facetNames(all []*graph.Facet) []string {
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.Name
	}
	return names
}

// histogram plans how a list of facts spreads over time.
func (c *connection) histogram(field graphql.CollectedField) (answer.Answer, error) {
	name, err := asString(c.planner.arguments(field.Field)["by"], "by")
	if err != nil {
		return nil, err
	}
	by, err := plan.ParseInterval(name)
	if err != nil {
		return nil, graph.BadArgument("by", "%s", err)
	}
	place := slices.IndexFunc(c.counted.Histograms, func(h *plan.Histogram) bool { return h.By == by })
	if place < 0 {
		place = len(c.counted.Histograms)
		c.counted.Histograms = append(c.counted.Histograms, &plan.Histogram{Property: c.types[0].TimeProperty(), By: by})
	}
	fields, err := c.planner.each(field, func(inner graphql.CollectedField) (answer.Answer, error) {
		switch inner.Name {
		case "from":
			return answer.FirstDay{}, nil
		case "until":
			return answer.LastDay{}, nil
		case "count":
			return answer.CountOf{}, nil
		default:
			return typeNameOf(field), nil
		}
	})
	return answer.Histogram{Histogram: place, Fields: fields}, err
}
