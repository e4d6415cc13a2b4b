package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"companygraph/graph/neo4j/neo4jtest"
)

// TestServesFromNeo4j starts the program on a real server, which goes away and
// comes back meanwhile: clients get a coded error, /readyz turns red, and both
// are well again within 5 s of the server's return.
func TestServesFromNeo4j(t *testing.T) {
	database := neo4jtest.Start(t)
	args := []string{"--neo4j-uri", database.Routed().URI, "--neo4j-user", database.User, "--neo4j-password", database.Password}
	const query = `{ firm(id: "kaspersky-lab") { name bans { nodes { title status } } } }`
	embedded := start(t, t.TempDir())
	want := embedded.ask(query)
	if err := embedded.stop(); err != nil {
		t.Errorf("ended with %v", err)
	}

	first := start(t, t.TempDir(), args...)
	if got := first.ask(query); got != want {
		t.Errorf("Neo4j answers\n%s\nSQLite answers\n%s", got, want)
	}
	if err := first.stop(); err != nil {
		t.Errorf("ended with %v", err)
	}

	second := start(t, t.TempDir(), args...)
	database.Kill()
	if got := second.ask(query); !strings.Contains(got, `"code":"UNAVAILABLE"`) || strings.Contains(got, "bolt") {
		t.Errorf("without a database the answer is %s", got)
	}
	if status, text := second.ready(); status != http.StatusServiceUnavailable {
		t.Errorf("without a database /readyz says %d %s", status, text)
	}
	database.Restart(t)
	second.await(5*time.Second, func() bool { status, _ := second.ready(); return status == http.StatusOK })
	// How long a server that has just started takes for a query is its own business.
	second.await(time.Minute, func() bool { return second.ask(query) == want })
	if err := second.stop(); err != nil {
		t.Errorf("ended with %v", err)
	}
	if strings.Contains(second.log.String(), "loaded") {
		t.Error("the second start loaded data again")
	}
}

// await waits for something to be so.
func (s *server) await(atMost time.Duration, holds func() bool) {
	s.t.Helper()
	for begun := time.Now(); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Since(begun) > atMost {
			s.t.Fatalf("not so after %s", atMost)
		}
	}
}

// ready asks /readyz.
func (s *server) ready() (status int, text string) {
	s.t.Helper()
	response, err := http.Get(strings.TrimSuffix(s.url, "/graphql") + "/readyz")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, strings.TrimSpace(string(body))
}
