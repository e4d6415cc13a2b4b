package neo4j

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/schema"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// emptied is the shared server with neither nodes nor indexes.
func emptied(t *testing.T) neo4jtest.Target {
	t.Helper()
	target := neo4jtest.Server(t)
	neo4jtest.Empty(t, target)
	for _, row := range neo4jtest.Run(t, target, "SHOW CONSTRAINTS YIELD name", nil) {
		neo4jtest.Run(t, target, "DROP CONSTRAINT `"+row[0].(string)+"`", nil)
	}
	for _, row := range neo4jtest.Run(t, target, "SHOW INDEXES YIELD name, type WHERE type IN ['RANGE', 'FULLTEXT'] RETURN name", nil) {
		neo4jtest.Run(t, target, "DROP INDEX `"+row[0].(string)+"`", nil)
	}
	return target
}

func TestOpenMakesIndexesOnce(t *testing.T) {
	target := emptied(t)
	const show = "SHOW INDEXES YIELD id, name, state, type WHERE type IN ['RANGE', 'FULLTEXT'] RETURN id, name, state ORDER BY name"
	first := mustOpen(t, settings(target))
	made := neo4jtest.Run(t, target, show, nil)
	if len(made) != len(indexes(schema.Model())) {
		t.Errorf("there are %d indexes: %v", len(made), made)
	}
	for i, want := range indexes(schema.Model()) {
		if made[i][1] != want.name || made[i][2] != "ONLINE" {
			t.Errorf("got %v, want %s, online", made[i], want.name)
		}
	}
	if _, err := graphtest.Write(t.Context(), first, graphtest.Sample(schema.Model())); err != nil {
		t.Fatal(err)
	}
	second := mustOpen(t, settings(target))
	again := neo4jtest.Run(t, target, show, nil)
	for i := range made {
		if made[i][0] != again[i][0] {
			t.Errorf("index %v was made again: %v", made[i], again[i])
		}
	}
	if applied, err := graphtest.Write(t.Context(), second, graphtest.Sample(schema.Model())); err != nil || applied.Changed() || applied.Head != 1 {
		t.Errorf("after opening again: %+v, %v; want revision 1", applied, err)
	}
}

func TestOpenKeepsIdentitiesUnique(t *testing.T) {
	store := openWith(t)
	err := store.write(t.Context(), func(tx driver.ManagedTransaction) error {
		return exec(t.Context(), tx, "CREATE (:Identity {id: 'a'}), (:Identity {id: 'a'})")
	})
	if err == nil || !strings.Contains(err.Error(), "ConstraintValidationFailed") {
		t.Errorf("got %v, want the constraint to be violated", err)
	}
}

// refused holds Open to refusing a database with one line that says this, and
// that holds no password.
func refused(t *testing.T, s Settings, want string) {
	t.Helper()
	began := time.Now()
	store, err := Open(t.Context(), s, schema.Model())
	if err == nil {
		_ = store.Close()
		t.Fatalf("is not refused; want %q", want)
	}
	text := err.Error()
	if !strings.Contains(text, want) || strings.Contains(text, "\n") || strings.Contains(text, s.Password) {
		t.Errorf("got %q, want one line with %q", text, want)
	}
	if !strings.Contains(text, s.URI) {
		t.Errorf("%q does not say which database", text)
	}
	if waited := time.Since(began); waited > reachTimeout+5*time.Second {
		t.Errorf("took %s", waited)
	}
}

func TestOpenRefuses(t *testing.T) {
	target := emptied(t)
	good := settings(target)
	with := func(change func(*Settings)) Settings {
		s := good
		change(&s)
		return s
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	_ = listener.Close()
	for name, test := range map[string]struct {
		settings Settings
		want     string
	}{
		"unreachable":         {with(func(s *Settings) { s.URI = "neo4j://" + closed }), "cannot be reached"},
		"unreachable, direct": {with(func(s *Settings) { s.URI = "bolt://" + closed }), "cannot be reached"},
		"no such host":        {with(func(s *Settings) { s.URI = "neo4j://no-such-host.invalid" }), "cannot be reached"},
		"no URI":              {with(func(s *Settings) { s.URI = "localhost:7687" }), "localhost:7687"},
		"wrong user":          {with(func(s *Settings) { s.User = "nobody" }), "the user or the password is wrong"},
		"wrong database":      {with(func(s *Settings) { s.Database = "nowhere" }), "there is no database of this name"},
		"wrong password":      {with(func(s *Settings) { s.Password = "wrong-password" }), "the user or the password is wrong"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, test.settings, test.want) })
	}
}

// A server that accepts connections and never says anything is no server.
func TestOpenDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	refused(t, Settings{URI: "neo4j://" + listener.Addr().String(), User: "neo4j", Password: "a-password"}, "cannot be reached")
}

func TestOpenRefusesForeignNodes(t *testing.T) {
	target := emptied(t)
	neo4jtest.Run(t, target, "CREATE (:Movie {title: 'The Matrix'})", nil)
	s := settings(target)
	refused(t, s, ErrForeign.Error())
	if rows := neo4jtest.Run(t, target, "SHOW INDEXES YIELD type WHERE type = 'RANGE' RETURN type", nil); len(rows) > 0 {
		t.Errorf("a refused database was given %d indexes", len(rows))
	}

	s.Adopt = true
	store := mustOpen(t, s)
	if seeded, err := store.Seeded(t.Context()); err != nil || seeded {
		t.Errorf("an adopted database is seeded: %t, %v", seeded, err)
	}
	if _, err := graphtest.Write(t.Context(), store, graphtest.Sample(schema.Model())); err != nil {
		t.Fatal(err)
	}
	// Once adopted it is this program's too.
	s.Adopt = false
	mustOpen(t, s)
	if rows := neo4jtest.Run(t, target, "MATCH (m:Movie) RETURN properties(m)", nil); len(rows) != 1 {
		t.Errorf("the foreign node became %v", rows)
	}
}

