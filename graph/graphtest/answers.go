package graphtest

import (
	"bytes"
	"embed"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"companygraph/schema"
	"companygraph/seed/data"
	"companygraph/seed/loader"

	"github.com/tidwall/gjson"
	"golang.org/x/tools/txtar"
)

//go:embed testdata/*.txtar
var testdata embed.FS

// testAnswers runs the cases of testdata. With the flag -update of the calling
// test, run in a folder beside this one, it rewrites their answers instead.
func testAnswers(t *testing.T, open Open) {
	names, err := fs.Glob(testdata, "testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
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

// answerCase is a dataset and questions about it.
type answerCase struct {
	name      string
	comment   []byte
	data      string
	questions []question
}

type question struct{ name, query, variables, answer string }

// readCase reads a txtar file: a comment, `-- data --` with a dataset in the
// native format without its header (without this part: all bundled datasets),
// and for each question `-- query NAME --`,
// `-- variables NAME --` if it has any, and `-- answer NAME --` with the body of
// the response. Answers are compared byte for byte after both were stripped of
// white space between tokens: the order of keys and the form of each value count.
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
		if part == "query" {
			c.questions = append(c.questions, question{name: name, query: string(file.Data)})
			continue
		}
		into := map[string]*string{"data": &c.data}
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
	if c.data != "" {
		w.load(c.data)
		return
	}
	for _, name := range data.Names() {
		files, err := data.Files(name)
		if err == nil {
			_, err = loader.Read(schema.Model(), files).Seed(w.Context(), w.store)
		}
		if err != nil {
			w.Fatal(err)
		}
	}
}

func (q *question) test(w *world) {
	w.Run(q.name, func(t *testing.T) {
		var variables json.RawMessage
		if q.variables != "" {
			variables = json.RawMessage(q.variables)
		}
		got := w.ask(q.query, variables)
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
	add("data", c.data)
	for _, q := range c.questions {
		add("query "+q.name, q.query)
		add("variables "+q.name, q.variables)
		add("answer "+q.name, q.answer)
	}
	file := filepath.Join("..", "graphtest", filepath.FromSlash(c.name))
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
