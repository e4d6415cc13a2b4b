package graphtest

import (
	"bytes"
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"
	"companygraph/seed/data"
	"companygraph/seed/loader"

	"github.com/tidwall/gjson"
	"golang.org/x/tools/txtar"
)

//go:embed testdata/*.txtar testdata/regressions/*.txtar
var testdata embed.FS

// testAnswers runs the cases of testdata. With the flag -update of the calling
// test, run in a folder beside this one, it rewrites their answers instead.
func testAnswers(t *testing.T, open Open) {
	names, err := fs.Glob(testdata, "testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	regressions, err := fs.Glob(testdata, "testdata/regressions/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(names, regressions...) {
		t.Run(strings.TrimSuffix(path.Base(name), ".txtar"), func(t *testing.T) {
			c := readCase(t, name)
			w := newWorld(t, open)
			c.load(w)
			for i := range c.questions {
				c.questions[i].test(w)
			}
			if updating() {
				c.write(t)
			}
		})
	}
}

func updating() bool {
	update := flag.Lookup("update")
	return update != nil && update.Value.String() == "true"
}

// answerCase is batches and questions about what they make.
type answerCase struct {
	name      string
	comment   []byte
	batches   []batchText
	questions []question
}

// batchText is a batch: a dataset, and ids to delete as JSON, one a line. If it
// says what it does, that is compared.
type batchText struct{ data, deletes, applied string }

type question struct{ name, query, variables, answer string }

// readCase reads a txtar file: a comment, `-- data --` with a dataset in the
// native format without its header (without this part: all bundled datasets),
// and for each question `-- query NAME --`,
// `-- variables NAME --` if it has any, and `-- answer NAME --` with the body of
// the response. Several parts of data are written one after the other; with
// each goes a part `-- delete --` and a part `-- applied --`, if it has any.
// Answers are compared byte for byte after both were stripped of white space
// between tokens: the order of keys and the form of each value count.
func readCase(t *testing.T, name string) *answerCase {
	t.Helper()
	text, err := testdata.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(text)
	c := &answerCase{name: name, comment: archive.Comment}
	for _, file := range archive.Files {
		part, name, _ := strings.Cut(file.Name, " ")
		switch part {
		case "data":
			c.batches = append(c.batches, batchText{data: string(file.Data)})
			continue
		case "query":
			c.questions = append(c.questions, question{name: name, query: string(file.Data)})
			continue
		}
		into := map[string]*string{}
		if last := len(c.batches) - 1; last >= 0 {
			into["delete"], into["applied"] = &c.batches[last].deletes, &c.batches[last].applied
		}
		if last := len(c.questions) - 1; last >= 0 && c.questions[last].name == name {
			into["variables"], into["answer"] = &c.questions[last].variables, &c.questions[last].answer
		}
		if into[part] == nil {
			t.Fatalf("%s: %q has no place here", c.name, file.Name)
		}
		*into[part] = string(file.Data)
	}
	return c
}

func (c *answerCase) load(w *world) {
	w.Helper()
	for i := range c.batches {
		c.batches[i].apply(w)
	}
	if len(c.batches) > 0 {
		return
	}
	SeedBundled(w.T, w.store, data.Names()...)
}

// SeedBundled loads bundled datasets into a store as a first start does.
func SeedBundled(t testing.TB, store store.Store, names ...string) {
	t.Helper()
	for _, name := range names {
		files, err := data.Files(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := loader.Read(schema.Model(), files).Seed(t.Context(), store); err != nil {
			t.Fatal(err)
		}
	}
}

func (b *batchText) apply(w *world) {
	w.Helper()
	var deletes []graph.ID
	for line := range strings.Lines(b.deletes) {
		deletes = append(deletes, graph.ID(gjson.Parse(line).Str))
	}
	dataset := w.read(b.data)
	if err := dataset.Problems(); err != nil {
		w.Fatal(err)
	}
	switch got := Outcome(Write(w.Context(), w.store, Batch{Nodes: dataset.Nodes(), Deletes: deletes})); {
	case b.applied == "":
	case updating():
		b.applied = got + "\n"
	case b.applied != got+"\n":
		w.Errorf("got %s\nwant %s", got, b.applied)
	}
}

// Outcome says what a batch did.
func Outcome(done write.Written, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("revision %d: %d created, %d updated, %d deleted, %d unchanged",
		done.Head, done.Created, done.Updated, done.Deleted, done.Unchanged)
}

func (q *question) test(w *world) {
	w.Run(q.name, func(t *testing.T) {
		var variables json.RawMessage
		if q.variables != "" {
			variables = json.RawMessage(q.variables)
		}
		got := Patiently(func() []byte { return w.ask(q.query, variables) })
		if updating() {
			q.answer = string(appendLines(nil, gjson.ParseBytes(got), "")) + "\n"
			return
		}
		if want := compact(t, []byte(q.answer)); !bytes.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", appendLines(nil, gjson.ParseBytes(got), ""), q.answer)
		}
	})
}

// write writes the case back with the answers it got.
func (c *answerCase) write(t *testing.T) {
	t.Helper()
	archive := &txtar.Archive{Comment: c.comment}
	add := func(name, text string) {
		if text != "" {
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	for _, b := range c.batches {
		archive.Files = append(archive.Files, txtar.File{Name: "data", Data: []byte(b.data)})
		add("delete", b.deletes)
		add("applied", b.applied)
	}
	for _, q := range c.questions {
		add("query "+q.name, q.query)
		add("variables "+q.name, q.variables)
		add("answer "+q.name, q.answer)
	}
	file := filepath.Join(folder(), filepath.FromSlash(c.name))
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// appendLines appends JSON for people: what fits on a line stands on one.
func appendLines(b []byte, v gjson.Result, indent string) []byte {
	const width = 110
	if len(indent)+len(v.Raw) <= width || !v.IsObject() && !v.IsArray() {
		return append(b, v.Raw...)
	}
	inner := indent + "  "
	b = append(b, v.Raw[0])
	separator := "\n"
	v.ForEach(func(key, value gjson.Result) bool {
		b = append(append(b, separator...), inner...)
		if v.IsObject() {
			b = append(append(b, key.Raw...), ": "...)
		}
		b = appendLines(b, value, inner)
		separator = ",\n"
		return true
	})
	return append(append(append(b, '\n'), indent...), v.Raw[len(v.Raw)-1])
}

// folder is that of this package, from the folder of the test that runs.
func folder() string {
	if _, err := os.Stat("../graphtest"); err == nil {
		return filepath.Join("..", "graphtest")
	}
	return ".."
}
