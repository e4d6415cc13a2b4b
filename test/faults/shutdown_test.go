package faults_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"companygraph/graph/neo4j/neo4jtest"
)

// Requests that are under way at the signal are answered wholly, nobody else is
// let in, and the program ends well.
func TestShutdownDrains(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	var held []*connection
	for range clients {
		held = append(held, s.begun(large))
	}
	if err := s.Interrupt(); err != nil {
		t.Fatal(err)
	}
	s.await(time.Second, "new connections are refused", s.refusesConnections)
	for _, c := range held {
		if got := c.finish(t); got != s.answers[large] {
			t.Errorf("got %.300s", got)
		}
	}
	if err := s.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
	if strings.Contains(s.Log(), cutOff) {
		t.Errorf("requests were cut off:\n%s", s.Log())
	}
}

// cutOff is what the log says of requests that took too long to end.
const cutOff = "requests were cut off"

func (s *server) refusesConnections() bool {
	c, err := net.Dial("tcp", s.Host())
	if err == nil {
		_ = c.Close()
	}
	return err != nil
}

// A request that does not end does not keep the program from it.
func TestShutdownCutsOff(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	endless := s.begun(large)
	s.stops()
	if answer, err := endless.ReadString('\n'); err == nil {
		t.Errorf("answered %q", answer)
	}
	s.saidItCutOff()
}

func (s *server) saidItCutOff() {
	s.Helper()
	if !strings.Contains(s.Log(), cutOff) {
		s.Errorf("the log does not say that requests were cut off:\n%s", s.Log())
	}
}

// shutdown is the same while the database works on requests.
func shutdown(t *testing.T, database *neo4jtest.Process, network *proxy) {
	flags := append(neo4jFlags(database, network.uri()), "--operation-timeout", "1m")
	for _, c := range []struct {
		name  string
		mood  mood
		codes []string
	}{
		{"answers what is under way", mood{delay: 300 * time.Millisecond}, []string{""}},
		{"does not wait for what does not end", mood{delay: forever}, []string{"cut off", "UNAVAILABLE"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			network.be(mood{})
			s := start(t, t.TempDir(), flags...)
			network.be(c.mood)
			codes := make(chan map[string]int, 1)
			go func() { codes <- s.codes(large, clients) }()
			s.await(settledWithin, "all are under way", func() bool { return s.Metrics(t)[inFlight] > clients })
			s.stops()
			s.only(<-codes, c.codes...)
			if c.mood.delay == forever {
				s.saidItCutOff()
			}
		})
	}
	network.be(mood{})
}
