package schema

import (
	"slices"

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
	{"eq", "Equal to this.", OperandValue, anyScalar},
	{"ne", "Missing, or not equal to this.", OperandValue, anyScalar},
	{"in", "One of these; an empty list never holds.", OperandList, listed},
	{"notIn", "Missing, or none of these; an empty list always holds.", OperandList, listed},
	{"lt", "Less than this; text is compared by code point.", OperandValue, ordered},
	{"lte", "Less than or equal to this.", OperandValue, ordered},
	{"gt", "Greater than this; text is compared by code point.", OperandValue, ordered},
	{"gte", "Greater than or equal to this.", OperandValue, ordered},
	{"contains", "Contains this text; case-sensitive.", OperandValue, textual},
	{"startsWith", "Begins with this text; case-sensitive.", OperandValue, textual},
	{"before", "The latest day is before this one: `2017` is before `2018-01-01`. A date without a latest day never is.", OperandDay, dated},
	{"after", "The earliest day is after this one: `2017` is after `2016-12-31`. A date without an earliest day never is.", OperandDay, dated},
	{"during", "Both bounds lie within this span.", OperandDays, dated},
	{"overlaps", "The date may share a day with this span; an open end is infinite, so `2005/..` overlaps all of 2017.", OperandDays, dated},
	{"isNull", "True: the value is missing. False: it is not.", OperandBoolean, append(slices.Clone(anyScalar), graph.KindDate)},
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
