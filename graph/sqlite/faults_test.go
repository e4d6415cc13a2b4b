package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/plan"
	"companygraph/graph/write"
	"companygraph/schema"
)

// Any number of ids can be asked for at once: none is bound as a part of one
// value, which the engine's memory may not hold.
func TestAnyNumberOfIDs(t *testing.T) {
	s := openWith(t, graphtest.Sample(schema.Model()))
	const n = 600_000
	ids := make([]graph.ID, n+1)
	padding := strings.Repeat("x", 180)
	for i := range n {
		ids[i] = graph.ID(fmt.Sprintf("%06d%s", i, padding))
	}
	ids[n] = "kaspersky-lab"
	err := s.write(t.Context(), func(c *conn) error {
		storage, err := newStorage(c, s.layout)
		if err != nil {
			return err
		}
		found, err := storage.Find(ids)
		loaded, loadErr := storage.Load(ids)
		referrers, referrersErr := storage.Referrers(ids, schema.Model().Links)
		if len(found) != 1 || len(loaded) != 1 || len(referrers) != 1 {
			t.Errorf("found %d, loaded %d, referrers of %d", len(found), len(loaded), len(referrers))
		}
		return errors.Join(err, loadErr, referrersErr)
	})
	if err != nil {
		t.Error(err)
	}
}

// Calls that come together with Close, or after it, end.
func TestCallsDuringClose(t *testing.T) {
	for round := range 40 {
		s, err := Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), schema.Model())
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		begin := make(chan struct{})
		for n := range 16 {
			all.Go(func() {
				<-begin
				for i := 0; ; i++ {
					err := someCall(t, s, n, i)
					if err == nil {
						continue
					}
					var own *graph.Error
					if !errors.As(err, &own) || own.Code != graph.CodeUnavailable {
						t.Errorf("got %v", err)
					}
					return
				}
			})
		}
		close(begin)
		time.Sleep(time.Duration(round%5) * time.Millisecond)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		ended := make(chan struct{})
		go func() {
			all.Wait()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Fatal("calls wait for ever")
		}
	}
}

func someCall(t *testing.T, s *Store, n, i int) error {
	switch n % 4 {
	case 0:
		_, err := put(context.Background(), t, s, graph.ID(fmt.Sprintf("%d-%d", n, i)), nothing)
		return err
	case 1:
		_, err := s.Import(context.Background(), write.Meta{Dataset: "load"}, graphtest.Records(nil), write.ImportOptions{})
		return err
	case 2:
		return s.Ping(context.Background())
	default:
		_, err := s.Export(context.Background(), 0, "", 10)
		return err
	}
}

// A panic while reading, such as one of the engine, leaves the store working.
func TestPanicLeavesReadersWorking(t *testing.T) {
	s := openWith(t)
	for range 2 * maxReaders {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = s.read(t.Context(), func(*conn) error { panic("reading") })
		}()
	}
	if err := s.Ping(t.Context()); err != nil || s.Pool().InUse != 0 {
		t.Errorf("got %v with %d connections in use", err, s.Pool().InUse)
	}
}

// A filter holds for every extent: of a list, and of the latest it counts only
// what passes.
func TestFollowsAreFiltered(t *testing.T) {
	m := schema.Model()
	text := graph.Text
	node := func(id graph.ID, kind graph.TypeName, values map[string]graph.Value, links ...graph.ID) *graph.Node {
		n := &graph.Node{ID: id, Type: m.Types[kind], Values: values}
		for i := 0; i < len(links); i += 2 {
			n.Links = append(n.Links, graph.Link{Type: n.Type.Link(string(links[i])), To: links[i+1]})
		}
		return n
	}
	entity := func(id graph.ID, kind graph.TypeName) *graph.Node {
		return node(id, kind, map[string]graph.Value{"name": text("Name"), "aliases": text("[]"), "identifiers": text("[]")})
	}
	presence := func(id graph.ID, since string, firm graph.ID) *graph.Node {
		return node(id, "Presence", map[string]graph.Value{"title": text("Presence"), "phase": text("ONGOING"), "several": graph.Bool(false), "date": text(since)},
			"firm", firm, "office", "office")
	}
	s := openWith(t, graphtest.Batch{Nodes: []*graph.Node{
		entity("early", "Company"), entity("late", "Company"), entity("office", "Office"),
		presence("first", "2010/..", "early"), presence("second", "2015/..", "late"),
		node("ban", "Ban", map[string]graph.Value{"title": text("Ban"), "phase": text("PROPOSED"), "several": graph.Bool(false)}, "targets", "early", "targets", "late"),
	}})
	const list, latest = `{ ban(id: "ban") { targets { id } } }`, `{ office(id: "office") { firm { id } } }`
	for _, test := range []struct {
		query  string
		filter plan.Filter
		want   string
	}{
		{list, nil, "early late"}, {list, idIs("late"), "late"}, {list, idIs("nobody"), ""},
		{latest, nil, "late"}, {latest, idIs("early"), "early"}, {latest, idIs("nobody"), ""},
	} {
		p := graphtest.PlanOf(t, test.query, nil)
		p.Fetches[0].Shape.Follows[0].Filter = test.filter
		result, err := s.Query(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, row := range result.Fetches[0].Rows[0].Follows[0].Rows {
			ids = append(ids, string(row.ID))
		}
		if got := strings.Join(ids, " "); got != test.want {
			t.Errorf("%s, only %v: got %q, want %q", test.query, test.filter, got, test.want)
		}
	}
}

func idIs(id string) plan.Filter {
	return plan.Compare{Property: graph.IDProperty, Op: plan.Equal, Value: graph.Text(id)}
}
