package docs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"companygraph/graph/generated"
	"companygraph/graph/graphtest"
	"companygraph/graph/sqlite"
	"companygraph/graph/store"
	"companygraph/httpserver"
	"companygraph/schema"
	"companygraph/seed/data"

	"github.com/ncruces/go-sqlite3"
	"github.com/tidwall/gjson"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// question is an operation with what the page says the answer is.
type question struct{ operation, variables, answer *block }

// questions puts operations and what follows them together. A block of JSON
// that belongs to none is a mistake.
func questions(t *testing.T, blocks []*block) []question {
	t.Helper()
	var all []question
	for _, b := range blocks {
		last := len(all) - 1
		switch {
		case b.language == "graphql" && b.name == "":
			all = append(all, question{operation: b})
		case b.language != "json":
		case b.name == "variables" && last >= 0 && all[last].variables == nil:
			all[last].variables = b
		case b.name == "" && last >= 0 && all[last].answer == nil:
			all[last].answer = b
		default:
			t.Errorf("%s: this JSON answers no operation", b)
		}
	}
	return all
}

var published = sync.OnceValue(func() *ast.Schema {
	return gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: generated.SDL})
})

// validate tells what in an operation does not fit the published schema.
func validate(operation string) error {
	if _, errs := gqlparser.LoadQueryWithRules(published(), operation, rules.NewDefaultRules()); len(errs) > 0 {
		return errs
	}
	return nil
}

// checkOperations asks a server with the bundled data and compares.
func checkOperations(t *testing.T, blocks []*block) []change {
	t.Helper()
	var server http.Handler
	var changes []change
	for _, q := range questions(t, blocks) {
		if err := validate(q.operation.content); err != nil {
			t.Errorf("%s: %v", q.operation, err)
			continue
		}
		if q.answer == nil {
			continue
		}
		if server == nil {
			server = newServer(t)
		}
		got := q.ask(t, server)
		switch {
		case sameJSON(t, got, q.answer):
		case *update:
			changes = append(changes, change{q.answer.start, q.answer.stop, layout(gjson.Parse(got), "") + "\n"})
		default:
			t.Errorf("%s: the answer is\n%s", q.answer, layout(gjson.Parse(got), ""))
		}
	}
	return changes
}

func newServer(t *testing.T) http.Handler {
	t.Helper()
	options := httpserver.DefaultOptions()
	options.RateLimit = 0
	handler, err := httpserver.NewHandler(newStore(t, filepath.Join(t.TempDir(), "graph.db")), schema.Model(), options)
	if err != nil {
		t.Fatal(err)
	}
	handler.SetReady()
	return handler
}

// newStore opens a file and loads the bundled data into it.
func newStore(t *testing.T, file string) store.Store {
	t.Helper()
	model := schema.Model()
	store, err := sqlite.Open(t.Context(), file, model)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	graphtest.SeedBundled(t, store, data.Names()...)
	return store
}

// checkQuery runs a query of the tables themselves.
func checkQuery(t *testing.T, query string) error {
	t.Helper()
	file := filepath.Join(t.TempDir(), "graph.db")
	newStore(t, file)
	db, err := sqlite3.OpenFlags("file:"+file, sqlite3.OPEN_READONLY|sqlite3.OPEN_URI)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	statement, _, err := db.Prepare(query)
	if err != nil {
		return err
	}
	defer func() { _ = statement.Close() }()
	if !statement.Step() {
		return errors.Join(errors.New("the query finds nothing"), statement.Err())
	}
	return nil
}

func (q question) ask(t *testing.T, server http.Handler) string {
	t.Helper()
	members := map[string]any{"query": q.operation.content}
	if q.variables != nil {
		members["variables"] = json.RawMessage(q.variables.content)
	}
	body, err := json.Marshal(members)
	if err != nil {
		t.Fatalf("%s: %v", q.operation, err)
	}
	request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, request)
	return answer.Body.String()
}

func sameJSON(t *testing.T, got string, shown *block) bool {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(shown.content), &b); err != nil && !*update {
		t.Errorf("%s: %v", shown, err)
	}
	return reflect.DeepEqual(a, b)
}

// width is how long a line of JSON may be before it is broken.
const width = 100

// layout prints JSON with what fits on a line on one line.
func layout(v gjson.Result, indent string) string {
	flat := flat(v)
	if len(indent)+len(flat) <= width || !v.IsObject() && !v.IsArray() {
		return flat
	}
	deeper := indent + "  "
	items := members(v, func(item gjson.Result) string { return layout(item, deeper) })
	return flat[:1] + "\n" + deeper + strings.Join(items, ",\n"+deeper) + "\n" + indent + flat[len(flat)-1:]
}

// flat prints JSON on one line.
func flat(v gjson.Result) string {
	items := strings.Join(members(v, flat), ", ")
	switch {
	case v.IsObject() && items != "":
		return "{ " + items + " }"
	case v.IsArray():
		return "[" + items + "]"
	default:
		return v.Raw
	}
}

// members prints what is in an object or array.
func members(v gjson.Result, show func(gjson.Result) string) []string {
	var all []string
	if v.IsObject() || v.IsArray() {
		v.ForEach(func(key, value gjson.Result) bool {
			name := ""
			if v.IsObject() {
				name = key.Raw + ": "
			}
			all = append(all, name+show(value))
			return true
		})
	}
	return all
}
