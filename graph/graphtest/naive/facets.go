package naive

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// count works out the facets and histograms of a list.
func (s *state) count(all []end, c *plan.Counted, into *plan.Rows) {
	for _, f := range c.Facets {
		into.Facets = append(into.Facets, s.facet(all, f))
	}
	for _, h := range c.Histograms {
		into.Histograms = append(into.Histograms, s.histogram(all, h))
	}
}

// none stands for the value of a node without one: no id, name or constant has a
// character that is none.
const none = "\x00"

func (s *state) facet(all []end, f *plan.Facet) plan.FacetValues {
	counts := map[string]int{}
	for _, e := range all {
		if !s.passes(e.node, f.Filter) {
			continue
		}
		values := s.valuesOf(e.node, f)
		if len(values) == 0 {
			values = []string{none}
		}
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			counts[v]++
		}
	}
	total := len(counts)
	ordered := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		switch {
		case a == none:
			return 1
		case b == none:
			return -1
		default:
			return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b))
		}
	})
	result := plan.FacetValues{Total: total}
	for _, v := range ordered[:min(len(ordered), f.Limit)] {
		result.Values = append(result.Values, s.facetValue(v, counts[v], f))
	}
	return result
}

func (s *state) facetValue(v string, count int, f *plan.Facet) plan.FacetValue {
	if v == none {
		return plan.FacetValue{Count: count}
	}
	value := plan.FacetValue{Value: graph.Text(v), Count: count}
	if f.Shape != nil {
		value.Node = s.row(end{node: s.nodes[graph.ID(v)]}, f.Shape, nil)
	}
	return value
}

// valuesOf are the values of a node in a facet, perhaps some of them several times.
func (s *state) valuesOf(n *graph.Node, f *plan.Facet) []string {
	var values []string
	add := func(v string) {
		if v != "" {
			values = append(values, v)
		}
	}
	switch by := f.By.(type) {
	case graph.ByKind:
		add(graph.ConstantCase(string(n.Type.Name)))
	case graph.ByProperty:
		if v := s.value(n, by.Property); !v.Missing() {
			add(fmt.Sprint(v.Any()))
		}
	case graph.ByYear:
		if day := dateOf(n, by.Property).SortKey(); day != "" {
			add(day[:len("YYYY")])
		}
	case graph.ByNodes:
		last := by.Steps[0].Links[len(by.Steps[0].Links)-1]
		for _, e := range s.ends(n, f.Path) {
			if only := by.OnlyLast; only != nil && e.link.Type == last && !slices.Contains(only.Values, n.Values[only.Property.Name]) {
				continue
			}
			add(string(e.node.ID))
		}
	case graph.ByDataset:
		k := s.kept[n.ID]
		add(k.sole)
		for _, c := range k.contributions {
			add(c.Dataset)
		}
	default:
		panic("naive: unknown facet")
	}
	return values
}

// A refusal is what a plan cannot be answered for; it leaves [Store.Query] as its error.
type refusal struct{ error }

// histogram goes day by day through all buckets from the first to the last.
func (s *state) histogram(all []end, h *plan.Histogram) []plan.Bucket {
	counts, last := map[string]int{}, ""
	for _, e := range all {
		if day := dateOf(e.node, h.Property).SortKey(); day != "" {
			start := startOf(day, h.By)
			counts[start]++
			last = max(last, start)
		}
	}
	if len(counts) == 0 {
		return nil
	}
	day := slices.Min(slices.Collect(maps.Keys(counts)))
	var buckets []plan.Bucket
	for len(day) == len(last) && startOf(day, h.By) <= last {
		start := startOf(day, h.By)
		if n := len(buckets); n == 0 || buckets[n-1].From != start {
			buckets = append(buckets, plan.Bucket{From: start, Count: counts[start]})
		}
		buckets[len(buckets)-1].Until = day
		day = tomorrow(day)
	}
	if len(buckets) > plan.MaxBuckets {
		panic(refusal{plan.TooManyBuckets()})
	}
	return buckets
}

// startOf is the first day of the bucket that a day is in.
func startOf(day string, by plan.Interval) string {
	switch by {
	case plan.Day:
		return day
	case plan.Month:
		return day[:len("YYYY-MM")] + "-01"
	case plan.Year:
		return day[:len("YYYY")] + "-01-01"
	case plan.Decade:
		return day[:len("YYY")] + "0-01-01"
	default:
		panic("naive: unknown interval")
	}
}

func tomorrow(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // what is stored is valid
	}
	return at.AddDate(0, 0, 1).Format(time.DateOnly)
}
