package graph

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
)

// PartialDate is a date known in part, or an interval of such dates. All of it
// is computed from EDTF by [ParsePartialDate]; the zero value is an unknown date.
//
// A day is a string "YYYY-MM-DD" of the proleptic Gregorian calendar, years 0000
// to 9999, so days compare as strings.
type PartialDate struct {
	// EDTF is the text that was parsed, byte for byte; "" for an unknown date.
	EDTF string

	// Earliest and Latest are the first and the last day the text allows, both
	// included; "" is unbounded. For an interval they enclose the whole of it.
	// They are those of the digits as stated, even where Approximate is true:
	// the standard names no margin, and a guessed one would look like knowledge.
	Earliest, Latest string

	// CertainFrom and CertainUntil enclose the days on which an interval surely
	// held: from the latest day it can have begun until the earliest day it can
	// have ended, both included. Both are "" where no day is certain, and for
	// what is not an interval. Where only one is "", the interval is open (..) on
	// that side, and the certain days go on without bound.
	CertainFrom, CertainUntil string

	// Precision is the finest part of the date that is known.
	Precision DatePrecision

	// Approximate is true where the text, or an end of the interval, carries any
	// of the qualifiers ~ (approximate), ? (uncertain) and % (both): Earliest and
	// Latest may then be wrong, and nothing is certain. EDTF tells which it is.
	Approximate bool
}

// DatePrecision says how finely a [PartialDate] is known. An unspecified part
// does not count as known: 2004-XX is a YEAR, as 2004 is.
type DatePrecision string

const (
	PrecisionDay      DatePrecision = "DAY"      // 2017-09-13
	PrecisionMonth    DatePrecision = "MONTH"    // 2017-09, 2017-09-XX
	PrecisionSeason   DatePrecision = "SEASON"   // 2017-21
	PrecisionYear     DatePrecision = "YEAR"     // 2017, 2017-XX, 2017-XX-XX
	PrecisionDecade   DatePrecision = "DECADE"   // 201X
	PrecisionCentury  DatePrecision = "CENTURY"  // 20XX: the years 2000 to 2099
	PrecisionRange    DatePrecision = "RANGE"    // [2016..2018]: one date, somewhere between two
	PrecisionInterval DatePrecision = "INTERVAL" // 2016/2018: all the time between two dates
)

// Holds answers whether something held on a day.
type Holds string

const (
	HoldsYes      Holds = "YES"      // it did
	HoldsPossibly Holds = "POSSIBLY" // the date leaves it open
	HoldsNo       Holds = "NO"       // it did not
)

// maxEDTFLength is the length in bytes of the longest text that is looked at and
// Quoted in an error. The longest that is accepted has 24 bytes; the rest is room
// to say what is wrong with a text that is nearly right.
const maxEDTFLength = 40

var (
	errDateForm = errors.New("not YYYY, YYYY-MM or YYYY-MM-DD")

	errFarYear = errors.New("the year lies outside 0000 to 9999, all that YYYY-MM-DD bounds can carry")

	errDateBackwards = errors.New("it ends before it starts")
)

// ParsePartialDate reads a date or an interval in the Extended Date/Time Format
// of ISO 8601-2: levels 0 and 1 whole but for times of day, and of level 2 the
// one-of form with two dots.
//
//	2017  2017-09  2017-09-13       a year, a month, a day
//	201X  20XX                      some year of a decade, of a century
//	2004-XX  1985-04-XX  1985-XX-XX some month or day that is not told
//	2001-21 … 2001-24               spring, summer, autumn, winter
//	2016~  2016?  2016%             any of these: approximate, uncertain, both
//	2004/2006-08  2004~/2006        an interval; either end may be qualified
//	2005/..  ../2005                an interval without an end, without a start
//	2005/  /2005                    it has one, but it is not known when
//	[2016..2018]  [..2018]  [2016..] one date: between, no later, no earlier
//
// The ends of an interval or a one-of are years, months or days, and the two of
// a one-of are equally precise, as the standard has it.
//
// A season is bounded by the whole of its year, because its months differ by
// hemisphere; of a season that crosses the new year the bounds cover the part in
// the stated year. Where that matters, a one-of says what is meant.
//
// Refused are texts of any other form, days that are not in the calendar, dates
// that end before they start, and ones that tell nothing ([..], ../..). Years
// outside 0000 to 9999, though well-formed (-1985, Y170000002), are refused
// because no bound can carry them. An error is short, and names the end at fault.
func ParsePartialDate(edtf string) (PartialDate, error) {
	if len(edtf) > maxEDTFLength {
		return PartialDate{}, fmt.Errorf("date of %d bytes: none is read beyond %d", len(edtf), maxEDTFLength)
	}
	d, err := parseEDTF(edtf)
	if err != nil {
		return PartialDate{}, fmt.Errorf("date %q: %w", edtf, err)
	}
	d.EDTF = edtf
	return d, nil
}

