package httpserver_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/sqlite"
	"companygraph/graph/store"
	"companygraph/httpserver"
	"companygraph/schema"

	"github.com/tidwall/gjson"
)

// secret stands for all that no client must ever read back.
const secret = "SECRET-0123"

func openStore(t *testing.T) store.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), schema.Model())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// readyHandler serves a store with the default options but for what is changed,
// and at any rate.
func readyHandler(t *testing.T, store store.Store, change ...func(*httpserver.Options)) *httpserver.Handler {
	t.Helper()
	options := httpserver.LocalOptions()
	for _, c := range change {
		c(&options)
	}
	h, err := httpserver.NewHandler(store, schema.Model(), options)
	if err != nil {
		t.Fatal(err)
	}
	h.SetReady()
	return h
}

// exchange is a request and what is to come back.
type exchange struct {
	name, method, target string
	header               map[string]string
	body                 string
	status               int
	// code is that of every error; "" if there is to be none.
	code graph.Code
}

func post(name, body string, status int, code graph.Code) exchange {
	return exchange{name: name, method: http.MethodPost, target: "/graphql", body: body, status: status, code: code,
		header: map[string]string{"Content-Type": "application/json"}}
}

func (e exchange) with(key, value string) exchange {
	header := map[string]string{key: value}
	for k, v := range e.header {
		if _, given := header[k]; !given {
			header[k] = v
		}
	}
	e.header = header
	return e
}

func get(name, query string, status int, code graph.Code) exchange {
	return exchange{name: name, method: http.MethodGet, target: "/graphql?" + query, status: status, code: code}
}

// run sends the request, holds the answer to what is due and returns its header.
func (e exchange) run(t *testing.T, h http.Handler) http.Header {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), e.method, e.target, strings.NewReader(e.body))
	for key, value := range e.header {
		request.Header.Set(key, value)
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	body := recorder.Body.String()
	if recorder.Code != e.status {
		t.Errorf("status %d, want %d: %s", recorder.Code, e.status, body)
	}
	if strings.Contains(body, secret) || len(body) > 2000 {
		t.Errorf("the answer gives away too much: %.3000s", body)
	}
	if e.target == "/livez" || e.target == "/readyz" {
		return recorder.Header()
	}
	codes := gjson.Get(body, "errors.#.extensions.code").Array()
	if !gjson.Valid(body) || len(codes) != int(gjson.Get(body, "errors.#").Int()) || (e.code == "") != (len(codes) == 0) {
		t.Errorf("want errors with code %q: %s", e.code, body)
	}
	for _, code := range codes {
		if code.Str != string(e.code) {
			t.Errorf("code %s, want %s: %s", code, e.code, body)
		}
	}
	if e.code == "" && !gjson.Get(body, "data").IsObject() {
		t.Errorf("no data: %s", body)
	}
	return recorder.Header()
}

const (
	parseFailed      graph.Code = "GRAPHQL_PARSE_FAILED"
	validationFailed graph.Code = "GRAPHQL_VALIDATION_FAILED"

	hello = `{"query":"{ __typename }"}`
)

