package resolvers

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"companygraph/graph"
	"companygraph/schema"

	"golang.org/x/text/unicode/norm"
)

// The largest filters that are planned. Every object counts as a condition, and
// every comparison in it.
const (
	maxWhereDepth      = 12
	maxWhereConditions = 200
	maxListItems       = 1000
)

// whereReader turns a where argument into a filter in negation normal form:
// it carries the negation down to the leaves.
type whereReader struct {
	model      *graph.Model
	depth      int
	conditions int
}

func readWhere(model *graph.Model, on graph.TypeName, v any) (graph.Filter, error) {
	r := &whereReader{model: model}
	return r.where(v, on, "where", false)
}

// where reads the conditions on a type or interface, all of which must hold.
func (r *whereReader) where(v any, on graph.TypeName, path string, negate bool) (graph.Filter, error) {
	object, err := asObject(v, path)
	if err != nil {
		return nil, err
	}
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxWhereDepth {
		return nil, limitError(path, "conditions nest too deeply", maxWhereDepth, r.depth)
	}
	if err := r.count(path); err != nil {
		return nil, err
	}
	var parts []graph.Filter
	for _, key := range slices.Sorted(maps.Keys(object)) {
		part, err := r.entry(key, object[key], on, path+"."+key, negate)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return all(parts, negate), nil
}

func (r *whereReader) count(path string) error {
	r.conditions++
	if r.conditions > maxWhereConditions {
		return limitError(path, "too many conditions", maxWhereConditions, r.conditions)
	}
	return nil
}

// all joins conditions of which every one must hold or, negated, any.
func all(parts []graph.Filter, negate bool) graph.Filter {
	switch {
	case len(parts) == 1:
		return parts[0]
	case negate:
		return graph.Or(parts)
	default:
		return graph.And(parts)
	}
}

func (r *whereReader) entry(key string, v any, on graph.TypeName, path string, negate bool) (graph.Filter, error) {
	if v == nil {
		return nil, wrongKind(path, "a condition", v)
	}
	switch key {
	case "and":
		return r.each(v, on, path, negate, negate)
	case "or":
		return r.each(v, on, path, negate, !negate)
	case "not":
		return r.where(v, on, path, !negate)
	}
	if relation := r.model.Relation(on, key); relation != nil {
		return r.related(relation, v, path, negate)
	}
	property := graph.IDProperty
	if key != "id" {
		property = r.model.Property(on, key)
	}
	if property == nil && key == "kind" {
		return r.kind(v, on, path, negate)
	}
	if property == nil {
		return nil, graph.BadArgument(path, "is no condition on %s", on)
	}
	return r.scalar(property, v, path, negate)
}

// each reads a list of conditions. Joined as alternatives (asOr), an empty list
// does not hold; otherwise it does.
func (r *whereReader) each(v any, on graph.TypeName, path string, negate, asOr bool) (graph.Filter, error) {
	var parts []graph.Filter
	for i, item := range asList(v) {
		part, err := r.where(item, on, path+"."+strconv.Itoa(i), negate)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return all(parts, asOr), nil
}

func (r *whereReader) kind(v any, on graph.TypeName, path string, negate bool) (graph.Filter, error) {
	object, err := asObject(v, path)
	if err != nil {
		return nil, err
	}
	in, given := object["in"]
	if !given {
		return all(nil, negate), nil
	}
	if in == nil {
		return nil, wrongKind(path+".in", "a list of kinds", in)
	}
	types, err := kinds(r.model, on, in, path+".in")
	if err != nil {
		return nil, err
	}
	return graph.TypeIs{Types: types, Not: negate}, nil
}

// kinds reads a list of names of concrete types in CONSTANT_CASE. The types come
// ordered by name, each once.
func kinds(model *graph.Model, on graph.TypeName, v any, path string) ([]*graph.Type, error) {
	var types []*graph.Type
	for i, item := range asList(v) {
		name, err := asString(item, path+"."+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(model.Concrete(on), func(t *graph.Type) bool { return schema.ConstantCase(string(t.Name)) == name })
		if at < 0 {
			return nil, graph.BadArgument(path+"."+strconv.Itoa(i), "is no kind of %s", on)
		}
		if t := model.Concrete(on)[at]; !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	slices.SortFunc(types, func(a, b *graph.Type) int { return a.Index - b.Index })
	return types, nil
}

// related reads some, none and every. "Every passes" is "none fails".
func (r *whereReader) related(relation *graph.Relation, v any, path string, negate bool) (graph.Filter, error) {
	object, err := asObject(v, path)
	if err != nil {
		return nil, err
	}
	var parts []graph.Filter
	for _, key := range slices.Sorted(maps.Keys(object)) {
		where := path + "." + key
		if object[key] == nil {
			return nil, wrongKind(where, "a condition", nil)
		}
		filter, err := r.where(object[key], relation.Target, where, key == "every")
		if err != nil {
			return nil, err
		}
		parts = append(parts, graph.Related{
			Path: defaultPath(relation), Types: r.model.Concrete(relation.Target), Latest: isLatest(relation),
			Filter: filter, Not: negate != (key != "some"),
		})
	}
	return all(parts, negate), nil
}

// scalar reads the comparisons on one property.
func (r *whereReader) scalar(p *graph.Property, v any, path string, negate bool) (graph.Filter, error) {
	object, err := asObject(v, path)
	if err != nil {
		return nil, err
	}
	var parts []graph.Filter
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if err := r.count(path); err != nil {
			return nil, err
		}
		if key == "isNull" && object[key] == nil {
			continue
		}
		part, err := comparison(p, key, object[key], path+"."+key, negate)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return all(parts, negate), nil
}

var scalarOps = map[string]graph.Op{
	"eq": graph.Equal, "lt": graph.Less, "lte": graph.LessOrEqual, "gt": graph.Greater,
	"gte": graph.GreaterOrEqual, "contains": graph.Contains, "startsWith": graph.StartsWith,
}

var dateOps = map[string]graph.DateOp{
	"before": graph.Before, "after": graph.After, "during": graph.During, "overlaps": graph.Overlaps,
}

func comparison(p *graph.Property, name string, v any, path string, negate bool) (graph.Filter, error) {
	switch name {
	case "isNull":
		null, err := asBool(v, path)
		return graph.IsMissing{Property: p, Not: negate == null}, err
	case "ne":
		return compare(p, graph.Equal, v, path, !negate)
	case "in":
		return oneOf(p, v, path, negate)
	case "notIn":
		return oneOf(p, v, path, !negate)
	}
	if op, ok := scalarOps[name]; ok {
		return compare(p, op, v, path, negate)
	}
	if op, ok := dateOps[name]; ok {
		return dateWithin(p, op, v, path, negate)
	}
	return nil, graph.BadArgument(path, "is no comparison")
}

func compare(p *graph.Property, op graph.Op, v any, path string, negate bool) (graph.Filter, error) {
	value, err := operand(p, v, path)
	if err != nil {
		return nil, err
	}
	if unstorable(value) {
		return all(nil, !negate), nil
	}
	return graph.Compare{Property: p, Op: op, Value: value, Not: negate}, nil
}

// unstorable tells whether no stored text can have what the value has: U+0000
// is refused at write and matches nothing on read.
func unstorable(v graph.Value) bool { return strings.Contains(v.Text(), "\x00") }

func oneOf(p *graph.Property, v any, path string, negate bool) (graph.Filter, error) {
	if v == nil {
		return nil, wrongKind(path, "a list", v)
	}
	items := asList(v)
	if len(items) > maxListItems {
		return nil, limitError(path, "the list is too long", maxListItems, len(items))
	}
	filter := graph.OneOf{Property: p, Not: negate}
	for i, item := range items {
		value, err := operand(p, item, path+"."+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		if !unstorable(value) {
			filter.Values = append(filter.Values, value)
		}
	}
	return filter, nil
}

// operand reads a value to compare a property with.
func operand(p *graph.Property, v any, path string) (graph.Value, error) {
	switch p.Kind {
	case graph.KindBoolean:
		b, err := asBool(v, path)
		return graph.Bool(b), err
	case graph.KindInt:
		n, err := asInt(v, path)
		return graph.Int(int64(n)), err
	case graph.KindFloat:
		f, err := asFloat(v, path)
		return graph.Float(f), err
	case graph.KindID:
		id, err := asID(v, path)
		return graph.Text(id), err
	case graph.KindEnum:
		name, err := asString(v, path)
		if err == nil && !slices.Contains(p.Enum.Values, name) {
			err = graph.BadArgument(path, "is no value of %s", p.Enum.Name)
		}
		return graph.Text(name), err
	default:
		s, err := asString(v, path)
		return graph.Text(norm.NFC.String(s)), err
	}
}

func dateWithin(p *graph.Property, op graph.DateOp, v any, path string, negate bool) (graph.Filter, error) {
	filter := graph.DateWithin{Property: p, Op: op, Not: negate}
	var err error
	if op == graph.Before || op == graph.After {
		filter.From, err = asDay(v, path)
		return filter, err
	}
	span, err := asObject(v, path)
	if err != nil {
		return nil, err
	}
	if filter.From, err = asDay(span["from"], path+".from"); err != nil {
		return nil, err
	}
	if filter.Until, err = asDay(span["until"], path+".until"); err != nil {
		return nil, err
	}
	if filter.Until < filter.From {
		return nil, graph.BadArgument(path, "until is before from")
	}
	return filter, nil
}
