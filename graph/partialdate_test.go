package graph

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestParsePartialDate(t *testing.T) {
	single := func(earliest, latest string, p DatePrecision) PartialDate {
		return PartialDate{Earliest: earliest, Latest: latest, Precision: p}
	}
	about := func(earliest, latest string, p DatePrecision) PartialDate {
		return PartialDate{Earliest: earliest, Latest: latest, Precision: p, Approximate: true}
	}
	interval := func(earliest, latest, from, until string) PartialDate {
		return PartialDate{
			Earliest: earliest, Latest: latest, CertainFrom: from, CertainUntil: until, Precision: PrecisionInterval,
		}
	}
	tests := map[string]PartialDate{
		// Level 0.
		"2017":       single("2017-01-01", "2017-12-31", PrecisionYear),
		"0000":       single("0000-01-01", "0000-12-31", PrecisionYear),
		"9999":       single("9999-01-01", "9999-12-31", PrecisionYear),
		"2017-09":    single("2017-09-01", "2017-09-30", PrecisionMonth),
		"2017-02":    single("2017-02-01", "2017-02-28", PrecisionMonth),
		"2016-02":    single("2016-02-01", "2016-02-29", PrecisionMonth),
		"1900-02":    single("1900-02-01", "1900-02-28", PrecisionMonth),
		"0000-02":    single("0000-02-01", "0000-02-29", PrecisionMonth),
		"9999-12":    single("9999-12-01", "9999-12-31", PrecisionMonth),
		"2017-09-13": single("2017-09-13", "2017-09-13", PrecisionDay),
		"2000-02-29": single("2000-02-29", "2000-02-29", PrecisionDay),

		// Level 0: intervals.
		"1964/2008":             interval("1964-01-01", "2008-12-31", "1964-12-31", "2008-01-01"),
		"2004/2006":             interval("2004-01-01", "2006-12-31", "2004-12-31", "2006-01-01"),
		"2004-06/2006-08":       interval("2004-06-01", "2006-08-31", "2004-06-30", "2006-08-01"),
		"2004-02-01/2005-02-08": interval("2004-02-01", "2005-02-08", "2004-02-01", "2005-02-08"),
		"2004-02-01/2005":       interval("2004-02-01", "2005-12-31", "2004-02-01", "2005-01-01"),
		"2005/2006-02":          interval("2005-01-01", "2006-02-28", "2005-12-31", "2006-02-01"),
		"2004-02-01/2004-02-01": interval("2004-02-01", "2004-02-01", "2004-02-01", "2004-02-01"),

		// Inner bounds that cross are none, unless one end is a day that the
		// other end's span includes: on that day it surely held.
		"2004/2004":       interval("2004-01-01", "2004-12-31", "", ""),
		"2004/2004-06":    interval("2004-01-01", "2004-06-30", "", ""),
		"2004-06/2004":    interval("2004-06-01", "2004-12-31", "", ""),
		"2004-06-15/2004": interval("2004-06-15", "2004-12-31", "2004-06-15", "2004-06-15"),
		"2004/2004-06-15": interval("2004-01-01", "2004-06-15", "2004-06-15", "2004-06-15"),

		// Level 1: qualifiers.
		"1984?":       about("1984-01-01", "1984-12-31", PrecisionYear),
		"2004-06~":    about("2004-06-01", "2004-06-30", PrecisionMonth),
		"2004-06-11%": about("2004-06-11", "2004-06-11", PrecisionDay),
		"201X~":       about("2010-01-01", "2019-12-31", PrecisionDecade),
		"2001-21?":    about("2001-01-01", "2001-12-31", PrecisionSeason),

		// Level 1: unspecified digits.
		"201X":       single("2010-01-01", "2019-12-31", PrecisionDecade),
		"20XX":       single("2000-01-01", "2099-12-31", PrecisionCentury),
		"2004-XX":    single("2004-01-01", "2004-12-31", PrecisionYear),
		"1985-04-XX": single("1985-04-01", "1985-04-30", PrecisionMonth),
		"1985-XX-XX": single("1985-01-01", "1985-12-31", PrecisionYear),

		// Level 1: seasons.
		"2001-21": single("2001-01-01", "2001-12-31", PrecisionSeason),
		"2001-22": single("2001-01-01", "2001-12-31", PrecisionSeason),
		"2001-23": single("2001-01-01", "2001-12-31", PrecisionSeason),
		"2001-24": single("2001-01-01", "2001-12-31", PrecisionSeason),

		// Level 1: open and unknown ends.
		"2005/..":       interval("2005-01-01", "", "2005-12-31", ""),
		"1985-04-12/..": interval("1985-04-12", "", "1985-04-12", ""),
		"../2005":       interval("", "2005-12-31", "", "2005-01-01"),
		"2005/":         interval("2005-01-01", "", "", ""),
		"/2005":         interval("", "2005-12-31", "", ""),
		"1985-04-12/":   interval("1985-04-12", "", "1985-04-12", "1985-04-12"),
		"/1985-04-12":   interval("", "1985-04-12", "1985-04-12", "1985-04-12"),

		// Level 1: qualified ends.
		"1984~/2004-06":           about("1984-01-01", "2004-06-30", PrecisionInterval),
		"1984/2004-06%":           about("1984-01-01", "2004-06-30", PrecisionInterval),
		"1984?/2004~":             about("1984-01-01", "2004-12-31", PrecisionInterval),
		"2004-06-01?/2006-08-02%": about("2004-06-01", "2006-08-02", PrecisionInterval),
		"2005~/..":                about("2005-01-01", "", PrecisionInterval),
		"/2005?":                  about("", "2005-12-31", PrecisionInterval),

		// Level 2: one of.
		"[2016..2018]":             single("2016-01-01", "2018-12-31", PrecisionRange),
		"[2016-05..2018-02]":       single("2016-05-01", "2018-02-28", PrecisionRange),
		"[2017-09-13..2018-01-15]": single("2017-09-13", "2018-01-15", PrecisionRange),
		"[2017..2017]":             single("2017-01-01", "2017-12-31", PrecisionRange),
		"[..2018-12-31]":           single("", "2018-12-31", PrecisionRange),
		"[..2018]":                 single("", "2018-12-31", PrecisionRange),
		"[2016-05..]":              single("2016-05-01", "", PrecisionRange),
	}
	for edtf, want := range tests {
		want.EDTF = edtf
		if got := mustParsePartialDate(t, edtf); got != want {
			t.Errorf("ParsePartialDate(%q)\n got %+v\nwant %+v", edtf, got, want)
		}
	}
}