func TestRequests(t *testing.T) {
	h := readyHandler(t, openStore(t))
	two := `query a { a: __typename } query b { b: __typename }`
	for _, e := range []exchange{
		post("query", hello, 200, ""),
		post("charset", hello, 200, "").with("Content-Type", "application/json; charset=UTF-8"),
		post("null members", `{"query":"{ __typename }","variables":null,"operationName":null,"extensions":null}`, 200, ""),
		post("unknown members", `{"query":"{ __typename }","id":"1"}`, 200, ""),
		post("named operation", `{"query":"`+two+`","operationName":"b"}`, 200, ""),
		post("body of 1 MiB", hello+strings.Repeat(" ", 1<<20-len(hello)), 200, ""),

		post("no JSON", `{"query": `+secret, 400, graph.CodeBadRequest),
		post("no body", "", 400, graph.CodeBadRequest),
		post("no UTF-8", "{\"query\":\"{ __typename } # \xff\"}", 400, graph.CodeBadRequest),
		post("null", "null", 400, graph.CodeBadRequest),
		post("list", `[`+hello+`]`, 400, graph.CodeBadRequest),
		post("more after the object", hello+secret, 400, graph.CodeBadRequest),
		post("no query", `{"variables":{}}`, 400, graph.CodeBadRequest),
		post("empty query", `{"query":""}`, 400, graph.CodeBadRequest),
		post("query of a wrong kind", `{"query":{"`+secret+`":1}}`, 400, graph.CodeBadRequest),
		post("variables of a wrong kind", `{"query":"{ __typename }","variables":["`+secret+`"]}`, 400, graph.CodeBadRequest),
		post("variables as text", `{"query":"{ __typename }","variables":"{}"}`, 400, graph.CodeBadRequest),
		post("operationName of a wrong kind", `{"query":"{ __typename }","operationName":5}`, 400, graph.CodeBadRequest),
		post("extensions of a wrong kind", `{"query":"{ __typename }","extensions":true}`, 400, graph.CodeBadRequest),
		post("body over 1 MiB", hello+strings.Repeat(" ", 1<<20), 413, graph.CodeLimit),

		post("text", hello, 415, graph.CodeBadRequest).with("Content-Type", "text/plain"),
		post("form", "query=%7B__typename%7D", 415, graph.CodeBadRequest).with("Content-Type", "application/x-www-form-urlencoded"),
		post("multipart", "--x--", 415, graph.CodeBadRequest).with("Content-Type", "multipart/form-data; boundary=x"),
		post("no content type", hello, 415, graph.CodeBadRequest).with("Content-Type", ""),
		post("charset that is not UTF-8", hello, 415, graph.CodeBadRequest).with("Content-Type", "application/json; charset=latin1"),

		post("syntax", `{"query":"{ __typename"}`, 200, parseFailed),
		post("unknown field", `{"query":"{ nothing }"}`, 200, validationFailed),
		post("operation not named", `{"query":"`+two+`"}`, 200, validationFailed),
		post("operation that is not there", `{"query":"`+two+`","operationName":"c"}`, 200, validationFailed),
		post("mutation", `{"query":"mutation { __typename }"}`, 200, validationFailed),
		post("subscription", `{"query":"subscription { __typename }"}`, 200, validationFailed),

		get("query", "query=%7B__typename%7D", 200, ""),
		get("query with variables", url.Values{"query": {"query($i:ID!){node(id:$i){id}}"}, "variables": {`{"i":"x"}`}}.Encode(), 200, ""),
		get("named operation", url.Values{"query": {two}, "operationName": {"a"}}.Encode(), 200, ""),
		get("no query", "", 400, graph.CodeBadRequest),
		get("no UTF-8", "query=%7B__typename%7D%23%ff", 400, graph.CodeBadRequest),
		get("variables that are no UTF-8", "query=%7B__typename%7D&variables=%7B%22a%22:%22%ff%22%7D", 400, graph.CodeBadRequest),
		get("variables of a wrong kind", url.Values{"query": {"{__typename}"}, "variables": {`"` + secret + `"`}}.Encode(), 400, graph.CodeBadRequest),
		get("variables that are no JSON", "query=%7B__typename%7D&variables="+secret, 400, graph.CodeBadRequest),
		get("mutation", "query=mutation%7B__typename%7D", 200, validationFailed),
		get("address over 1 MiB", "query="+strings.Repeat("x", 1<<20), 414, graph.CodeLimit),
	} {
		t.Run(e.method+" "+e.name, func(t *testing.T) { e.run(t, h) })
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
		t.Run(method, func(t *testing.T) {
			e := exchange{method: method, target: "/graphql", body: hello, status: 405, code: graph.CodeBadRequest}
			if allow := e.run(t, h).Get("Allow"); allow != "GET, POST" {
				t.Errorf("Allow: %q", allow)
			}
		})
	}
}

