package loader_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"companygraph/graph"
	"companygraph/graph/sqlite"
	"companygraph/schema"
	"companygraph/seed/loader"
)

func openStore(t *testing.T) graph.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), schema.Model())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func TestLoadIsRepeatable(t *testing.T) {
	store := openStore(t)
	small := "sources: [{ id: s }]\nsource: s\n" + ban + "targets: acme\n" +
		"    claims: [{ id: c, stance: ASSERTS, attribution: SOURCE }]"
	for _, step := range []struct{ name, body, want string }{
		{"first", small, "4 created, 0 updated, 0 unchanged"},
		{"again", small, "0 created, 0 updated, 4 unchanged"},
		{"changed", small + "\n    date: 2017", "0 created, 1 updated, 3 unchanged"},
	} {
		applied, err := read(step.body).Load(t.Context(), store)
		got := fmt.Sprintf("%d created, %d updated, %d unchanged", applied.Created, applied.Updated, applied.Unchanged)
		if err != nil || got != step.want {
			t.Errorf("%s: %s, %v; want %s", step.name, got, err, step.want)
		}
	}
}

func TestLoadBuildsOnWhatIsStored(t *testing.T) {
	store := openStore(t)
	if _, err := read(ban+"targets: acme").Load(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	more := read("sources: [{ id: s }]\nclaims: [{ id: c, fact: ban, stance: DENIES, attribution: SOURCE, source: s, on: { role: targets, entity: acme } }]")
	if _, err := more.Load(t.Context(), store); err != nil {
		t.Error(err)
	}
}

func TestBrokenDatasetsChangeNothing(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"by itself", ban + "phase: DONE", "a.yaml:8:5: facts[0].phase: the field is there twice"},
		{"by what it refers to", ban + "targets: [acme, ghost]", `a.yaml:8:21: targets[1]: there is no node with the id "ghost"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			store := openStore(t)
			_, err := read(test.body).Seed(t.Context(), store)
			var problems loader.Problems
			if !errors.As(err, &problems) || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
			seeded, err := store.Seeded(t.Context())
			if seeded || err != nil {
				t.Errorf("something was written: %v, %v", seeded, err)
			}
		})
	}
}

func TestSeedMarksTheStore(t *testing.T) {
	store := openStore(t)
	if _, err := read("").Seed(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	if seeded, err := store.Seeded(t.Context()); !seeded || err != nil {
		t.Errorf("seeded: %v, %v", seeded, err)
	}
}

func TestLoadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := read(acme).Load(ctx, openStore(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
