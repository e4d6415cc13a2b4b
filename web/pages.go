package web

import (
	"bytes"
	_ "embed" // for the query
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/url"
)

// playgroundPage is a shell that its script fills.
type playgroundPage struct{ template *template.Template }

func (p playgroundPage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	render(w, r, p.template, pageData{Examples: examples})
}

// startPage says what the server has, and shows the examples. It can be read
// without scripts.
type startPage struct {
	template *template.Template
	api      http.Handler
}

// pageData is what the templates show.
type pageData struct {
	Examples []Example
	Counts   counts
	// Unavailable tells that the API gave no counts.
	Unavailable bool
}

type count struct{ TotalCount int }

// counts are the answer to pages/counts.graphql.
type counts struct{ Entities, Firms, Events, Claims, Sources count }

// Empty tells whether there is nothing in the database.
func (c counts) Empty() bool { return c.Entities.TotalCount+c.Sources.TotalCount == 0 }

//go:embed pages/counts.graphql
var countsQuery string

func (p *startPage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data := pageData{Examples: examples}
	if err := p.ask(r, countsQuery, &data.Counts); err != nil {
		slog.Warn("the start page has no counts", "cause", err)
		data.Unavailable = true
	}
	render(w, r, p.template, data)
}

func render(w http.ResponseWriter, r *http.Request, t *template.Template, data pageData) {
	var html bytes.Buffer
	if err := t.Execute(&html, data); err != nil {
		slog.Error("a page cannot be shown", "template", t.Name(), "cause", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	serve(w, r, t.Name(), "no-cache", html.Bytes())
}

// ask sends a query to the API, in the name of the client that asks for a page,
// and reads the data of the answer.
func (p *startPage) ask(r *http.Request, query string, data any) error {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return err
	}
	request := r.Clone(r.Context())
	request.Method, request.URL, request.RequestURI = http.MethodPost, &url.URL{Path: "/graphql"}, "/graphql"
	request.Header = onBehalf(r.Header)
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer := &memoryWriter{header: http.Header{}, status: http.StatusOK}
	p.api.ServeHTTP(answer, request)

	var response struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(answer.body.Bytes(), &response); err != nil {
		return fmt.Errorf("status %d: %w", answer.status, err)
	}
	if len(response.Errors) > 0 {
		return errors.New(response.Errors[0].Message)
	}
	return json.Unmarshal(response.Data, data)
}

// ofPages are the headers that say how a page is to be answered.
var ofPages = []string{
	"Accept", "Accept-Encoding", "Accept-Language", "Connection", "Content-Encoding", "Content-Length",
	"If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Range", "Upgrade",
}

// onBehalf is what a request to the API says about the client that asks for a
// page: where it comes from, above all, which the API counts requests by.
func onBehalf(client http.Header) http.Header {
	header := client.Clone()
	for _, name := range ofPages {
		header.Del(name)
	}
	header.Set("Content-Type", "application/json")
	return header
}

// memoryWriter keeps an answer in memory.
type memoryWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (m *memoryWriter) Header() http.Header { return m.header }

func (m *memoryWriter) WriteHeader(status int) { m.status = status }

func (m *memoryWriter) Write(content []byte) (int, error) { return m.body.Write(content) }
