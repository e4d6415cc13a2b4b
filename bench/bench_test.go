package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// shortRun is what a run in the short form writes and prints.
func shortRun(t *testing.T, o options) (written report, printed string) {
	t.Helper()
	o.cache, o.seed = t.TempDir(), 1
	o = o.shortened()
	o.json = filepath.Join(o.cache, "results.json")
	var out bytes.Buffer
	if err := run(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	if err := readJSON(o.json, &written); err != nil {
		t.Fatal(err)
	}
	return written, out.String()
}

// TestShortRun shows that the program works; how fast anything is, it does not ask.
func TestShortRun(t *testing.T) {
	written, printed := shortRun(t, options{tenfold: true, stores: "sqlite"})
	if len(written.Shapes) != len(shapes) || written.Process == nil {
		t.Errorf("shapes or the server are missing in\n%s", printed)
	}
	for _, s := range shapes {
		// Once for the ratio, once for the growth.
		if strings.Count(printed, "\n"+s.name+"  ") != 2 {
			t.Errorf("%s is not reported twice in\n%s", s.name, printed)
		}
	}
}

// TestShortRunOnNeo4j compares answers, too.
func TestShortRunOnNeo4j(t *testing.T) {
	written, printed := shortRun(t, options{stores: "neo4j"})
	if written.Neo4j == nil || len(written.Neo4j.Shapes) != len(shapes) {
		t.Errorf("shapes are missing in\n%s", printed)
	}
	for _, s := range shapes {
		// Once for the time, once for the requests a second.
		if strings.Count(printed, "\n"+s.name+"  ") != 2 {
			t.Errorf("%s is not reported twice in\n%s", s.name, printed)
		}
	}
}

// TestShortRunOfWriting compares loaded databases, too.
func TestShortRunOfWriting(t *testing.T) {
	written, printed := shortRun(t, options{tenfold: true, stores: "writing"})
	w := written.Writing
	if w == nil || len(w.Imports) != 2 || w.Commits.Measured == 0 || len(w.Claims) != 2 || w.Neo4j.ByHand.Measured == 0 {
		t.Fatalf("figures are missing in\n%s", printed)
	}
	for _, v := range []verdict{w.Imports[0].PerSecond, w.Imports[0].Ratio, w.Imports[1].Ratio, w.Claims[0].Millis, w.Claims[1].Megabytes} {
		if v.Measured == 0 {
			t.Errorf("%+v is not measured in\n%s", v, printed)
		}
	}
}

func TestShortRunGuarded(t *testing.T) {
	written, printed := shortRun(t, options{stores: "guarded", shape: "look-up"})
	g := written.Guarded
	if g == nil || len(g.Shapes) != 1 || g.Shapes[0].P99 < g.Shapes[0].P50 || g.Heavy.Measured == 0 || g.HeavyAnswered == 0 {
		t.Errorf("figures are missing in\n%s", printed)
	}
	// Once for the time, once for the requests a second.
	if strings.Count(printed, "\nlook-up  ") != 2 {
		t.Errorf("the look-up is not reported twice in\n%s", printed)
	}
}

// TestShortRunOfFacets compares the counts, too.
func TestShortRunOfFacets(t *testing.T) {
	written, printed := shortRun(t, options{stores: "facets"})
	if len(written.Facets) != len(facetShapes) {
		t.Errorf("shapes are missing in\n%s", printed)
	}
	for _, s := range facetShapes {
		if strings.Count(printed, "\n"+s.name+"  ") != 1 {
			t.Errorf("%s is not reported once in\n%s", s.name, printed)
		}
	}
}

// TestShortRunOfPaths asks for paths on both stores and by hand.
func TestShortRunOfPaths(t *testing.T) {
	written, printed := shortRun(t, options{stores: "paths"})
	if len(written.Paths) == 0 || written.Paths[0].ByHand.Measured == 0 || !strings.Contains(printed, "\n"+written.Paths[0].Pairs+"  ") {
		t.Errorf("figures are missing in\n%s", printed)
	}
}

func TestQuantile(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3}
	for q, want := range map[float64]float64{0: 1, 0.5: 3, 0.99: 5, 1: 5} {
		if got := quantile(values, q); got != want {
			t.Errorf("quantile %v of %v is %v, want %v", q, values, got, want)
		}
	}
	if got := quantile(nil, 0.5); got != 0 {
		t.Errorf("the median of nothing is %v", got)
	}
}

func TestRatioIsTheMedianOverRounds(t *testing.T) {
	timings := []timing{{rounds: []float64{2, 3, 40}}, {rounds: []float64{1, 1, 1}}}
	if got := ratio(timings, func(p50 []float64) float64 { return p50[0] / p50[1] }); got != 3 {
		t.Errorf("got %v, want 3", got)
	}
}

func TestVerdict(t *testing.T) {
	for measured, want := range map[float64]string{0: "not measured", 1.5: "met", 1.6: "NOT met"} {
		if got := atMost(1.5, measured).String(); got != want {
			t.Errorf("%v of at most 1.5: %s, want %s", measured, got, want)
		}
	}
	for measured, want := range map[float64]string{0: "not measured", 0.5: "met", 0.49: "NOT met"} {
		if got := atLeast(0.5, measured).String(); got != want {
			t.Errorf("%v of at least 0.5: %s, want %s", measured, got, want)
		}
	}
}
