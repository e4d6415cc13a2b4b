// Package web has the pages that people open in a browser: the start page and
// the playground, with scripts and styles compiled in. They talk to the API as
// any other client does.
package web

import (
	"embed"
	"html/template"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

//go:embed dist examples/*.graphql pages
var files embed.FS

// policy lets a page load from this server alone, and run no script or style
// that stands in the page itself.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// NewHandler serves the pages, and leaves all other paths to the API. The API
// must answer GraphQL at /graphql.
func NewHandler(api http.Handler) http.Handler {
	templates := template.Must(template.New("").Funcs(template.FuncMap{"asset": assetPath}).ParseFS(files, "pages/*.html"))
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.Handle("GET /{$}", page(&startPage{template: templates.Lookup("start.html"), api: api}))
	mux.Handle("GET /playground", page(playgroundPage{template: templates.Lookup("playground.html")}))
	mux.Handle("GET /assets/{name}", page(http.HandlerFunc(serveAsset)))
	mux.Handle("GET /favicon.ico", page(http.HandlerFunc(serveIcon)))
	return mux
}

// page adds what every answer of this package has in common.
func page(next http.Handler) http.Handler {
	return gzhttp.GzipHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		if r.TLS != nil {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	}))
}
