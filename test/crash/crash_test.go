// Package crash kills what writes to a store, and what the store runs on, as
// kill -9 does while batches are written one after the other, and holds the
// stores to their promise: a batch that was answered is there wholly, one that
// was not is there wholly or not at all.
//
// TEST_LONG=1 in the environment makes it kill more often.
package crash

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/graphtest/naive"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/graph/store"
	"companygraph/graph/stores"
	"companygraph/schema"

	"github.com/ncruces/go-sqlite3"
)

// The variables that make the test program a writer, which is to be killed.
const (
	placeVariable    = "CRASH_PLACE"
	fromVariable     = "CRASH_FROM"
	userVariable     = "CRASH_USER"
	passwordVariable = "CRASH_PASSWORD"
)

func TestMain(m *testing.M) {
	if place := os.Getenv(placeVariable); place != "" {
		err := writeBatches(place)
		fmt.Println("ended", strings.ReplaceAll(err.Error(), "\n", "; "))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeBatches writes batch after batch until it is killed, and says what it does.
func writeBatches(place string) error {
	from, err := strconv.ParseUint(os.Getenv(fromVariable), 10, 64)
	if err != nil {
		return err
	}
	store, err := open(context.Background(), place, os.Getenv(userVariable), os.Getenv(passwordVariable))
	if err != nil {
		return err
	}
	for n := from; ; n++ {
		fmt.Println("begin", n)
		if _, err := graphtest.Write(context.Background(), store, batch(n)); err != nil {
			return err
		}
		fmt.Println("done", n)
	}
}

func open(ctx context.Context, place, user, password string) (store.Store, error) {
	return stores.Neo4j{Neo4jUser: user, Neo4jPassword: password}.At(place).Open(ctx, schema.Model())
}

// batch is the n-th batch, from 1. It changes nearly the whole graph, and adds
// a fact that later ones do not touch.
func batch(n uint64) graphtest.Batch {
	m := schema.Model()
	b := graphtest.Wave(m, graphtest.Size{Firms: 30, People: 10, Events: 40, Sources: 10}, n)
	ban := &graph.Node{
		ID: graph.ID(fmt.Sprintf("kept-%05d", n)), Type: m.Types["Ban"],
		Values: map[string]graph.Value{"title": graph.Text(fmt.Sprint("Kept ", n)), "phase": graph.Text("PROPOSED"), "several": graph.Bool(false)},
	}
	ban.Links = []graph.Link{{Type: ban.Type.Link("targets"), To: graphtest.FirmID(int(n % 30))}}
	b.Nodes = append(b.Nodes, ban)
	return b
}

// times is how often to kill.
func times(short, long int) int {
	if os.Getenv("TEST_LONG") != "" {
		return long
	}
	return short
}

func TestKillsWithSQLite(t *testing.T) {
	folder := t.TempDir()
	file, reference := filepath.Join(folder, "graph.db"), filepath.Join(folder, "reference.db")
	store, err := open(t.Context(), reference, "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	v := &victim{T: t, place: file, wait: 400 * time.Millisecond, reference: store}
	// Even the history is to be that of a database whose writer nobody killed.
	v.alike = func() {
		if difference := graphtest.Difference(tables(t, file), tables(t, reference)); difference != "" {
			t.Fatalf("after batch %d the tables differ from those that nobody disturbed: %s", v.written, difference)
		}
	}
	v.run("of the process that writes to SQLite", times(3, 20))
}

func TestKillsWithNeo4j(t *testing.T) {
	p := neo4jtest.Start(t)
	v := &victim{
		T: t, place: p.Routed().URI, user: p.User, password: p.Password, wait: 2 * time.Second,
		reference: naive.New(schema.Model()), alike: func() {},
	}
	v.run("of the process that writes to Neo4j", times(3, 20))
	// One that was just started needs some time for its first batches.
	v.server, v.wait = p, 10*time.Second
	v.run("of the JVM of Neo4j", times(2, 5))
}

// victim is a database whose writer is killed, or whose server.
type victim struct {
	*testing.T
	place, user, password string
	// wait is up to how long after its first batch a writer is killed.
	wait time.Duration
	// server is what is killed; nil means the writer.
	server *neo4jtest.Process
	// reference has had as many batches as are written.
	reference store.Store
	written   uint64
	// alike compares further what is stored with the reference.
	alike func()
}

// tally counts what became of batches.
type tally struct{ answered, there, absent uint64 }

func (v *victim) run(what string, kills int) {
	v.Helper()
	var sum tally
	begun := time.Now()
	for range kills {
		v.round(&sum)
	}
	fmt.Printf("%d kills -9 %s, in %s: %d batches answered, all there; of %d in flight %d wholly there, %d wholly absent\n",
		kills, what, time.Since(begun).Round(time.Second), sum.answered, sum.there+sum.absent, sum.there, sum.absent)
}

// round starts a writer, kills, and looks at what is left.
func (v *victim) round(sum *tally) {
	v.Helper()
	w := v.start()
	select {
	case <-w.wrote:
	case <-w.ended:
		v.Fatalf("the writer did not write: %s", w.last)
	case <-time.After(time.Minute):
		v.Fatal("the writer writes nothing")
	}
	time.Sleep(time.Duration(rand.Int64N(int64(v.wait))))
	if v.server == nil {
		w.kill(v.T)
	} else {
		v.server.Kill()
	}
	select {
	case <-w.ended:
	case <-time.After(time.Minute):
		v.Fatal("the writer goes on without a server")
	}
	if v.server != nil {
		v.server.Restart(v.T)
	}
	v.verify(w, sum)
}

func (v *victim) verify(w *writer, sum *tally) {
	v.Helper()
	store, err := open(v.Context(), v.place, v.user, v.password)
	if err != nil {
		v.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	revision := revisionOf(v.T, store) // waits for what the killed one may have left running
	for sum.answered += w.done - v.written; v.written < w.done; {
		v.advance()
	}
	got := graphtest.State(v.T, store)
	difference := graphtest.Difference(got, graphtest.State(v.T, v.reference))
	switch {
	case w.begun == w.done:
	case difference == "":
		sum.absent++
	default:
		sum.there++
		v.advance()
		difference = graphtest.Difference(got, graphtest.State(v.T, v.reference))
	}
	if difference != "" {
		v.Fatalf("%d batches were answered, %d begun; what is there differs: %s", w.done, w.begun, difference)
	}
	if want := revisionOf(v.T, v.reference); revision != want {
		v.Fatalf("revision %d, want %d", revision, want)
	}
	v.alike()
}

// advance gives the reference one more batch.
func (v *victim) advance() {
	v.Helper()
	v.written++
	if _, err := graphtest.Write(v.Context(), v.reference, batch(v.written)); err != nil {
		v.Fatal(err)
	}
}

func revisionOf(t *testing.T, store store.Store) int64 {
	t.Helper()
	applied, err := graphtest.Write(t.Context(), store, graphtest.Batch{})
	if err != nil {
		t.Fatal(err)
	}
	return applied.Head
}

// writer is a process that writes.
type writer struct {
	command *exec.Cmd
	// wrote is closed after the first batch, ended when the process is gone.
	wrote, ended chan struct{}
	// The newest batches that were begun and done; they and last, the last
	// line, may be read after the end.
	begun, done uint64
	last        string
}

func (v *victim) start() *writer {
	v.Helper()
	w := &writer{command: exec.Command(os.Args[0]), wrote: make(chan struct{}), ended: make(chan struct{}), begun: v.written, done: v.written}
	w.command.Env = append(os.Environ(), placeVariable+"="+v.place, fmt.Sprintf("%s=%d", fromVariable, v.written+1),
		userVariable+"="+v.user, passwordVariable+"="+v.password)
	w.command.Stderr = os.Stderr
	out, err := w.command.StdoutPipe()
	if err == nil {
		err = w.command.Start()
	}
	if err != nil {
		v.Fatal(err)
	}
	v.Cleanup(func() { _ = w.command.Process.Kill() })
	go w.listen(out, v.written+1)
	return w
}

func (w *writer) listen(out io.Reader, first uint64) {
	defer close(w.ended)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		w.last = lines.Text()
		word, number, _ := strings.Cut(w.last, " ")
		n, _ := strconv.ParseUint(number, 10, 64)
		switch word {
		case "begin":
			w.begun = n
		case "done":
			if w.done = n; n == first {
				close(w.wrote)
			}
		}
	}
	_ = w.command.Wait()
}

func (w *writer) kill(t *testing.T) {
	t.Helper()
	if err := w.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
}

// tables are all rows of a SQLite file as text; it must be sound.
func tables(t *testing.T, file string) string {
	t.Helper()
	c, err := sqlite3.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if sound := rows(t, c, "PRAGMA integrity_check"); sound != "ok" {
		t.Fatalf("the file is damaged: %s", sound)
	}
	var b strings.Builder
	for name := range strings.SplitSeq(rows(t, c, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name"), "\n") {
		// When a revision was made is all that may differ.
		columns := rows(t, c, `SELECT group_concat('"' || name || '"') FROM pragma_table_info('`+name+`') WHERE NOT (name = 'at' AND '`+name+`' IN ('revision', 'idempotency'))`)
		b.WriteString(rows(t, c, "SELECT "+columns+` FROM "`+name+`"`))
	}
	return b.String()
}

func rows(t *testing.T, c *sqlite3.Conn, sql string) string {
	t.Helper()
	s, _, err := c.Prepare(sql)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var lines []string
	for s.Step() {
		cells := make([]string, s.ColumnCount())
		for i := range cells {
			cells[i] = s.ColumnText(i)
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
