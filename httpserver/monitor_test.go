package httpserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/httpserver"
	"companygraph/resolvers"
	"companygraph/schema"
	"companygraph/telemetry"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/tidwall/gjson"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// logged are the lines that are logged while the test runs.
func logged(t *testing.T) *bytes.Buffer {
	t.Helper()
	var lines bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &lines
}

// An operation ends in one line that tells what it was, what it cost and what
// became of it, and nothing that its client put in.
func TestLog(t *testing.T) {
	lines := logged(t)
	h := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.RequestLevel = slog.LevelInfo })
	for _, c := range []struct {
		name, query, header string
		variables           map[string]any
		want                map[string]any
		without             []string
	}{
		{
			name: "an answer", query: `query Bans($id: ID!) { firm(id: $id) { name } bans(first: 7) { nodes { title participants { role } } } }`,
			variables: map[string]any{"id": secret}, header: "given-id",
			want: map[string]any{
				"level": "INFO", "msg": "request", "request": "given-id", "path": "/graphql", "method": "POST", "status": 200.0,
				"kind": "query", "operation": "Bans", "price": 78.0, "statements": 2.0,
			},
			without: []string{"codes"},
		},
		{
			name: "an argument that cannot be used", query: `{ bans(where: {date: {before: "` + secret + `"}}) { totalCount } }`,
			want: map[string]any{"kind": "query", "operation": "", "price": 0.0, "statements": 0.0, "codes": "BAD_USER_INPUT"},
		},
		{
			name: "what is no document", query: `{ "` + secret, want: map[string]any{"status": 200.0, "codes": "GRAPHQL_PARSE_FAILED"},
			without: []string{"kind", "operation", "hash"},
		},
		{
			name: "a long name", query: "query " + strings.Repeat("N", 200) + " { __typename }",
			want: map[string]any{"operation": strings.Repeat("N", 64)},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines.Reset()
			body, err := json.Marshal(map[string]any{"query": c.query, "variables": c.variables})
			if err != nil {
				t.Fatal(err)
			}
			sent(t, h, http.MethodPost, "/graphql", string(body), "X-Request-Id", c.header)
			line := lines.String()
			if strings.Count(line, "\n") != 1 || strings.Contains(line, secret) {
				t.Fatalf("logged %s", line)
			}
			for key, want := range c.want {
				if got := gjson.Get(line, key).Value(); got != want {
					t.Errorf("%s is %v, want %v: %s", key, got, want, line)
				}
			}
			for _, key := range append(c.without, "plan", "variables", "query") {
				if gjson.Get(line, key).Exists() {
					t.Errorf("has %s: %s", key, line)
				}
			}
			if c.want["kind"] != nil && len(gjson.Get(line, "hash").Str) != 64 {
				t.Errorf("no hash of the document: %s", line)
			}
		})
	}
}

// What looks after the server's health is told of only if that is bad.
func TestLogOfHealth(t *testing.T) {
	lines := logged(t)
	store := &stubStore{Store: openStore(t)}
	h := readyHandler(t, store)
	sent(t, h, http.MethodGet, "/readyz", "")
	store.ping = fmt.Errorf("gone")
	sent(t, h, http.MethodGet, "/readyz", "")
	var levels []string
	for line := range strings.Lines(lines.String()) {
		if gjson.Get(line, "msg").Str == "request" {
			levels = append(levels, gjson.Get(line, "level").Str)
		}
	}
	if got := strings.Join(levels, " "); got != "DEBUG WARN" {
		t.Errorf("logged at %s: %s", got, lines)
	}
}

func TestSlowOperation(t *testing.T) {
	lines := logged(t)
	h := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.SlowOperation = time.Nanosecond })
	asked(t, h, secretive(secret, "2017-09-13"))
	slow := gjson.Get("["+strings.ReplaceAll(strings.TrimSpace(lines.String()), "\n", ",")+"]", `#(msg=="slow operation")`)
	if !strings.Contains(slow.Get("plan").Str, "firm = ByID (?) [Firm]") || slow.Get("statements").Int() == 0 || slow.Get("level").Str != "WARN" {
		t.Errorf("logged %s", lines)
	}
	if value := regexp.MustCompile(secret + `|2017-09|PLANNED`).FindString(lines.String()); value != "" {
		t.Errorf("has %q: %s", value, lines)
	}
	lines.Reset()
	asked(t, readyHandler(t, openStore(t), func(o *httpserver.Options) { o.SlowOperation = time.Minute }), `{ bans { totalCount } }`)
	if strings.Contains(lines.String(), "slow operation") {
		t.Errorf("called slow: %s", lines)
	}
}

