package main

import (
	"errors"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckOut gets the tree of the newest commit.
func TestCheckOut(t *testing.T) {
	e := &earlier{commit: "HEAD", folder: t.TempDir()}
	// The second time it is there.
	for range 2 {
		if err := errors.Join(e.checkOut(t.Context(), ".."), e.adapt("..")); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"go.mod", "server.go", "bench/load/main.go", "graph/graphtest/generate.go"} {
		if _, err := os.Stat(e.path(path)); err != nil {
			t.Error(err)
		}
	}
}

// TestTreesWithoutLoaderGetOne has one tree without and one with a loader.
func TestTreesWithoutLoaderGetOne(t *testing.T) {
	e := &earlier{folder: t.TempDir()}
	if err := os.MkdirAll(filepath.Join(e.tree(), "graph", "graphtest"), 0o750); err != nil {
		t.Fatal(err)
	}
	adapted := func(path string) string {
		if err := e.adapt(".."); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(e.path(path))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, path := range []string{"bench/load/main.go", "graph/graphtest/batch.go", "graph/graphtest/generate.go"} {
		if _, err := parser.ParseFile(token.NewFileSet(), path, adapted(path), parser.AllErrors); err != nil {
			t.Error(err)
		}
	}
	const own = "package main"
	if err := os.WriteFile(e.path("bench/load/main.go"), []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := adapted("bench/load/main.go"); got != own {
		t.Errorf("the loader that was there is now\n%s", got)
	}
}

// TestAnswersMustBeTheSame has two servers of which one answers otherwise.
func TestAnswersMustBeTheSame(t *testing.T) {
	answers := func(data string) string {
		s, err := listen(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"data":` + data + `}`)) }))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.close)
		return s.url
	}
	now, before := answers(`{"a":1}`), answers(`{"a":2}`)
	requests := []request{{body: []byte(`{"query":"{ a }"}`)}}
	if err := sameData(t.Context(), now, now, requests); err != nil {
		t.Error(err)
	}
	if err := sameData(t.Context(), now, before, requests); err == nil || !strings.Contains(err.Error(), `{"a":2}`) {
		t.Errorf("got %v", err)
	}
}
