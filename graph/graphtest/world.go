package graphtest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/httpserver"
	"companygraph/schema"
	"companygraph/seed/loader"

	"github.com/tidwall/gjson"
)

// world is a fresh store behind the whole server.
type world struct {
	*testing.T
	open   Open
	store  store.Store
	server http.Handler
}

func newWorld(t *testing.T, open Open) *world {
	t.Helper()
	store := open(t, schema.Model())
	return &world{T: t, open: open, store: store, server: httpserver.NewLocalHandler(store, schema.Model())}
}

// ask returns the answer to an operation, which is an error or not.
func (w *world) ask(query string, variables any) []byte {
	w.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		w.Fatal(err)
	}
	request := httptest.NewRequestWithContext(w.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, request)
	return compact(w, recorder.Body.Bytes())
}

// answers holds the data of an operation's answer to what it should be.
func (w *world) answers(query, want string) {
	w.Helper()
	w.asks(query, nil, want)
}

// asks is answers with variables.
func (w *world) asks(query string, variables any, want string) {
	w.Helper()
	want = string(compact(w, []byte(`{"data":`+want+`}`)))
	if got := string(w.ask(query, variables)); got != want {
		w.Errorf("%s\nis answered\n%s\nrather than\n%s", query, got, want)
	}
}

// refusesArgument holds an operation to being refused because of an argument.
func (w *world) refusesArgument(query, argument string) {
	w.Helper()
	answer := w.ask(query, nil)
	err := gjson.GetBytes(answer, "errors.0.extensions")
	if err.Get("code").Str != string(graph.CodeBadInput) || err.Get("argument").Str != argument {
		w.Errorf("%s\nis answered\n%.300s\nrather than refused because of %q", query, answer, argument)
	}
}

// count asks how many nodes a root field lists.
func (w *world) count(field string) int {
	w.Helper()
	return int(gjson.GetBytes(w.ask("{ "+field+" { totalCount } }", nil), "data."+field+".totalCount").Int())
}

func compact(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return b.Bytes()
}

// load writes a dataset in the native format, without its header.
func (w *world) load(dataset string) write.Written {
	w.Helper()
	applied, err := w.tryLoad(dataset)
	if err != nil {
		w.Fatal(err)
	}
	return applied
}

// loadFor is load for another dataset than that of the other loads.
func (w *world) loadFor(dataset, text string) write.Written {
	w.Helper()
	written, err := w.tryLoadFor(dataset, text)
	if err != nil {
		w.Fatal(err)
	}
	return written
}

func (w *world) tryLoadFor(dataset, text string) (write.Written, error) {
	w.Helper()
	return WriteFor(w.Context(), w.store, dataset, w.batch(text))
}

func (w *world) tryLoad(dataset string) (write.Written, error) {
	w.Helper()
	read := w.read(dataset)
	if err := read.Problems(); err != nil {
		return write.Written{}, err
	}
	return Write(w.Context(), w.store, Batch{Nodes: read.Nodes()})
}

func (w *world) read(dataset string) *loader.Datasets {
	return loader.Read(schema.Model(), []loader.File{{Name: "case.yaml", Text: []byte("dataset: case\n" + dataset)}})
}

// apply writes a batch.
func (w *world) apply(batch Batch) write.Written {
	w.Helper()
	applied, err := Write(w.Context(), w.store, batch)
	if err != nil {
		w.Fatal(err)
	}
	return applied
}

func (w *world) remove(ids ...graph.ID) write.Written {
	w.Helper()
	return w.apply(Batch{Deletes: ids})
}