// scraped are the series of /metrics with their values.
func scraped(t *testing.T, h http.Handler) map[string]float64 {
	t.Helper()
	answer := sent(t, h, http.MethodGet, "/metrics", "")
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d: %s", answer.Code, answer.Body)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	series := map[string]float64{}
	for name, family := range families {
		for _, m := range family.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			value := m.GetCounter().GetValue() + m.GetGauge().GetValue() + m.GetUntyped().GetValue() + float64(m.GetHistogram().GetSampleCount())
			series[name+"{"+strings.Join(labels, ",")+"}"] = value
		}
	}
	return series
}

func TestMetrics(t *testing.T) {
	h := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.MaxFields, o.Version, o.RateLimit, o.RateBurst = 10, "v1", 1e-9, 5 })
	asked(t, h, `{ bans(first: 7) { nodes { title participants { role } } } firms { totalCount } }`)
	asked(t, h, `{ bans(where: {date: {before: "x"}}) { totalCount } }`)
	asked(t, h, `{ `+strings.Repeat("__typename ", 11)+`}`)
	sent(t, h, http.MethodGet, "/graphql", "")
	sent(t, h, http.MethodGet, "/nothing/here", "")
	asked(t, h, hello)
	asked(t, h, hello)
	got := scraped(t, h)
	for series, want := range map[string]float64{
		"companygraph_requests_total{path=/graphql,status=200}":             4,
		"companygraph_requests_total{path=/graphql,status=400}":             1,
		"companygraph_requests_total{path=/graphql,status=429}":             1,
		"companygraph_requests_total{path=other,status=404}":                1,
		"companygraph_requests_in_flight{}":                                 1, // this one
		"companygraph_operation_duration_seconds{kind=query}":               1,
		"companygraph_operation_price_rows{}":                               1,
		"companygraph_statement_duration_seconds{engine=sqlite,outcome=ok}": 2,
		"companygraph_errors_total{code=BAD_USER_INPUT}":                    1,
		"companygraph_errors_total{code=BAD_REQUEST}":                       1,
		"companygraph_errors_total{code=RATE_LIMITED}":                      1,
		"companygraph_errors_total{code=LIMIT_EXCEEDED}":                    1,
		"companygraph_refusals_total{limit=fields}":                         1,
		"companygraph_refusals_total{limit=rate}":                           1,
		"companygraph_ready{}":                                              1,
		"companygraph_store_connections_in_use{}":                           0,
		"companygraph_build_info{version=v1}":                               1,
	} {
		if value, there := got[series]; value != want || !there {
			t.Errorf("%s is %v, want %v", series, value, want)
		}
	}
	for _, series := range []string{"go_goroutines{}", "process_resident_memory_bytes{}", "companygraph_store_connections_limit{}"} {
		if got[series] <= 0 {
			t.Errorf("%s is %v", series, got[series])
		}
	}
}

// Nothing that clients can choose makes a series.
func TestMetricsAreBounded(t *testing.T) {
	h := readyHandler(t, openStore(t))
	ask := func(from, to int) int {
		for i := from; i < to; i++ {
			sent(t, h, http.MethodGet, fmt.Sprintf("/path%d", i), "")
			sent(t, h, http.MethodPost, "/graphql", fmt.Sprintf(`{"query":"query Name%d { __typename a%d: bans(first: 1) { totalCount } }"}`, i, i), "X-Request-Id", fmt.Sprint(i))
			sent(t, h, fmt.Sprintf("METHOD%d", i), "/graphql", "")
		}
		return len(scraped(t, h))
	}
	ask(0, 2) // the second scrape counts the first
	if few, many := ask(2, 3), ask(3, 60); few != many {
		t.Errorf("%d series became %d", few, many)
	}
}

