package resolvers

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"companygraph/graph"
	"companygraph/graph/plan"

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
	ids        *standing
	depth      int
	conditions int
}

func readWhere(model *graph.Model, ids *standing, on graph.TypeName, v any) (plan.Filter, error) {
	r := &whereReader{model: model, ids: ids}
	return r.where(v, on, "where", false)
}

// where reads the conditions on a type or interface, all of which must hold.
func (r *whereReader) where(v any, on graph.TypeName, path string, negate bool) (plan.Filter, error) {
	return r.object(v, path, negate,
		func(key string, v any, path string) (plan.Filter, error) { return r.entry(key, v, on, path, negate) },
		func(v any, path string, negate bool) (plan.Filter, error) { return r.where(v, on, path, negate) })
}

// object reads an object of conditions, all of which must hold: and, or and not of
// further objects, read by nested, and entries of its own, read by entry.
func (r *whereReader) object(v any, path string, negate bool,
	entry func(key string, v any, path string) (plan.Filter, error), nested func(v any, path string, negate bool) (plan.Filter, error),
) (plan.Filter, error) {
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
	var parts []plan.Filter
	for _, key := range slices.Sorted(maps.Keys(object)) {
		var part plan.Filter
		switch where := path + "." + key; {
		case object[key] == nil:
			err = wrongKind(where, "a condition", nil)
		case key == "and":
			part, err = each(object[key], where, negate, negate, nested)
		case key == "or":
			part, err = each(object[key], where, negate, !negate, nested)
		case key == "not":
			part, err = nested(object[key], where, !negate)
		default:
			part, err = entry(key, object[key], where)
		}
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
func all(parts []plan.Filter, negate bool) plan.Filter {
	switch {
	case len(parts) == 1:
		return parts[0]
	case negate:
		return plan.Or(parts)
	default:
		return plan.And(parts)
	}
}

// entry reads the condition on a relation or property, or on the type.
func (r *whereReader) entry(key string, v any, on graph.TypeName, path string, negate bool) (plan.Filter, error) {
	if relation := r.model.Relation(on, key); relation != nil {
		if relation.Cardinality == graph.Participants {
			return r.participants(on, v, path, negate)
		}
		return r.related(relation, v, path, negate)
	}
	property := r.model.Property(on, key)
	switch key {
	case graph.IDProperty.Name:
		property = graph.IDProperty
	case graph.LiveProperty.Name:
		if t := r.model.Types[on]; t != nil && t.Class == graph.ClaimClass {
			property = graph.LiveProperty
		}
	}
	switch {
	case property != nil && property.FilterableByElement():
		return r.elements(property, v, path, negate)
	case property != nil:
		return r.scalar(property, v, path, negate)
	case key == "kind":
		return r.kind(v, on, path, negate)
	default:
		return nil, graph.BadArgument(path, "is no condition on %s", on)
	}
}

// each reads a list of conditions. Joined as alternatives (asOr), an empty list
// does not hold; otherwise it does.
func each(v any, path string, negate, asOr bool, nested func(v any, path string, negate bool) (plan.Filter, error)) (plan.Filter, error) {
	var parts []plan.Filter
	for i, item := range asList(v) {
		part, err := nested(item, path+"."+strconv.Itoa(i), negate)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return all(parts, asOr), nil
}

// scalar reads the comparisons on one property.
func (r *whereReader) scalar(p *graph.Property, v any, path string, negate bool) (plan.Filter, error) {
	return r.comparisons(v, path, negate, func(name string, v any, path string) (plan.Filter, error) {
		filter, err := comparison(p, name, v, path, negate)
		if p == graph.IDProperty && err == nil {
			filter = r.ids.filter(filter)
		}
		return filter, err
	})
}

// comparisons reads an object of comparisons, all of which must hold; one reads
// each of them.
func (r *whereReader) comparisons(v any, path string, negate bool, one func(name string, v any, path string) (plan.Filter, error)) (plan.Filter, error) {
	object, err := asObject(v, path)
	if err != nil {
		return nil, err
	}
	var parts []plan.Filter
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if err := r.count(path); err != nil {
			return nil, err
		}
		part, err := one(key, object[key], path+"."+key)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return all(parts, negate), nil
}

var scalarOps = map[string]plan.Op{
	"eq": plan.Equal, "lt": plan.Less, "lte": plan.LessOrEqual, "gt": plan.Greater,
	"gte": plan.GreaterOrEqual, "contains": plan.Contains, "startsWith": plan.StartsWith,
}

var dateOps = map[string]plan.DateOp{
	"before": plan.Before, "after": plan.After, "during": plan.During, "overlaps": plan.Overlaps,
}

func comparison(p *graph.Property, name string, v any, path string, negate bool) (plan.Filter, error) {
	switch name {
	case "isNull":
		null, err := asBool(v, path)
		return plan.IsMissing{Property: p, Not: negate == null}, err
	case "ne":
		return compare(p, plan.Equal, v, path, !negate)
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

func compare(p *graph.Property, op plan.Op, v any, path string, negate bool) (plan.Filter, error) {
	value, err := operand(p, v, path)
	if err != nil {
		return nil, err
	}
	if unstorable(value) {
		return all(nil, !negate), nil
	}
	return plan.Compare{Property: p, Op: op, Value: value, Not: negate}, nil
}

// unstorable reports whether no stored text can have what the value has: U+0000
// is refused at write and matches nothing on read.
func unstorable(v graph.Value) bool { return strings.Contains(v.Text(), "\x00") }

func oneOf(p *graph.Property, v any, path string, negate bool) (plan.Filter, error) {
	if v == nil {
		return nil, wrongKind(path, "a list", v)
	}
	items := asList(v)
	if len(items) > maxListItems {
		return nil, limitError(path, "the list is too long", maxListItems, len(items))
	}
	filter := plan.OneOf{Property: p, Not: negate}
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

func dateWithin(p *graph.Property, op plan.DateOp, v any, path string, negate bool) (plan.Filter, error) {
	filter := plan.DateWithin{Property: p, Op: op, Not: negate}
	var err error
	if op == plan.Before || op == plan.After {
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
