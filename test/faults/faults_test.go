// Package faults_test takes the database away from the program as it is built,
// or its clients, and holds it to saying so, to recovering by itself, and to
// keeping nothing of it.
package faults_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"companygraph/test/program"

	"github.com/tidwall/gjson"
)

func TestMain(m *testing.M) { program.Main(m) }

const (
	// recoveredWithin is how long after a fault the server may still feel it.
	recoveredWithin = 5 * time.Second
	// settledWithin is how long what clients left may stay.
	settledWithin = 20 * time.Second
	// operationTimeout is that of the servers: less than the default, as
	// several faults last for it.
	operationTimeout = 2 * time.Second
)

// firm is a question with its answer on the bundled data.
const (
	firm  = `{ firm(id: "kaspersky-lab") { name } }`
	lab   = `{"data":{"firm":{"name":"Kaspersky Lab"}}}`
	large = `{ facts(first: 50) { nodes { title participants { entity { name } } claims { nodes { id evidence { quote } } } } } }`
)

// server is a running server, and what its answers are while all is well.
type server struct {
	*testing.T
	*program.Process
	answers map[string]string
}

// start starts the server. It takes requests at any rate.
func start(t *testing.T, folder string, arguments ...string) *server {
	t.Helper()
	arguments = append([]string{"--rate-limit", "0", "--operation-timeout", operationTimeout.String()}, arguments...)
	s := &server{T: t, Process: program.Start(t, folder, arguments...), answers: map[string]string{firm: lab}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server's log ends in %s", tail(s.Log()))
		}
	})
	s.answers[large] = s.Ask(t, large)
	s.healthy()
	return s
}

func tail(log string) string { return log[max(0, len(log)-3000):] }

// await waits until something is so.
func (s *server) await(atMost time.Duration, what string, holds func() bool) {
	s.Helper()
	for begun := time.Now(); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Since(begun) > atMost {
			s.Fatalf("after %s not so: %s", atMost, what)
		}
	}
}

func (s *server) ready() bool {
	return s.Get(s.T, "/readyz").Status == http.StatusOK
}

// healthy holds the server to answering as ever, at once.
func (s *server) healthy() {
	s.Helper()
	if !s.ready() {
		s.Error("/readyz is red")
	}
	for query, want := range s.answers {
		if got := s.Ask(s.T, query); got != want {
			s.Errorf("got %.300s\nwant %.300s", got, want)
		}
	}
}

// recovers holds the server to being well again soon.
func (s *server) recovers() {
	s.Helper()
	begun := time.Now()
	s.await(recoveredWithin, "/readyz is green and a query answered", func() bool {
		return s.ready() && s.Ask(s.T, firm) == lab
	})
	s.Logf("recovered within %s", time.Since(begun).Round(time.Millisecond))
	s.healthy()
}

// codes asks for the same from many clients at once, and counts the codes of
// the answers; "" stands for the right one, "cut off" for none.
func (s *server) codes(query string, clients int) map[string]int {
	s.Helper()
	var mu sync.Mutex
	var wait sync.WaitGroup
	codes := map[string]int{}
	for range clients {
		wait.Go(func() {
			answer, err := s.Post(query)
			code := "cut off"
			if err == nil {
				code = s.codeOf(answer, query)
			}
			mu.Lock()
			defer mu.Unlock()
			codes[code]++
		})
	}
	wait.Wait()
	return codes
}

// codeOf is the code of an answer, which must show nothing of the inside.
func (s *server) codeOf(answer *program.Answer, query string) string {
	text := answer.Body
	if want, known := s.answers[query]; known && text == want {
		return ""
	}
	code := gjson.Get(text, "errors.0.extensions.code").Str
	if code == "" || code == "INTERNAL" {
		s.Errorf("answered %.500s", text)
	}
	if answer.Status == http.StatusServiceUnavailable && answer.Header.Get("Retry-After") == "" {
		s.Error("503 without Retry-After")
	}
	for _, inside := range []string{"bolt", "sqlite", "127.0.0.1", ".db", ".go"} {
		if strings.Contains(strings.ToLower(text), inside) {
			s.Errorf("the answer shows the inside: %.500s", text)
		}
	}
	return code
}

// only holds all answers to having one of the codes.
func (s *server) only(got map[string]int, codes ...string) {
	s.Helper()
	left := 0
	for _, n := range got {
		left += n
	}
	for _, code := range codes {
		left -= got[code]
	}
	if left > 0 {
		s.Errorf("answers by code: %v, want only %q", got, codes)
	}
}

// usage is what a server holds.
type usage struct{ goroutines, files, connections float64 }

func (s *server) usage() usage {
	s.Helper()
	m := s.Metrics(s.T)
	return usage{m["go_goroutines"], m["process_open_fds"], m["companygraph_store_connections_in_use"]}
}

// settled waits until the server holds no more than it did.
func (s *server) settled(before usage) {
	s.Helper()
	var now usage
	s.await(settledWithin, fmt.Sprintf("the server holds no more than before: %+v", before), func() bool {
		now = s.usage()
		return now.goroutines <= before.goroutines && now.files <= before.files && now.connections <= before.connections
	})
	s.Logf("before %+v, after %+v", before, now)
}

// stops holds the server to ending well.
func (s *server) stops() {
	s.Helper()
	if err := s.Stop(); err != nil {
		s.Errorf("ended with %v\n%s", err, s.Log())
	}
}