func TestParsePartialDateErrors(t *testing.T) {
	const (
		form      = "not YYYY, YYYY-MM or YYYY-MM-DD"
		far       = "the year lies outside 0000 to 9999, all that YYYY-MM-DD bounds can carry"
		month     = " is not a month: 01 to 12, or a season 21 to 24 that no day follows"
		timeOfDay = "times of day are not supported"
		qualifier = "a date has at most one qualifier, and it comes last"
		x         = "an X can only replace the last one or two digits of a year, a day, or a month and its day"
		alone     = "a season or an X is only allowed in a date by itself"
		oneOf     = "a one-of is written [a..b], [..b] or [a..]"
		neither   = "neither end is a date"
		backwards = "it ends before it starts"
	)
	tests := []struct {
		want  string
		edtfs []string
	}{
		{"it is empty", []string{""}},
		{form, []string{
			"yesterday", " 2017", "2017 ", "2017\n", "2017\x00", "\xff\xfe", "２０１７", "17", "201", "+2017", "20170913",
			"2017-9", "2017-09-1", "2017-", "2017-09-", "2017--13", "2017-09-13-01", "2017-256", "2017-W37",
			"..", "2016..2018", "{2016..2018}", "201x", "201u", "~", "--1985", "-1985-13", "Y", "Y-", "Y2017", "Y17E7", "1950S2",
		}},
		{timeOfDay, []string{"2017-09-13T10:00:00Z", "2017-09-13T10:00:00+02:00"}},

		// Not in the calendar.
		{"00" + month, []string{"2017-00", "2017-00-01"}},
		{"13" + month, []string{"2017-13", "2017-13-01", "2017-13-XX"}},
		{"20" + month, []string{"2017-20"}},
		{"25" + month, []string{"2017-25"}},
		{"21" + month, []string{"2001-21-05", "2001-21-XX"}},
		{"2017-02 has no day 29", []string{"2017-02-29", "2017-02-29~"}},
		{"2017-02 has no day 30", []string{"2017-02-30"}},
		{"1900-02 has no day 29", []string{"1900-02-29"}},
		{"2017-09 has no day 00", []string{"2017-09-00"}},
		{"2017-09 has no day 31", []string{"2017-09-31"}},

		// Years that no bound can carry.
		{far, []string{
			"-1985", "-1985-04", "-1985-04-12", "-0044-03~", "-001X", "Y170000002", "Y-170000002", "Y10000",
		}},
		{"start: " + far, []string{"-0044/0014", "-1985-04-12?/-1984-04-13%", "[-0044..0014]"}},
		{"end: " + far, []string{"2017/Y17000"}},

		// Level 1 has qualifiers and X only at the right.
		{qualifier, []string{"2017??", "2017?~", "2004~-06", "?2004", "2004-06-~01"}},
		{"start: " + qualifier, []string{"2004-06-~01/2004-06-20", "[2016~..2018]"}},
		{x, []string{
			"XXXX", "2XXX", "20X7", "XX17", "201X-09", "20XX-XX", "2017-1X", "2017-XX-13", "2017-09-1X", "2017-09-X3",
		}},

		// Intervals.
		{neither, []string{"/", "../..", "../", "/..", "[..]"}},
		{backwards, []string{
			"2006/2004", "2004-06/2004-05", "2004-06/2003", "2005-01-02/2005-01-01", "2006~/2004", "[2018..2016]",
		}},
		{"start: " + form, []string{"twelve/2005", "..~/2005", "[[2016..2018]]", "[2016-..2018]"}},
		{"end: " + form, []string{
			"2005/...", "2004/2005/2006", "2004//2006", "2017/09/13", "2016/[2017..2018]", "[2016...2018]",
		}},
		{"start: 13" + month, []string{"2004-13/2005", "[2004-13..]"}},
		{"end: 2005-02 has no day 30", []string{"2004/2005-02-30", "[..2005-02-30]"}},
		{"start: " + alone, []string{"2001-21/2003", "201X/..", "2004-06-XX/2004-07-03", "[201X..]"}},
		{"end: " + alone, []string{"2001/201X", "../2003-21", "[..2017-21]"}},

		// One-ofs.
		{oneOf, []string{
			"[", "[]", "[2017]", "[2016..2018", "[2016..2018]~", "[2016..2018]/2020", "[1667,1668]", "[1667,1670..1672]",
		}},
		{"the two ends of a one-of must be equally precise", []string{"[2015..2017-09]", "[2015-01-01..2017]"}},
	}
	for _, test := range tests {
		for _, edtf := range test.edtfs {
			d, err := ParsePartialDate(edtf)
			if want := fmt.Sprintf("date %q: %s", edtf, test.want); err == nil || err.Error() != want {
				t.Errorf("ParsePartialDate(%q)\n got %v\nwant %s", edtf, err, want)
			}
			if d != (PartialDate{}) {
				t.Errorf("ParsePartialDate(%q) gives %+v with its error", edtf, d)
			}
		}
	}
}