func TestMetricsElsewhere(t *testing.T) {
	h := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.MetricsListen = telemetry.NoMetrics })
	if got := sent(t, h, http.MethodGet, "/metrics", "").Code; got != http.StatusNotFound {
		t.Errorf("status %d", got)
	}
	if scraped(t, h.Metrics())["companygraph_ready{}"] != 1 {
		t.Error("the handler of the metrics has none")
	}
}

// The spans of an operation hang together, also with the trace of who called.
func TestTraces(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
	h := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.Tracing = provider })
	const caller, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	body, err := json.Marshal(map[string]any{"query": "query Secretive " + secretive(secret, "2017-09-13")})
	if err != nil {
		t.Fatal(err)
	}
	sent(t, h, http.MethodGet, "/readyz", "")
	sent(t, h, http.MethodPost, "/graphql", string(body), "Traceparent", "00-"+caller+"-"+span+"-01")
	names := map[string]string{span: "caller"}
	for _, s := range exporter.GetSpans() {
		names[s.SpanContext.SpanID().String()] = s.Name
		for _, a := range append(s.Attributes, attribute.String("status", s.Status.Description)) {
			if strings.Contains(a.Value.String(), secret) {
				t.Errorf("%s tells of %s %s", s.Name, a.Key, a.Value.String())
			}
		}
	}
	count := map[string]int{}
	for _, s := range exporter.GetSpans() {
		if got := s.SpanContext.TraceID().String(); got != caller {
			t.Errorf("%s is in trace %s", s.Name, got)
		}
		count[names[s.Parent.SpanID().String()]+" > "+s.Name]++
	}
	if count["caller > POST /graphql"] != 1 || count["POST /graphql > query"] != 1 || count["query > plan"] != 1 || count["query > statement"] < 4 || len(count) != 4 {
		t.Errorf("spans %v", count)
	}
}

func TestExplain(t *testing.T) {
	const query = `{ bans(first: 7) { nodes { title } } }`
	on := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.Explain = true })
	answer := gjson.Get(asked(t, on, query, "extensions", map[string]any{"explain": true}), "extensions.explain")
	plan := planOf(t, query).Explain(schema.Model())
	if answer.Get("plan").Str != plan || answer.Get("price").Int() != 7 || answer.Get("statements.#").Int() != 1 ||
		answer.Get("statements.0.engine").Str != "sqlite" || !strings.HasPrefix(answer.Get("statements.0.text").Str, "SELECT") || !answer.Get("statements.0.milliseconds").Exists() {
		t.Errorf("explained by %s", answer)
	}
	off := readyHandler(t, openStore(t))
	for name, got := range map[string]string{
		"not asked":   asked(t, on, query),
		"not allowed": asked(t, off, query, "extensions", map[string]any{"explain": true}),
		"no plan":     asked(t, on, `{ bans(where: {date: {before: "x"}}) { totalCount } }`, "extensions", map[string]any{"explain": true}),
	} {
		if strings.Contains(got, "explain") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Stores tell the observer of a call of its statements, and of no others.
func TestObserver(t *testing.T) {
	opened := openStore(t)
	var ran []store.StatementEvent
	plan := planOf(t, `{ bans(first: 7) { nodes { title } } }`)
	if _, err := opened.Query(store.WithObserver(t.Context(), func(r store.StatementEvent) { ran = append(ran, r) }), plan); err != nil {
		t.Fatal(err)
	}
	if _, err := opened.Query(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	if len(ran) != 1 || ran[0].Took <= 0 || ran[0].Err != nil || time.Since(ran[0].Start) > time.Minute {
		t.Errorf("observed %+v", ran)
	}
}

// secretive asks with values that no line of the log may hold.
func secretive(secret, day string) string {
	return strings.NewReplacer("$s", secret, "$day", day).Replace(`{
		firm(id: "$s") { id } search(query: "$s") { totalCount }
		bans(where: { title: { contains: "$s" }, date: { after: "$day" } }) { totalCount }
	}`)
}

func planOf(t *testing.T, query string) *plan.Plan {
	t.Helper()
	planned, err := resolvers.Plan(t.Context(), schema.Model(), &graphql.RawParams{Query: query})
	if err != nil {
		t.Fatal(err)
	}
	return planned
}
