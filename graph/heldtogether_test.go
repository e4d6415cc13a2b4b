package graph

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestHeldTogether(t *testing.T) {
	held := func(phase, edtf string) Held {
		f := Held{Phase: phase}
		if edtf != "" {
			date, err := ParsePartialDate(edtf)
			if err != nil {
				t.Fatal(err)
			}
			f.Date = date
		}
		return f
	}
	tests := map[string]struct {
		facts []Held
		want  Holds
	}{
		"on one day":              {[]Held{held("OCCURRED", "2017-09-13"), held("ONGOING", "2005/..")}, HoldsYes},
		"one after the other":     {[]Held{held("ENDED", "2001/2003"), held("OCCURRED", "2017-09-13")}, HoldsNo},
		"perhaps on one day":      {[]Held{held("OCCURRED", "2017-09"), held("OCCURRED", "2017-09-13")}, HoldsPossibly},
		"in two months of a year": {[]Held{held("OCCURRED", "2017-08"), held("OCCURRED", "2017-09"), held("OCCURRED", "2017")}, HoldsNo},
		"overlapping intervals":   {[]Held{held("ENDED", "2001/2005"), held("ENDED", "2004/2009")}, HoldsYes},
		"touching intervals":      {[]Held{held("ENDED", "2001/2004"), held("ENDED", "2004/2009")}, HoldsPossibly},
		"about the same time":     {[]Held{held("ENDED", "2001~/2005"), held("ENDED", "2002/2004")}, HoldsPossibly},
		"nothing is known":        {[]Held{held("OCCURRED", ""), held("OCCURRED", "")}, HoldsPossibly},
		"always":                  {[]Held{held("ONGOING", "../2005"), held("ONGOING", "1999/..")}, HoldsYes},
		"one was only planned":    {[]Held{held("PLANNED", "2017-09-13"), held("OCCURRED", "2017-09-13")}, HoldsNo},
		"one was given up":        {[]Held{held("CANCELLED", "")}, HoldsNo},
		"each two, but not all":   {[]Held{held("ENDED", "2001/2003"), held("OCCURRED", "2002-06"), held("OCCURRED", "2002-07")}, HoldsNo},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := HeldTogether(test.facts); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// On random dates HeldTogether agrees with a look at each day by itself.
func TestHeldTogetherDayByDay(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	texts := []string{
		"2017-01-03", "2017-01-05", "2017-01-03/2017-01-05", "2017-01-04/2017-01", "2017-01/2017-02", "2017-01", "2017-02", "2017",
		"2016/2017", "2017-01-04/..", "../2017-01-04", "/2017-01-04", "2017-01-04/", "2017-01-04~", "2017-01-03/2017-01-05?",
		"[..2017-01-04]", "[2017-01-04..2017-01-06]", "[2017-01-06..]", "2017-01-06/2017-02-10",
	}
	for range 5000 {
		facts := make([]Held, 1+random.IntN(4))
		for i := range facts {
			facts[i].Phase = []string{"OCCURRED", "ONGOING", "ENDED", "OCCURRED", "ONGOING", "ENDED", "PROPOSED"}[random.IntN(7)]
			if edtf := texts[random.IntN(len(texts))]; random.IntN(9) > 0 {
				facts[i].Date, _ = ParsePartialDate(edtf)
			}
		}
		if got, want := HeldTogether(facts), heldOnSomeDay(facts); got != want {
			t.Fatalf("%v: got %s, want %s", facts, got, want)
		}
	}
}

// heldOnSomeDay tries all days near those of the test's dates.
func heldOnSomeDay(facts []Held) Holds {
	best := HoldsNo
	for day := time.Date(2015, 12, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2019; day = day.AddDate(0, 0, 1) {
		worst := HoldsYes
		for _, f := range facts {
			holds := FactHoldsAt(f.Phase, f.Date, day.Format(time.DateOnly))
			if holds == HoldsNo || worst == HoldsYes {
				worst = holds
			}
		}
		if worst == HoldsYes || worst == HoldsPossibly && best == HoldsNo {
			best = worst
		}
	}
	return best
}
