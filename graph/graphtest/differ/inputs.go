package differ

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"companygraph/graph"
	"companygraph/schema"

	"github.com/tidwall/gjson"
	"github.com/vektah/gqlparser/v2/ast"
)

// name is a new name for an alias, a fragment or a variable.
func (d *draft) name(start string) string {
	d.names++
	return start + strconv.Itoa(d.names)
}

func (d *draft) arguments(field *ast.FieldDefinition) ast.ArgumentList {
	var args ast.ArgumentList
	for _, arg := range field.Arguments {
		required := arg.Type.NonNull && arg.DefaultValue == nil || arg.Type.Name() == "String"
		switch {
		case isPaging(arg.Name):
		case arg.Name == "certain" && args.ForName("validAt") == nil:
			// It needs a day, which is declared before.
		case required || chance(d.shape, 35):
			args = append(args, &ast.Argument{Name: arg.Name, Value: d.input(arg.Type, aboutOf(field, arg))})
		}
	}
	return append(args, d.paging(field)...)
}

// aboutOf is what the values of an argument are about: a type of node, words, or what
// its name says.
func aboutOf(field *ast.FieldDefinition, arg *ast.ArgumentDefinition) string {
	switch {
	case arg.Name == "query":
		return "words"
	case arg.Type.Name() == "String" || arg.Type.Name() == "Int":
		return arg.Name
	case field.Name == schema.PathsField:
		return "Entity"
	default:
		return field.Type.Name()
	}
}

func isPaging(name string) bool {
	return slices.Contains([]string{"first", "last", "after", "before", "orderBy"}, name)
}

// idSignature is that of lists that are asked for in no order.
const idSignature = "id+"

// paging writes the arguments that take a page of a list: they depend on each
// other.
func (d *draft) paging(field *ast.FieldDefinition) ast.ArgumentList {
	var args ast.ArgumentList
	add := func(name string, percent int, value func() *ast.Value) {
		if arg := field.Arguments.ForName(name); arg != nil && chance(d.shape, percent) {
			if v := d.orVariable(arg.Type, value); v != nil {
				args = append(args, &ast.Argument{Name: name, Value: v})
			}
		}
	}
	signature := idSignature
	if field.Arguments.ForName("query") != nil {
		signature = "relevance+,id+"
	}
	add("orderBy", 50, func() *ast.Value {
		var order *ast.Value
		order, signature = d.order(field.Arguments.ForName("orderBy").Type)
		return order
	})
	if len(args) > 0 && !d.isProvided(args[0].Value) {
		signature = idSignature
	}
	if chance(d.shape, 60) {
		add("first", 100, func() *ast.Value { return d.size(field.Arguments.ForName("first").Type.NonNull) })
	} else {
		add("last", 60, func() *ast.Value { return d.size(false) })
	}
	add("after", 35, func() *ast.Value { return d.cursor(signature) })
	add("before", 25, func() *ast.Value { return d.cursor(signature) })
	return args
}

// size is how many nodes to take or, if that must be some, values of a facet.
func (d *draft) size(some bool) *ast.Value {
	if !some && chance(d.shape, 3) {
		return &ast.Value{Kind: ast.NullValue, Raw: "null"}
	}
	n := pick(d.value, []int{0, 1, 1, 2, 2, 3, 4, 6, 10, 100})
	if some {
		n = max(n, 1)
	}
	return &ast.Value{Kind: ast.IntValue, Raw: strconv.Itoa(n)}
}

