package graph

import (
	"slices"
	"testing"
)

func TestDeriveStatus(t *testing.T) {
	tests := []struct {
		rule   string
		voices []StatusClaim
		want   Status
	}{
		{"no voice", nil, StatusUnsupported},

		{"support: asserted", []StatusClaim{say(t, "a", StanceAsserts, "2017")}, StatusAsserted},
		{"support: alleged", []StatusClaim{say(t, "a", StanceAlleges, "2017")}, StatusAlleged},
		{"support: confirmed", []StatusClaim{say(t, "a", StanceConfirms, "2017")}, StatusConfirmed},
		{"support: asserted beats alleged", []StatusClaim{
			say(t, "a", StanceAlleges, "2017"), say(t, "b", StanceAsserts, "2016"),
		}, StatusAsserted},
		{"support: confirmed beats all", []StatusClaim{
			say(t, "a", StanceAlleges, "2017"), say(t, "b", StanceAsserts, "2017"), say(t, "c", StanceConfirms, "2016"),
		}, StatusConfirmed},

		{"opposition: denied", []StatusClaim{say(t, "a", StanceDenies, "2017")}, StatusDenied},
		{"opposition: doubted", []StatusClaim{say(t, "a", StanceDoubts, "2017")}, StatusUnsupported},
		{"opposition: denied beats doubted", []StatusClaim{
			say(t, "a", StanceDoubts, "2018"), say(t, "b", StanceDenies, "2017"),
		}, StatusDenied},

		{"both: denial disputes", []StatusClaim{
			say(t, "a", StanceAsserts, "2017"), say(t, "b", StanceDenies, "2017"),
		}, StatusDisputed},
		{"both: doubt disputes even a confirmation", []StatusClaim{
			say(t, "a", StanceConfirms, "2017"), say(t, "b", StanceDoubts, "2016"),
		}, StatusDisputed},
		{"both: another speaker's later claim supersedes nothing", []StatusClaim{
			say(t, "a", StanceAlleges, "2016"), say(t, "b", StanceDenies, "2018"),
		}, StatusDisputed},

		{"latest counts: from support to opposition", []StatusClaim{
			say(t, "a", StanceAsserts, "2016"), say(t, "a", StanceDenies, "2017"),
		}, StatusDenied},
		{"latest counts: from opposition to support", []StatusClaim{
			say(t, "a", StanceDenies, "2016"), say(t, "a", StanceAlleges, "2017"),
		}, StatusAlleged},
		{"latest counts: a weaker support", []StatusClaim{
			say(t, "a", StanceAsserts, "2016"), say(t, "a", StanceAlleges, "2017"),
		}, StatusAlleged},
		{"latest counts: superseded by any, not only by the last given", []StatusClaim{
			say(t, "a", StanceDenies, "2016"), say(t, "a", StanceAlleges, "2018"), say(t, "a", StanceAsserts, "[2017..2019]"),
		}, StatusAsserted},

		{"incomparable dates all count: overlapping", []StatusClaim{
			say(t, "a", StanceAlleges, "2017"), say(t, "a", StanceAsserts, "2017-09-13"),
		}, StatusAsserted},
		{"incomparable dates all count: undated", []StatusClaim{
			say(t, "a", StanceAsserts, ""), say(t, "a", StanceAlleges, "2017"),
		}, StatusAsserted},
		{"incomparable dates all count: unbounded", []StatusClaim{
			say(t, "a", StanceConfirms, "[2016..]"), say(t, "a", StanceAlleges, "2019"),
		}, StatusConfirmed},

		{"one speaker's contradiction is no dispute", []StatusClaim{
			say(t, "a", StanceAsserts, "2017"), say(t, "a", StanceDenies, "2017"),
		}, StatusUnsupported},
		{"one speaker's contradiction leaves another's support", []StatusClaim{
			say(t, "a", StanceConfirms, ""), say(t, "a", StanceDoubts, "2017"), say(t, "b", StanceAlleges, "2017"),
		}, StatusAlleged},
		{"one speaker's contradiction leaves another's opposition", []StatusClaim{
			say(t, "a", StanceAsserts, ""), say(t, "a", StanceDenies, ""), say(t, "b", StanceDenies, "2017"),
		}, StatusDenied},
		{"one speaker's contradiction counts for nothing, his retraction too", []StatusClaim{
			say(t, "a", StanceRetracts, "2015"), say(t, "a", StanceAsserts, "2017"), say(t, "a", StanceDenies, "2017"),
		}, StatusUnsupported},
		{"two speakers' contradictions are no dispute", []StatusClaim{
			say(t, "a", StanceAsserts, ""), say(t, "a", StanceDenies, ""),
			say(t, "b", StanceAsserts, ""), say(t, "b", StanceDenies, ""),
		}, StatusUnsupported},

		{"retraction: cancels what is earlier", []StatusClaim{
			say(t, "a", StanceAsserts, "2016"), say(t, "a", StanceRetracts, "2017"),
		}, StatusRetracted},
		{"retraction: cancels a denial", []StatusClaim{
			say(t, "a", StanceDenies, "2016"), say(t, "a", StanceRetracts, "2017"),
		}, StatusRetracted},
		{"retraction: revives nothing that was superseded", []StatusClaim{
			say(t, "a", StanceAsserts, "2015"), say(t, "a", StanceDenies, "2016"), say(t, "a", StanceRetracts, "2017"),
		}, StatusRetracted},
		{"retraction: spares what is surely later", []StatusClaim{
			say(t, "a", StanceRetracts, "2016"), say(t, "a", StanceAlleges, "2017"),
		}, StatusAlleged},
		{"retraction: the later of two counts", []StatusClaim{
			say(t, "a", StanceRetracts, "2018"), say(t, "a", StanceAlleges, "2017"), say(t, "a", StanceRetracts, "2016"),
		}, StatusRetracted},
		{"retraction: on the same day is later", []StatusClaim{
			say(t, "a", StanceAsserts, "2017-09-13"), say(t, "a", StanceRetracts, "2017-09-13"),
		}, StatusRetracted},
		{"retraction: undated cancels all", []StatusClaim{
			say(t, "a", StanceRetracts, ""), say(t, "a", StanceAsserts, "2016"), say(t, "a", StanceAlleges, ""),
		}, StatusRetracted},
		{"retraction: undated beside a dated one", []StatusClaim{
			say(t, "a", StanceRetracts, ""), say(t, "a", StanceRetracts, "2016"), say(t, "a", StanceAlleges, "2017"),
		}, StatusRetracted},
		{"retraction: cancels what is undated", []StatusClaim{
			say(t, "a", StanceAsserts, ""), say(t, "a", StanceRetracts, "2017"),
		}, StatusRetracted},
		{"retraction: of something not recorded", []StatusClaim{say(t, "a", StanceRetracts, "2017")}, StatusRetracted},
		{"retraction: leaves other speakers alone", []StatusClaim{
			say(t, "a", StanceAsserts, "2016"), say(t, "a", StanceRetracts, "2017"), say(t, "b", StanceAlleges, "2016"),
		}, StatusAlleged},
		{"retraction: ends a dispute", []StatusClaim{
			say(t, "a", StanceDenies, "2016"), say(t, "a", StanceRetracts, "2017"), say(t, "b", StanceAsserts, "2016"),
		}, StatusAsserted},
		{"retraction: doubt outlives it", []StatusClaim{
			say(t, "a", StanceAsserts, "2016"), say(t, "a", StanceRetracts, "2017"), say(t, "b", StanceDoubts, "2016"),
		}, StatusUnsupported},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			for _, voices := range permuteVoices(test.voices) {
				checkStatus(t, voices, test.want)
				checkStatus(t, slices.Concat(voices, voices), test.want)
			}
		})
	}
}

