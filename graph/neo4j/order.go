package neo4j

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// ordering is an order over named values, and a window of it.
type ordering struct {
	window *plan.Window
	// key writes what a term is ordered by.
	key func(term plan.Order)
}

// by writes ORDER BY terms. Cypher takes null as the greatest value, so that
// only where it would come on the wrong side a term of its own puts it right.
func (r *renderer) by(o ordering) {
	for i, term := range o.window.Order {
		if i > 0 {
			r.write(", ")
		}
		descending := term.Descending != o.window.Backward
		switch missing := term.Descending && !term.Property.Required; {
		case missing && term.Property.Kind == graph.KindDate:
			// No date is empty, so that missing ones sort below all; one key
			// less to sort by is worth a quarter of a hub's page.
			r.write("coalesce(")
			o.key(term)
			r.write(", '')")
		case missing:
			o.key(term)
			r.write(conditional(o.window.Backward, " IS NULL DESC, ", " IS NULL, "))
			o.key(term)
		default:
			o.key(term)
		}
		r.write(conditional(descending, " DESC", ""))
	}
}

// within adds the condition that a row lies inside the window's cuts to a WHERE.
func (r *renderer) within(w *where, o ordering) {
	if o.window.After != nil {
		w.and()
		r.beyond(o, *o.window.After, 0, true)
	}
	if o.window.Before != nil {
		w.and()
		r.beyond(o, *o.window.Before, 0, false)
	}
}

// beyond writes that a row comes after a position or, with after false, before
// it, from term i on: x >= k AND (x > k OR …), which an index can answer,
// unlike x > k OR (x = k AND …).
func (r *renderer) beyond(o ordering, at plan.Position, i int, after bool) {
	term := o.window.Order[i]
	if at[i].Missing() {
		r.write("(")
		o.key(term)
		r.write(conditional(after, " IS NULL AND ", " IS NOT NULL OR "))
		r.beyond(o, at, i+1, after)
		r.write(")")
		return
	}
	greater := after != term.Descending
	if i == len(o.window.Order)-1 {
		// The id is always there, and nothing comes after it.
		r.past(o, term, at[i], greater)
		return
	}
	orMissing := after && !term.Property.Required
	r.write(conditional(orMissing, "(", ""))
	if orMissing {
		o.key(term)
		r.write(" IS NULL OR ")
	}
	r.write("(")
	o.key(term)
	r.write(conditional(greater, " >= ", " <= "))
	r.value(inKeys(term.Property, at[i]))
	r.write(" AND (")
	r.past(o, term, at[i], greater)
	r.write(" OR ")
	r.beyond(o, at, i+1, after)
	r.write("))")
	r.write(conditional(orMissing, ")", ""))
}

func (r *renderer) past(o ordering, term plan.Order, at graph.Value, greater bool) {
	o.key(term)
	r.write(conditional(greater, " > ", " < "))
	r.value(inKeys(term.Property, at))
}

// outside writes that a row was left on one side of the page by a cut: at or
// before After, or at or after Before.
func (r *renderer) outside(o ordering, side plan.Side) {
	at, after := o.window.After, false
	if side == plan.Behind {
		at, after = o.window.Before, true
	}
	r.write("(")
	r.beyond(o, *at, 0, after)
	r.write(" OR (")
	for i, term := range o.window.Order {
		if i > 0 {
			r.write(" AND ")
		}
		o.key(term)
		if (*at)[i].Missing() {
			r.write(" IS NULL")
			continue
		}
		r.write(" = ")
		r.value(inKeys(term.Property, (*at)[i]))
	}
	r.write("))")
}
