package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/httpserver"

	"github.com/tidwall/gjson"
)

// server is a handler behind a listening socket of this process.
type server struct {
	http *http.Server
	url  string
}

// listenProduct serves a store as the product does.
func listenProduct(s store.Store, model *graph.Model) (*server, error) {
	return listen(httpserver.NewLocalHandler(s, model))
}

// requestHeader says which of the requests one to the bare server is.
const requestHeader = "X-Request-Number"

// listenBare runs the statements of the requests and answers as many bytes as
// the product does: the least that answering over net/http can take.
func listenBare(on store.Store, requests []request) (*server, error) {
	return listen(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i, err := strconv.Atoi(r.Header.Get(requestHeader))
		if err == nil {
			_, err = io.Copy(io.Discard, r.Body)
		}
		if err == nil {
			_, err = on.Query(r.Context(), requests[i].plan)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		// What cannot be sent is missed by the client.
		_, _ = w.Write(make([]byte, requests[i].answerBytes))
	}))
}

func listen(handler http.Handler) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{
		http: &http.Server{Handler: handler},
		url:  "http://" + listener.Addr().String() + "/graphql",
	}
	// It always ends with an error: that it was closed.
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}

// close cuts off what is still connected.
func (s *server) close() { _ = s.http.Close() }

// servers are those that a shape is measured on. The first error stays.
type servers struct {
	all []*server
	err error
}

// product returns a client of a server as the product is one.
func (s *servers) product(g *loadedGraph) *client { return s.keep(listenProduct(g.store, g.model)) }

// bare returns a client of a bare server.
func (s *servers) bare(g *loadedGraph, requests []request) *client {
	return s.keep(listenBare(g.store, requests))
}

func (s *servers) keep(added *server, err error) *client {
	if err != nil {
		s.err = cmp.Or(s.err, err)
		return nil
	}
	s.all = append(s.all, added)
	return newClient(added.url)
}

func (s *servers) close() {
	for _, one := range s.all {
		one.close()
	}
}

// client sends requests over one connection that is kept open.
type client struct {
	http *http.Client
	url  string
	// number is sent along for the bare server.
	number int
	// encoding is what answers may be encoded by, empty for nothing.
	encoding string
	// answer is that of the last request.
	answer bytes.Buffer
}

func newClient(url string) *client {
	return &client{http: &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1, DisableCompression: true}}, url: url}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// errBusy says that a server has too much to do.
var errBusy = errors.New("the server answers 503")

// post sends a body and reads the whole answer.
func (c *client) post(ctx context.Context, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(requestHeader, strconv.Itoa(c.number))
	if c.encoding != "" {
		r.Header.Set("Accept-Encoding", c.encoding)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return err
	}
	c.answer.Reset()
	_, err = io.Copy(&c.answer, response.Body)
	switch err = errors.Join(err, response.Body.Close()); {
	case err != nil:
	case response.StatusCode == http.StatusServiceUnavailable:
		err = errBusy
	case response.StatusCode != http.StatusOK:
		err = fmt.Errorf("the server answers %s: %s", response.Status, c.answer.Bytes())
	}
	return err
}

// data is that of the last answer; an error if the answer reports errors.
func (c *client) data() (gjson.Result, error) {
	answer := gjson.ParseBytes(c.answer.Bytes())
	if errs := answer.Get("errors"); errs.Exists() {
		return gjson.Result{}, fmt.Errorf("the server answers with errors: %s", errs.Raw)
	}
	return answer.Get("data"), nil
}

func bodyOf(query string, variables map[string]any) ([]byte, error) {
	return json.Marshal(map[string]any{"query": query, "variables": variables})
}

// recorder is a store that keeps the last plan it was asked to run.
type recorder struct {
	store.Store
	mu   sync.Mutex
	plan *plan.Plan
}

// Query implements graph.Store.
func (r *recorder) Query(ctx context.Context, p *plan.Plan) (*plan.Result, error) {
	r.mu.Lock()
	r.plan = p
	r.mu.Unlock()
	return r.Store.Query(ctx, p)
}

func (r *recorder) last() *plan.Plan {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.plan
}

// maxDraws is how often to draw, for each request wanted, until it has a full answer.
const maxDraws = 50

// prepare draws requests of a shape that have a full answer, sends each once
// to check that, and records the plan that the server makes of it.
func prepare(ctx context.Context, g *loadedGraph, s shape, n int, seed uint64) ([]request, error) {
	recorder := &recorder{Store: g.store}
	server, err := listenProduct(recorder, g.model)
	if err != nil {
		return nil, err
	}
	defer server.close()
	c := newClient(server.url)
	defer c.close()
	var requests []request
	d := newDraw(g.facts.Size, seed)
	for range n * maxDraws {
		if len(requests) == n {
			return requests, nil
		}
		r, full, err := try(ctx, c, s, d)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		if full {
			r.plan = recorder.last()
			requests = append(requests, r)
		}
	}
	return nil, fmt.Errorf("%s: only %d of %d requests drawn have a full answer", s.name, len(requests), n*maxDraws)
}

// try sends one request and tells whether its answer is full.
func try(ctx context.Context, c *client, s shape, d *draw) (request, bool, error) {
	variables := s.variables(d)
	body, err := bodyOf(s.query, variables)
	if err != nil {
		return request{}, false, err
	}
	if err := c.post(ctx, body); err != nil {
		return request{}, false, err
	}
	data, err := c.data()
	return request{body: body, variables: variables, answerBytes: c.answer.Len()}, err == nil && s.full(data), err
}
