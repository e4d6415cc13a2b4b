package httpserver

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"companygraph/telemetry"

	"github.com/rs/cors"
)

// preflightSeconds is how long a browser need not ask again whether it may.
const preflightSeconds = 3600

// requestHeaders are those that pages of other origins may send: what GraphQL
// clients and tracing add to requests.
var requestHeaders = []string{
	"Content-Type", "Accept", "Authorization", "If-None-Match", telemetry.RequestIDHeader, "Traceparent", "Tracestate", "Baggage",
	"Apollographql-Client-Name", "Apollographql-Client-Version", "Apollo-Require-Preflight",
}

// crossOrigin lets pages of the given origins call the server, and logs why
// others may not.
func crossOrigin(options Browsers, next http.Handler) http.Handler {
	if len(options.CORSOrigin) == 0 && !options.CORSLocalhost {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if origin := r.Header.Get("Origin"); origin != "" && !isSameOrigin(r) {
				refusals{}.Printf("origin '%s' not allowed: no origin is, without --cors-origin or --cors-localhost", origin)
			}
			next.ServeHTTP(w, r)
		})
	}
	foreign := foreignOrigins(options).Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isSameOrigin(r) {
			foreign.ServeHTTP(w, inOrder(r))
			return
		}
		w.Header().Add("Vary", "Origin")
		next.ServeHTTP(w, r)
	})
}

// isSameOrigin reports whether the server's own pages send a request. The scheme
// is left out: behind a proxy the server does not know the one of its pages.
func isSameOrigin(r *http.Request) bool {
	u, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && u.Host != "" && u.Host == r.Host
}

// inOrder is a request whose list of headers to allow is sorted, as browsers send
// it: rs/cors refuses another order, which other clients and proxies may choose.
func inOrder(r *http.Request) *http.Request {
	const name = "Access-Control-Request-Headers"
	asked := r.Header.Values(name)
	if len(asked) == 0 {
		return r
	}
	headers := strings.Split(strings.ToLower(strings.Join(asked, ",")), ",")
	for i, header := range headers {
		headers[i] = strings.TrimSpace(header)
	}
	slices.Sort(headers)
	r = r.Clone(r.Context())
	r.Header.Set(name, strings.Join(headers, ","))
	return r
}

func foreignOrigins(options Browsers) *cors.Cors {
	headers := append(slices.Clone(requestHeaders), options.CORSHeader...)
	return cors.New(cors.Options{
		AllowOriginFunc: func(origin string) bool {
			return slices.Contains(options.CORSOrigin, origin) || options.CORSLocalhost && isLocalhost(origin)
		},
		AllowedMethods:   []string{http.MethodGet, http.MethodPost},
		AllowedHeaders:   headers,
		ExposedHeaders:   []string{"ETag", "Retry-After", telemetry.RequestIDHeader},
		AllowCredentials: options.CORSCredentials,
		MaxAge:           preflightSeconds,
		Logger:           refusals{},
	})
}

// isLocalhost reports whether an origin is a page that this machine serves.
func isLocalhost(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
}

// refusals logs what rs/cors says of requests that it refuses.
type refusals struct{}

// maxReason keeps lines of the log short: a client chooses what is in them.
const maxReason = 200

// Printf implements cors.Logger. What is not refused is not even put together.
func (refusals) Printf(format string, args ...any) {
	if strings.Contains(format, "not allowed") {
		reason := strings.TrimSpace(fmt.Sprintf(format, args...))
		slog.Info("a page of another origin is refused", "reason", reason[:min(len(reason), maxReason)])
	}
}

// secured adds what makes browsers careful with an answer that is no page. A
// handler of pages sets a policy of its own for them.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
