package httpserver_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/httpserver"
	"companygraph/resolvers"
	"companygraph/schema"
	"companygraph/seed/data"
	"companygraph/seed/loader"

	"github.com/tidwall/gjson"
)

// defaultHandler has all limits at their defaults but that of the rate.
func defaultHandler(t *testing.T, change ...func(*httpserver.Options)) *httpserver.Handler {
	t.Helper()
	limits := resolvers.DefaultOptions().Limits
	return readyHandler(t, openStore(t), append([]func(*httpserver.Options){func(o *httpserver.Options) { o.Limits = limits }}, change...)...)
}

// bundledHandler is defaultHandler on the bundled data.
func bundledHandler(t *testing.T) *httpserver.Handler {
	t.Helper()
	store := openStore(t)
	files, err := data.Files(data.Names()[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := loader.Read(schema.Model(), files).Seed(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	limits := resolvers.DefaultOptions().Limits
	return readyHandler(t, store, func(o *httpserver.Options) { o.Limits = limits })
}

// sent is the answer to a request.
func sent(t *testing.T, h http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	return recorder
}

// asked is the answer to a query, with members added to the request.
func asked(t *testing.T, h http.Handler, query string, members ...any) string {
	t.Helper()
	request := map[string]any{"query": query}
	for i := 0; i < len(members); i += 2 {
		request[members[i].(string)] = members[i+1]
	}
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return sent(t, h, http.MethodPost, "/graphql", string(body)).Body.String()
}

// largeStore has too many nodes for them to be counted.
type largeStore struct{ store.Store }

func (largeStore) Counts(context.Context, int) (*plan.Counts, error) { return nil, nil }

// Each limit lets through what reaches it and refuses what is one more, saying
// which limit it is, how much it allows and how much there was.
func TestEachLimit(t *testing.T) {
	h := readyHandler(t, largeStore{openStore(t)}, func(o *httpserver.Options) { o.Limits = resolvers.DefaultOptions().Limits })
	repeat := strings.Repeat
	numbered := func(n int, text string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(text, "#", strconv.Itoa(i)))
		}
		return b.String()
	}
	for _, c := range []struct {
		limited string
		limit   int
		// query makes one of the size.
		query func(n int) string
	}{
		{"query", 16 << 10, func(n int) string { return "{ __typename }" + repeat(" ", n-14) }},
		{"nesting", 100, func(n int) string {
			return "{ bans(where: " + repeat("[", n-2) + repeat("]", n-2) + ") { totalCount } }"
		}},
		{"tokens", 2000, func(n int) string {
			return "{ bans(where: { title: { in: [" + repeat("1 ", n-20) + "] } }) { totalCount } }"
		}},
		{"directives", 50, func(n int) string { return "{ bans { " + numbered(n, "a#: totalCount @skip(if: false) ") + "} }" }},
		{"variables", 100, func(n int) string { return "query (" + numbered(n, "$v#: Int ") + ") { __typename }" }},
		{"depth", 16, func(n int) string { return repeat("{ a ", n) + repeat("}", n) }},
		{"fields", 1000, func(n int) string {
			// Few pairs under one key, and few tokens: aliases take two more.
			same := repeat("id title phase status several __typename ", 57)
			return "{ bans { nodes { " + same + "} edges { node { " + same + numbered(n-4-2*6*57, "a#: id ") + "} } } }"
		}},
		{"rootFields", 30, func(n int) string { return "{ " + numbered(n, "a#: __typename ") + "}" }},
		{"merges", 20_000, func(n int) string {
			// 200 fields under one key are 19,900 pairs, 100 others two by two are 100 and one more.
			return "{ bans { " + repeat("totalCount ", 200) + numbered(100, "a#: totalCount a#: totalCount ") + repeat("b: totalCount ", n-20_000+1) + "} }"
		}},
		{"price", 100_000, func(n int) string {
			query := "{ firms(first: 100) { nodes { " + numbered(10, "a#: bans(first: 99) { nodes { id } } ") + "} } "
			for rest := n - 100 - 100*99*10; rest > 0; rest -= 100 {
				query += "b" + strconv.Itoa(rest) + ": bans(first: " + strconv.Itoa(min(rest, 100)) + ") { nodes { id } } "
			}
			return query + "}"
		}},
	} {
		t.Run(c.limited, func(t *testing.T) {
			if answer := asked(t, h, c.query(c.limit)); strings.Contains(answer, "LIMIT_EXCEEDED") {
				t.Errorf("at the limit: %.500s", answer)
			}
			answer := asked(t, h, c.query(c.limit+1))
			e := gjson.Get(answer, "errors.0.extensions")
			if e.Get("code").Str != "LIMIT_EXCEEDED" || e.Get("limited").Str != c.limited || int(e.Get("limit").Int()) != c.limit || int(e.Get("value").Int()) != c.limit+1 {
				t.Errorf("one more: %.500s", answer)
			}
			if gjson.Get(answer, "data").Exists() {
				t.Error("a refusal has data")
			}
		})
	}
}

// The limits that are not about the document.
func TestLimitsOfRequests(t *testing.T) {
	h := defaultHandler(t)
	list := func(n int) string {
		return `{"query":"{ __typename }","variables":{"v":[` + strings.TrimSuffix(strings.Repeat("1,", n), ",") + `]}}`
	}
	// The list is behind 1 + 2 + 2 + 2 + 1 others: the object, its members, the list.
	const others = 7
	for name, c := range map[string]struct {
		body    string
		status  int
		limited string
		value   int64
	}{
		"values at the limit": {list(10_000 - others), 200, "", 0},
		"values":              {list(10_001 - others), 400, "values", 10_001},
		"body":                {hello + strings.Repeat(" ", 1<<20+1-len(hello)), 413, "body", 1<<20 + 1},
	} {
		t.Run(name, func(t *testing.T) {
			answer := sent(t, h, http.MethodPost, "/graphql", c.body)
			e := gjson.Get(answer.Body.String(), "errors.0.extensions")
			if answer.Code != c.status || e.Get("limited").Str != c.limited || e.Get("value").Int() != c.value {
				t.Errorf("%d %.300s", answer.Code, answer.Body)
			}
		})
	}
}

// The size of the answer is known only when it is there.
func TestLimitOfAnswers(t *testing.T) {
	h := defaultHandler(t, func(o *httpserver.Options) { o.MaxAnswer = 30 })
	if got := asked(t, h, `{ a: bans { totalCount } }`); got != `{"data":{"a":{"totalCount":0}}}`+"\n" {
		t.Errorf("within the limit: %s", got)
	}
	got := asked(t, h, `{ a: bans { totalCount } b: bans { totalCount } }`)
	if codes := gjson.Get(got, "errors.#.extensions.limited").String(); codes != `["answer","answer"]` || gjson.Get(got, "data").String() != "" && strings.Contains(got, "totalCount") {
		t.Errorf("over the limit: %s", got)
	}
}

// waitingStore answers no query until its time is up.
type waitingStore struct{ store.Store }

func (waitingStore) Query(ctx context.Context, _ *plan.Plan) (*plan.Result, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// The store is told to stop when an operation has had its time. (That stores do
// is held by graphtest.)
func TestOperationTimeout(t *testing.T) {
	h := readyHandler(t, waitingStore{openStore(t)}, func(o *httpserver.Options) { o.OperationTimeout = 20 * time.Millisecond })
	answer := asked(t, h, `{ bans { totalCount } }`)
	if got := gjson.Get(answer, "errors.0.extensions.code").Str; got != "TIMEOUT" {
		t.Error(answer)
	}
}

// What people do every day is within the limits: facts with all that supports
// them, introspection, and what the README asks.
func TestEverydayOperations(t *testing.T) {
	h := bundledHandler(t)
	const everyday = `{ facts(first: 25) { nodes {
		id title participants { role entity { id name } }
		claims(first: 10) { nodes { id stance source { id title } evidence { start end sha256 quote source { id title } } } }
	} } }`
	answer := asked(t, h, everyday, "extensions", map[string]any{"cost": true})
	// 25 facts, 10 participants and 10 claims of each, two sources of each claim.
	if price := gjson.Get(answer, "extensions.cost.price").Int(); price != 25+250+250+500 || !gjson.Get(answer, "data.facts.nodes.10").Exists() {
		t.Errorf("price %d: %.300s", price, answer)
	}
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(readme), "```graphql\n")
	example, _, _ := strings.Cut(block, "```")
	if answer := asked(t, h, example); !found || gjson.Get(answer, "errors").Exists() || gjson.Get(answer, "data.firm.name").Str != "Kaspersky Lab" {
		t.Errorf("the README's example: %.300s", answer)
	}
	introspection, err := os.ReadFile(filepath.Join("testdata", "introspection.graphql"))
	if err != nil {
		t.Fatal(err)
	}
	if answer := asked(t, h, string(introspection)); gjson.Get(answer, "errors").Exists() || gjson.Get(answer, "data.__schema.types.#").Int() < 50 {
		t.Errorf("introspection: %.300s", answer)
	}
}

// twoHops are nested pages of default size: what leads to the neighbours of an
// entity, and to theirs.
const twoHops = `{ entities { nodes { name facts { nodes { title claims { nodes { stance source { title } } } participants { role entity { name
	facts { nodes { title claims { nodes { stance source { title } } } participants { role entity { name } } } }
} } } } } } }`

// On a small graph pages hold no more than there is; on one that is too large to
// be counted the price of each page of its own stands, and the rows that are
// read are bounded whatever the price is.
func TestNestedPagesOfASmallGraph(t *testing.T) {
	answer := asked(t, bundledHandler(t), twoHops, "extensions", map[string]any{"cost": true})
	cost := gjson.Get(answer, "extensions.cost")
	if gjson.Get(answer, "errors").Exists() || cost.Get("price").Int() > cost.Get("limit").Int() || cost.Get("rows").Int() > cost.Get("price").Int() || cost.Get("rows").Int() < 100 {
		t.Errorf("%s %.300s", cost, answer)
	}
	h := readyHandler(t, largeStore{openStore(t)}, func(o *httpserver.Options) { o.Limits = resolvers.DefaultOptions().Limits })
	if got := gjson.Get(asked(t, h, twoHops), "errors.0.extensions.limited").Str; got != "price" {
		t.Errorf("limited by %q", got)
	}
	const one = `{ firm(id: "kaspersky-lab") { facts { nodes { participants { entity { facts { nodes { participants { entity { name } } } } } } } } } }`
	if answer := asked(t, h, one); gjson.Get(answer, "errors").Exists() {
		t.Errorf("two hops from one firm: %.300s", answer)
	}
}

func TestLimitOfRows(t *testing.T) {
	bundled := func(change func(*httpserver.Options)) http.Handler {
		store := openStore(t)
		files, err := data.Files(data.Names()[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := loader.Read(schema.Model(), files).Seed(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		return readyHandler(t, store, change)
	}
	for limited, change := range map[string]func(*httpserver.Options){
		"rows":    func(o *httpserver.Options) { o.MaxRows = 100 },
		"scanned": func(o *httpserver.Options) { o.MaxScanned = 1 },
	} {
		answer := asked(t, bundled(change), twoHops, "extensions", map[string]any{"cost": true})
		e := gjson.Get(answer, "errors.0.extensions")
		if e.Get("code").Str != "LIMIT_EXCEEDED" || e.Get("limited").Str != limited || e.Get("value").Int() <= e.Get("limit").Int() {
			t.Errorf("%s: %.400s", limited, answer)
		}
		if cost := gjson.Get(answer, "extensions.cost."+limited); cost.Int() != e.Get("value").Int() {
			t.Errorf("%s: the cost has %q", limited, cost.Raw)
		}
		// `entities` is never null, so that there is no data.
		if data := gjson.Get(answer, "data"); data.Raw != "null" {
			t.Errorf("%s: the data is %.400s", limited, data.Raw)
		}
	}
}

func TestNoIntrospection(t *testing.T) {
	h := defaultHandler(t, func(o *httpserver.Options) { o.Introspection = false })
	for query, want := range map[string]string{
		`{ __schema { types { name } } }`: "INTROSPECTION_DISABLED", `{ bans { totalCount } a: __type(name: "Ban") { name } }`: "INTROSPECTION_DISABLED",
		`{ __typename bans { __typename totalCount } }`: "",
	} {
		answer := asked(t, h, query)
		if got := gjson.Get(answer, "errors.0.extensions.code").Str; got != want || gjson.Get(answer, "data").Exists() != (want == "") {
			t.Errorf("%s: %s", query, answer)
		}
	}
}

func TestCostIsShownToWhoAsks(t *testing.T) {
	h := defaultHandler(t)
	const query = `{ bans(first: 7) { nodes { id } } }`
	for name, c := range map[string]struct {
		extensions any
		want       string
	}{
		"asked":          {map[string]any{"cost": true}, `{"price":7,"limit":100000,"rows":0,"rowLimit":100000}`},
		"not asked":      {nil, ""},
		"asked not to":   {map[string]any{"cost": false}, ""},
		"asked unsurely": {map[string]any{"cost": "yes"}, ""},
	} {
		if got := gjson.Get(asked(t, h, query, "extensions", c.extensions), "extensions.cost").Raw; got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	target := `/graphql?query=%7Bbans%7BtotalCount%7D%7D&extensions=%7B%22cost%22:true%7D`
	if got := gjson.Get(sent(t, h, http.MethodGet, target, "").Body.String(), "extensions.cost").Raw; got != `{"price":10,"limit":100000,"rows":0,"rowLimit":100000}` {
		t.Errorf("by GET: %s", got)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for name, change := range map[string]func(*httpserver.Options){
		"zero":        func(o *httpserver.Options) { o.MaxDepth = 0 },
		"negative":    func(o *httpserver.Options) { o.MaxPrice = -1 },
		"no rows":     func(o *httpserver.Options) { o.MaxRows = 0 },
		"page":        func(o *httpserver.Options) { o.MaxPage = 101 },
		"any header":  func(o *httpserver.Options) { o.CORSHeader = []string{"*"} },
		"two words":   func(o *httpserver.Options) { o.CORSHeader = []string{"X App"} },
		"no burst":    func(o *httpserver.Options) { o.RateBurst = 0 },
		"wildcard":    func(o *httpserver.Options) { o.CORSOrigin = []string{"https://*.example.org"} },
		"any origin":  func(o *httpserver.Options) { o.CORSOrigin = []string{"*"} },
		"path":        func(o *httpserver.Options) { o.CORSOrigin = []string{"https://example.org/"} },
		"no scheme":   func(o *httpserver.Options) { o.CORSOrigin = []string{"example.org"} },
		"no document": func(o *httpserver.Options) { o.TrustedOnly = true },
		"no folder":   func(o *httpserver.Options) { o.TrustedDocuments = "/nowhere" },
	} {
		options := httpserver.DefaultOptions()
		change(&options)
		if _, err := httpserver.NewHandler(openStore(t), schema.Model(), options); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
