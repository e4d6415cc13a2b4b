package resolvers

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/answer"
	"companygraph/graph/plan"
	"companygraph/schema"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/text/unicode/norm"
)

// planner reads the selections of one operation, and is the only thing that
// does: aliases, fragments, @skip and @include, interfaces and repeated fields
// are dealt with here. The operation is valid against the schema.
type planner struct {
	model     *graph.Model
	schema    *ast.Schema
	operation *graphql.OperationContext
	// maxPage is how many nodes a page has at most; introspection reports whether
	// questions about the schema are answered.
	maxPage       int
	introspection bool
	ids           *standing
	// further are fetches that root fields need beside their own, and regroup makes the
	// rows of a root field of what was read, by the field's own fetch.
	further []*plan.Fetch
	regroup map[*plan.Fetch]regrouping
}

// regrouping makes the rows of a root field of what all fetches have read.
type regrouping func(read map[*plan.Fetch]*plan.Rows) (*plan.Rows, error)

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

// planned is an operation's plan, and how each of its fetches is answered.
type planned struct {
	*plan.Plan
	// fields are the root fields that the fetches answer.
	fields  []*ast.Field
	answers []answer.Answer
	// regroup has what is still to be made of the rows of root fields, see [planner].
	regroup map[*plan.Fetch]regrouping
	// datasets are the root fields that list datasets.
	datasets []datasetsField
	// keys are the response keys of all root fields, in the order of the operation.
	keys []string
	// required are the response keys of root fields that must not be null.
	required []string
}

// read is what each fetch has read.
func (p *planned) read(result *plan.Result) map[*plan.Fetch]*plan.Rows {
	read := make(map[*plan.Fetch]*plan.Rows, len(p.Fetches))
	for i, fetch := range p.Fetches {
		read[fetch] = result.Fetches[i]
	}
	return read
}

// refusal is the error of a root field that could not be answered as it was asked
// for; nil if an error is another one.
func (p *planned) refusal(err error) error {
	var of *plan.FetchError
	if !errors.As(err, &of) {
		return nil
	}
	return at(p.fields[slices.Index(p.Fetches, of.Fetch)], of.Err)
}

// datasetsField is one of them, with what is selected.
type datasetsField struct {
	key    string
	fields []answer.Field
}

// plan makes the plan of the operation, with a fetch for each root field but
// those of introspection. Fetch.Name is the response key.
func (p *planner) plan() (*planned, error) {
	p.further, p.regroup = nil, nil
	planned := &planned{Plan: &plan.Plan{}}
	for _, field := range p.collect(p.operation.Operation.SelectionSet, "Query") {
		planned.keys = append(planned.keys, field.Alias)
		if field.Definition.Type.NonNull && !strings.HasPrefix(field.Name, "__") {
			planned.required = append(planned.required, field.Alias)
		}
		switch field.Name {
		case "__schema", "__type":
			if !p.introspection {
				return nil, at(field.Field, &graph.Error{Code: graph.CodeNoIntrospection, Message: "the server does not answer questions about its schema"})
			}
			continue
		case "__typename":
			continue
		case schema.DatasetsField:
			fields, err := p.valueFields(field, &graph.Property{Value: p.model.Dataset}, nil, nil)
			if err != nil {
				return nil, at(field.Field, err)
			}
			planned.Datasets = true
			planned.datasets = append(planned.datasets, datasetsField{field.Alias, fields})
			continue
		}
		fetch, answer, err := p.fetch(field)
		if err != nil {
			return nil, at(field.Field, err)
		}
		fetch.Name = field.Alias
		planned.Fetches = append(planned.Fetches, fetch)
		planned.fields = append(planned.fields, field.Field)
		planned.answers = append(planned.answers, answer)
		for _, more := range p.further {
			more.Name = cmp.Or(more.Name, field.Alias)
		}
	}
	planned.Fetches, planned.regroup = append(planned.Fetches, p.further...), p.regroup
	return planned, nil
}

// fetch plans a root field. Those of types are nullable if they look up a node,
// and required if they list nodes.
func (p *planner) fetch(field graphql.CollectedField) (*plan.Fetch, answer.Answer, error) {
	args := p.arguments(field.Field)
	switch field.Name {
	case schema.NodesField:
		return p.fetchNodes(field, args)
	case schema.SearchField:
		return p.fetchSearch(field, args)
	case schema.ContradictionsField:
		return p.fetchContradictions(field, args)
	case schema.IdentifiedField:
		return p.fetchIdentified(field, args)
	case schema.PathsField:
		return p.fetchPaths(field, args)
	}
	if field.Definition.Type.NonNull {
		return p.fetchConnection(field, args)
	}
	return p.fetchNode(field, args)
}

