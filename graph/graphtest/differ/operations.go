package differ

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/generated"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// operation is what a client sends.
type operation struct {
	query     string
	variables map[string]any
}

// author writes valid operations. It reads the published schema, and knows of
// its own only how paging goes together.
type author struct {
	model  *graph.Model
	schema *ast.Schema
	// constants has the property of each constant that an order may name.
	constants map[string]string
	seed      uint64
	subset    typeSubset
	words     *vocabulary
	// nodes are those of the graph that is asked about, cursors those that were
	// answered, by the order they belong to.
	nodes   []*graph.Node
	cursors map[string][]string
}

func publishedSchema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}

func newAuthor(m *graph.Model, seed uint64) *author {
	a := &author{model: m, schema: publishedSchema(), seed: seed, constants: map[string]string{}, cursors: map[string][]string{}}
	for _, t := range m.Ordered {
		for _, p := range append(t.Properties, graph.IDProperty) {
			a.constants[graph.ConstantCase(p.Name)] = p.Name
		}
	}
	return a
}

// write writes an operation. What it asks for follows from one seed, what the
// values in it are from another, so that stores meet the same statement again.
func (a *author) write(shape, value uint64) operation {
	d := &draft{author: a, shape: rand.New(rand.NewPCG(shape, 1)), value: rand.New(rand.NewPCG(value, 2))}
	for {
		if op, valid := d.operation(); valid {
			return op
		}
	}
}

// parse reads a valid operation; nil if it is not.
func parse(s *ast.Schema, query string) *ast.QueryDocument {
	doc, errs := gqlparser.LoadQueryWithRules(s, query, rules.NewDefaultRules())
	if len(errs) > 0 {
		return nil
	}
	return doc
}

func format(doc *ast.QueryDocument) string {
	var b strings.Builder
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatQueryDocument(doc)
	return b.String()
}

// draft is an operation in the making.
type draft struct {
	*author
	shape, value *rand.Rand
	doc          *ast.QueryDocument
	variables    map[string]any
	// fields and conditions are how many there may still be, fields under one
	// root field; names is how many aliases and variables there are, nesting how
	// deep conditions are.
	fields, conditions, names, nesting int
	// constant is set inside of what has become a variable.
	constant bool
	depths   map[*ast.FragmentDefinition]int
}

// The size of operations. The server's limits are further out.
const (
	maxFields     = 24
	maxConditions = 12
	maxDepth      = 9
	maxNesting    = 4
)

func (d *draft) operation() (operation, bool) {
	d.fields, d.conditions, d.names = 1, d.shape.IntN(maxConditions), 0
	d.variables, d.depths = map[string]any{}, map[*ast.FragmentDefinition]int{}
	own := &ast.OperationDefinition{Operation: ast.Query, Name: "Q"}
	d.doc = &ast.QueryDocument{Operations: ast.OperationList{own}}
	own.SelectionSet = d.selections(d.schema.Query, 0)
	op := operation{query: format(d.doc), variables: d.variables}
	return op, parse(d.schema, op.query) != nil
}

func (d *draft) selections(on *ast.Definition, depth int) ast.SelectionSet {
	var set ast.SelectionSet
	for range d.breadth(on) {
		if one := d.selection(on, depth); !repeats(set, one) || chance(d.shape, 8) {
			set = append(set, one)
		}
	}
	return set
}

// breadth is how much is selected of a type: little once there is enough.
func (d *draft) breadth(on *ast.Definition) int {
	switch {
	case on == d.schema.Query:
		return 1 + d.shape.IntN(3)
	case d.fields <= 0:
		return 1
	case d.isNode(on):
		return 2 + d.shape.IntN(4)
	default:
		return 1 + d.shape.IntN(2)
	}
}

// isNode tells whether a type is one of the model, and not a page or a value.
func (d *draft) isNode(on *ast.Definition) bool {
	return d.model.Concrete(graph.TypeName(on.Name)) != nil
}

// repeats tells whether a set has the very field, which has no more to say.
func repeats(set ast.SelectionSet, one ast.Selection) bool {
	f, _ := one.(*ast.Field)
	return f != nil && f.SelectionSet == nil && slices.ContainsFunc(set, func(other ast.Selection) bool {
		o, _ := other.(*ast.Field)
		return o != nil && o.Alias == f.Alias
	})
}