func TestParsePartialDateRefusesLongTextUnread(t *testing.T) {
	for _, unit := range []string{"2017", "-", "Y", "9", "[", "X", "~", "/", "\xff", "\u202e"} {
		edtf := strings.Repeat(unit, 1<<20)
		_, err := ParsePartialDate(edtf)
		if err == nil {
			t.Fatalf("%q… is accepted", unit)
		}
		if len(err.Error()) > 60 {
			t.Errorf("the error for %q… has %d bytes", unit, len(err.Error()))
		}
	}
}

func TestParseDay(t *testing.T) {
	for _, day := range []string{"0000-01-01", "2017-09-13", "2016-02-29", "9999-12-31"} {
		if got, err := ParseDay(day); got != day || err != nil {
			t.Errorf("ParseDay(%q) = %q, %v", day, got, err)
		}
	}
	refused := map[string]string{
		"":              "not YYYY-MM-DD",
		"2017":          "not YYYY-MM-DD",
		"2017-09":       "not YYYY-MM-DD",
		"2017-09-1X":    "not YYYY-MM-DD",
		"2017-09-13~":   "not YYYY-MM-DD",
		" 2017-09-13":   "not YYYY-MM-DD",
		"2017/09/13":    "not YYYY-MM-DD",
		"-985-01-01":    "not YYYY-MM-DD",
		"2017-13-01":    "13 is not a month",
		"2017-21-01":    "21 is not a month",
		"2017-02-29":    "2017-02 has no day 29",
		"2017-09-00":    "2017-09 has no day 00",
		"2017-09-13T10": "not YYYY-MM-DD",

		strings.Repeat("2017-09-13", 1<<16): "not YYYY-MM-DD",
	}
	for s, want := range refused {
		got, err := ParseDay(s)
		if got != "" || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseDay(%.20q) = %q, %v, want an error that says %q", s, got, err, want)
		} else if len(err.Error()) > 100 {
			t.Errorf("the error for %.20q has %d bytes", s, len(err.Error()))
		}
	}
}

