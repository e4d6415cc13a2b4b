package neo4j

import (
	"companygraph/graph"
	"companygraph/graph/plan"
)

// span is a stretch of the keys behind the id of an end: from lo up to hi, which
// is not in it. Its rows are taken from its front or from its back.
type span struct {
	lo, hi string
	back   bool
	// mixed says that the ids of a day come in the other direction than the days.
	mixed bool
}

// limit is a position that rows have to come after, or before.
type limit struct {
	plan.Position
	// included says that a row at the position is inside the limit.
	included bool
}

// limits are those of what is read of an order; nil does not limit.
type limits struct{ after, before *limit }

// inside are the limits of a page.
func inside(w *plan.Window) limits {
	var l limits
	if w.After != nil {
		l.after = &limit{Position: *w.After}
	}
	if w.Before != nil {
		l.before = &limit{Position: *w.Before}
	}
	return l
}

// outside are the limits of what a cut leaves on one side of a page.
func outside(w *plan.Window, side plan.Side) limits {
	if side == plan.Ahead {
		return limits{before: &limit{*w.After, true}}
	}
	return limits{after: &limit{*w.Before, true}}
}

// keyOf is the key that has the links of the types in the order of a window.
func keyOf(w *plan.Window, types []*graph.Type) (constant, bool) {
	switch {
	case w.Order[len(w.Order)-1].Property != graph.IDProperty:
		return "", false
	case len(w.Order) == 1:
		return byIDKey, true
	case len(w.Order) == 2 && isTime(w.Order[0].Property, types):
		return byTimeKey, true
	}
	return "", false
}

// keySpans are the stretches of a group's keys in which the rows within limits
// lie. Which there are depends on the shape of the window and on which limits
// have a day, and on nothing else.
func keySpans(group string, w *plan.Window, l limits) []span {
	k := keyRange{base: groupKey(group), end: delimiter + group + beyond}
	first := w.Order[0]
	if len(w.Order) == 1 {
		return []span{k.single(!first.Descending, w.Backward, l, func(at plan.Position) string { return k.base + idAt(at) })}
	}
	k.daysForward, k.idsForward, k.backward = first.Descending, !w.Order[1].Descending, w.Backward
	if k.daysForward && k.idsForward {
		return []span{k.single(true, w.Backward, l, k.key)}
	}
	return k.several(l)
}

// keyRange is a group's range of keys, and how a window goes through it.
type keyRange struct {
	base, end string
	// daysForward and idsForward tell whether days, and ids of one day, are
	// ordered as the keys are; missing days come last in any case.
	daysForward, idsForward, backward bool
}

func idAt(at plan.Position) string { return storedID(graph.ID(at[len(at)-1].Text())) }

// day is the prefix of the keys of a position's day, but for its delimiter.
func (k keyRange) day(at plan.Position) string { return k.base + countdown(at[0].Text()) }

func (k keyRange) key(at plan.Position) string { return k.day(at) + delimiter + idAt(at) }

// single is the span of an order that is that of the keys or, with forward
// false, its reverse.
func (k keyRange) single(forward, backward bool, l limits, key func(plan.Position) string) span {
	s := span{lo: k.base, hi: k.end, back: forward == backward}
	if l.after != nil {
		s = s.after(key(l.after.Position), l.after.included, forward)
	}
	if l.before != nil {
		s = s.after(key(l.before.Position), l.before.included, !forward)
	}
	return s
}

// after cuts a span to what lies behind a key or, with forward false, before it.
func (s span) after(key string, included, forward bool) span {
	if included != forward {
		key += next
	}
	if forward {
		s.lo = max(s.lo, key)
	} else {
		s.hi = min(s.hi, key)
	}
	return s
}

// several are the spans of an order in which missing days do not come where the
// keys have them, or days go the other way than ids: the rows with the day of a
// limit, those of all other days, and those of none.
func (k keyRange) several(l limits) []span {
	dated := span{lo: k.base, hi: k.base + undated, back: k.daysForward == k.backward, mixed: k.daysForward != k.idsForward}
	missing := k.ids(k.base + undated)
	hasDated, hasMissing := true, true
	var spans []span
	if l.after != nil {
		if day := k.day(l.after.Position); l.after.Position[0].Missing() {
			missing, hasDated = k.idsBeyond(missing, l.after, true), false
		} else {
			dated = k.daysBeyond(dated, day, true)
			spans = append(spans, k.idsBeyond(k.ids(day), l.after, true))
		}
	}
	if l.before != nil {
		if day := k.day(l.before.Position); l.before.Position[0].Missing() {
			missing = k.idsBeyond(missing, l.before, false)
		} else {
			hasMissing = false
			dated = k.daysBeyond(dated, day, false)
			spans = append(spans, k.idsBeyond(k.ids(day), l.before, false))
		}
	}
	switch {
	case len(spans) == 2:
		k.meet(spans, k.day(l.after.Position), k.day(l.before.Position))
	case !hasDated && !hasMissing:
		// Nothing with a day comes after what has none.
		spans[0].hi = spans[0].lo
	}
	if hasDated {
		spans = append(spans, dated)
	}
	if hasMissing {
		spans = append(spans, missing)
	}
	return spans
}

// ids is the span of one day, or of none.
func (k keyRange) ids(day string) span {
	return span{lo: day + delimiter, hi: day + beyond, back: k.idsForward == k.backward}
}

// idsBeyond cuts the span of a limit's day to the ids inside the limit.
func (k keyRange) idsBeyond(s span, l *limit, after bool) span {
	return s.after(k.key(l.Position), l.included, k.idsForward == after)
}

// daysBeyond cuts a span to the days after one or, with after false, before it.
func (k keyRange) daysBeyond(s span, day string, after bool) span {
	if k.daysForward == after {
		s.lo = max(s.lo, day+beyond)
	} else {
		s.hi = min(s.hi, day+delimiter)
	}
	return s
}

// meet cuts the spans of the days of two limits, of which each has to be inside
// the other limit, too.
func (k keyRange) meet(spans []span, after, before string) {
	first, last := &spans[0], &spans[1]
	switch {
	case after == before:
		first.lo, first.hi = max(first.lo, last.lo), min(first.hi, last.hi)
		last.hi = last.lo
	case (after < before) != k.daysForward:
		first.hi, last.hi = first.lo, last.lo
	}
}