// order is one of the few orders that lists of a type are asked in, so that
// cursors meet lists they fit, and says which cursors fit it.
func (d *draft) order(t *ast.Type) (order *ast.Value, signature string) {
	term := d.schema.Types[t.Name()]
	constants := d.schema.Types[term.Fields.ForName("field").Type.Name()].EnumValues
	few := rand.New(rand.NewPCG(d.seed, hash(term.Name)+uint64(d.shape.IntN(3))))
	order = &ast.Value{Kind: ast.ListValue}
	var signs []string
	for _, n := range few.Perm(len(constants))[:min(few.IntN(4), len(constants))] {
		field, direction := constants[n].Name, pick(few, []string{"ASC", "DESC"})
		object := &ast.Value{Kind: ast.ObjectValue, Children: ast.ChildValueList{
			{Name: "field", Value: &ast.Value{Kind: ast.EnumValue, Raw: field}},
		}}
		if direction == "DESC" || chance(few, 50) {
			object.Children = append(object.Children, &ast.ChildValue{Name: "direction", Value: &ast.Value{Kind: ast.EnumValue, Raw: direction}})
		}
		order.Children = append(order.Children, &ast.ChildValue{Value: object})
		signs = append(signs, d.constants[field]+map[string]string{"ASC": "+", "DESC": "-"}[direction])
	}
	if at := slices.IndexFunc(signs, func(s string) bool { return strings.HasPrefix(s, "id") }); at >= 0 {
		return order, strings.Join(signs[:at+1], ",")
	}
	return order, strings.Join(append(signs, idSignature), ",")
}

func hash(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // it never fails
	return h.Sum64()
}

// cursor is one that was answered for an order, nil if none was.
func (d *draft) cursor(signature string) *ast.Value {
	if len(d.cursors[signature]) == 0 {
		return nil
	}
	return &ast.Value{Kind: ast.StringValue, Raw: pick(d.value, d.cursors[signature])}
}

// harvest keeps the cursors of an answer.
func (a *author) harvest(answer gjson.Result) {
	if answer.IsObject() || answer.IsArray() {
		answer.ForEach(func(_, value gjson.Result) bool {
			a.harvest(value)
			return true
		})
		return
	}
	raw, err := base64.RawURLEncoding.DecodeString(answer.Str)
	var parts []any
	if answer.Str == "" || err != nil || json.Unmarshal(raw, &parts) != nil || len(parts) < 2 {
		return
	}
	if signature, ok := parts[0].(string); ok && !slices.Contains(a.cursors[signature], answer.Str) {
		a.cursors[signature] = append(a.cursors[signature], answer.Str)
	}
}

// input is a value of a type. It is about a type of node or, inside of a
// filter, a property.
func (d *draft) input(t *ast.Type, about string) *ast.Value {
	return d.orVariable(t, func() *ast.Value { return d.literal(t, about) })
}

// orVariable makes a variable of some values.
func (d *draft) orVariable(t *ast.Type, value func() *ast.Value) *ast.Value {
	if d.constant || !chance(d.shape, 12) {
		return value()
	}
	d.constant = true
	v := value()
	d.constant = false
	if v == nil {
		return nil
	}
	own := d.doc.Operations[0]
	definition := &ast.VariableDefinition{Variable: d.name("v"), Type: t}
	own.VariableDefinitions = append(own.VariableDefinitions, definition)
	switch {
	case !t.NonNull && chance(d.shape, 10):
		// It is not provided.
	case chance(d.shape, 15):
		definition.DefaultValue = v
	default:
		d.variables[definition.Variable] = jsonOf(v)
	}
	return &ast.Value{Kind: ast.Variable, Raw: definition.Variable}
}

// isProvided tells whether there is a value, and no variable without one.
func (d *draft) isProvided(v *ast.Value) bool {
	definition := d.doc.Operations[0].VariableDefinitions.ForName(v.Raw)
	if v.Kind != ast.Variable || definition.DefaultValue != nil {
		return true
	}
	_, provided := d.variables[v.Raw]
	return provided
}

func (d *draft) literal(t *ast.Type, about string) *ast.Value {
	if t.Elem != nil {
		if chance(d.shape, 8) {
			// A single value stands for a list of it.
			return d.literal(t.Elem, about)
		}
		list := &ast.Value{Kind: ast.ListValue}
		for range d.shape.IntN(4) {
			list.Children = append(list.Children, &ast.ChildValue{Value: d.input(t.Elem, about)})
		}
		return list
	}
	switch def := d.schema.Types[t.Name()]; def.Kind {
	case ast.Enum:
		if def.Name == "Interval" && chance(d.shape, 90) {
			// Days and months make too many buckets where a date is far from the others.
			return &ast.Value{Kind: ast.EnumValue, Raw: pick(d.shape, []string{"YEAR", "DECADE"})}
		}
		return &ast.Value{Kind: ast.EnumValue, Raw: pick(d.shape, def.EnumValues).Name}
	case ast.InputObject:
		return d.object(def, about)
	default:
		return d.scalar(def.Name, about)
	}
}

