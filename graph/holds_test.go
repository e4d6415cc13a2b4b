package graph

import "testing"

func TestFactHoldsAt(t *testing.T) {
	for _, test := range []struct {
		phase, date, day string
		want             Holds
	}{
		{"OCCURRED", "2017-09-13", "2017-09-13", HoldsYes},
		{"OCCURRED", "2017-09", "2017-09-13", HoldsPossibly},
		{"OCCURRED", "", "2017-09-13", HoldsPossibly},
		{"ENDED", "2005/2010", "2007-01-01", HoldsYes},
		{"ONGOING", "2005/..", "2004-12-31", HoldsNo},
		{"PROPOSED", "2017-09-13", "2017-09-13", HoldsNo},
		{"PLANNED", "", "2017-09-13", HoldsNo},
		{"CANCELLED", "2017/..", "2018-01-01", HoldsNo},
	} {
		d, _ := ParsePartialDate(test.date)
		if got := FactHoldsAt(test.phase, d, test.day); got != test.want {
			t.Errorf("%s %q on %s: %s, want %s", test.phase, test.date, test.day, got, test.want)
		}
	}
}
