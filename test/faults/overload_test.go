package faults_test

import (
	"strconv"
	"testing"
	"time"
)

const (
	// maxRequests are answered at once by servers that are given too much, and
	// crowd is how many come.
	maxRequests = 32
	crowd       = 400
	// crowdMemory is how much more memory a crowd may take, in bytes.
	crowdMemory = 64 << 20
)

var atMostRequests = []string{"--max-requests", strconv.Itoa(maxRequests)}

// The metrics; one request in flight is that which reads them.
const (
	inFlight = "companygraph_requests_in_flight"
	refusals = `companygraph_refusals_total{limit="requests"}`
	resident = "process_resident_memory_bytes"
)

// sheds has a crowd come while all places are taken, and holds the server to
// refusing as many as it must soon, in little memory.
func (s *server) sheds() {
	s.Helper()
	before := s.Metrics(s.T)
	peak, done := before[resident], make(chan struct{})
	go func() {
		defer close(done)
		s.only(s.codes(firm, crowd), "UNAVAILABLE", "TIMEOUT")
	}()
	for waiting := true; waiting; {
		select {
		case <-done:
			waiting = false
		case <-time.After(50 * time.Millisecond):
			peak = max(peak, s.Metrics(s.T)[resident])
		}
	}
	if refused := s.Metrics(s.T)[refusals] - before[refusals]; refused < crowd-maxRequests {
		s.Errorf("only %v of %d requests were refused", refused, crowd)
	}
	s.Logf("memory grew by %.1f MiB", (peak-before[resident])/(1<<20))
	if peak-before[resident] > crowdMemory {
		s.Errorf("memory grew from %v to %v bytes", before[resident], peak)
	}
}

// A crowd before a database that does not answer.
func overload(s *server, network *proxy) {
	before := s.busy(network)
	network.be(mood{delay: forever})
	s.sheds()
	network.be(mood{})
	s.recovers()
	s.settled(before)
}

// A crowd while as many requests as can be answered at once are still coming in.
func TestOverload(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), atMostRequests...)
	s.only(s.codes(firm, maxRequests), "")
	before := s.usage()
	held := make([]*connection, maxRequests)
	for i := range held {
		held[i] = s.begun(firm)
	}
	s.sheds()
	for _, c := range held {
		if got := c.finish(t); got != lab {
			t.Errorf("got %s", got)
		}
		_ = c.Close()
	}
	s.recovers()
	s.settled(before)
	s.stops()
}
