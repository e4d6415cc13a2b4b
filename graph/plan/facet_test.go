package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
)

func TestBuckets(t *testing.T) {
	for name, c := range map[string]struct {
		by    Interval
		spans string
		want  string
	}{
		"none":              {Year, "", ""},
		"one day":           {Day, "2017-09-13:2", "2017-09-13..2017-09-13:2"},
		"days of a leap":    {Day, "2016-02-28:1 2016-03-01:1", "2016-02-28..2016-02-28:1 2016-02-29..2016-02-29:0 2016-03-01..2016-03-01:1"},
		"months":            {Month, "2016-12:1 2017-02:3", "2016-12-01..2016-12-31:1 2017-01-01..2017-01-31:0 2017-02-01..2017-02-28:3"},
		"years":             {Year, "2015:1 2016:1", "2015-01-01..2015-12-31:1 2016-01-01..2016-12-31:1"},
		"decades":           {Decade, "199:1 201:2", "1990-01-01..1999-12-31:1 2000-01-01..2009-12-31:0 2010-01-01..2019-12-31:2"},
		"the first year":    {Year, "0000:1", "0000-01-01..0000-12-31:1"},
		"the last day":      {Day, "9999-12-30:1 9999-12-31:1", "9999-12-30..9999-12-30:1 9999-12-31..9999-12-31:1"},
		"the last of all":   {Decade, "999:1", "9990-01-01..9999-12-31:1"},
		"the first decades": {Decade, "000:1 001:1", "0000-01-01..0009-12-31:1 0010-01-01..0019-12-31:1"},
	} {
		t.Run(name, func(t *testing.T) {
			var spans []Span
			for _, text := range strings.Fields(c.spans) {
				var s Span
				prefix, count, _ := strings.Cut(text, ":")
				s.Prefix = prefix
				if _, err := fmt.Sscan(count, &s.Count); err != nil {
					t.Fatal(err)
				}
				spans = append(spans, s)
			}
			buckets, err := c.by.Buckets(spans)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range buckets {
				got = append(got, fmt.Sprintf("%s..%s:%d", b.From, b.Until, b.Count))
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestBucketsAreBounded(t *testing.T) {
	if got, err := Year.Buckets([]Span{{"1001", 1}, {"2000", 1}}); err != nil || len(got) != MaxBuckets {
		t.Errorf("got %d, %v", len(got), err)
	}
	_, err := Year.Buckets([]Span{{"1000", 1}, {"2000", 1}})
	own := new(graph.Error)
	if !errors.As(err, &own) || own.Code != graph.CodeBadInput || own.Argument != "by" {
		t.Errorf("got %v", err)
	}
}

// The greatest count comes first, equal ones by code point, the missing value last
// whatever its count.
func TestFacetValuesAreCutInOrder(t *testing.T) {
	text := func(s string, count int) FacetValue { return FacetValue{Value: graph.Text(s), Count: count} }
	values := FacetValues{Values: []FacetValue{{Count: 9}, text("b", 1), text("\U00010000", 2), text("\uE000", 2), text("a", 1)}}
	values.Cut(&Facet{Limit: 5})
	want := []FacetValue{text("\uE000", 2), text("\U00010000", 2), text("a", 1), text("b", 1), {Count: 9}}
	if !slices.Equal(values.Values, want) {
		t.Errorf("got %v, want %v", values.Values, want)
	}
	values.Cut(&Facet{Limit: 2})
	if !slices.Equal(values.Values, want[:2]) {
		t.Errorf("got %v, want %v", values.Values, want[:2])
	}
}