func TestPartialDateSortKey(t *testing.T) {
	for edtf, want := range map[string]string{
		"2017-09": "2017-09-01", "[..2018]": "2018-12-31", "2005/..": "2005-01-01", "/2005": "2005-12-31",
	} {
		if got := mustParsePartialDate(t, edtf).SortKey(); got != want {
			t.Errorf("SortKey of %s = %q, want %q", edtf, got, want)
		}
	}
	if got := (PartialDate{}).SortKey(); got != "" {
		t.Errorf("SortKey of an unknown date = %q", got)
	}
}

func TestPartialDateHoldsAt(t *testing.T) {
	tests := []struct {
		edtf string
		want map[string]Holds
	}{
		{"2017-09-13", map[string]Holds{"2017-09-12": HoldsNo, "2017-09-13": HoldsYes, "2017-09-14": HoldsNo}},
		{"2017-09", map[string]Holds{
			"2017-08-31": HoldsNo, "2017-09-01": HoldsPossibly, "2017-09-30": HoldsPossibly, "2017-10-01": HoldsNo,
		}},
		{"2017-09-13~", map[string]Holds{"2017-09-12": HoldsNo, "2017-09-13": HoldsPossibly, "2017-09-14": HoldsNo}},
		{"2017-09-13?", map[string]Holds{"2017-09-13": HoldsPossibly}},
		{"[..2018-12-31]", map[string]Holds{
			"0000-01-01": HoldsPossibly, "2018-12-31": HoldsPossibly, "2019-01-01": HoldsNo,
		}},
		{"[2016-05..]", map[string]Holds{
			"2016-04-30": HoldsNo, "2016-05-01": HoldsPossibly, "9999-12-31": HoldsPossibly,
		}},
		{"[2017-09-13..2017-09-13]", map[string]Holds{"2017-09-13": HoldsYes}},
		{"2004/2006", map[string]Holds{
			"2003-12-31": HoldsNo, "2004-01-01": HoldsPossibly, "2004-12-30": HoldsPossibly, "2004-12-31": HoldsYes,
			"2006-01-01": HoldsYes, "2006-01-02": HoldsPossibly, "2006-12-31": HoldsPossibly, "2007-01-01": HoldsNo,
		}},
		{"2004/2004-06", map[string]Holds{"2003-12-31": HoldsNo, "2004-03-01": HoldsPossibly, "2004-07-01": HoldsNo}},
		{"2004-06-15/2004", map[string]Holds{"2004-06-15": HoldsYes, "2004-06-16": HoldsPossibly}},
		{"2004~/2006", map[string]Holds{"2003-12-31": HoldsNo, "2005-06-01": HoldsPossibly, "2007-01-01": HoldsNo}},
		{"2005/..", map[string]Holds{
			"2004-12-31": HoldsNo, "2005-12-30": HoldsPossibly, "2005-12-31": HoldsYes, "9999-12-31": HoldsYes,
		}},
		{"2005~/..", map[string]Holds{"2004-12-31": HoldsNo, "2017-01-01": HoldsPossibly}},
		{"../2005", map[string]Holds{
			"0000-01-01": HoldsYes, "2005-01-01": HoldsYes, "2005-01-02": HoldsPossibly, "2006-01-01": HoldsNo,
		}},
		{"2005/", map[string]Holds{
			"2004-12-31": HoldsNo, "2005-12-31": HoldsPossibly, "9999-12-31": HoldsPossibly,
		}},
		{"2005-04-12/", map[string]Holds{"2005-04-12": HoldsYes, "2005-04-13": HoldsPossibly}},
		{"/2005", map[string]Holds{"0000-01-01": HoldsPossibly, "2005-06-01": HoldsPossibly, "2006-01-01": HoldsNo}},
	}
	for _, test := range tests {
		for day, want := range test.want {
			if got := mustParsePartialDate(t, test.edtf).HoldsAt(day); got != want {
				t.Errorf("%s at %s: %s, want %s", test.edtf, day, got, want)
			}
		}
	}
	if got := (PartialDate{}).HoldsAt("2017-09-13"); got != HoldsPossibly {
		t.Errorf("an unknown date: %s, want %s", got, HoldsPossibly)
	}
}

