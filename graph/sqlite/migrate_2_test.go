package sqlite

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"companygraph/httpserver"
	"companygraph/schema"
)

// testdata/layout-2/before.db is what commit e09a191, the last one of layout 2,
// wrote: five facts and eight claims, then another date of the fact f.
func TestMigrationFromLayout2(t *testing.T) {
	s := openAt(t, earlierDatabase(t, "testdata/layout-2/before.db"))
	for _, c := range []struct{ query, want string }{
		{`{ claims(where: { live: { eq: true } }) { nodes { id } } }`, `{"data":{"claims":{"nodes":[{"id":"c2"},{"id":"c3"},{"id":"c5"},{"id":"c6"}]}}}`},
		{`{ facts(validAt: "2017-01-01", certain: true) { nodes { id } } }`, `{"data":{"facts":{"nodes":[{"id":"f"},{"id":"g"}]}}}`},
		{`{ facts(validAt: "2017-09-13", certain: true) { nodes { id } } }`, `{"data":{"facts":{"nodes":[{"id":"f"},{"id":"h"},{"id":"i"}]}}}`},
		{`{ facts(validAt: "2016-06-01", certain: true) { nodes { id } } }`, `{"data":{"facts":{"nodes":[]}}}`},
	} {
		if got := answerOf(t, s, c.query); got != c.want {
			t.Errorf("%s is answered %s, want %s", c.query, got, c.want)
		}
	}
	past, err := readTexts(s.writer.conn.Conn, "SELECT p_date || ' ' || p_date_certain_from || ' ' || p_date_certain_until FROM node_past WHERE p_date_certain_from IS NOT NULL")
	if err != nil || len(past) != 1 || past[0] != "2015/2017-09 2015-12-31 2017-09-01" {
		t.Errorf("dates of the past: %q, %v", past, err)
	}
}

func answerOf(t *testing.T, s *Store, query string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	httpserver.NewLocalHandler(s, schema.Model()).ServeHTTP(answer, request)
	return string(bytes.TrimSpace(answer.Body.Bytes()))
}