// Lists would show the nodes of others that have the labels of ours.
func TestOpenRefusesForeignNodesWithItsLabels(t *testing.T) {
	target := emptied(t)
	neo4jtest.Run(t, target, "CREATE (:Company:Customer {name: 'Acme'})", nil)
	s := settings(target)
	s.Adopt = true
	refused(t, s, "labelled [Company Customer]")
}

func TestOpenRefusesAnIndexOfItsName(t *testing.T) {
	target := emptied(t)
	neo4jtest.Run(t, target, "CREATE INDEX identity_id FOR (n:Movie) ON (n.title)", nil)
	refused(t, settings(target), "identity_id")
	neo4jtest.Run(t, target, "DROP INDEX identity_id", nil)
	neo4jtest.Run(t, target, "CREATE CONSTRAINT my_own FOR (n:Identity) REQUIRE n.id IS UNIQUE", nil)
	mustOpen(t, settings(target))
}

func TestTooOld(t *testing.T) {
	for version, want := range map[string]bool{
		"5.23.0": false, "5.26.28": false, "6.0.0": false, "2025.01.0": false, "5.26-aura": false, "5.27-aura": false,
		"5.22.0": true, "4.4.40": true, "3.5": true, "": true, "5": true, "x.y": true,
	} {
		if got := tooOld(version); got != want {
			t.Errorf("%q is too old: %t, want %t", version, got, want)
		}
	}
}

func isUnavailable(err error) bool {
	var own *graph.Error
	return errors.As(err, &own) && own.Code == graph.CodeUnavailable
}

// TestOutage: while the server is away every call says so, and when it is back
// the same store works again.
func TestOutage(t *testing.T) {
	t.Parallel()
	server := neo4jtest.Start(t)
	store := mustOpen(t, settings(server.Routed()))
	if _, err := graphtest.Write(t.Context(), store, graphtest.Sample(schema.Model())); err != nil {
		t.Fatal(err)
	}
	plan := graphtest.PlanOf(t, `{ firm(id: "kaspersky-lab") { name } }`, nil)
	calls := map[string]func(context.Context) error{
		"query": func(ctx context.Context) error { _, err := store.Query(ctx, plan); return err },
		"apply": func(ctx context.Context) error {
			_, err := graphtest.Write(ctx, store, graphtest.Batch{Seeding: true})
			return err
		},
		"ping":   store.Ping,
		"seeded": func(ctx context.Context) error { _, err := store.Seeded(ctx); return err },
	}
	server.Kill()
	each(t, "away", calls, func(t *testing.T, call func(context.Context) error) {
		if err := call(t.Context()); !isUnavailable(err) {
			t.Errorf("got %v, want UNAVAILABLE", err)
		}
	})
	server.Restart(t)
	// How long a cold server takes for the others is its own business.
	await(t, "it answers again", func() bool { return store.Ping(t.Context()) == nil })
	each(t, "back", calls, func(t *testing.T, call func(context.Context) error) {
		if err := call(t.Context()); err != nil {
			t.Errorf("got %v after the server was back", err)
		}
	})
}

// each runs a test for each call, one after the other: the driver (5.28.4) reads
// its routing table without the lock under which it drops a server that is gone,
// which the race detector sees where calls fail at once.
func each(t *testing.T, name string, calls map[string]func(context.Context) error, test func(*testing.T, func(context.Context) error)) {
	t.Run(name, func(t *testing.T) {
		for method, call := range calls {
			t.Run(method, func(t *testing.T) { test(t, call) })
		}
	})
}

// TestCancelStopsTheStatement looks at what the server runs.
func TestCancelStopsTheStatement(t *testing.T) {
	store := openWith(t)
	const endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b)"
	const count = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH 'UNWIND range(1, 100000)' RETURN count(*)"
	runs := func() bool { return neo4jtest.Run(t, neo4jtest.Server(t), count, nil)[0][0] != int64(0) }
	for name, end := range map[string]func() (context.Context, context.CancelFunc){
		"cancelled": func() (context.Context, context.CancelFunc) { return context.WithCancel(t.Context()) },
		"too late":  func() (context.Context, context.CancelFunc) { return context.WithTimeout(t.Context(), 2*time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := end()
			defer cancel()
			done := make(chan error, 1)
			go func() {
				done <- store.read(ctx, func(tx driver.ManagedTransaction) error { return exec(ctx, tx, endless) })
			}()
			await(t, "the statement runs", runs)
			if name == "cancelled" {
				cancel()
			}
			if err := <-done; !errors.Is(err, ctx.Err()) || ctx.Err() == nil {
				t.Errorf("got %v, want %v", err, ctx.Err())
			}
			await(t, "the statement is stopped", func() bool { return !runs() })
		})
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 5*time.Second {
			t.Fatalf("not within 5 s: %s", what)
		}
	}
}
