package graph

import "fmt"

// maxRows bounds the rows that are read for one plan.
const maxRows = 100_000

// Reading counts what a store reads for a plan: many rows, or few with long
// texts, would fill the memory.
type Reading struct{ rows, text, maxText int }

// NewReading begins to count for a plan.
func NewReading(plan *Plan) *Reading { return &Reading{maxText: plan.MaxText} }

// Row counts a row and its values, but not its follows. A store that gets an
// error, which has CodeLimit, ends the plan with it.
func (r *Reading) Row(row *Row) error {
	r.rows++
	for _, v := range row.Values {
		r.text += len(v.text)
	}
	switch {
	case r.rows > maxRows:
		return tooMuch("rows", "rows", r.rows, maxRows)
	case r.maxText > 0 && r.text > r.maxText:
		return tooMuch("text", "bytes of text", r.text, r.maxText)
	}
	return nil
}

func tooMuch(what, units string, value, limit int) *Error {
	return &Error{
		Code: CodeLimit, Message: fmt.Sprintf("the operation reads too many %s; the limit is %d", units, limit),
		Excess: &Excess{What: what, Limit: limit, Value: value},
	}
}
