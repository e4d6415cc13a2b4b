package graph

import (
	"cmp"
	"slices"
)

// Held is what tells on which days a fact held.
type Held struct {
	Phase string
	Date  PartialDate
}

// HeldTogether answers whether facts held at the same time: YES if on some day
// [FactHoldsAt] answers YES for every one of them, POSSIBLY if on some day it answers
// NO for none, else NO.
func HeldTogether(facts []Held) Holds {
	possible := dayRange{firstDay, lastDay}
	certain, allCertain := possible, true
	for _, f := range facts {
		if slices.Contains(UnrealPhases, f.Phase) {
			return HoldsNo
		}
		possible = possible.and(dayRange{cmp.Or(f.Date.Earliest, firstDay), cmp.Or(f.Date.Latest, lastDay)})
		from, until, some := f.Date.CertainDays()
		certain, allCertain = certain.and(dayRange{from, until}), allCertain && some
	}
	switch {
	case possible.isEmpty():
		return HoldsNo
	case !allCertain || certain.and(possible).isEmpty():
		return HoldsPossibly
	}
	return HoldsYes
}

// dayRange is all days from the first to the last.
type dayRange struct{ first, last string }

func (s dayRange) isEmpty() bool { return s.first > s.last }

// and are the days that are in both.
func (s dayRange) and(t dayRange) dayRange {
	return dayRange{max(s.first, t.first), min(s.last, t.last)}
}