// ParseDay returns s if it is a day of the calendar written YYYY-MM-DD, and an
// error that says what is wrong otherwise.
func ParseDay(s string) (string, error) {
	if len(s) != len(time.DateOnly) || dateShape(s) != "0000-00-00" {
		return "", fmt.Errorf("day %.40q: not YYYY-MM-DD", s)
	}
	if _, err := daySpan(s); err != nil {
		return "", fmt.Errorf("day %q: %w", s, err)
	}
	return s, nil
}

// SortKey returns the day to sort by: Earliest or, where that is unbounded,
// Latest; "" for an unknown date.
func (d PartialDate) SortKey() string {
	return cmp.Or(d.Earliest, d.Latest)
}

// HoldsAt answers whether what is dated d happened, or held, on the given day,
// which must be one that [ParseDay] accepts. The answer is
//
//   - NO before Earliest and after Latest;
//   - YES on the certain days of an interval, and on a date that is one day;
//   - POSSIBLY otherwise: always inside the bounds of an approximate date, and
//     everywhere if the date is unknown.
func (d PartialDate) HoldsAt(day string) Holds {
	switch {
	case day < d.Earliest, d.Latest != "" && day > d.Latest:
		return HoldsNo
	}
	if from, until, some := d.CertainDays(); some && from <= day && day <= until {
		return HoldsYes
	}
	return HoldsPossibly
}

// The first and the last day that there are.
const firstDay, lastDay = "0000-01-01", "9999-12-31"

// CertainDays returns the first and the last day on which what is dated d surely
// happened or held; some is false if no day is certain. Where the certain days go
// on without bound, it returns the first or the last day there is.
func (d PartialDate) CertainDays() (from, until string, some bool) {
	switch {
	case d.Approximate:
		return "", "", false
	case d.Earliest != "" && d.Earliest == d.Latest:
		return d.Earliest, d.Latest, true
	case d.CertainFrom == "" && d.CertainUntil == "":
		return "", "", false
	}
	return cmp.Or(d.CertainFrom, firstDay), cmp.Or(d.CertainUntil, lastDay), true
}

// Before reports whether the whole of d lies before the whole of e, going by
// their bounds; false where a bound that would tell is missing. It is a strict
// partial order: of two dates that overlap, neither is before the other.
func (d PartialDate) Before(e PartialDate) bool {
	return d.Latest != "" && e.Earliest != "" && d.Latest < e.Earliest
}

func parseEDTF(s string) (PartialDate, error) {
	switch {
	case s == "":
		return PartialDate{}, errors.New("it is empty")
	case s[0] == '[':
		return parseOneOf(s)
	case strings.Contains(s, "/"):
		return parseInterval(s)
	default:
		return parseSingle(s)
	}
}

func parseSingle(s string) (PartialDate, error) {
	stated, qualified := cutQualifier(s)
	days, err := parseDate(stated)
	if err != nil {
		return PartialDate{}, err
	}
	return PartialDate{
		Earliest: days.first, Latest: days.last, Precision: days.precision, Approximate: qualified,
	}, nil
}

// parseOneOf reads [a..b], [..b] and [a..].
func parseOneOf(s string) (PartialDate, error) {
	list, closed := strings.CutSuffix(s[1:], "]")
	from, to, ranged := strings.Cut(list, "..")
	if !closed || !ranged || strings.Contains(list, ",") {
		return PartialDate{}, errors.New("a one-of is written [a..b], [..b] or [a..]")
	}
	start, err := parseOneOfEnd(from)
	if err != nil {
		return PartialDate{}, fmt.Errorf("start: %w", err)
	}
	end, err := parseOneOfEnd(to)
	if err != nil {
		return PartialDate{}, fmt.Errorf("end: %w", err)
	}
	switch {
	case from == "" && to == "":
		return PartialDate{}, errors.New("neither end is a date")
	case from != "" && to != "" && start.precision != end.precision:
		return PartialDate{}, errors.New("the two ends of a one-of must be equally precise")
	case to != "" && end.last < start.first:
		return PartialDate{}, errDateBackwards
	}
	return PartialDate{Earliest: start.first, Latest: end.last, Precision: PrecisionRange}, nil
}

func parseOneOfEnd(s string) (dateSpan, error) {
	if s == "" {
		return dateSpan{}, nil
	}
	return parseCalendarDate(s)
}

// parseInterval reads a/b, where either may be blank or two dots.
func parseInterval(s string) (PartialDate, error) {
	from, to, _ := strings.Cut(s, "/")
	start, err := parseIntervalEnd(from)
	if err != nil {
		return PartialDate{}, fmt.Errorf("start: %w", err)
	}
	end, err := parseIntervalEnd(to)
	if err != nil {
		return PartialDate{}, fmt.Errorf("end: %w", err)
	}
	switch {
	case start.first == "" && end.last == "":
		return PartialDate{}, errors.New("neither end is a date")
	case end.last != "" && end.last < start.first:
		return PartialDate{}, errDateBackwards
	}
	d := PartialDate{
		Earliest: start.first, Latest: end.last,
		Precision: PrecisionInterval, Approximate: start.qualified || end.qualified,
	}
	if !d.Approximate {
		d.CertainFrom, d.CertainUntil = certainDays(start, end)
	}
	return d, nil
}

