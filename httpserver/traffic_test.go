package httpserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/httpserver"

	"github.com/tidwall/gjson"
)

// from is the status of the answer to a request from an address.
func from(t *testing.T, h http.Handler, address string, forwarded ...string) int {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(hello))
	request.Header.Set("Content-Type", "application/json")
	request.RemoteAddr = address
	for _, f := range forwarded {
		request.Header.Add("X-Forwarded-For", f)
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	if recorder.Code == http.StatusTooManyRequests {
		if code := gjson.Get(recorder.Body.String(), "errors.0.extensions.code").Str; code != string(graph.CodeRate) || recorder.Header().Get("Retry-After") == "" {
			t.Errorf("refused by %s %v", recorder.Body, recorder.Header())
		}
	}
	return recorder.Code
}

// One address has but its burst, whatever others do.
func TestRateOfEachAddress(t *testing.T) {
	once := func(o *httpserver.Options) { o.RateLimit, o.RateBurst = 0.0001, 1 }
	behind := func(o *httpserver.Options) {
		once(o)
		o.TrustedProxy = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	}
	for name, c := range map[string]struct {
		change        func(*httpserver.Options)
		first, second []string
		same          bool
	}{
		"one address":              {once, []string{"192.0.2.1:1000"}, []string{"192.0.2.1:2000"}, true},
		"this machine":             {once, []string{"127.0.0.1:1000"}, []string{"127.0.0.1:2000"}, false},
		"a proxy on this machine":  {once, []string{"127.0.0.1:1000", "198.51.100.1"}, []string{"127.0.0.1:1000", "198.51.100.2"}, true},
		"two addresses":            {once, []string{"192.0.2.1:1000"}, []string{"192.0.2.2:1000"}, false},
		"one IPv6 network":         {once, []string{"[2001:db8::1]:1000"}, []string{"[2001:db8::2:3]:1000"}, true},
		"two IPv6 networks":        {once, []string{"[2001:db8::1]:1000"}, []string{"[2001:db8:0:1::1]:1000"}, false},
		"IPv4 in IPv6":             {once, []string{"[::ffff:192.0.2.1]:1000"}, []string{"192.0.2.1:1000"}, true},
		"untrusted forwarder":      {once, []string{"192.0.2.1:1000", "198.51.100.1"}, []string{"192.0.2.1:1000", "198.51.100.2"}, true},
		"clients of a proxy":       {behind, []string{"10.0.0.1:1000", "198.51.100.1"}, []string{"10.0.0.1:1000", "198.51.100.2"}, false},
		"client of two proxies":    {behind, []string{"10.0.0.1:1000", "198.51.100.1"}, []string{"10.0.0.2:1000", "198.51.100.1"}, true},
		"chain of proxies":         {behind, []string{"10.0.0.1:1000", "198.51.100.1, 10.1.1.1"}, []string{"10.0.0.1:1000", "198.51.100.1", "fd00::1"}, true},
		"what the client forged":   {behind, []string{"10.0.0.1:1000", "1.1.1.1, 198.51.100.1"}, []string{"10.0.0.1:1000", "2.2.2.2, 198.51.100.1"}, true},
		"a direct client forges":   {behind, []string{"192.0.2.1:1000", "1.1.1.1"}, []string{"192.0.2.1:1000", "2.2.2.2"}, true},
		"rubbish from a proxy":     {behind, []string{"10.0.0.1:1000", "rubbish"}, []string{"10.0.0.1:1000"}, true},
		"IPv6 client of the proxy": {behind, []string{"10.0.0.1:1000", "2001:db8::1"}, []string{"10.0.0.1:1000", "2001:db8::2"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := readyHandler(t, openStore(t), c.change)
			if got := from(t, h, c.first[0], c.first[1:]...); got != 200 {
				t.Fatalf("first: %d", got)
			}
			if got := from(t, h, c.second[0], c.second[1:]...); (got == 429) != c.same {
				t.Errorf("second: %d", got)
			}
		})
	}
}

func TestRateByDefault(t *testing.T) {
	h := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.RateLimit = httpserver.DefaultOptions().RateLimit })
	refused := 0
	for range 500 {
		if from(t, h, "192.0.2.1:1000") == 429 {
			refused++
		}
	}
	if refused == 0 {
		t.Error("500 requests at once are answered")
	}
	for _, address := range []string{"127.0.0.1:1000", "[::1]:1000"} {
		for i := range 1000 {
			if got := from(t, h, address); got != 200 {
				t.Fatalf("request %d of this machine: %d", i, got)
			}
		}
	}
	for path, want := range map[string]int{"/livez": 200, "/readyz": 200} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
		request.RemoteAddr = "192.0.2.1:1000"
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, request)
		if recorder.Code != want {
			t.Errorf("%s: %d", path, recorder.Code)
		}
	}
}

// More requests than there are places wait for one, and are refused if none
// gets free.
func TestRequestsAtOnce(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	store := &stubStore{Store: openStore(t), query: func() (*plan.Result, error) {
		inside <- struct{}{}
		<-leave
		return nil, fmt.Errorf("left")
	}}
	h := readyHandler(t, store, func(o *httpserver.Options) { o.MaxRequests = 2 })
	const slow = `{"query":"{ firm(id: \"x\") { name } }"}`
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() { sent(t, h, http.MethodPost, "/graphql", slow) })
		<-inside
	}
	answer := sent(t, h, http.MethodPost, "/graphql", hello)
	if answer.Code != 503 || answer.Header().Get("Retry-After") == "" || gjson.Get(answer.Body.String(), "errors.0.extensions.code").Str != "UNAVAILABLE" {
		t.Errorf("with no place: %d %s", answer.Code, answer.Body)
	}
	close(leave)
	wait.Wait()
	if answer := sent(t, h, http.MethodPost, "/graphql", hello); answer.Code != 200 {
		t.Errorf("afterwards: %d", answer.Code)
	}
}

func TestSecurityHeaders(t *testing.T) {
	h := readyHandler(t, openStore(t))
	for _, target := range []string{"/graphql?query=%7B__typename%7D", "/graphql", "/livez", "/readyz", "/nowhere"} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions, http.MethodDelete} {
			header := sent(t, h, method, target, hello).Header()
			for name, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cross-Origin-Resource-Policy": "same-origin",
				"X-Content-Type-Options": "nosniff",
			} {
				if got := header.Get(name); got != want {
					t.Errorf("%s %s: %s: %q", method, target, name, got)
				}
			}
			if header.Get("Strict-Transport-Security") != "" {
				t.Error("plain HTTP promises HTTPS")
			}
		}
	}
}