func (p *planner) fetchIdentified(field graphql.CollectedField, args arguments) (*plan.Fetch, answer.Answer, error) {
	scheme, err := asString(args["scheme"], "scheme")
	if err != nil {
		return nil, nil, err
	}
	value, err := asString(args["value"], "value")
	if err != nil {
		return nil, nil, err
	}
	fetch, selection, err := p.fetchTyped(field, field.Definition.Type.Name())
	if err != nil {
		return nil, nil, err
	}
	fetch.Match = plan.ByIdentifier{Identifier: graph.Identifier{Scheme: norm.NFC.String(scheme), Value: norm.NFC.String(value)}}
	return fetch, answer.Node{Selection: selection}, nil
}

func (p *planner) fetchNode(field graphql.CollectedField, args arguments) (*plan.Fetch, answer.Answer, error) {
	id, err := asID(args["id"], "id")
	if err != nil {
		return nil, nil, err
	}
	fetch, selection, err := p.fetchTyped(field, field.Definition.Type.Name())
	if err != nil {
		return nil, nil, err
	}
	fetch.Match = plan.ByID{IDs: []graph.ID{graph.ID(id)}}
	return fetch, answer.Node{Selection: selection}, nil
}

func (p *planner) fetchNodes(field graphql.CollectedField, args arguments) (*plan.Fetch, answer.Answer, error) {
	ids, err := asIDs(args["ids"], "ids", p.maxPage)
	if err != nil {
		return nil, nil, err
	}
	fetch, selection, err := p.fetchTyped(field, field.Definition.Type.Name())
	if err != nil {
		return nil, nil, err
	}
	fetch.Match = plan.ByID{IDs: ids}
	return fetch, answer.Nodes{Selection: selection}, nil
}

// fetchTyped starts the fetch of nodes of a type and plans what is selected of them.
func (p *planner) fetchTyped(field graphql.CollectedField, typeName string) (*plan.Fetch, answer.Selection, error) {
	fetch := &plan.Fetch{Types: p.model.Concrete(graph.TypeName(typeName))}
	shape := newShape()
	selection, err := p.selection(field.Selections, fetch.Types, shape)
	fetch.Shape = shape.shape
	return fetch, selection, err
}

func (p *planner) fetchConnection(field graphql.CollectedField, args arguments) (*plan.Fetch, answer.Answer, error) {
	target := p.targetOf(field)
	w, err := p.window(target, args)
	if err != nil {
		return nil, nil, err
	}
	filter, err := p.conditions(target, args)
	if err != nil {
		return nil, nil, err
	}
	return p.fetchPage(field, plan.ByType{Filter: filter}, w, target, p.model.Concrete(target))
}

// searchOrder is that of search results.
var searchOrder = []plan.Order{{Property: plan.RankProperty}, {Property: graph.IDProperty}}

// maxSearchWords bounds the work of a search.
const maxSearchWords = 64

func (p *planner) fetchSearch(field graphql.CollectedField, args arguments) (*plan.Fetch, answer.Answer, error) {
	query, err := asString(args["query"], "query")
	if err != nil {
		return nil, nil, err
	}
	words := graph.QueryWords(query)
	if len(words) == 0 {
		return nil, nil, graph.BadArgument("query", "must have a letter or a digit")
	}
	if len(words) > maxSearchWords {
		return nil, nil, limitError("query", "too many words", maxSearchWords, len(words))
	}
	w, err := p.page(searchOrder, args)
	if err != nil {
		return nil, nil, err
	}
	types := p.model.Concrete("Node")
	if args["types"] != nil {
		if types, err = kinds(p.model, "Node", args["types"], "types"); err != nil {
			return nil, nil, err
		}
	}
	return p.fetchPage(field, plan.ByWords{Words: words}, w, "Node", types)
}

func (p *planner) fetchPage(field graphql.CollectedField, match plan.Match, w *plan.Window, target graph.TypeName, types []*graph.Type) (*plan.Fetch, answer.Answer, error) {
	c := p.newConnection(w, target, types, nil)
	page, err := c.plan(field)
	if err != nil {
		return nil, nil, err
	}
	fetch := &plan.Fetch{Match: match, Count: c.count, Counted: c.counted, Matches: c.matches, Types: types}
	if _, search := match.(plan.ByWords); search {
		// A search finds all its rows to count them.
		c.rows = true
	}
	fetch.Shape = c.shape()
	if c.rows {
		fetch.Window = w
	}
	return fetch, answer.Connection{Page: page}, nil
}

// targetOf is the declared type of a connection's nodes.
func (p *planner) targetOf(field graphql.CollectedField) graph.TypeName {
	connection := p.schema.Types[field.Definition.Type.Name()]
	return graph.TypeName(connection.Fields.ForName("nodes").Type.Name())
}
