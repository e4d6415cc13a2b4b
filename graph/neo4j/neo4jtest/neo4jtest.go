// Package neo4jtest gives tests a real Neo4j, without Docker: it obtains the
// jars by Maven, once, and runs them. It needs mvn and java 17 or newer, and a
// Unix.
//
// With NEO4J_TEST_URI in the environment tests use that server, with the user
// NEO4J_TEST_USER (neo4j) and the password NEO4J_TEST_PASSWORD (testtest1).
// They empty its default database.
//
// A package that calls [Server] ends the server it may have started by
//
//	func TestMain(m *testing.M) { neo4jtest.Main(m) }
//
// or by calling [Stop] in a TestMain of its own. Should it not get there, the
// server ends with the test process all the same; only its folder stays.
package neo4jtest

import (
	"cmp"
	"context"
	"os"
	"strings"
	"sync"
	"testing"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// Version is that of the Neo4j that tests start.
const Version = "5.26.28"

const (
	user     = "neo4j"
	password = "testtest1"
)

// Target says where a server is and how to enter it.
type Target struct{ URI, User, Password string }

// direct is the scheme of addresses by which the driver does without routing:
// where calls fail at once, as they do when they run out of time, it (5.28.4)
// reads its routing table without the lock under which it drops a server, and
// the race detector sees that.
const direct = "bolt://"

// Routed is the target by an address with which the driver routes, as it does in
// clusters.
func (target Target) Routed() Target {
	target.URI = strings.Replace(target.URI, direct, "neo4j://", 1)
	return target
}

// shared is the server of the test process, started when first asked for.
var shared struct {
	sync.Mutex
	process *Process
}

// Server returns the server of the test process, which tests share; start each
// with [Empty]. The package's TestMain must be [Main].
func Server(t testing.TB) Target {
	t.Helper()
	if uri := os.Getenv("NEO4J_TEST_URI"); uri != "" {
		return Target{uri, cmp.Or(os.Getenv("NEO4J_TEST_USER"), user), cmp.Or(os.Getenv("NEO4J_TEST_PASSWORD"), password)}
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.process == nil {
		home, err := os.MkdirTemp("", "neo4jtest-") //nolint:usetesting // it outlives the test that needs it first
		if err != nil {
			t.Fatal(err)
		}
		if shared.process, err = Launch(t.Context(), small(home)); err != nil {
			t.Fatal(err)
		}
	}
	return shared.process.Target
}

// Main runs the tests of a package and calls [Stop].
func Main(m *testing.M) {
	m.Run()
	Stop()
}

// Stop ends the server that [Server] may have started.
func Stop() {
	shared.Lock()
	defer shared.Unlock()
	if p := shared.process; p != nil {
		p.end()
		_ = os.RemoveAll(p.Home)
		shared.process = nil
	}
}

// Start starts a server for one test alone, which may kill it and start it
// again. It ends with the test. NEO4J_TEST_URI does not matter to it.
func Start(t testing.TB) *Process {
	t.Helper()
	p, err := Launch(t.Context(), small(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	return p
}

// Empty removes everything from a server's default database but its indexes
// and constraints.
func Empty(t testing.TB, target Target) {
	t.Helper()
	Run(t, target, "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS", nil)
}

// Run runs a statement in a transaction of its own and returns its records.
func Run(t testing.TB, target Target, text string, args map[string]any) [][]any {
	t.Helper()
	records, err := target.run(context.WithoutCancel(t.Context()), text, args)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return records
}

func (target Target) run(ctx context.Context, text string, args map[string]any) ([][]any, error) {
	d, err := target.driver()
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close(ctx) }()
	session := d.NewSession(ctx, driver.SessionConfig{})
	defer func() { _ = session.Close(ctx) }()
	result, err := session.Run(ctx, text, args)
	if err != nil {
		return nil, err
	}
	records, err := result.Collect(ctx)
	rows := make([][]any, len(records))
	for i, r := range records {
		rows[i] = r.Values
	}
	return rows, err
}

func (target Target) driver() (driver.DriverWithContext, error) {
	return driver.NewDriverWithContext(target.URI, driver.BasicAuth(target.User, target.Password, ""))
}