// An intervalEnd is one side of an interval: a date, none at all (open), or one
// that is not known (the zero value).
type intervalEnd struct {
	dateSpan
	open, qualified bool
}

func parseIntervalEnd(s string) (intervalEnd, error) {
	switch s {
	case "":
		return intervalEnd{}, nil
	case "..":
		return intervalEnd{open: true}, nil
	}
	stated, qualified := cutQualifier(s)
	days, err := parseCalendarDate(stated)
	return intervalEnd{dateSpan: days, qualified: qualified}, err
}

// certainDays returns the latest possible start and the earliest possible end,
// or nothing if the former comes after the latter. Nothing ends before it has
// begun, so each end also bounds the other: what began on 2004-06-15 and ended
// in 2004, or nobody knows when, did hold on 2004-06-15.
func certainDays(start, end intervalEnd) (from, until string) {
	switch {
	case start.open:
		return "", end.first
	case end.open:
		return start.last, ""
	}
	from = min(cmp.Or(start.last, end.last), cmp.Or(end.last, start.last))
	until = max(start.first, end.first)
	if from > until {
		return "", ""
	}
	return from, until
}

// cutQualifier splits off the qualifier that a date may end in.
func cutQualifier(s string) (stated string, qualified bool) {
	stated = strings.TrimRight(s, "?~%")
	if len(s)-len(stated) != 1 {
		return s, false
	}
	return stated, true
}

// A dateSpan is the days a date may stand for, first and last included, and how
// precise the date is.
type dateSpan struct {
	first, last string
	precision   DatePrecision
}

// parseCalendarDate reads a year, a month or a day: level 0, and all that the
// ends of intervals and one-ofs may be.
func parseCalendarDate(s string) (dateSpan, error) {
	days, err := parseDate(s)
	if err == nil && (days.precision == PrecisionSeason || strings.Contains(s, "X")) {
		return dateSpan{}, errors.New("a season or an X is only allowed in a date by itself")
	}
	return days, err
}

// parseDate reads a date of level 0 or 1 that has no qualifier.
func parseDate(s string) (dateSpan, error) {
	switch dateShape(s) {
	case "00XX":
		return yearsSpan(s[:2]+"00", s[:2]+"99", PrecisionCentury), nil
	case "000X":
		return yearsSpan(s[:3]+"0", s[:3]+"9", PrecisionDecade), nil
	case "0000", "0000-XX", "0000-XX-XX":
		return yearsSpan(s[:4], s[:4], PrecisionYear), nil
	case "0000-00":
		if month := s[5:]; month >= "21" && month <= "24" {
			return yearsSpan(s[:4], s[:4], PrecisionSeason), nil
		}
		return monthSpan(s)
	case "0000-00-XX":
		return monthSpan(s[:7])
	case "0000-00-00":
		return daySpan(s)
	}
	return dateSpan{}, explainDateForm(s)
}

// dateShape returns s with every digit replaced by 0.
func dateShape(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= '0' && c <= '9' {
			b[i] = '0'
		}
	}
	return string(b)
}

// explainDateForm says why s, which has none of the accepted shapes, is refused.
func explainDateForm(s string) error {
	switch {
	case hasFarYear(s):
		return errFarYear
	case strings.Contains(s, "T"):
		return errors.New("times of day are not supported")
	case strings.ContainsAny(s, "?~%"):
		return errors.New("a date has at most one qualifier, and it comes last")
	case strings.Contains(s, "X"):
		return errors.New("an X can only replace the last one or two digits of a year, a day, or a month and its day")
	}
	return errDateForm
}

// hasFarYear reports whether s is a date of level 1 whose year is negative or
// has more than four digits.
func hasFarYear(s string) bool {
	if unsigned, ok := strings.CutPrefix(s, "-"); ok {
		_, err := parseDate(unsigned)
		return err == nil
	}
	year, long := strings.CutPrefix(s, "Y")
	digits := dateShape(strings.TrimPrefix(year, "-"))
	return long && len(digits) > 4 && strings.Trim(digits, "0") == ""
}

func yearsSpan(from, to string, precision DatePrecision) dateSpan {
	return dateSpan{from + "-01-01", to + "-12-31", precision}
}

// monthSpan takes a month in the shape YYYY-MM.
func monthSpan(s string) (dateSpan, error) {
	first, err := time.Parse("2006-01", s)
	if err != nil {
		return dateSpan{}, fmt.Errorf("%s is not a month: 01 to 12, or a season 21 to 24 that no day follows", s[5:])
	}
	return dateSpan{s + "-01", first.AddDate(0, 1, -1).Format(time.DateOnly), PrecisionMonth}, nil
}

// daySpan takes a day in the shape YYYY-MM-DD.
func daySpan(s string) (dateSpan, error) {
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return dateSpan{s, s, PrecisionDay}, nil
	}
	month, err := monthSpan(s[:7])
	if err != nil {
		return dateSpan{}, err
	}
	if s < month.first || s > month.last {
		return dateSpan{}, fmt.Errorf("%s has no day %s", s[:7], s[8:])
	}
	return dateSpan{s, s, PrecisionDay}, nil
}