// The newer media type is only for those who ask for it; with it, a status
// reports whether the operation was run.
func TestMediaType(t *testing.T) {
	h := readyHandler(t, openStore(t))
	const older, newer = "application/json", "application/graphql-response+json"
	wrong := post("", `{"query":"{ nothing }"}`, 200, validationFailed)
	refused := wrong
	refused.status = 400
	for _, c := range []struct {
		accept, want string
		exchange
	}{
		{"", older, post("", hello, 200, "")},
		{"*/*", older, post("", hello, 200, "")},
		{older, older, wrong},
		{newer, newer, post("", hello, 200, "")},
		{newer + ", " + older + ";q=0.9", newer, refused},
		{newer + ";q=0.5, " + older, older, wrong},
		{newer + "; charset=utf-8, " + older + "; charset=utf-8", newer, refused},
		{strings.ToUpper(newer) + "; charset=UTF-8", newer, refused},
		{"application/*", older, wrong},
		{"text/html, */*;q=0.1", older, wrong},
		{older + ";q=0, " + newer, newer, refused},
		{older + ";q=0, */*", newer, refused},
	} {
		t.Run(c.accept, func(t *testing.T) {
			header := c.with("Accept", c.accept).run(t, h)
			if got, _, _ := strings.Cut(header.Get("Content-Type"), ";"); got != c.want {
				t.Errorf("answered as %s, want %s", got, c.want)
			}
			if header.Get("X-Content-Type-Options") != "nosniff" {
				t.Error("browsers may sniff")
			}
		})
	}
}

// With --status-422 only what is understood and cannot be run has another status.
func TestStatus422(t *testing.T) {
	h := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.Status422 = true })
	const newer = "application/graphql-response+json"
	for _, e := range []exchange{
		post("runs", hello, 200, "").with("Accept", newer),
		post("no JSON", `{"query":`, 400, graph.CodeBadRequest).with("Accept", newer),
		post("no query", `{}`, 400, graph.CodeBadRequest).with("Accept", newer),
		post("syntax", `{"query":"{"}`, 400, parseFailed).with("Accept", newer),
		post("invalid", `{"query":"{ nothing }"}`, 422, validationFailed).with("Accept", newer),
		post("arguments", `{"query":"{ firms(first: -1) { totalCount } }"}`, 422, graph.CodeBadInput).with("Accept", newer),
		post("over a limit", `{"query":"`+strings.Repeat("{a", 101)+strings.Repeat("}", 101)+`"}`, 422, graph.CodeLimit).with("Accept", newer),
		post("not persisted", persisted(hashOf("{ firms { totalCount } }"), ""), 422, graph.CodeNotPersisted).with("Accept", newer),
		post("invalid, of the older type", `{"query":"{ nothing }"}`, 200, validationFailed),
	} {
		t.Run(e.name, func(t *testing.T) { e.run(t, h) })
	}
}

func TestLimits(t *testing.T) {
	h := readyHandler(t, openStore(t))
	query := func(text string) string { return `{"query":"` + text + `"}` }
	repeat := strings.Repeat
	for _, e := range []exchange{
		post("as long as may be", query("{ __typename }"+repeat(" ", 16<<10-14)), 200, ""),
		post("too long", query("{ __typename }"+repeat(" ", 16<<10-13)), 200, graph.CodeLimit),
		post("brackets", query(repeat("{a", 101)+repeat("}", 101)), 200, graph.CodeLimit),
		post("brackets in a list", query("{ firms(where: "+repeat("[", 100)+repeat("]", 100)+") { totalCount } }"), 200, graph.CodeLimit),
		post("brackets that never close", query(repeat("(", 10_000)), 200, graph.CodeLimit),
		post("tokens", query("{ __typename "+repeat("a ", 2000)+"}"), 200, graph.CodeLimit),
		post("introspection", query("{ __schema { types "+repeat("{ fields { type ", 8)+"{ name"+repeat(" } }", 8)+" } } }"), 200, graph.CodeLimit),
	} {
		t.Run(e.name, func(t *testing.T) { e.run(t, h) })
	}
}

