package resolvers

import (
	"net/http"

	"github.com/rs/cors"
)

// preflightSeconds is how long a browser need not ask again whether it may.
const preflightSeconds = 3600

// crossOrigin lets pages of the given origins call the server.
func crossOrigin(options Browsers, next http.Handler) http.Handler {
	if len(options.CORSOrigin) == 0 {
		// rs/cors takes an empty list for every origin.
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins:   options.CORSOrigin,
		AllowedMethods:   []string{http.MethodGet, http.MethodPost},
		AllowedHeaders:   []string{"Content-Type", "Accept", "If-None-Match", requestIDHeader},
		ExposedHeaders:   []string{"ETag", "Retry-After", requestIDHeader},
		AllowCredentials: options.CORSCredentials,
		MaxAge:           preflightSeconds,
	}).Handler(next)
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
