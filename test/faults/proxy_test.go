package faults_test

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// proxy stands between the program and its database, and does to what the
// database answers what bad networks do.
type proxy struct {
	net.Listener
	target string

	mu sync.Mutex
	// mood is what is done to each piece of an answer.
	mood mood
	// changed is closed when the mood changes.
	changed chan struct{}
	open    map[net.Conn]bool
	// cuts counts the connections that were cut.
	cuts int
}

// mood tells how long a piece waits, forever if delay is negative, and whether
// the connection ends in the middle of it.
type mood struct {
	delay time.Duration
	cut   bool
}

const forever = -1

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Listener: listener, target: target, changed: make(chan struct{}), open: map[net.Conn]bool{}}
	t.Cleanup(func() {
		_ = listener.Close()
		p.be(mood{})
		p.cutAll()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.connect(client)
		}
	}()
	return p
}

func (p *proxy) uri() string { return "bolt://" + p.Addr().String() }

// be changes the mood, also for what waits.
func (p *proxy) be(m mood) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mood = m
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *proxy) cutSoFar() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cuts
}

// cutAll ends all connections.
func (p *proxy) cutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		_ = c.Close()
	}
}

func (p *proxy) connect(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	p.note(client, true)
	defer p.note(client, false)
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	piece := make([]byte, 4096)
	for {
		n, err := server.Read(piece)
		if err != nil || !p.pass(client, piece[:n]) {
			return
		}
	}
}

func (p *proxy) note(client net.Conn, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if open {
		p.open[client] = true
	} else {
		delete(p.open, client)
	}
}

// pass hands a piece of an answer on as the mood is.
func (p *proxy) pass(client net.Conn, piece []byte) bool {
	p.mu.Lock()
	now, changed := p.mood, p.changed
	if now.cut {
		p.cuts++
	}
	p.mu.Unlock()
	switch {
	case now.cut:
		_, _ = client.Write(piece[:len(piece)/2])
		return false
	case now.delay == forever:
		<-changed
	case now.delay > 0:
		time.Sleep(now.delay)
	}
	_, err := client.Write(piece)
	return err == nil
}
