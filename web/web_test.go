package web_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"companygraph/graph/graphtest"
	"companygraph/graph/graphtest/naive"
	"companygraph/graph/sqlite"
	"companygraph/httpserver"
	"companygraph/schema"
	"companygraph/seed/data"
	"companygraph/web"

	"github.com/tidwall/gjson"
)

// newServer serves a SQLite database with these bundled datasets.
func newServer(t *testing.T, datasets ...string) *httpserver.Handler {
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
	graphtest.SeedBundled(t, store, datasets...)
	options := httpserver.DefaultOptions()
	options.RateLimit = 0
	h, err := httpserver.NewHandler(store, schema.Model(), options)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// readyServer also answers operations.
func readyServer(t *testing.T, datasets ...string) *httpserver.Handler {
	t.Helper()
	h := newServer(t, datasets...)
	h.SetReady()
	return h
}

func get(ctx context.Context, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, path, http.NoBody)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	return recorder
}

func TestStartPageSaysWhatThereIs(t *testing.T) {
	for name, c := range map[string]struct {
		api  http.Handler
		want []string
		not  []string
	}{
		"bundled data": {
			readyServer(t, data.Names()...),
			[]string{"<dt>firms</dt><dd>2</dd>", "<dt>events</dt><dd>11</dd>", "<dt>claims</dt><dd>23</dd>", "<dt>sources</dt><dd>1</dd>"},
			[]string{"is empty", "does not answer"},
		},
		"empty":    {readyServer(t), []string{"This database is empty"}, []string{"<dt>", "does not answer"}},
		"starting": {newServer(t), []string{"does not answer"}, []string{"<dt>", "is empty"}},
		"no API":   {http.NotFoundHandler(), []string{"does not answer"}, []string{"<dt>", "is empty"}},
	} {
		t.Run(name, func(t *testing.T) {
			page := get(t.Context(), web.NewHandler(c.api), "/")
			if page.Code != http.StatusOK {
				t.Fatalf("status %d", page.Code)
			}
			for _, want := range c.want {
				if !strings.Contains(page.Body.String(), want) {
					t.Errorf("the page lacks %q", want)
				}
			}
			for _, not := range c.not {
				if strings.Contains(page.Body.String(), not) {
					t.Errorf("the page has %q", not)
				}
			}
		})
	}
}

// What the start page asks counts as a request of the browser, also behind a
// proxy on this machine.
func TestStartPageIsLimitedAsItsClient(t *testing.T) {
	store := naive.New(schema.Model())
	options := httpserver.DefaultOptions()
	options.RateLimit, options.RateBurst = 0.0001, 1
	api, err := httpserver.NewHandler(store, schema.Model(), options)
	if err != nil {
		t.Fatal(err)
	}
	api.SetReady()
	h := web.NewHandler(api)
	for _, c := range []struct {
		from, header string
		limited      bool
	}{
		{"127.0.0.1:1000", "", false},
		{"127.0.0.1:1000", "X-Forwarded-For", true},
		{"127.0.0.1:1000", "Forwarded", true},
		{"127.0.0.1:1000", "X-Real-Ip", true},
		{"192.0.2.1:1000", "", true},
	} {
		answered := 0
		for range 3 {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
			request.RemoteAddr = c.from
			request.Header.Set("Accept", "text/html")
			if c.header != "" {
				request.Header.Set(c.header, "198.51.100.1")
			}
			recorder := httptest.NewRecorder()
			h.ServeHTTP(recorder, request)
			if !strings.Contains(recorder.Body.String(), "does not answer") {
				answered++
			}
		}
		if got := answered < 3; got != c.limited {
			t.Errorf("from %s with %q: %d of 3 pages have counts", c.from, c.header, answered)
		}
	}
}