func TestPartialDateBefore(t *testing.T) {
	tests := []struct {
		d, e string
		want bool
	}{
		{"2016", "2017", true},
		{"2017", "2016", false},
		{"2017", "2017", false},
		{"2017", "2017-09-13", false},
		{"2017-09-13", "2017", false},
		{"2017-09-13", "2017-09-14", true},
		{"[..2016]", "2017", true},
		{"2016", "[2017..]", true},
		{"2016", "[..2018]", false},
		{"[2010..]", "2018", false},
		{"2005/..", "2018", false},
		{"2004/2006", "2007-01-01", true},
		{"2016~", "2017", true},
	}
	for _, test := range tests {
		if got := mustParsePartialDate(t, test.d).Before(mustParsePartialDate(t, test.e)); got != test.want {
			t.Errorf("%s before %s: %t", test.d, test.e, got)
		}
	}
	known := mustParsePartialDate(t, "2017")
	if (PartialDate{}).Before(known) || known.Before(PartialDate{}) {
		t.Error("an unknown date is before, or after, another")
	}
}

func FuzzParsePartialDate(f *testing.F) {
	for _, edtf := range []string{
		"2017", "2017-09-13", "201X", "20XX~", "2004-XX", "1985-04-XX", "2001-24", "2004/2006-08", "2004-06-15/2004",
		"2005~/..", "../2005", "2005-04-12/", "/2005", "[2016..2018]", "[..2018-12-31]", "-1985", "Y170000002", "9999-12",
	} {
		f.Add(edtf, "2005-06-15")
	}
	f.Fuzz(func(t *testing.T, edtf, day string) {
		d, err := ParsePartialDate(edtf)
		if err != nil {
			// Every byte that is Quoted takes four at most, as \xff.
			if len(err.Error()) > 4*maxEDTFLength+120 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		checkPartialDate(t, d, edtf)
		for _, day := range []string{day, d.Earliest, d.Latest, d.CertainFrom, d.CertainUntil, "0000-01-01", "9999-12-31"} {
			if _, err := ParseDay(day); err == nil {
				checkHoldsAt(t, d, day)
			}
		}
	})
}

// checkPartialDate checks what is true of every date that was parsed.
func checkPartialDate(t *testing.T, d PartialDate, edtf string) {
	t.Helper()
	if again := mustParsePartialDate(t, d.EDTF); d.EDTF != edtf || again != d {
		t.Errorf("%q gives %+v, and that parses to %+v", edtf, d, again)
	}
	for _, day := range []string{d.Earliest, d.Latest, d.CertainFrom, d.CertainUntil} {
		// The time package is the judge of the calendar, not ParseDay.
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			t.Errorf("%q has a bound that is no day: %v", edtf, err)
		}
	}
	if d.SortKey() == "" || d.Latest != "" && d.Earliest > d.Latest {
		t.Errorf("%q has the bounds %q to %q", edtf, d.Earliest, d.Latest)
	}
	if d.CertainUntil != "" && d.CertainFrom > d.CertainUntil {
		t.Errorf("%q is certain from %q until %q", edtf, d.CertainFrom, d.CertainUntil)
	}
	if certain := d.CertainFrom + d.CertainUntil; certain != "" && (d.Precision != PrecisionInterval || d.Approximate) {
		t.Errorf("%q has certain days", edtf)
	}
	if d.Approximate != strings.ContainsAny(edtf, "?~%") || d.Before(d) {
		t.Errorf("%q: approximate %t, before itself %t", edtf, d.Approximate, d.Before(d))
	}
}

// checkHoldsAt compares HoldsAt with d's bounds on one valid day.
func checkHoldsAt(t *testing.T, d PartialDate, day string) {
	t.Helper()
	that := mustParsePartialDate(t, day)
	got := d.HoldsAt(day)
	if outside := that.Before(d) || d.Before(that); outside != (got == HoldsNo) {
		t.Errorf("%q at %s: %s, with the bounds %q to %q", d.EDTF, day, got, d.Earliest, d.Latest)
	}
	onlyDay := d.Earliest == day && d.Latest == day
	certain := d.CertainFrom != "" && d.CertainFrom <= day || d.CertainFrom == "" && d.CertainUntil != ""
	certain = certain && (d.CertainUntil == "" || day <= d.CertainUntil)
	if want := (onlyDay || certain) && !d.Approximate; want != (got == HoldsYes) {
		t.Errorf("%q at %s: %s, certain from %q until %q", d.EDTF, day, got, d.CertainFrom, d.CertainUntil)
	}
}

func mustParsePartialDate(t *testing.T, edtf string) PartialDate {
	t.Helper()
	d, err := ParsePartialDate(edtf)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