func TestRequestIDs(t *testing.T) {
	h := readyHandler(t, openStore(t))
	idFor := func(given string) string {
		return post("", hello, 200, "").with("X-Request-Id", given).run(t, h).Get("X-Request-Id")
	}
	if got := idFor("from.a_proxy-1"); got != "from.a_proxy-1" {
		t.Errorf("a good id became %q", got)
	}
	seen := map[string]bool{}
	for _, given := range []string{"", "", "two words", "<script>", "line\nbreak", strings.Repeat("x", 65)} {
		got := idFor(given)
		if got == given || got == "" || seen[got] {
			t.Errorf("%q became %q", given, got)
		}
		seen[got] = true
	}
}

func TestCrossOrigin(t *testing.T) {
	const allowed, other = "https://app.example.org", "https://evil.example.org"
	allow := func(o *httpserver.Options) { o.CORSOrigin = []string{allowed, "http://localhost:3000"} }
	trust := func(o *httpserver.Options) { o.CORSCredentials = true }
	local := func(o *httpserver.Options) { o.CORSLocalhost = true }
	store := openStore(t)
	for _, c := range []struct {
		name, origin, want string
		credentials        string
		handler            http.Handler
	}{
		{"closed by default", allowed, "", "", readyHandler(t, store)},
		{"allowed", allowed, allowed, "", readyHandler(t, store, allow)},
		{"another", other, "", "", readyHandler(t, store, allow)},
		{"another port", "http://localhost:3001", "", "", readyHandler(t, store, allow)},
		{"longer", allowed + ".evil.example", "", "", readyHandler(t, store, allow)},
		{"null", "null", "", "", readyHandler(t, store, allow)},
		{"credentials", allowed, allowed, "true", readyHandler(t, store, allow, trust)},
		{"no credentials for others", other, "", "", readyHandler(t, store, allow, trust)},
		{"this machine", "http://localhost:5173", "http://localhost:5173", "", readyHandler(t, store, local)},
		{"this machine by number", "http://127.0.0.1:3000", "http://127.0.0.1:3000", "", readyHandler(t, store, local)},
		{"this machine by IPv6", "http://[::1]:3000", "http://[::1]:3000", "", readyHandler(t, store, local)},
		{"not quite this machine", "http://localhost.example.org", "", "", readyHandler(t, store, local)},
		{"others beside this machine", allowed, "", "", readyHandler(t, store, local)},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := post("", hello, 200, "").with("Origin", c.origin).run(t, c.handler)
			preflight := sent(t, c.handler, http.MethodOptions, "/graphql", "", "Origin", c.origin,
				"Access-Control-Request-Method", http.MethodPost, "Access-Control-Request-Headers", "content-type").Header()
			for _, header := range []http.Header{answer, preflight} {
				if got := header.Get("Access-Control-Allow-Origin"); got != c.want {
					t.Errorf("Access-Control-Allow-Origin: %q, want %q", got, c.want)
				}
				if got := header.Get("Access-Control-Allow-Credentials"); got != c.credentials {
					t.Errorf("Access-Control-Allow-Credentials: %q, want %q", got, c.credentials)
				}
			}
			if got := preflight.Get("Access-Control-Max-Age"); (got == "3600") != (c.want != "") {
				t.Errorf("Access-Control-Max-Age: %q", got)
			}
		})
	}
}