func (d *draft) selection(on *ast.Definition, depth int) ast.Selection {
	switch n := d.shape.IntN(100); {
	case depth > maxDepth || on != d.schema.Query && d.fields <= 0 || n < 76:
		return d.field(on, depth)
	case n < 91:
		return d.inline(on, depth)
	default:
		return d.spread(on, depth)
	}
}

func (d *draft) inline(on *ast.Definition, depth int) ast.Selection {
	f := &ast.InlineFragment{Directives: d.directives(), ObjectDefinition: on}
	inside := on
	if chance(d.shape, 85) {
		inside = d.pickType(d.overlapping(on))
		f.TypeCondition = inside.Name
	}
	f.SelectionSet = d.selections(inside, depth+1)
	return f
}

// overlapping are the types that values of a type may have too.
func (d *draft) overlapping(on *ast.Definition) []*ast.Definition {
	var all []*ast.Definition
	possible := d.schema.GetPossibleTypes(on)
	for _, def := range d.schema.Types {
		if (def.Kind == ast.Object || def.Kind == ast.Interface) && slices.ContainsFunc(d.schema.GetPossibleTypes(def), func(t *ast.Definition) bool {
			return slices.Contains(possible, t)
		}) {
			all = append(all, def)
		}
	}
	slices.SortFunc(all, func(x, y *ast.Definition) int { return strings.Compare(x.Name, y.Name) })
	return all
}

// spread uses a fragment that is there, or writes one.
func (d *draft) spread(on *ast.Definition, depth int) ast.Selection {
	types := d.overlapping(on)
	for _, f := range d.doc.Fragments {
		if d.depths[f] >= depth && slices.Contains(types, d.schema.Types[f.TypeCondition]) && chance(d.shape, 50) {
			return &ast.FragmentSpread{Name: f.Name, Directives: d.directives()}
		}
	}
	inside := d.pickType(types)
	set := d.selections(inside, depth+1)
	// It enters the document last, so that nothing inside of it can use it.
	f := &ast.FragmentDefinition{Name: d.name("F"), TypeCondition: inside.Name, SelectionSet: set}
	d.depths[f] = depth
	d.doc.Fragments = append(d.doc.Fragments, f)
	return &ast.FragmentSpread{Name: f.Name, Directives: d.directives()}
}

func (d *draft) directives() ast.DirectiveList {
	if !chance(d.shape, 7) {
		return nil
	}
	condition := d.input(ast.NonNullNamedType("Boolean", nil), "")
	name := pick(d.shape, []string{"skip", "include"})
	return ast.DirectiveList{{Name: name, Arguments: ast.ArgumentList{{Name: "if", Value: condition}}}}
}

func (d *draft) field(on *ast.Definition, depth int) ast.Selection {
	if on == d.schema.Query {
		d.fields = 6 + d.shape.IntN(maxFields)
	}
	d.fields--
	field := d.pickField(on, depth)
	if field == nil {
		return &ast.Field{Name: "__typename", Alias: "__typename"}
	}
	f := &ast.Field{Name: field.Name, Alias: field.Name, Arguments: d.arguments(field), Directives: d.directives()}
	if len(f.Arguments) > 0 || chance(d.shape, 10) {
		f.Alias = d.name("a")
	}
	if inside := d.schema.Types[field.Type.Name()]; inside.IsCompositeType() {
		f.SelectionSet = d.selections(inside, depth+1)
	}
	return f
}

// jsonOf is a constant as a variable has it.
func jsonOf(v *ast.Value) any {
	switch v.Kind {
	case ast.ListValue:
		list := []any{}
		for _, child := range v.Children {
			list = append(list, jsonOf(child.Value))
		}
		return list
	case ast.ObjectValue:
		object := map[string]any{}
		for _, child := range v.Children {
			object[child.Name] = jsonOf(child.Value)
		}
		return object
	case ast.IntValue, ast.FloatValue:
		return json.Number(v.Raw)
	case ast.BooleanValue:
		return v.Raw == "true"
	case ast.NullValue:
		return nil
	default:
		return v.Raw
	}
}
