package resolvers

import (
	"errors"
	"strconv"

	"companygraph/graph"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// planner reads the selections of one operation, and is the only thing that
// does: aliases, fragments, @skip and @include, interfaces and repeated fields
// are dealt with here. The operation is valid against the schema.
type planner struct {
	model     *graph.Model
	schema    *ast.Schema
	operation *graphql.OperationContext
	// maxPage is how many nodes a page has at most; introspection tells whether
	// questions about the schema are answered.
	maxPage       int
	introspection bool
}

// planError is an error at a field of the operation.
type planError struct {
	field *ast.Field
	err   error
}

func (e *planError) Error() string { return e.err.Error() }
func (e *planError) Unwrap() error { return e.err }

// at says at which field an error was found, unless a field inside it is known.
func at(field *ast.Field, err error) error {
	var inner *planError
	if err == nil || errors.As(err, &inner) {
		return err
	}
	return &planError{field: field, err: err}
}

// plan makes the plan of the operation, with a fetch for each root field but
// those of introspection. Fetch.Name is the response key.
func (p *planner) plan() (*graph.Plan, error) {
	plan := &graph.Plan{}
	for _, field := range p.collect(p.operation.Operation.SelectionSet, "Query") {
		switch field.Name {
		case "__schema", "__type":
			if !p.introspection {
				return nil, at(field.Field, &graph.Error{Code: graph.CodeNoIntrospection, Message: "the server does not answer questions about its schema"})
			}
			continue
		case "__typename":
			continue
		}
		fetch, err := p.fetch(field)
		if err != nil {
			return nil, at(field.Field, err)
		}
		fetch.Name = field.Alias
		plan.Fetches = append(plan.Fetches, fetch)
	}
	return plan, nil
}

// fetch plans a root field by the shape of its type.
func (p *planner) fetch(field graphql.CollectedField) (*graph.Fetch, error) {
	args := p.arguments(field.Field)
	declared := field.Definition.Type
	switch {
	case declared.Elem != nil:
		return p.fetchNodes(field, args)
	case field.Definition.Arguments.ForName("query") != nil:
		return p.fetchSearch(field, args)
	case field.Definition.Arguments.ForName("id") != nil:
		return p.fetchNode(field, args)
	default:
		return p.fetchConnection(field, args)
	}
}

func (p *planner) fetchNode(field graphql.CollectedField, args arguments) (*graph.Fetch, error) {
	id, err := asID(args["id"], "id")
	if err != nil {
		return nil, err
	}
	fetch, answer, err := p.fetchTyped(field, field.Definition.Type.Name())
	if err != nil {
		return nil, err
	}
	fetch.Match = graph.ByID{IDs: []graph.ID{graph.ID(id)}}
	fetch.Answer = graph.AnswerNode{Selection: answer}
	return fetch, nil
}

func (p *planner) fetchNodes(field graphql.CollectedField, args arguments) (*graph.Fetch, error) {
	items := asList(args["ids"])
	if len(items) > p.maxPage {
		return nil, limitError("ids", "too many ids", p.maxPage, len(items))
	}
	ids := make([]graph.ID, len(items))
	for i, item := range items {
		id, err := asID(item, "ids."+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		ids[i] = graph.ID(id)
	}
	fetch, answer, err := p.fetchTyped(field, field.Definition.Type.Name())
	if err != nil {
		return nil, err
	}
	fetch.Match = graph.ByID{IDs: ids}
	fetch.Answer = graph.AnswerNodes{Selection: answer}
	return fetch, nil
}

// fetchTyped starts the fetch of nodes of a type and plans what is selected of them.
func (p *planner) fetchTyped(field graphql.CollectedField, typeName string) (*graph.Fetch, graph.Selection, error) {
	fetch := &graph.Fetch{Types: p.model.Concrete(graph.TypeName(typeName))}
	shape := newShape()
	selection, err := p.selection(field.Selections, fetch.Types, shape)
	fetch.Shape = shape.shape
	return fetch, selection, err
}

func (p *planner) fetchConnection(field graphql.CollectedField, args arguments) (*graph.Fetch, error) {
	target := p.targetOf(field)
	w, err := p.window(target, args)
	if err != nil {
		return nil, err
	}
	var match graph.ByType
	if v, given := args["where"]; given {
		if match.Filter, err = readWhere(p.model, target, v); err != nil {
			return nil, err
		}
	}
	return p.fetchPage(field, match, w, p.model.Concrete(target))
}

// searchOrder is that of search results.
var searchOrder = []graph.Order{{Property: graph.RankProperty}, {Property: graph.IDProperty}}

// maxSearchWords bounds the work of a search.
const maxSearchWords = 16

func (p *planner) fetchSearch(field graphql.CollectedField, args arguments) (*graph.Fetch, error) {
	query, err := asString(args["query"], "query")
	if err != nil {
		return nil, err
	}
	words := graph.Tokens(query)
	if len(words) > maxSearchWords {
		return nil, limitError("query", "too many words", maxSearchWords, len(words))
	}
	w, err := p.page(searchOrder, args)
	if err != nil {
		return nil, err
	}
	types := p.model.Concrete("Node")
	if args["types"] != nil {
		if types, err = kinds(p.model, "Node", args["types"], "types"); err != nil {
			return nil, err
		}
	}
	return p.fetchPage(field, graph.ByWords{Words: words}, w, types)
}

func (p *planner) fetchPage(field graphql.CollectedField, match graph.Match, w *graph.Window, types []*graph.Type) (*graph.Fetch, error) {
	c := p.newConnection(w, types, nil)
	page, err := c.plan(field)
	if err != nil {
		return nil, err
	}
	return &graph.Fetch{
		Match: match, Window: w, Count: c.count, Types: types,
		Shape: c.nodes.shape, Answer: graph.AnswerConnection{Page: page},
	}, nil
}

// targetOf is the declared type of a connection's nodes.
func (p *planner) targetOf(field graphql.CollectedField) graph.TypeName {
	connection := p.schema.Types[field.Definition.Type.Name()]
	return graph.TypeName(connection.Fields.ForName("nodes").Type.Name())
}
