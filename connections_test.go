package main

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"companygraph/test/program"
)

// Connections that ask for nothing take the places of others only up to the
// limit, and give them back.
func TestConnectionsAreLimited(t *testing.T) {
	host := program.Start(t, t.TempDir(), "--dataset", "none", "--max-connections", "2").Host()
	first := idle(t, host)
	idle(t, host)
	answered := make(chan error, 1)
	go func() {
		response, err := http.Get("http://" + host + "/livez")
		if err == nil {
			err = response.Body.Close()
		}
		answered <- err
	}()
	select {
	case err := <-answered:
		t.Fatalf("a third connection was answered: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-answered:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("a place that is free is not taken")
	}
}

// idle is a connection that the server has and that asks for nothing more.
func idle(t *testing.T, host string) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if _, err := io.WriteString(connection, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := connection.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	return connection
}