// The headers of GraphQL clients, of tracing and of sign-in pass a preflight, and
// those that an operator names; why others do not is in the log.
func TestCrossOriginHeaders(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	const origin = "https://app.example.org"
	h := readyHandler(t, openStore(t), func(o *httpserver.Options) {
		o.CORSOrigin, o.CORSHeader = []string{origin}, []string{"X-App-Version"}
	})
	passes := func(origin, header string) bool {
		preflight := sent(t, h, http.MethodOptions, "/graphql", "", "Origin", origin,
			"Access-Control-Request-Method", http.MethodPost, "Access-Control-Request-Headers", header).Header()
		return preflight.Get("Access-Control-Allow-Origin") != ""
	}
	for _, header := range []string{
		"authorization", "traceparent", "tracestate", "baggage", "apollographql-client-name", "apollographql-client-version",
		"apollo-require-preflight", "x-request-id", "content-type", "x-app-version",
		"apollo-require-preflight,authorization,content-type", "X-Request-Id, Traceparent, Authorization",
	} {
		if !passes(origin, header) {
			t.Errorf("%s is refused", header)
		}
	}
	if log.Len() > 0 {
		t.Errorf("logged %s", &log)
	}
	if passes(origin, "x-other") || passes("https://evil.example.org", "accept") {
		t.Error("another header, or origin, passes")
	}
	if lines := log.String(); !strings.Contains(lines, "x-other") || !strings.Contains(lines, "evil.example.org") {
		t.Errorf("logged %s", lines)
	}
}

// The log says why a browser does not let a page in, and by which flag it would:
// by default, too. The server's own pages are no strangers.
func TestRefusedOriginsAreLogged(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	for name, change := range map[string]func(*httpserver.Options){
		"no flag":    func(*httpserver.Options) {},
		"an origin":  func(o *httpserver.Options) { o.CORSOrigin = []string{"https://app.example.org"} },
		"localhosts": func(o *httpserver.Options) { o.CORSLocalhost = true },
	} {
		h := readyHandler(t, openStore(t), change, func(o *httpserver.Options) { o.RequestLevel = slog.LevelDebug })
		for origin, refused := range map[string]bool{"http://example.com": false, "https://example.com": false, "http://other.example.org": true, "null": true} {
			log.Reset()
			// Requests of httptest are to example.com.
			if got := post("", hello, 200, "").with("Origin", origin).run(t, h).Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("%s: %s is let in", name, origin)
			}
			if got := strings.Contains(log.String(), "a page of another origin is refused"); got != refused {
				t.Errorf("%s: %s: logged %q", name, origin, &log)
			}
		}
	}
}

// An address that cannot be read is refused; its readable half would be another
// question.
func TestMalformedAddresses(t *testing.T) {
	h := readyHandler(t, openStore(t))
	for address, want := range map[string]int{
		"/graphql?query=%ZZ":                    400,
		"/graphql?query=%7B__typename%7D&a=%":   400,
		"/graphql?query=%7B__typename%7D&x=%GG": 400,
		"/graphql?query=%7B__typename%7D":       200,
		"/graphql?query=%7B__typename%7D%23;a":  200,
	} {
		recorder := sent(t, h, http.MethodGet, address, "")
		if recorder.Code != want {
			t.Errorf("%s: %d %s", address, recorder.Code, recorder.Body)
		}
		if code := gjson.Get(recorder.Body.String(), "errors.0.extensions.code").Str; want == 400 && (code != string(graph.CodeBadRequest) || recorder.Header().Get("Cache-Control") != "no-store") {
			t.Errorf("%s: code %q, %v", address, code, recorder.Header())
		}
	}
	// A semicolon separates nothing: what stands behind it is part of the value.
	literal := sent(t, h, http.MethodGet, "/graphql?query=query($q:String!)%7Bsearch(query:$q)%7BtotalCount%7D%7D&variables=%7B%22q%22:%22a;b%22%7D", "")
	if literal.Code != 200 || gjson.Get(literal.Body.String(), "errors").Exists() {
		t.Errorf("%d %s", literal.Code, literal.Body)
	}
}

// stubStore is a store of which a test makes some calls fail.
type stubStore struct {
	store.Store
	query func() (*plan.Result, error)
	ping  error
}

func (s *stubStore) Query(ctx context.Context, plan *plan.Plan) (*plan.Result, error) {
	if s.query != nil {
		return s.query()
	}
	return s.Store.Query(ctx, plan)
}

