package httpserver_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/httpserver"
	"companygraph/schema"
)

func hashOf(text string) string {
	hash := sha256.Sum256([]byte(text))
	return hex.EncodeToString(hash[:])
}

// persisted is the body of a request by hash, with the text or without.
func persisted(hash, text string) string {
	request := map[string]any{"extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}}
	if text != "" {
		request["query"] = text
	}
	body, err := json.Marshal(request)
	if err != nil {
		panic(err) // there is nothing in it that JSON cannot say
	}
	return string(body)
}

func byHash(hash string) string {
	return url.Values{"extensions": {`{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`}}.Encode()
}

func TestAutomaticPersistedQueries(t *testing.T) {
	h := readyHandler(t, openStore(t))
	const text, invalid, other = `{ first: __typename }`, `{ nothing }`, `{ second: __typename }`
	// In this order: what was asked before is known afterwards, if it is valid.
	for _, e := range []exchange{
		post("unknown", persisted(hashOf(text), ""), 200, graph.CodeNotPersisted),
		get("unknown", byHash(hashOf(text)), 200, graph.CodeNotPersisted),
		post("unknown, with 400", persisted(hashOf(text), ""), 400, graph.CodeNotPersisted).with("Accept", "application/graphql-response+json"),
		post("with the text", persisted(hashOf(text), text), 200, ""),
		post("known", persisted(hashOf(text), ""), 200, ""),
		get("known", byHash(hashOf(text)), 200, ""),
		post("invalid", persisted(hashOf(invalid), invalid), 200, validationFailed),
		post("invalid is not kept", persisted(hashOf(invalid), ""), 200, graph.CodeNotPersisted),
		post("hash of another text", persisted(hashOf(text), other), 200, graph.CodeBadRequest),
		post("which is not kept", persisted(hashOf(other), ""), 200, graph.CodeNotPersisted),
		post("version 2", strings.Replace(persisted(hashOf(text), ""), `"version":1`, `"version":2`, 1), 200, graph.CodeBadRequest),
		post("no hash", `{"extensions":{"persistedQuery":{"version":1}}}`, 200, graph.CodeBadRequest),
		post("wrong kind", `{"extensions":{"persistedQuery":"`+secret+`"}}`, 200, graph.CodeBadRequest),
		post("null", `{"query":"{ __typename }","extensions":{"persistedQuery":null}}`, 200, ""),
		post("null alone", `{"extensions":{"persistedQuery":null}}`, 400, graph.CodeBadRequest),
	} {
		t.Run(e.method+" "+e.name, func(t *testing.T) { e.run(t, h) })
	}
}

func TestTrustedDocuments(t *testing.T) {
	const text, other = `{ trusted: __typename }`, `{ other: __typename }`
	file := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct{ path, id string }{
		"folder":   {filepath.Dir(file("a.graphql", text)), hashOf(text)},
		"by hash":  {file("persisted.json", `{"`+hashOf(text)+`":"`+text+`"}`), hashOf(text)},
		"by id":    {file("persisted.json", `{"some-id":"`+text+`"}`), "some-id"},
		"Apollo's": {file("manifest.json", `{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"some-id","name":"x","type":"query","body":"`+text+`"}]}`), "some-id"},
	} {
		t.Run(name, func(t *testing.T) {
			open := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.TrustedDocuments = c.path })
			post("", persisted(c.id, ""), 200, "").run(t, open)
			post("", `{"query":"`+other+`"}`, 200, "").run(t, open)
			closed := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.TrustedDocuments, o.TrustedOnly = c.path, true })
			post("", persisted(c.id, ""), 200, "").run(t, closed)
			get("", byHash(hashOf(text)), 200, "").run(t, closed)
			post("", `{"query":"`+text+`"}`, 200, "").run(t, closed)
			post("", `{"query":"`+other+`"}`, 200, graph.CodeNotTrusted).run(t, closed)
			post("", persisted(hashOf(other), other), 200, graph.CodeNotTrusted).run(t, closed)
			post("", persisted(hashOf(other), ""), 200, graph.CodeNotTrusted).run(t, closed)
		})
	}
	for name, c := range map[string]struct{ path, want string }{
		"no file":         {filepath.Join(t.TempDir(), "missing"), "no such file"},
		"empty folder":    {t.TempDir(), "no .graphql files"},
		"no manifest":     {file("x.json", `[1]`), "is not a manifest"},
		"other format":    {file("x.json", `{"format":"other","version":1}`), "is not a manifest"},
		"invalid":         {file("x.json", `{"an-id":"{ nothing }"}`), "an-id: "},
		"over the limits": {file("x.json", `{"an-id":"{ `+strings.Repeat("a: __typename ", 31)+`}"}`), "too many root fields"},
	} {
		options := httpserver.LocalOptions()
		options.TrustedDocuments = c.path
		if _, err := httpserver.NewHandler(openStore(t), schema.Model(), options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

func TestCaching(t *testing.T) {
	const query = "/graphql?query=%7B__typename%7D"
	h := readyHandler(t, openStore(t))
	first := sent(t, h, http.MethodGet, query, "")
	tag := first.Header().Get("ETag")
	if first.Code != 200 || tag == "" || first.Header().Get("Cache-Control") != "public, max-age=0, must-revalidate" {
		t.Errorf("%d %v", first.Code, first.Header())
	}
	if vary := strings.Join(first.Header().Values("Vary"), ","); !strings.Contains(vary, "Accept") || !strings.Contains(vary, "Accept-Encoding") {
		t.Errorf("Vary: %s", vary)
	}
	for known, want := range map[string]int{
		tag: 304, `"other", ` + tag: 304, "*": 304, strings.TrimPrefix(tag, "W/"): 304, `W/"other"`: 200, "": 200, "rubbish": 200,
	} {
		again := sent(t, h, http.MethodGet, query, "", "If-None-Match", known)
		if again.Code != want || (again.Code == 304) != (again.Body.Len() == 0) || again.Header().Get("ETag") != tag {
			t.Errorf("If-None-Match %s: %d %v %s", known, again.Code, again.Header(), again.Body)
		}
	}
	if other := sent(t, h, http.MethodGet, "/graphql?query=%7Ba:__typename%7D", "").Header().Get("ETag"); other == tag || other == "" {
		t.Errorf("another answer has the tag %q", other)
	}
	for name, answer := range map[string]http.Header{
		"POST":         sent(t, h, http.MethodPost, "/graphql", hello).Header(),
		"an error":     sent(t, h, http.MethodGet, "/graphql?query=%7Bnothing%7D", "").Header(),
		"a bad query":  sent(t, h, http.MethodGet, "/graphql?query=%7B", "").Header(),
		"unknown hash": sent(t, h, http.MethodGet, "/graphql?"+byHash("0"), "").Header(),
	} {
		if answer.Get("Cache-Control") != "no-store" || answer.Get("ETag") != "" {
			t.Errorf("%s can be cached: %v", name, answer)
		}
	}
	hour := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.CacheFor = 3600e9 })
	if got := sent(t, hour, http.MethodGet, query, "").Header().Get("Cache-Control"); got != "public, max-age=3600, must-revalidate" {
		t.Error(got)
	}
	// What may depend on who asks is for nobody else.
	for _, header := range []string{"Authorization", "Cookie"} {
		answer := sent(t, hour, http.MethodGet, query, "", header, "x").Header()
		if got := answer.Get("Cache-Control"); got != "private, max-age=3600, must-revalidate" || !strings.Contains(strings.Join(answer.Values("Vary"), ","), header) {
			t.Errorf("with %s: %v", header, answer)
		}
	}
}

func TestCompression(t *testing.T) {
	h := readyHandler(t, openStore(t))
	const large = "/graphql?query=%7B__schema%7Btypes%7Bname+description%7D%7D%7D"
	plain := sent(t, h, http.MethodGet, large, "")
	packed := sent(t, h, http.MethodGet, large, "", "Accept-Encoding", "gzip")
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Body.Len()*2 > plain.Body.Len() {
		t.Errorf("%d bytes instead of %d, %v", packed.Body.Len(), plain.Body.Len(), packed.Header())
	}
	if tag := packed.Header().Get("ETag"); tag != plain.Header().Get("ETag") || tag == "" {
		t.Errorf("compressed, it has the tag %q", tag)
	}
	small := sent(t, h, http.MethodGet, "/graphql?query=%7B__typename%7D", "", "Accept-Encoding", "gzip")
	if small.Header().Get("Content-Encoding") != "" {
		t.Error("a small answer is compressed")
	}
}
