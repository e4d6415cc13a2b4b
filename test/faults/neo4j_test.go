package faults_test

import (
	"strings"
	"testing"
	"time"

	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/test/program"
)

// TestNeo4j has one fault after the other happen to one database, as each start
// of it takes long.
func TestNeo4j(t *testing.T) {
	t.Parallel()
	database := neo4jtest.Start(t)
	s := start(t, t.TempDir(), neo4jFlags(database, database.Routed().URI)...)
	t.Run("answers are those of SQLite", func(t *testing.T) {
		embedded := start(t, t.TempDir())
		for query, want := range embedded.answers {
			if got := s.Ask(t, query); got != want {
				t.Errorf("Neo4j answers\n%s\nSQLite answers\n%s", got, want)
			}
		}
		embedded.stops()
	})
	s.stops()
	behind := newProxy(t, database.Address())
	for name, fault := range map[string]func(*server, *proxy){
		"slow":               slow,
		"stalled":            stalled,
		"cut in mid-answer":  cutInMidAnswer,
		"cut once":           cutOnce,
		"overload":           overload,
		"clients that leave": func(s *server, network *proxy) { s.busy(network); clientsLeave(s, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, t.TempDir(), append(neo4jFlags(database, behind.uri()), atMostRequests...)...)
			fault(s, behind)
			s.stops()
		})
	}
	t.Run("shutdown", func(t *testing.T) { shutdown(t, database, behind) })
	t.Run("gone and restarted", func(t *testing.T) { gone(t, database) })
	t.Run("read-only", func(t *testing.T) { readOnly(t, database) })
}

func neo4jFlags(database *neo4jtest.Process, uri string) []string {
	return []string{"--neo4j-uri", uri, "--neo4j-user", database.User, "--neo4j-password", database.Password}
}

const clients = 32

// busy has the server open as many connections as it ever will with so many
// clients, and tells what it holds then.
func (s *server) busy(network *proxy) usage {
	s.Helper()
	network.be(mood{delay: 100 * time.Millisecond})
	s.only(s.codes(firm, clients), "")
	network.be(mood{})
	s.await(settledWithin, "requests ended", func() bool { return s.Metrics(s.T)[inFlight] <= 1 })
	return s.usage()
}

// A slow database makes answers late, not wrong.
func slow(s *server, network *proxy) {
	before := s.busy(network)
	network.be(mood{delay: 200 * time.Millisecond})
	s.only(s.codes(firm, clients), "")
	if !s.ready() {
		s.Error("/readyz is red while the database is only slow")
	}
	network.be(mood{})
	s.recovers()
	s.settled(before)
}

// A database that takes requests and does not answer them: operations end in
// time, and do not pile up.
func stalled(s *server, network *proxy) {
	before := s.busy(network)
	network.be(mood{delay: forever})
	for range 2 {
		begun := time.Now()
		s.only(s.codes(firm, clients), "TIMEOUT", "UNAVAILABLE")
		s.Logf("%d operations ended within %s", clients, time.Since(begun).Round(time.Millisecond))
	}
	if s.ready() {
		s.Error("/readyz is green")
	}
	s.await(settledWithin, "nothing waits any more", func() bool { return s.usage().connections == 0 })
	network.be(mood{})
	s.recovers()
	s.settled(before)
}

// All connections end in the middle of an answer, also those made anew.
func cutInMidAnswer(s *server, network *proxy) {
	before := s.busy(network)
	network.be(mood{cut: true})
	s.only(s.codes(large, clients), "TIMEOUT", "UNAVAILABLE")
	if s.ready() {
		s.Error("/readyz is green")
	}
	if cuts := network.cutSoFar(); cuts < clients {
		s.Errorf("only %d connections were cut", cuts)
	}
	network.be(mood{})
	s.recovers()
	s.settled(before)
}

// Connections that are there end, and new ones can be made: clients do not see it.
func cutOnce(s *server, network *proxy) {
	before := s.busy(network)
	for range 5 {
		network.cutAll()
		s.only(s.codes(firm, clients), "")
	}
	s.recovers()
	s.settled(before)
}

// gone has the database die and come back.
func gone(t *testing.T, database *neo4jtest.Process) {
	s := start(t, t.TempDir(), neo4jFlags(database, database.Routed().URI)...)
	s.only(s.codes(firm, clients), "")
	before := s.usage()
	database.Kill()
	s.only(s.codes(firm, clients), "UNAVAILABLE")
	if s.ready() {
		s.Error("/readyz is green")
	}
	database.Restart(t)
	s.await(recoveredWithin, "/readyz is green", s.ready)
	// How long a server that has just started takes for a query is its own business.
	s.await(time.Minute, "queries are answered", func() bool { return s.Ask(t, large) == s.answers[large] })
	s.recovers()
	s.settled(before)
	s.stops()
	if strings.Contains(s.Log(), "loaded") {
		t.Error("a start on a database with data loaded it again")
	}
}

// readOnly is about a database that cannot be written: a server starts on it and
// answers, and loading is refused.
func readOnly(t *testing.T, database *neo4jtest.Process) {
	// In good order: one that was killed has to write before it can be read.
	database.Stop()
	database.Settings = "server.databases.default_to_read_only=true\n"
	database.Restart(t)
	start(t, t.TempDir(), neo4jFlags(database, database.Routed().URI)...).stops()
	count := func() any { return neo4jtest.Run(t, database.Target, "MATCH (n) RETURN count(n)", nil)[0][0] }
	before := count()
	cannotLoad(t, t.TempDir(), "read-only", neo4jFlags(database, database.URI)...)
	if after := count(); after != before {
		t.Errorf("%v nodes became %v", before, after)
	}
}

// cannotLoad holds loading to failing with a status above 0 and one line that
// says why.
func cannotLoad(t *testing.T, folder, why string, flags ...string) {
	t.Helper()
	printed, err := seed(t, folder, flags...).Run(t)
	if err == nil || strings.Contains(printed, "\n") || !strings.Contains(printed, why) {
		t.Errorf("ended with %v, printed %q; want one line with %q", err, printed, why)
	}
}

// seed is a command that loads a dataset of a few thousand nodes.
func seed(t *testing.T, folder string, flags ...string) program.Command {
	t.Helper()
	return program.Load(t, folder, dataset(), flags...)
}
