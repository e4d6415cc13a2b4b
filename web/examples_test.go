package web_test

import (
	"net/url"
	"testing"

	"companygraph/seed/data"
	"companygraph/web"

	"github.com/tidwall/gjson"
)

// On the bundled data each example is answered without errors, and each field
// that it asks for has a value somewhere in the answer: none is there for show.
func TestExamplesAreAnswered(t *testing.T) {
	api := readyServer(t, data.Names()...)
	if len(web.BundledExamples()) < 10 {
		t.Errorf("only %d examples", len(web.BundledExamples()))
	}
	slugs := map[string]bool{}
	for _, example := range web.BundledExamples() {
		t.Run(example.Slug, func(t *testing.T) {
			if slugs[example.Slug] {
				t.Error("there is another example of this name")
			}
			slugs[example.Slug] = true
			answer := gjson.Parse(get(t.Context(), api, "/graphql?query="+url.QueryEscape(example.Query)).Body.String())
			if answer.Get("errors").Exists() || !answer.Get("data").IsObject() {
				t.Fatalf("answered with %s", answer)
			}
			filled := map[string]bool{}
			note(filled, "", answer.Get("data"))
			for path, full := range filled {
				if !full {
					t.Errorf("%s has no value anywhere", path)
				}
			}
		})
	}
}

// note tells for each field path below a value whether it holds something, in
// any element of the lists on the way.
func note(filled map[string]bool, path string, value gjson.Result) bool {
	holds := false
	switch {
	case value.IsArray():
		for _, element := range value.Array() {
			holds = note(filled, path, element) || holds
		}
	case value.IsObject():
		for key, member := range value.Map() {
			below := path + "/" + key
			full := note(filled, below, member)
			filled[below] = filled[below] || full
			holds = holds || full
		}
	default:
		holds = value.Type != gjson.Null
	}
	return holds
}

func TestExampleFilesAreStrict(t *testing.T) {
	const good = "# Title\n# A question?\n{ __typename }\n"
	if _, err := web.ReadExample("01-title.graphql", good); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct{ file, text string }{
		"no number":   {"title.graphql", good},
		"capitals":    {"01-Title.graphql", good},
		"empty":       {"01-title.graphql", ""},
		"no query":    {"01-title.graphql", "# Title\n# A question?"},
		"no title":    {"01-title.graphql", "{ a }\n# A question?\n{ __typename }\n"},
		"no question": {"01-title.graphql", "# Title\n# A statement.\n{ __typename }\n"},
	} {
		if e, err := web.ReadExample(c.file, c.text); err == nil {
			t.Errorf("%s: accepted as %v", name, e)
		}
	}
}
