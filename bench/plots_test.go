package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlot(t *testing.T) {
	names := []string{"ours on Neo4j", "ours on SQLite", "peer, driver 5", "peer, driver 6", "peer, driver 6, two processes"}
	r := report{Peer: &peerResult{}}
	for i, s := range shapes {
		p := peerShape{comparison: comparison{Shape: s.name}}
		for k, name := range names {
			p.Timings = append(p.Timings, timing{Side: name, P50: float64(1000 * (i + 1) * (k + 1))})
			p.Rates = append(p.Rates, rate{Side: name, PerSecond: float64(4000 / (i + 1) / (k + 1))})
		}
		r.Peer.Shapes = append(r.Peer.Shapes, p)
	}
	folder := filepath.Join(t.TempDir(), "plots")
	if err := r.plot(folder); err != nil {
		t.Fatal(err)
	}
	for file, figures := range map[string][]string{"peer-p50.svg": {"1.00", "20.00"}, "peer-rates.svg": {"4000", "200"}} {
		picture, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range append(append(figures, names...), "look-up", "three levels") {
			if !strings.Contains(string(picture), ">"+want) {
				t.Errorf("%s does not show %q", file, want)
			}
		}
	}
}