func (d *draft) scalar(name, about string) *ast.Value {
	text := func(s string) *ast.Value { return &ast.Value{Kind: ast.StringValue, Raw: s} }
	switch name {
	case "ID":
		return text(someID(d.value, d.nodesOf(about)))
	case "Int":
		// Few hops, and entities in few facts; all that may be asked for is small.
		return &ast.Value{Kind: ast.IntValue, Raw: strconv.Itoa(1 + d.value.IntN(6))}
	case "Boolean":
		return &ast.Value{Kind: ast.BooleanValue, Raw: strconv.FormatBool(chance(d.value, 50))}
	case "Date":
		for {
			if day, err := graph.ParseDay(day(d.value)); err == nil {
				return text(day)
			}
		}
	case "String":
		if about == "words" {
			return text(d.words.words(d.value))
		}
		return text(d.words.operand(d.value, about))
	default:
		panic("differ: there are no values for the scalar " + name)
	}
}

// nodesOf are the nodes of a published type, or all if it is none.
func (d *draft) nodesOf(typeName string) []*graph.Node {
	fit := slices.DeleteFunc(slices.Clone(d.nodes), func(n *graph.Node) bool { return !n.Type.Implements(graph.TypeName(typeName)) })
	if len(fit) == 0 || chance(d.value, 10) {
		return d.nodes
	}
	return fit
}

// object is an input object: all of its required fields, or some of the others.
func (d *draft) object(def *ast.Definition, about string) *ast.Value {
	if def.Name == "DateRange" {
		return d.span()
	}
	d.nesting++
	defer func() { d.nesting-- }()
	object := &ast.Value{Kind: ast.ObjectValue}
	for _, f := range d.pickInputs(def) {
		d.conditions--
		inside := about
		if isWhere(def) || isParticipation(def) {
			inside = f.Name
		}
		object.Children = append(object.Children, &ast.ChildValue{Name: f.Name, Value: d.input(f.Type, inside)})
	}
	return object
}

// span is two days in their order.
func (d *draft) span() *ast.Value {
	from, until := d.scalar("Date", ""), d.scalar("Date", "")
	if until.Raw < from.Raw {
		from, until = until, from
	}
	return &ast.Value{Kind: ast.ObjectValue, Children: ast.ChildValueList{{Name: "from", Value: from}, {Name: "until", Value: until}}}
}

func isWhere(def *ast.Definition) bool { return def.Fields.ForName("and") != nil }

func isParticipation(def *ast.Definition) bool { return def.Fields.ForName("role") != nil }

// pickInputs picks some fields of a condition: comparisons, or what nests.
func (d *draft) pickInputs(def *ast.Definition) []*ast.FieldDefinition {
	var plain, relations, logic []*ast.FieldDefinition
	for _, f := range def.Fields {
		switch inside := d.schema.Types[f.Type.Name()]; {
		case inside == def:
			logic = append(logic, f)
		case isWhere(inside), inside.Fields.ForName("some") != nil:
			relations = append(relations, f)
		default:
			plain = append(plain, f)
		}
	}
	fit := plain
	switch deep := d.nesting <= maxNesting && d.conditions > 0; {
	case len(plain) == 0:
		fit = relations
	case deep && len(logic) > 0 && chance(d.shape, 22):
		fit = logic
	case deep && len(relations) > 0 && chance(d.shape, 45):
		fit = relations
	}
	var picked []*ast.FieldDefinition
	for range pick(d.shape, []int{0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3}) {
		f := d.pickRelation(strings.TrimSuffix(def.Name, "Where"), fit)
		if !slices.Contains(picked, f) {
			picked = append(picked, f)
		}
	}
	return picked
}
