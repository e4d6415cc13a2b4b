package sqlite

import (
	"companygraph/graph/plan"
)

// ordering is an order over named columns, and a window of it.
type ordering struct {
	window *plan.Window
	// key writes what term i is ordered by.
	key func(term plan.Order)
}

// by writes ORDER BY terms. Taken backward, everything is reversed, missing
// values included: they come last in the order and so first in its reverse.
func (r *renderer) by(o ordering) {
	for i, term := range o.window.Order {
		if i > 0 {
			r.text(", ")
		}
		o.key(term)
		r.direction(term, o.window.Backward)
	}
}

// direction writes how a term is sorted. SQLite takes null as the least value,
// so that only ascending orders have to be told that it comes last.
func (r *renderer) direction(term plan.Order, backward bool) {
	if term.Descending != backward {
		r.text(" DESC")
	}
	if term.Descending || term.Property.Required {
		return
	}
	r.text(conditional(backward, " NULLS FIRST", " NULLS LAST"))
}

// within writes AND and the condition that a row lies inside the window's cuts.
func (r *renderer) within(o ordering) { r.withinHalf(o, nil) }

// withinHalf is within for rows of which it is known whether the first term is
// missing; nil says that it is not known.
func (r *renderer) withinHalf(o ordering, missing *bool) {
	if o.window.After != nil {
		r.text(" AND ")
		r.afterHalf(o, *o.window.After, missing)
	}
	if o.window.Before != nil {
		r.text(" AND ")
		r.beyond(o, *o.window.Before, 0, false)
	}
}

func (r *renderer) afterHalf(o ordering, at plan.Position, missing *bool) {
	switch {
	case missing == nil:
		r.beyond(o, at, 0, true)
	case at[0].Missing():
		r.beyond(o, at, 1, true)
	case *missing:
		r.text("1")
	default:
		r.beyondPresent(o, at, 0, true)
	}
}

// beyond writes that a row comes after a position or, with after false, before
// it, from term i on: x >= k AND (x > k OR …), which SQLite can answer from an
// index, unlike x > k OR (x = k AND …).
func (r *renderer) beyond(o ordering, at plan.Position, i int, after bool) {
	if i == len(o.window.Order) {
		r.text("0")
		return
	}
	term := o.window.Order[i]
	if at[i].Missing() {
		r.beyondMissing(o, at, i, after)
		return
	}
	if !after || term.Property.Required {
		r.beyondPresent(o, at, i, after)
		return
	}
	r.text("(")
	o.key(term)
	r.text(" IS NULL OR ")
	r.beyondPresent(o, at, i, after)
	r.text(")")
}

// beyondPresent is beyond for rows in which term i is there.
func (r *renderer) beyondPresent(o ordering, at plan.Position, i int, after bool) {
	term := o.window.Order[i]
	greater := after != term.Descending
	r.text("(")
	o.key(term)
	r.text(conditional(greater, " >= ", " <= "))
	r.value(at[i].Any())
	r.text(" AND (")
	o.key(term)
	r.text(conditional(greater, " > ", " < "))
	r.value(at[i].Any())
	r.text(" OR ")
	r.beyond(o, at, i+1, after)
	r.text("))")
}

// beyondMissing is beyond for a position among the missing values, which are last.
func (r *renderer) beyondMissing(o ordering, at plan.Position, i int, after bool) {
	term := o.window.Order[i]
	r.text("(")
	o.key(term)
	r.text(conditional(after, " IS NULL AND ", " IS NOT NULL OR "))
	r.beyond(o, at, i+1, after)
	r.text(")")
}

// outside writes that a row was left on one side of the page by a cut: at or
// before After, or at or after Before.
func (r *renderer) outside(o ordering, side plan.Side) {
	at, after := o.window.After, false
	if side == plan.Behind {
		at, after = o.window.Before, true
	}
	r.text("(")
	r.beyond(o, *at, 0, after)
	r.text(" OR (")
	for i, term := range o.window.Order {
		if i > 0 {
			r.text(" AND ")
		}
		o.key(term)
		r.text(" IS ")
		r.value((*at)[i].Any())
	}
	r.text("))")
}
