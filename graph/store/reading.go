package store

import (
	"cmp"
	"fmt"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// defaultRows bounds the rows that are read for a plan that does not say.
const defaultRows = 100_000

// Reading counts what a store reads for a plan: many rows, or few with long
// texts, would fill the memory.
type Reading struct{ rows, text, maxRows, maxText int }

// NewReading starts a count for a plan.
func NewReading(plan *plan.Plan) *Reading {
	return &Reading{maxRows: cmp.Or(plan.MaxRows, defaultRows), maxText: plan.MaxText}
}

// Rows returns the number of rows read.
func (r *Reading) Rows() int { return r.rows }

// Row counts a row and its values, but not its follows. A store that gets an
// error, which has CodeLimit, ends the plan with it.
func (r *Reading) Row(row *plan.Row) error { return r.values(row.Values...) }

// Counted counts a value of a facet, or a span of a histogram, as a row.
func (r *Reading) Counted(v graph.Value) error { return r.values(v) }

func (r *Reading) values(all ...graph.Value) error {
	r.rows++
	for _, v := range all {
		r.text += len(v.Text())
	}
	switch {
	case r.rows > r.maxRows:
		return tooMuch("rows", "rows", r.rows, r.maxRows)
	case r.maxText > 0 && r.text > r.maxText:
		return tooMuch("text", "bytes of text", r.text, r.maxText)
	}
	return nil
}

func tooMuch(what, units string, value, limit int) *graph.Error {
	return &graph.Error{
		Code: graph.CodeLimit, Message: fmt.Sprintf("the operation reads too many %s; the limit is %d", units, limit),
		Excess: &graph.Excess{What: what, Limit: limit, Value: value},
	}
}

// ScannedTooMuch is the error of a plan for which the engine has scanned more
// rows of tables and indexes than the plan's MaxScanned.
func ScannedTooMuch(scanned, limit int) error {
	return &graph.Error{
		Code:    graph.CodeLimit,
		Message: fmt.Sprintf("the operation makes the database scan too many rows; the limit is %d: ask for less, or filter and order by indexed fields", limit),
		Excess:  &graph.Excess{What: "scanned", Limit: limit, Value: scanned},
	}
}
