package resolvers

import (
	"slices"
	"strconv"

	"companygraph/graph"
	"companygraph/graph/answer"
	"companygraph/graph/plan"

	"github.com/99designs/gqlgen/graphql"
)

// defaultPath is the path of a relation where a client does not choose phases.
func defaultPath(r *graph.Relation) plan.Path { return inPhases(r, r.DefaultPhases) }

// isLatest reports whether a relation has but the node that the latest fact leads to.
func isLatest(r *graph.Relation) bool { return r.Cardinality == graph.One && r.Via != nil }

// inPhases is the path of a relation with its facts narrowed to some phases; nil does
// not narrow them.
func inPhases(r *graph.Relation, phases []string) plan.Path {
	if phases == nil {
		return plan.PathOf(r)
	}
	filter := plan.OneOf{Property: phaseProperty}
	for _, phase := range phases {
		filter.Values = append(filter.Values, graph.Text(phase))
	}
	return narrowed(plan.PathOf(r), filter)
}

// narrowed limits the facts of a short cut further; nil does not.
func narrowed(path plan.Path, filter plan.Filter) plan.Path {
	if filter != nil {
		path.Via.Filter = both(path.Via.Filter, filter)
	}
	return path
}

var phaseProperty = &graph.Property{Name: graph.PhaseProperty, Kind: graph.KindEnum, Required: true}

// connection plans what is selected of a connection: one set of rows, whatever
// edges, nodes and aliases of them are asked for.
type connection struct {
	planner *planner
	window  *plan.Window
	// target is the declared type of the rows, types the concrete ones they may have.
	target graph.TypeName
	types  []*graph.Type
	// fact is the published type of the facts that edges carry, nil if they
	// carry none.
	facts []*graph.Type
	// nodes and via are the shapes of the rows and of the facts.
	nodes, via *shapeBuilder
	// rows reports whether any of the rows is needed: a client may ask only what is
	// told of all of them.
	rows    bool
	count   bool
	counted plan.Counted
	planned []*plannedFacet
	// matches tells that a search is asked how it found nodes.
	matches bool
	// selects plans what is selected of one of the rows.
	selects func(graphql.CollectedField) (answer.Selection, error)
}

func (p *planner) newConnection(w *plan.Window, target graph.TypeName, types, facts []*graph.Type) *connection {
	c := &connection{planner: p, window: w, target: target, types: types, facts: facts, nodes: newShape()}
	c.selects = func(field graphql.CollectedField) (answer.Selection, error) {
		return p.selection(field.Selections, types, c.nodes)
	}
	return c
}

// shape is what is needed of the rows.
func (c *connection) shape() *plan.Shape {
	if !c.rows {
		return &plan.Shape{}
	}
	return c.nodes.shape
}

// followPage plans a connection under a node.
func (p *planner) followPage(field graphql.CollectedField, r *graph.Relation, follow *plan.Follow) (*answer.Page, error) {
	args := p.arguments(field.Field)
	w, err := p.window(r.Target, args)
	if err != nil {
		return nil, err
	}
	var facts []*graph.Type
	if r.Via == nil {
		follow.Filter, err = p.conditions(r.Target, args)
	} else if follow.Filter, err = p.where(r.Target, args); err == nil {
		facts = p.model.Concrete(r.Via.Interface)
		follow.Path, err = pathFor(p.model, r, args)
	}
	if err != nil {
		return nil, err
	}
	c := p.newConnection(w, r.Target, follow.Types, facts)
	page, err := c.plan(field)
	if err != nil {
		return nil, err
	}
	follow.Extent, follow.Count, follow.Counted, follow.Shape = w, c.count, c.counted, c.shape()
	if !c.rows {
		follow.Extent = plan.NoRows{}
	}
	if c.via != nil {
		follow.ViaShape = c.via.shape
	}
	return page, nil
}

// pathFor is the path of a short cut, whose facts a client may limit by phases and by
// a day on which they hold.
func pathFor(model *graph.Model, r *graph.Relation, args arguments) (plan.Path, error) {
	holds, err := holding(model, r.Via.Interface, args)
	if err != nil {
		return plan.Path{}, err
	}
	phases, err := phasesFor(model, r, args)
	if err != nil {
		return plan.Path{}, err
	}
	return narrowed(inPhases(r, phases), holds), nil
}