func TestStatusStrength(t *testing.T) {
	strongestFirst := []Status{
		StatusConfirmed, StatusAsserted, StatusAlleged, StatusDisputed,
		StatusUnsupported, StatusDenied, StatusRetracted, "",
	}
	for i, s := range strongestFirst {
		if want := len(strongestFirst) - 1 - i; s.Strength() != want {
			t.Errorf("%q.Strength() = %d, want %d", s, s.Strength(), want)
		}
	}
}

// FuzzDeriveStatus compares DeriveStatus with the rules as they are worded,
// voice by voice, on voices that are picked by the input's bytes.
func FuzzDeriveStatus(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0, 3, 2})
	f.Add([]byte{0, 5, 0, 0, 0, 5, 1, 1, 9, 2, 4, 4})
	f.Add([]byte{1, 0, 3, 1, 3, 3, 1, 5, 1, 0, 4, 7, 2, 2, 8})
	f.Fuzz(func(t *testing.T, picks []byte) {
		// Comparing every voice with every other takes its time on long inputs,
		// and more voices show nothing new.
		if len(picks) > 3*40 {
			t.Skip()
		}
		voices := pickVoices(t, picks)
		want := statusAsWorded(voices)
		checkStatus(t, voices, want)
		checkStatus(t, slices.Concat(voices, voices), want)
		slices.Reverse(voices)
		checkStatus(t, voices, want)
		if len(voices) > 0 {
			checkStatus(t, slices.Concat(voices[1:], voices[:1]), want)
		}
	})
}