func (s *stubStore) Ping(ctx context.Context) error {
	if s.ping != nil {
		return s.ping
	}
	return s.Store.Ping(ctx)
}

func TestHealth(t *testing.T) {
	store := &stubStore{Store: openStore(t)}
	h, err := httpserver.NewHandler(store, schema.Model(), httpserver.LocalOptions())
	if err != nil {
		t.Fatal(err)
	}
	expect := func(livez, readyz, graphql int, code graph.Code) {
		t.Helper()
		exchange{method: http.MethodGet, target: "/livez", status: livez}.run(t, h)
		exchange{method: http.MethodGet, target: "/readyz", status: readyz}.run(t, h)
		post("", hello, graphql, code).run(t, h)
	}
	expect(200, 503, 503, graph.CodeUnavailable)
	h.SetReady()
	expect(200, 200, 200, "")
	store.ping = errors.New(secret)
	expect(200, 503, 200, "")
	store.ping = nil
	expect(200, 200, 200, "")
}

// Who accepts neither media type is told so, whatever was asked.
func TestNotAcceptable(t *testing.T) {
	h := readyHandler(t, openStore(t))
	for _, accept := range []string{"text/html", "application/xml, text/*", "application/json;q=0", "rubbish", "application/json; charset=latin1"} {
		for _, e := range []exchange{
			post("", hello, 406, graph.CodeBadRequest), post("", "", 406, graph.CodeBadRequest), get("", "query=%7B__typename%7D", 406, graph.CodeBadRequest),
		} {
			if got := e.with("Accept", accept).run(t, h).Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Errorf("%s: answered as %s", accept, got)
			}
		}
	}
}

// What goes wrong inside has a code, and nothing of the inside gets out.
func TestErrorsAreMasked(t *testing.T) {
	store := &stubStore{Store: openStore(t)}
	h := readyHandler(t, store)
	failing := func(err error) func() (*plan.Result, error) {
		return func() (*plan.Result, error) { return nil, err }
	}
	hollow := &plan.Row{ID: "x", Type: schema.Model().Types["Company"], Values: []graph.Value{{}}}
	for _, c := range []struct {
		name   string
		query  func() (*plan.Result, error)
		status int
		code   graph.Code
	}{
		{"unknown error", failing(errors.New(secret)), 200, graph.CodeInternal},
		{"unreachable", failing(graph.Unavailable(errors.New(secret))), 200, graph.CodeUnavailable},
		{"time-out", failing(errors.Join(errors.New(secret), context.DeadlineExceeded)), 200, graph.CodeTimeout},
		{"cancelled", failing(errors.Join(errors.New(secret), context.Canceled)), 200, graph.CodeCancelled},
		{"panic", func() (*plan.Result, error) { panic(secret) }, 500, graph.CodeInternal},
		{"missing value", func() (*plan.Result, error) {
			return &plan.Result{Fetches: []*plan.Rows{{Rows: []*plan.Row{hollow}}}}, nil
		}, 200, graph.CodeInternal},
	} {
		t.Run(c.name, func(t *testing.T) {
			store.query = c.query
			header := post("", `{"query":"{ firm(id: \"x\") { name } }"}`, c.status, c.code).with("X-Request-Id", "an-id").run(t, h)
			if header.Get("X-Request-Id") != "an-id" {
				t.Error("the answer lost the id of its request")
			}
		})
	}
}

func TestInternalErrorsNameTheirRequest(t *testing.T) {
	h := readyHandler(t, &stubStore{Store: openStore(t), query: func() (*plan.Result, error) { return nil, io.ErrUnexpectedEOF }})
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ a: firm(id: \"x\") { name } }"}`))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Request-Id", "an-id")
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	const want = `{"errors":[{"message":"internal error","path":["a"],"extensions":{"code":"INTERNAL","requestId":"an-id"}}],"data":{"a":null}}` + "\n"
	if got := recorder.Body.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
