// Package soak_test has many clients ask the program as it is built for long,
// rightly and wrongly, and holds it to taking no more of anything with time.
//
// It takes a minute, and half an hour with TEST_LONG=1 in the environment, on
// both stores at the same time.
package soak_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/test/program"
)

func TestMain(m *testing.M) {
	m.Run()
	neo4jtest.Stop()
	program.Remove()
}

const (
	clients = 16
	// pause is how long a client waits between requests on average: what is
	// looked for takes time, not load.
	pause = 200 * time.Millisecond
	// interval is that of the samples.
	interval = time.Second
	// growth is how much more memory the last third may take at most than the
	// middle one: as much as a collection of garbage may be late by.
	growth = 8 << 20
	// settling is between looks at what still ends; settledWithin is how long what clients left may stay.
	settling      = 300 * time.Millisecond
	settledWithin = 20 * time.Second
	// filesOfSQLite are those of a connection to it.
	filesOfSQLite = 3
)

// lasting is how long each store is asked.
func lasting() time.Duration {
	if os.Getenv("TEST_LONG") != "" {
		return 30 * time.Minute
	}
	return time.Minute
}

func TestSoak(t *testing.T) {
	results := make([]*result, 2)
	t.Run("stores", func(t *testing.T) {
		t.Run("SQLite", func(t *testing.T) {
			t.Parallel()
			results[0] = soak(t, "SQLite", nil)
		})
		t.Run("Neo4j", func(t *testing.T) {
			t.Parallel()
			database := neo4jtest.Server(t)
			neo4jtest.Empty(t, database)
			results[1] = soak(t, "Neo4j", []string{"--neo4j-uri", database.URI, "--neo4j-user", database.User, "--neo4j-password", database.Password})
		})
	})
	if !t.Failed() {
		t.Logf("%d clients of each\n\n%s", clients, table(results))
	}
}

// sample is what the server holds at a time.
type sample struct{ memory, goroutines, files float64 }

func take(t *testing.T, p *program.Process) sample {
	t.Helper()
	m := p.Metrics(t)
	return sample{m["process_resident_memory_bytes"], m["go_goroutines"], m["process_open_fds"]}
}

// result is what came of a store.
type result struct {
	store        string
	lasted       time.Duration
	tally        tally
	before, idle sample
	// thirds are the greatest samples of each third.
	thirds [3]sample
}

func soak(t *testing.T, name string, flags []string) *result {
	t.Helper()
	p := program.Start(t, t.TempDir(), append(flags, "--rate-limit", "0", "--operation-timeout", "1m", "--log-level", "warn")...)
	all := make([]*client, clients)
	for i := range all {
		all[i] = newClient(t, p, uint64(i))
	}
	// A database that has just started makes plans slowly: not for all at once.
	all[0].everything()
	everyone(all, func(c *client) { c.everything() })
	r := &result{store: name, lasted: lasting(), before: settled(t, p, all)}
	ctx, cancel := context.WithTimeout(t.Context(), r.lasted)
	defer cancel()
	var asking sync.WaitGroup
	asking.Go(func() { everyone(all, func(c *client) { c.askUntil(ctx) }) })
	r.watch(ctx, t, p)
	asking.Wait()
	r.idle = settled(t, p, all)
	for _, c := range all {
		r.tally.add(c.tally)
	}
	r.judge(t, p)
	if err := p.Stop(); err != nil {
		t.Errorf("ended with %v\n%s", err, p.Log())
	}
	return r
}

// everyone has all clients do something at once, and waits for them.
func everyone(all []*client, what func(*client)) {
	var wait sync.WaitGroup
	for _, c := range all {
		wait.Go(func() { what(c) })
	}
	wait.Wait()
}

// settled waits until the server has nothing to do, and tells what it holds then.
func settled(t *testing.T, p *program.Process, all []*client) sample {
	t.Helper()
	for _, c := range all {
		c.http.CloseIdleConnections()
	}
	last := take(t, p)
	for begun := time.Now(); time.Since(begun) < settledWithin; {
		time.Sleep(settling)
		now := take(t, p)
		if now.goroutines == last.goroutines && now.files == last.files {
			return now
		}
		last = now
	}
	t.Errorf("the server does not settle: %+v", last)
	return last
}

// watch takes samples until the time is over.
func (r *result) watch(ctx context.Context, t *testing.T, p *program.Process) {
	t.Helper()
	begun := time.Now()
	for ticks := time.NewTicker(interval); ; {
		select {
		case <-ctx.Done():
			ticks.Stop()
			return
		case <-ticks.C:
		}
		now := take(t, p)
		third := &r.thirds[min(2, int(3*time.Since(begun)/r.lasted))]
		third.memory = max(third.memory, now.memory)
		third.goroutines = max(third.goroutines, now.goroutines)
		third.files = max(third.files, now.files)
	}
}

// judge holds what was measured to the promise.
func (r *result) judge(t *testing.T, p *program.Process) {
	t.Helper()
	if last, middle := r.thirds[2].memory, r.thirds[1].memory; last > middle+growth {
		t.Errorf("memory grew from %.0f to %.0f bytes", middle, last)
	}
	if r.idle.goroutines > r.before.goroutines {
		t.Errorf("%v goroutines became %v", r.before.goroutines, r.idle.goroutines)
	}
	if kept := r.kept(t, p); r.idle.files > r.before.files+kept {
		t.Errorf("%v open files became %v, of which the store may keep %v", r.before.files, r.idle.files, kept)
	}
	for _, kind := range kinds {
		if r.tally[kind.name] == 0 {
			t.Errorf("no client did this: %s", kind.name)
		}
	}
}

// kept is how many files more a store may have opened and keeps.
func (r *result) kept(t *testing.T, p *program.Process) float64 {
	t.Helper()
	if r.store == "SQLite" {
		return filesOfSQLite * p.Metrics(t)["companygraph_store_connections_limit"]
	}
	return clients
}

// table shows the results as they stand in docs/results.
func table(results []*result) string {
	var b strings.Builder
	row := func(what string, value func(*result) string) {
		b.WriteString("| " + what + " |")
		for _, r := range results {
			b.WriteString(" " + value(r) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("| |")
	for _, r := range results {
		b.WriteString(" " + r.store + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(results)) + "\n")
	row("time", func(r *result) string { return r.lasted.String() })
	for _, kind := range kinds {
		row(kind.name, func(r *result) string { return fmt.Sprint(r.tally[kind.name]) })
	}
	for third, name := range []string{"first", "middle", "last"} {
		row("MiB at most, "+name+" third", func(r *result) string { return fmt.Sprintf("%.1f", r.thirds[third].memory/(1<<20)) })
	}
	for third, name := range []string{"first", "middle", "last"} {
		row("goroutines, open files at most, "+name+" third", func(r *result) string {
			return fmt.Sprintf("%.0f, %.0f", r.thirds[third].goroutines, r.thirds[third].files)
		})
	}
	row("goroutines, open files before", func(r *result) string { return fmt.Sprintf("%.0f, %.0f", r.before.goroutines, r.before.files) })
	row("goroutines, open files after", func(r *result) string { return fmt.Sprintf("%.0f, %.0f", r.idle.goroutines, r.idle.files) })
	return b.String()
}

// wait is the pause of a client: the average is pause.
func wait(ctx context.Context, random *rand.Rand) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(random.Int64N(int64(2 * pause)))):
	}
}