// phasesFor are the phases of the facts of a short cut: those a client chose, or
// those of the relation, to which what has ended by now belongs on a given day; nil
// for any phase.
func phasesFor(model *graph.Model, r *graph.Relation, args arguments) ([]string, error) {
	switch {
	case r.DefaultPhases == nil:
		return nil, nil
	case args["phases"] == nil && args["validAt"] != nil:
		return append(slices.Clone(r.DefaultPhases), "ENDED"), nil
	case args["phases"] == nil:
		return r.DefaultPhases, nil
	}
	phases := []string{}
	for i, item := range asList(args["phases"]) {
		value, err := operand(model.Property(r.Via.Interface, graph.PhaseProperty), item, "phases."+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		phases = append(phases, value.Text())
	}
	return phases, nil
}

func (c *connection) plan(field graphql.CollectedField) (*answer.Page, error) {
	page := &answer.Page{Window: c.window}
	for _, term := range c.window.Order {
		page.Keys = append(page.Keys, c.key(term.Property))
	}
	var err error
	page.Fields, err = c.planner.each(field, func(inner graphql.CollectedField) (answer.Answer, error) {
		switch inner.Name {
		case "edges":
			c.rows = true
			return c.edges(inner)
		case "nodes":
			c.rows = true
			selection, err := c.selects(inner)
			return answer.PageNodes{Selection: selection}, err
		case "pageInfo":
			c.rows = true
			return c.pageInfo(inner)
		default:
			return c.ofAll(field, inner)
		}
	})
	return page, err
}

// ofAll plans a field that tells something of all rows, whatever page is read.
func (c *connection) ofAll(field, inner graphql.CollectedField) (answer.Answer, error) {
	switch inner.Name {
	case "totalCount":
		c.count = true
		return answer.TotalCount{}, nil
	case "facets":
		return c.facets(inner)
	case "facetCount":
		return c.facetCount(inner)
	case "histogram":
		return c.histogram(inner)
	default:
		return typeNameOf(field), nil
	}
}

// key makes the rows carry what their cursors are made of.
func (c *connection) key(p *graph.Property) int {
	if p == graph.IDProperty || p == plan.RankProperty {
		return -1
	}
	return c.nodes.property(p)
}

func (c *connection) edges(field graphql.CollectedField) (answer.Answer, error) {
	fields, err := c.planner.each(field, func(inner graphql.CollectedField) (answer.Answer, error) {
		switch inner.Name {
		case "cursor":
			return answer.Cursor{}, nil
		case "node":
			selection, err := c.selects(inner)
			return answer.EdgeNode{Selection: selection}, err
		case "fact":
			if c.via == nil {
				c.via = newShape()
			}
			selection, err := c.planner.selection(inner.Selections, c.facts, c.via)
			return answer.EdgeFact{Selection: selection}, err
		case "match":
			c.matches = true
			fields, err := c.planner.valueFields(inner, &graph.Property{Value: c.planner.model.Match}, nil, nil)
			return answer.EdgeMatch{Fields: fields}, err
		default:
			return typeNameOf(field), nil
		}
	})
	return answer.Edges{Fields: fields}, err
}

// probe has the store look behind a cut, if there is one.
func (c *connection) probe(side plan.Side, cut *plan.Position) {
	if cut != nil && !slices.Contains(c.window.Probes, side) {
		c.window.Probes = append(c.window.Probes, side)
	}
}

func (c *connection) pageInfo(field graphql.CollectedField) (answer.Answer, error) {
	fields, err := c.planner.each(field, func(inner graphql.CollectedField) (answer.Answer, error) {
		switch inner.Name {
		case "hasNextPage":
			c.probe(plan.Behind, c.window.Before)
			return answer.HasNextPage{}, nil
		case "hasPreviousPage":
			c.probe(plan.Ahead, c.window.After)
			return answer.HasPreviousPage{}, nil
		case "startCursor":
			return answer.StartCursor{}, nil
		case "endCursor":
			return answer.EndCursor{}, nil
		default:
			return typeNameOf(field), nil
		}
	})
	return answer.PageInfo{Fields: fields}, err
}
