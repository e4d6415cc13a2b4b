package resolvers

import (
	"slices"
	"strconv"

	"companygraph/graph"

	"github.com/99designs/gqlgen/graphql"
)

// defaultPath is the path of a relation where a client does not choose phases.
func defaultPath(r *graph.Relation) graph.Path {
	if r.DefaultPhases == nil {
		return r.Path
	}
	return inPhases(r, r.DefaultPhases)
}

// isLatest tells whether a relation has but the node that the latest fact leads to.
func isLatest(r *graph.Relation) bool { return r.Cardinality == graph.One && r.Path.Middle != nil }

// inPhases narrows the facts of a short cut to some phases.
func inPhases(r *graph.Relation, phases []string) graph.Path {
	filter := graph.OneOf{Property: phaseProperty}
	for _, phase := range phases {
		filter.Values = append(filter.Values, graph.Text(phase))
	}
	path := r.Path
	path.Middle = &graph.Middle{Interface: path.Middle.Interface, Filter: filter}
	if r.Path.Middle.Filter != nil {
		path.Middle.Filter = graph.And{r.Path.Middle.Filter, filter}
	}
	return path
}

var phaseProperty = &graph.Property{Name: "phase", Kind: graph.KindEnum, Required: true}

// connection plans what is selected of a connection: one set of rows, whatever
// edges, nodes and aliases of them are asked for.
type connection struct {
	planner *planner
	window  *graph.Window
	types   []*graph.Type
	// fact is the published type of the facts that edges carry, nil if they
	// carry none.
	facts []*graph.Type
	// nodes and middle are the shapes of the rows and of the facts.
	nodes, middle *shapeBuilder
	count         bool
}

func (p *planner) newConnection(w *graph.Window, types, facts []*graph.Type) *connection {
	return &connection{planner: p, window: w, types: types, facts: facts, nodes: newShape()}
}

// followPage plans a connection under a node.
func (p *planner) followPage(field graphql.CollectedField, r *graph.Relation, follow *graph.Follow) (*graph.Page, error) {
	args := p.arguments(field.Field)
	w, err := p.window(r.Target, args)
	if err != nil {
		return nil, err
	}
	if v, given := args["where"]; given {
		if follow.Filter, err = readWhere(p.model, r.Target, v); err != nil {
			return nil, err
		}
	}
	if follow.Path, err = pathFor(p.model, r, args); err != nil {
		return nil, err
	}
	var facts []*graph.Type
	if r.Path.Middle != nil {
		facts = p.model.Concrete(r.Path.Middle.Interface)
	}
	c := p.newConnection(w, follow.Types, facts)
	page, err := c.plan(field)
	if err != nil {
		return nil, err
	}
	follow.Extent, follow.Count, follow.Shape = w, c.count, c.nodes.shape
	if c.middle != nil {
		follow.MiddleShape = c.middle.shape
	}
	return page, nil
}

// pathFor is the path of a relation with the phases a client may choose.
func pathFor(model *graph.Model, r *graph.Relation, args arguments) (graph.Path, error) {
	if r.DefaultPhases == nil || args["phases"] == nil {
		return defaultPath(r), nil
	}
	var phases []string
	for i, item := range asList(args["phases"]) {
		path := "phases." + strconv.Itoa(i)
		value, err := operand(model.Property(r.Path.Middle.Interface, "phase"), item, path)
		if err != nil {
			return graph.Path{}, err
		}
		phases = append(phases, value.Text())
	}
	return inPhases(r, phases), nil
}

func (c *connection) plan(field graphql.CollectedField) (*graph.Page, error) {
	page := &graph.Page{Window: c.window}
	for _, term := range c.window.Order {
		page.Keys = append(page.Keys, c.key(term.Property))
	}
	var err error
	page.Fields, err = c.planner.each(field, func(inner graphql.CollectedField) (graph.Answer, error) {
		switch inner.Name {
		case "edges":
			return c.edges(inner)
		case "nodes":
			selection, err := c.planner.selection(inner.Selections, c.types, c.nodes)
			return graph.AnswerPageNodes{Selection: selection}, err
		case "pageInfo":
			return c.pageInfo(inner)
		case "totalCount":
			c.count = true
			return graph.AnswerTotalCount{}, nil
		default:
			return typeNameOf(field), nil
		}
	})
	return page, err
}

// key makes the rows carry what their cursors are made of.
func (c *connection) key(p *graph.Property) int {
	if p == graph.IDProperty || p == graph.RankProperty {
		return -1
	}
	return c.nodes.property(p)
}

func (c *connection) edges(field graphql.CollectedField) (graph.Answer, error) {
	fields, err := c.planner.each(field, func(inner graphql.CollectedField) (graph.Answer, error) {
		switch inner.Name {
		case "cursor":
			return graph.AnswerCursor{}, nil
		case "node":
			selection, err := c.planner.selection(inner.Selections, c.types, c.nodes)
			return graph.AnswerEdgeNode{Selection: selection}, err
		case "fact":
			if c.middle == nil {
				c.middle = newShape()
			}
			selection, err := c.planner.selection(inner.Selections, c.facts, c.middle)
			return graph.AnswerEdgeFact{Selection: selection}, err
		default:
			return typeNameOf(field), nil
		}
	})
	return graph.AnswerEdges{Fields: fields}, err
}

// probe has the store look behind a cut, if there is one.
func (c *connection) probe(side graph.Side, cut *graph.Position) {
	if cut != nil && !slices.Contains(c.window.Probes, side) {
		c.window.Probes = append(c.window.Probes, side)
	}
}

func (c *connection) pageInfo(field graphql.CollectedField) (graph.Answer, error) {
	fields, err := c.planner.each(field, func(inner graphql.CollectedField) (graph.Answer, error) {
		switch inner.Name {
		case "hasNextPage":
			c.probe(graph.Behind, c.window.Before)
			return graph.AnswerHasNextPage{}, nil
		case "hasPreviousPage":
			c.probe(graph.Ahead, c.window.After)
			return graph.AnswerHasPreviousPage{}, nil
		case "startCursor":
			return graph.AnswerStartCursor{}, nil
		case "endCursor":
			return graph.AnswerEndCursor{}, nil
		default:
			return typeNameOf(field), nil
		}
	})
	return graph.AnswerPageInfo{Fields: fields}, err
}
