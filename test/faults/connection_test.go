package faults_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// connection is one of a client that does what it should not.
type connection struct {
	*net.TCPConn
	*bufio.Reader
	body string
}

// dial connects and sends the head of a request for a query.
func (s *server) dial(query string) *connection {
	s.Helper()
	dialled, err := net.Dial("tcp", s.Host())
	if err != nil {
		s.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		s.Fatal(err)
	}
	c := &connection{dialled.(*net.TCPConn), bufio.NewReader(dialled), string(body)}
	s.Cleanup(func() { _ = c.Close() })
	fmt.Fprintf(c, "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body))
	return c
}

// begun is a request that the server works on: it has asked for the body.
func (s *server) begun(query string) *connection {
	s.Helper()
	c := s.dial(query)
	line, err := c.ReadString('\n')
	if err != nil || !strings.Contains(line, "100") {
		s.Fatal(line, err)
	}
	if _, err := c.ReadString('\n'); err != nil {
		s.Fatal(err)
	}
	return c
}

// finish sends the body and returns the answer.
func (c *connection) finish(t *testing.T) string {
	t.Helper()
	if _, err := io.WriteString(c, c.body); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(c.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// leave ends the connection at one of the places where clients do: before the
// body, within it, before the answer, within it. Half of them do it politely.
func (c *connection) leave(n int) {
	if n%2 == 0 {
		_ = c.SetLinger(0)
	}
	switch n / 2 % 4 {
	case 1:
		_, _ = io.WriteString(c, c.body[:len(c.body)/2])
	case 2:
		_, _ = io.WriteString(c, c.body)
	case 3:
		_, _ = io.WriteString(c, c.body)
		_ = c.SetReadDeadline(time.Now().Add(operationTimeout))
		_, _ = io.ReadFull(c.Reader, make([]byte, 400))
	}
	_ = c.Close()
}

// Clients that leave in the middle of something, many times, leave nothing, but
// that the store may have opened as many files as it may keep open.
func clientsLeave(s *server, kept float64) {
	leaving := func(times int) {
		var wait sync.WaitGroup
		for n := range clients {
			wait.Go(func() {
				for i := range times {
					s.dial(large).leave(n + i)
				}
			})
		}
		wait.Wait()
		s.await(settledWithin, "nobody is answered any more", func() bool { return s.Metrics(s.T)[inFlight] <= 1 })
	}
	leaving(4)
	s.only(s.codes(large, clients), "")
	before := s.usage()
	before.files += kept
	const many = 24
	leaving(many)
	s.recovers()
	s.settled(before)
	s.Logf("%d connections ended early", clients*many)
}
