package neo4j

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/schema"
)

// linkTo is a link as its keys see it.
type linkTo struct{ day, id string }

func (l linkTo) position() plan.Position {
	at := plan.Position{graph.Value{}, graph.Text(l.id)}
	if l.day != "" {
		at[0] = graph.Text(l.day)
	}
	return at
}

// days are few, so that links share them, and one of them is none.
var days = []string{"", "1999-12-31", "2017-01-01", "2017-01-02"}

func someLink(random *rand.Rand) linkTo {
	return linkTo{days[random.IntN(len(days))], string(rune('a' + random.IntN(6)))}
}

// TestKeySpans holds the spans of an order to having the links that the order has
// within the limits, and to giving the first of them first.
func TestKeySpans(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	date := schema.Model().Property("Fact", "date")
	for range 20_000 {
		w := &plan.Window{Backward: random.IntN(2) == 0, Order: []plan.Order{{Property: date, Descending: random.IntN(2) == 0}, {Property: graph.IDProperty, Descending: random.IntN(2) == 0}}}
		byTime := random.IntN(4) > 0
		if !byTime {
			w.Order = w.Order[1:]
		}
		l := someLimits(random, byTime)
		links := map[linkTo]bool{}
		for range random.IntN(20) {
			links[someLink(random)] = true
		}
		want := within(w, l, links, byTime)
		got := map[linkTo]int{}
		for _, s := range keySpans("Ban", w, l) {
			lastOfSpan := linkTo{}
			for i, link := range read(s, links, byTime) {
				got[link]++
				if i > 0 && !s.mixed && inOrderOf(w, byTime)(lastOfSpan, link) > 0 {
					t.Fatalf("%s gives %v before %v", describeWindow(w, l), lastOfSpan, link)
				}
				lastOfSpan = link
			}
		}
		for _, link := range want {
			if got[link] != 1 {
				t.Fatalf("%s: %v is in %d spans of %+v", describeWindow(w, l), link, got[link], keySpans("Ban", w, l))
			}
			delete(got, link)
		}
		if len(got) > 0 {
			t.Fatalf("%s: %v are in spans and outside the limits", describeWindow(w, l), got)
		}
	}
}

func someLimits(random *rand.Rand, byTime bool) limits {
	some := func() *limit {
		if random.IntN(2) == 0 {
			return nil
		}
		at := someLink(random).position()
		if !byTime {
			at = at[1:]
		}
		return &limit{at, random.IntN(2) == 0}
	}
	return limits{some(), some()}
}

// positionIn is where a link lies in an order.
func positionIn(link linkTo, byTime bool) plan.Position {
	at := link.position()
	if !byTime {
		at = at[1:]
	}
	return at
}

// inOrderOf compares links as they are read.
func inOrderOf(w *plan.Window, byTime bool) func(a, b linkTo) int {
	return func(a, b linkTo) int {
		c := w.Compare(positionIn(a, byTime), positionIn(b, byTime))
		if w.Backward {
			return -c
		}
		return c
	}
}

// within are the links inside limits.
func within(w *plan.Window, l limits, links map[linkTo]bool, byTime bool) []linkTo {
	var all []linkTo
	for link := range links {
		at := positionIn(link, byTime)
		inside := true
		if l.after != nil {
			c := w.Compare(at, l.after.Position)
			inside = c > 0 || c == 0 && l.after.included
		}
		if l.before != nil {
			c := w.Compare(at, l.before.Position)
			inside = inside && (c < 0 || c == 0 && l.before.included)
		}
		if inside {
			all = append(all, link)
		}
	}
	return all
}

// read are the links of a span as an index gives them.
func read(s span, links map[linkTo]bool, byTime bool) []linkTo {
	key := func(l linkTo) string {
		if byTime {
			return keyByTime("", "Ban", l.day, l.id)
		}
		return keyByID("", "Ban", l.id)
	}
	var all []linkTo
	for link := range links {
		if k := key(link); k >= s.lo && k < s.hi {
			all = append(all, link)
		}
	}
	slices.SortFunc(all, func(a, b linkTo) int {
		c := cmp.Compare(key(a), key(b))
		if s.back {
			return -c
		}
		return c
	})
	return all
}

func describeWindow(w *plan.Window, l limits) string {
	text := fmt.Sprintf("order %v, backward %t", w.Order, w.Backward)
	if l.after != nil {
		text += fmt.Sprintf(" after %v %t", l.after.Position, l.after.included)
	}
	if l.before != nil {
		text += fmt.Sprintf(" before %v %t", l.before.Position, l.before.included)
	}
	return text
}

// A later day sorts before an earlier one, and none behind all.
func TestCountdown(t *testing.T) {
	sorted := []string{"9999-12-31", "2017-10-02", "2017-09-30", "2017-09-03", "0000-01-01", ""}
	for i := range len(sorted) - 1 {
		if a, b := countdown(sorted[i]), countdown(sorted[i+1]); a >= b {
			t.Errorf("%q and %q are %q and %q", sorted[i], sorted[i+1], a, b)
		}
	}
}
