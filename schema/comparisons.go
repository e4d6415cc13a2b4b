package schema

import (
	"slices"
	"strings"
	"unicode"

	"companygraph/graph"
)

// Operand is what a comparison compares with.
type Operand uint8

// The operands. There is no useful zero value.
const (
	// OperandValue is a value of the property's own type.
	OperandValue Operand = iota + 1
	OperandList
	OperandBoolean
	OperandDay
	OperandDays
)

// Comparison is one field of a scalar filter.
type Comparison struct {
	Name        string
	Description string
	Operand     Operand
	kinds       []graph.Kind
}

var (
	anyScalar = []graph.Kind{graph.KindString, graph.KindID, graph.KindInt, graph.KindFloat, graph.KindBoolean, graph.KindEnum}
	listed    = []graph.Kind{graph.KindString, graph.KindID, graph.KindInt, graph.KindFloat, graph.KindEnum}
	ordered   = []graph.Kind{graph.KindString, graph.KindID, graph.KindInt, graph.KindFloat}
	textual   = []graph.Kind{graph.KindString, graph.KindID}
	dated     = []graph.Kind{graph.KindDate}
)

var comparisons = []Comparison{
	{"eq", "It is this.", OperandValue, anyScalar},
	{"ne", "It is missing or not this.", OperandValue, anyScalar},
	{"in", "It is one of these; an empty list never holds.", OperandList, listed},
	{"notIn", "It is missing or none of these; an empty list always holds.", OperandList, listed},
	{"lt", "It is less than this; text compares by code point.", OperandValue, ordered},
	{"lte", "It is this or less.", OperandValue, ordered},
	{"gt", "It is greater than this; text compares by code point.", OperandValue, ordered},
	{"gte", "It is this or greater.", OperandValue, ordered},
	{"contains", "It has this text somewhere, in the same case.", OperandValue, textual},
	{"startsWith", "It begins with this text, in the same case.", OperandValue, textual},
	{"before", "Its latest day is before this one: `2017` is before `2018-01-01`. A date without a latest day never is.", OperandDay, dated},
	{"after", "Its earliest day is after this one: `2017` is after `2016-12-31`. A date without an earliest day never is.", OperandDay, dated},
	{"during", "Both its bounds lie within this span.", OperandDays, dated},
	{"overlaps", "It may have a day in common with this span; an open end reaches for ever, so `2005/..` overlaps all of 2017.", OperandDays, dated},
	{"isNull", "True: it is missing. False: it is not.", OperandBoolean, append(slices.Clone(anyScalar), graph.KindDate)},
}

// Comparisons lists the comparisons that fit a kind of value, in published order.
func Comparisons(kind graph.Kind) []Comparison {
	var fit []Comparison
	for _, c := range comparisons {
		if slices.Contains(c.kinds, kind) {
			fit = append(fit, c)
		}
	}
	return fit
}

// ValueTypeName is the published type of a filterable property's values; that
// of dates is what filters on dates are named for.
func ValueTypeName(p *graph.Property) string {
	switch p.Kind {
	case graph.KindEnum:
		return string(p.Enum.Name)
	case graph.KindDate:
		return "Date"
	case graph.KindID:
		return "ID"
	case graph.KindInt:
		return "Int"
	case graph.KindFloat:
		return "Float"
	case graph.KindBoolean:
		return "Boolean"
	default:
		return "String"
	}
}

// ConstantCase turns a field or type name into that of an enum value:
// publishedOn into PUBLISHED_ON.
func ConstantCase(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}
