package write_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest/naive"
	"companygraph/graph/write"
	"companygraph/schema"
)

// imports loads nodes for a dataset.
func imports(t *testing.T, s *naive.Store, dataset string, nodes ...*graph.Node) (write.Imported, error) {
	t.Helper()
	records, problems := write.Prepare(schema.Model(), nodes)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s.Import(t.Context(), write.Meta{Dataset: dataset}, write.Records(records), write.ImportOptions{})
}

// known is an entity with a further key.
func known(id graph.ID, typeName graph.TypeName, lei string) *graph.Node {
	return node(id, typeName, changed(firmValues, text("identifiers", `[{"scheme":"lei","value":"`+lei+`"}]`)))
}

func plain(id graph.ID, name string) *graph.Node {
	return node(id, "Company", changed(firmValues, text("name", name)))
}

// Every record that is read comes to one end, whatever follows of it for others.
func TestOutcomesOfRecords(t *testing.T) {
	store := naive.New(schema.Model())
	steps := []struct {
		name    string
		dataset string
		nodes   []*graph.Node
		want    write.Outcomes
		marked  int
	}{
		{"new, two of them one node", "a", []*graph.Node{plain("x", "X"), known("y", "Company", "1"), known("z", "Retailer", "1"), source(), ban(nil, "targets", "x")},
			write.Outcomes{Created: 4, Merged: 1}, 0},
		{"again, and one changed", "a", []*graph.Node{plain("x", "X2"), known("y", "Company", "1"), known("z", "Retailer", "1")},
			write.Outcomes{Updated: 1, Unchanged: 2}, 0},
		{"a claim changes a status", "b", []*graph.Node{claim(nil)},
			write.Outcomes{Created: 1}, 0},
		{"deleted meanwhile", "a", []*graph.Node{plain("x", "X3"), plain("new", "New")},
			write.Outcomes{Created: 1}, 1},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			if step.marked > 0 {
				if _, err := store.Write(t.Context(), write.Meta{Dataset: write.Edits}, func(tx *write.Tx) error { return tx.Delete("claim", "ban", "x") }); err != nil {
					t.Fatal(err)
				}
			}
			done, err := imports(t, store, step.dataset, step.nodes...)
			if err != nil || done.Records != step.want || len(done.Marked) != step.marked {
				t.Errorf("got %+v, %d marked, %v; want %+v, %d marked", done.Records, len(done.Marked), err, step.want, step.marked)
			}
		})
	}
}

// The time of revisions never goes back, and of several at one time the last
// counts.
func TestClockGoingBack(t *testing.T) {
	store := naive.New(schema.Model())
	noon := time.Date(2020, 1, 1, 12, 0, 0, 1500, time.UTC)
	for n, at := range []time.Duration{0, time.Hour, -time.Hour, 30 * time.Minute, 2 * time.Hour} {
		store.Now = func() time.Time { return noon.Add(at).In(time.FixedZone("elsewhere", 7200)) }
		records, _ := write.Prepare(schema.Model(), []*graph.Node{plain("x", strconv.Itoa(n))})
		if _, err := store.Write(t.Context(), write.Meta{Dataset: "a"}, func(tx *write.Tx) error { return tx.Put(records...) }); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		at   time.Duration
		want int64
	}{{-time.Hour, 0}, {0, 1}, {59 * time.Minute, 1}, {time.Hour, 4}, {90 * time.Minute, 4}, {3 * time.Hour, 5}}
	for _, test := range tests {
		if got, err := store.RevisionAt(t.Context(), noon.Add(test.at)); err != nil || got.Number != test.want {
			t.Errorf("after %s: got %+v and %v, want revision %d", test.at, got, err, test.want)
		}
	}
	revisions, err := store.Revisions(t.Context(), 0, 10)
	if want := noon.Add(time.Hour).Truncate(time.Microsecond); err != nil || revisions[2].At != want || revisions[3].At != want {
		t.Errorf("got %+v and %v", revisions, err)
	}
}

// Who loads what cannot be one node is told of what is stored, and why they
// would be one.
func TestClashesOfTypes(t *testing.T) {
	tests := []struct {
		name   string
		stored *graph.Node
		loaded []*graph.Node
		want   string
	}{
		{"the same id", plain("x", "X"), []*graph.Node{node("x", "Place", firmValues)},
			"x: type: it is stored as Company and cannot be Place as well"},
		{"an identifier", known("x", "Company", "1"), []*graph.Node{known("a", "Place", "1")},
			`a: type: it has the identifier lei "1" of x, which is Company and cannot be Place as well`},
		{"two that are new", plain("x", "X"), []*graph.Node{known("a", "Place", "1"), known("b", "Person", "1")},
			`a: type: it has the identifier lei "1" of b, which is Person and cannot be Place as well` + "\n" +
				`b: type: it has the identifier lei "1" of a, which is Place and cannot be Person as well`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := naive.New(schema.Model())
			if _, err := imports(t, store, "first", test.stored); err != nil {
				t.Fatal(err)
			}
			_, err := imports(t, store, "second", test.loaded...)
			var problems write.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %v", err)
			}
			lines := strings.Split(problems.Error(), "\n")
			slices.Sort(lines)
			if got := strings.Join(lines, "\n"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