// Without scripts the start page shows each example, and leads to its answer.
func TestStartPageNeedsNoScript(t *testing.T) {
	h := web.NewHandler(readyServer(t, data.Names()...))
	page := get(t.Context(), h, "/").Body.String()
	links := regexp.MustCompile(`href="(/graphql\?query=[^"]+)" aria`).FindAllStringSubmatch(page, -1)
	if len(links) != len(web.BundledExamples()) {
		t.Fatalf("%d links to answers, want %d", len(links), len(web.BundledExamples()))
	}
	for _, link := range links {
		if body := get(t.Context(), h, link[1]).Body.String(); !gjson.Get(body, "data").IsObject() || gjson.Get(body, "errors").Exists() {
			t.Errorf("%s answers %s", link[1], body)
		}
	}
}

func TestOtherPathsAreLeftToTheAPI(t *testing.T) {
	h := web.NewHandler(readyServer(t))
	if got := get(t.Context(), h, "/readyz"); got.Code != http.StatusOK || got.Body.String() != "ready\n" {
		t.Errorf("/readyz: %d %s", got.Code, got.Body)
	}
	for _, path := range []string{"/nowhere", "/playground/", "/assets/", "/assets/missing.js", "/assets/..%2fweb.go"} {
		if got := get(t.Context(), h, path); got.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, got.Code)
		}
	}
}

var asset = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)

// assetsOf are the paths of the assets that a page loads.
func assetsOf(t *testing.T, page string) []string {
	t.Helper()
	var paths []string
	for _, found := range asset.FindAllStringSubmatch(page, -1) {
		paths = append(paths, found[1])
	}
	if len(paths) < 3 {
		t.Fatalf("the page loads only %v", paths)
	}
	return paths
}

func TestAnswersAreSafeAndCached(t *testing.T) {
	h := web.NewHandler(readyServer(t, data.Names()...))
	paths := []string{"/", "/playground", "/assets/licenses.txt"}
	for _, page := range paths[:2] {
		paths = append(paths, assetsOf(t, get(t.Context(), h, page).Body.String())...)
	}
	for _, path := range paths {
		plain := get(t.Context(), h, path)
		if plain.Code != http.StatusOK {
			t.Fatalf("%s: status %d", path, plain.Code)
		}
		for key, want := range map[string]string{
			"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Strict-Transport-Security":    "",
			"Vary":                         "Accept-Encoding",
			"Cache-Control":                caching(path),
		} {
			if got := plain.Header().Get(key); got != want {
				t.Errorf("%s: %s is %q, want %q", path, key, got, want)
			}
		}
		tag := plain.Header().Get("ETag")
		if again := get(t.Context(), h, path, "If-None-Match", tag, "Accept-Encoding", "gzip"); tag == "" || again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s: with its ETag %s: status %d, %d bytes", path, tag, again.Code, again.Body.Len())
		}
		if packed := get(t.Context(), h, path, "Accept-Encoding", "gzip"); packed.Header().Get("Content-Encoding") == "gzip" {
			if got := unpack(t, packed.Body); got != plain.Body.String() {
				t.Errorf("%s: differs when compressed", path)
			}
		} else if plain.Body.Len() > 2000 {
			t.Errorf("%s: %d bytes are not compressed", path, plain.Body.Len())
		}
	}
}

func caching(path string) string {
	if strings.HasPrefix(path, "/assets/") && path != "/assets/licenses.txt" {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

func unpack(t *testing.T, packed io.Reader) string {
	t.Helper()
	reader, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// What the pages load stays small, compressed as a browser gets it.
func TestAssetsStaySmall(t *testing.T) {
	h := web.NewHandler(readyServer(t))
	for page, limits := range map[string]map[string]int{
		"/":           {".js": 10_000, ".css": 8_000},
		"/playground": {".js": 550_000, ".css": 20_000},
	} {
		for _, path := range assetsOf(t, get(t.Context(), h, page).Body.String()) {
			limit, limited := limits[filepath.Ext(path)]
			if size := get(t.Context(), h, path, "Accept-Encoding", "gzip").Body.Len(); limited && size > limit {
				t.Errorf("%s: %d bytes, want at most %d", path, size, limit)
			}
		}
	}
	if size := web.EmbeddedBytes(); size > 2_500_000 {
		t.Errorf("%d bytes are compiled in, want at most 2.5 MB", size)
	}
}