func pickVoices(t *testing.T, picks []byte) []StatusClaim {
	speakers := []string{"a", "b", "c"}
	stances := []Stance{
		StanceAsserts, StanceAlleges, StanceConfirms, StanceDenies, StanceDoubts, StanceRetracts,
	}
	dates := []string{
		"", "2016", "2017", "2017-09", "2017-09-13", "2018~",
		"[..2017-06-30]", "[2016-05..2018-02]", "2017-10/..", "/2017",
	}
	var voices []StatusClaim
	for pick := range slices.Chunk(picks, 3) {
		if len(pick) == 3 {
			voices = append(voices, say(t,
				speakers[int(pick[0])%len(speakers)],
				stances[int(pick[1])%len(stances)],
				dates[int(pick[2])%len(dates)]))
		}
	}
	return voices
}

func statusAsWorded(voices []StatusClaim) Status {
	supports := []Stance{StanceAsserts, StanceAlleges, StanceConfirms}
	opposes := []Stance{StanceDenies, StanceDoubts}

	isLive := func(v StatusClaim) bool {
		return v.Stance != StanceRetracts && !slices.ContainsFunc(voices, func(w StatusClaim) bool {
			supersedes := v.MadeAt.Before(w.MadeAt)
			cancels := w.Stance == StanceRetracts && !w.MadeAt.Before(v.MadeAt)
			return v.Speaker == w.Speaker && (supersedes || cancels)
		})
	}
	hasLive := func(by string, of []Stance) bool {
		return slices.ContainsFunc(voices, func(v StatusClaim) bool {
			return v.Speaker == by && isLive(v) && slices.Contains(of, v.Stance)
		})
	}
	contradictsItself := func(by string) bool { return hasLive(by, supports) && hasLive(by, opposes) }
	says := func(stance Stance) bool {
		return slices.ContainsFunc(voices, func(v StatusClaim) bool {
			return v.Stance == stance && !contradictsItself(v.Speaker) && (isLive(v) || stance == StanceRetracts)
		})
	}

	supported, opposed := slices.ContainsFunc(supports, says), slices.ContainsFunc(opposes, says)
	switch {
	case supported && opposed:
		return StatusDisputed
	case opposed && !says(StanceDenies):
		return StatusUnsupported
	case opposed:
		return StatusDenied
	case says(StanceConfirms):
		return StatusConfirmed
	case says(StanceAsserts):
		return StatusAsserted
	case supported:
		return StatusAlleged
	case says(StanceRetracts):
		return StatusRetracted
	}
	return StatusUnsupported
}

func checkStatus(t *testing.T, voices []StatusClaim, want Status) {
	t.Helper()
	if got := DeriveStatus(voices); got != want {
		t.Errorf("DeriveStatus = %s, want %s, for", got, want)
		for _, v := range voices {
			t.Errorf("  %s %s %q", v.Speaker, v.Stance, v.MadeAt.EDTF)
		}
	}
}

// say makes a StatusClaim; an empty date is an unknown one.
func say(t *testing.T, speaker string, stance Stance, madeAt string) StatusClaim {
	t.Helper()
	v := StatusClaim{Speaker: speaker, Stance: stance}
	if madeAt != "" {
		v.MadeAt = mustParsePartialDate(t, madeAt)
	}
	return v
}

func permuteVoices(voices []StatusClaim) [][]StatusClaim {
	if len(voices) == 0 {
		return [][]StatusClaim{nil}
	}
	var all [][]StatusClaim
	for _, rest := range permuteVoices(voices[1:]) {
		for i := range voices {
			all = append(all, slices.Insert(slices.Clone(rest), i, voices[0]))
		}
	}
	return all
}
