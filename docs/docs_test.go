// Package docs_test holds the documents of the repository to what they say:
// links lead somewhere, queries are answered as shown, commands print what
// stands under them. `go test ./docs -update` writes the answers anew.
//
// A code block is known by the words after its fence:
//
//	graphql                 an operation, valid against the published schema
//	json variables          the variables of the operation before it
//	json                    the answer to the operation before it, on the bundled data
//	graphql schema/x.graphql  a declaration that could be added to schema/
//	console                 commands after `$ ` with what they print, in a folder of the page's own
//	yaml x.yaml, text x.txt a file in that folder
//	yaml                    YAML that can be parsed
//	go                      Go that can be parsed
//	sql                     a query of the embedded database that finds something
//	text                    a picture
//	sh                      commands without their output: make, npm, cd, go run
//	… from path             an excerpt of a file of the repository
//
// Anything else fails, but in results/, where programs' long runs are kept. Of indented blocks, the lines that call make or go run
// are looked at like those of sh.
package docs_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

var update = flag.Bool("update", false, "write answers and outputs anew")

// root is the top of the repository.
const root = ".."

// page is one document.
type page struct {
	// path in the repository, with slashes.
	path   string
	source []byte
	tree   ast.Node
}

// pages are all documents that git has or would take.
func pages(t *testing.T) []*page {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []*page
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		source, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted in the work tree
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &page{path: name, source: source, tree: parse(source)})
	}
	return all
}

func parse(source []byte) ast.Node {
	return goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
}

// each visits all nodes of one kind, in the order of the page.
func each[T ast.Node](p *page, visit func(T)) {
	// The walker returns only errors of the function it is given.
	_ = ast.Walk(p.tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if typed, fits := n.(T); fits && entering {
			visit(typed)
		}
		return ast.WalkContinue, nil
	})
}

// line is the number of the line at an offset.
func (p *page) line(offset int) int { return 1 + bytes.Count(p.source[:offset], []byte("\n")) }

// rewrite puts texts in the place of spans of the page, if -update is given.
func (p *page) rewrite(t *testing.T, changes []change) {
	t.Helper()
	if !*update || len(changes) == 0 {
		return
	}
	var out []byte
	done := 0
	for _, c := range changes {
		out = append(append(out, p.source[done:c.start]...), c.text...)
		done = c.stop
	}
	if err := os.WriteFile(filepath.Join(root, p.path), append(out, p.source[done:]...), 0o644); err != nil {
		t.Fatal(err)
	}
}

// change is a text for the span of a page from start to stop.
type change struct {
	start, stop int
	text        string
}
