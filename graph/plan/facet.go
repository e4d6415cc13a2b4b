package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"companygraph/graph"
)

// Counted asks how all results of a fetch, or of a follow for one parent, spread over
// values and over time, whatever page of them is read.
type Counted struct {
	Facets     []*Facet
	Histograms []*Histogram
}

// Facet counts results by their values.
type Facet struct {
	By graph.FacetBy
	// Limit is how many values to answer at most; 0 if only Count is asked for.
	Limit int
	// Count asks how many values there are, of which the missing one is one.
	Count bool
	// Filter limits the results that are counted; nil does not.
	Filter Filter
	// Path leads from a result to the nodes of [graph.ByNodes], and Types are the
	// concrete types that these may have, ordered by name.
	Path  Path
	Types []*graph.Type
	// Shape is what is needed of these nodes; nil if nothing is.
	Shape *Shape
}

// FacetBy starts the facet of a list.
func FacetBy(m *graph.Model, by graph.FacetBy) *Facet {
	f := &Facet{By: by}
	nodes, ofNodes := by.(graph.ByNodes)
	if !ofNodes {
		return f
	}
	for _, target := range nodes.Targets {
		f.Types = append(f.Types, m.Concrete(target)...)
	}
	slices.SortFunc(f.Types, func(a, b *graph.Type) int { return cmp.Compare(a.Index, b.Index) })
	f.Path = Path{Steps: nodes.Steps}
	live := Compare{Property: graph.LiveProperty, Op: Equal, Value: graph.Bool(true)}
	switch {
	case !nodes.Live:
	case len(nodes.Steps) == 1:
		f.Filter = live
	default:
		f.Path.Via = &ViaFacts{Interface: m.Claim().Name, Filter: live}
	}
	return f
}

// Histogram counts results by spans of time. Results without a date are in none.
type Histogram struct {
	// Property is the date; a result is in the span of the day that it sorts by.
	Property *graph.Property
	By       Interval
}

// Interval is the length of the spans of a histogram.
type Interval uint8

// The intervals. There is no useful zero value.
const (
	Day Interval = iota + 1
	Month
	Year
	Decade
)

// Prefix is how many bytes of a day, YYYY-MM-DD, tell which span it is in.
func (i Interval) Prefix() int { return map[Interval]int{Day: 10, Month: 7, Year: 4, Decade: 3}[i] }

// FacetValues are the values of a facet.
type FacetValues struct {
	// Values are in order: the greatest count first, then by value, the missing one
	// last.
	Values []FacetValue
	// Total is the number of values, if the plan asked for it.
	Total int
}

// FacetValue is a value with the number of results that have it.
type FacetValue struct {
	// Value is text, or missing for the results that have no value.
	Value graph.Value
	Count int
	// Node is the node whose id the value is, if the facet has a shape.
	Node *Row
}

// Cut puts values in order and keeps as many as the facet asks for. A store may
// read more than these.
func (v *FacetValues) Cut(f *Facet) {
	slices.SortFunc(v.Values, func(a, b FacetValue) int {
		if a.Value.Missing() || b.Value.Missing() {
			return graph.CompareValues(a.Value, b.Value)
		}
		return cmp.Or(cmp.Compare(b.Count, a.Count), graph.CompareValues(a.Value, b.Value))
	})
	v.Values = v.Values[:min(len(v.Values), f.Limit)]
}

// Bucket is a span of days with the number of results in it.
type Bucket struct {
	// From and Until are its first and last day.
	From, Until string
	Count       int
}

// MaxBuckets is how many spans a histogram has at most.
const MaxBuckets = 1000

// Span is a span that has results: what its days begin with, see [Interval.Prefix].
type Span struct {
	Prefix string
	Count  int
}

// Buckets are the spans from the first to the last of some, which are in order;
// those between that have no results are among them. Too many are an error that is
// fit for clients.
func (i Interval) Buckets(spans []Span) ([]Bucket, error) {
	if len(spans) == 0 {
		return nil, nil
	}
	counts := make(map[string]int, len(spans))
	for _, s := range spans {
		counts[s.Prefix] = s.Count
	}
	var all []Bucket
	last := spans[len(spans)-1].Prefix
	for from := i.first(spans[0].Prefix); ; from = i.after(from) {
		day := from.Format(time.DateOnly)
		prefix := day[:i.Prefix()]
		if prefix > last || len(day) > len(time.DateOnly) {
			return all, nil
		}
		if len(all) == MaxBuckets {
			return nil, TooManyBuckets()
		}
		all = append(all, Bucket{From: day, Until: i.after(from).AddDate(0, 0, -1).Format(time.DateOnly), Count: counts[prefix]})
	}
}

// TooManyBuckets is the error of a histogram with more than MaxBuckets. It is the same
// for all of an operation: which of them is met first is up to the store.
func TooManyBuckets() error {
	return graph.BadArgument("by", "a histogram would have more than %d buckets: give a longer interval, or narrow the list by its dates", MaxBuckets)
}

// first is the first day of a span.
func (i Interval) first(prefix string) time.Time {
	const completion = "0000-01-01"
	// The days of stored dates are valid.
	day, _ := time.Parse(time.DateOnly, prefix+completion[len(prefix):])
	return day
}

// after is the first day behind a span that begins on a day.
func (i Interval) after(from time.Time) time.Time {
	switch i {
	case Day:
		return from.AddDate(0, 0, 1)
	case Month:
		return from.AddDate(0, 1, 0)
	case Year:
		return from.AddDate(1, 0, 0)
	case Decade:
		return from.AddDate(10, 0, 0)
	default:
		panic("plan: unknown interval")
	}
}

// intervalNames are the constants of intervals.
var intervalNames = map[Interval]string{Day: "DAY", Month: "MONTH", Year: "YEAR", Decade: "DECADE"}

// String is the constant that clients give.
func (i Interval) String() string { return intervalNames[i] }

// ParseInterval reads the constant of an interval.
func ParseInterval(name string) (Interval, error) {
	for i, n := range intervalNames {
		if n == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("must be DAY, MONTH, YEAR or DECADE")
}
