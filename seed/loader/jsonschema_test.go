package loader_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"companygraph/schema"
	"companygraph/seed/data"
	"companygraph/seed/loader"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

func TestJSONSchemaIsUpToDate(t *testing.T) {
	committed, err := os.ReadFile("../dataset.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, loader.JSONSchema(schema.Model())) {
		t.Error("seed/dataset.schema.json is not what `go generate ./...` makes of the schema")
	}
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(loader.JSONSchema(schema.Model())))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("dataset.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile("dataset.schema.json")
}

// plain makes of YAML what an editor validates. To it, a date is text.
func plain(t *testing.T, text []byte) any {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	untimed(&document)
	var value any
	if err := document.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func untimed(n *yaml.Node) {
	if n.Tag == "!!timestamp" {
		n.Tag = "!!str"
	}
	for _, child := range n.Content {
		untimed(child)
	}
}

func TestBundledDatasetsFitTheJSONSchema(t *testing.T) {
	compiled := compiledSchema(t)
	for _, name := range data.Names() {
		files, err := data.Files(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if err := compiled.Validate(plain(t, f.Text)); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
	}
}

func TestJSONSchemaTellsWhatIsWrong(t *testing.T) {
	compiled := compiledSchema(t)
	tests := []struct{ name, body, want string }{
		{"sound", claim + "attribution: SOURCE\n        on: { role: targets, entity: acme }", ""},
		{"unknown section", "entitys: []", "additional properties 'entitys' not allowed"},
		{"unknown field", acme + "claims: [{ id: c, fact: f, stance: ASSERTS, attribution: SOURCE, fat: x }]", "additional properties 'fat' not allowed"},
		{"derived", ban + "status: ASSERTED", "additional properties 'status' not allowed"},
		{"missing", claim, "missing property 'attribution'"},
		{"role of a claim needs its entity", claim + "attribution: SOURCE\n        on: { role: targets }", "missing property 'entity'"},
		{"wrong word", ban + "several: true\n    date: 2017\nclaims: [{ id: c, fact: f, stance: SAYS, attribution: SOURCE }]", "value must be one of 'ASSERTS'"},
		{"long quotation", claim + "attribution: SOURCE\n        evidence: [{ quote: " + strings.Repeat("x", 301) + " }]", "maxLength: got 301, want 300"},
		{"half an omission", "omitted: [{ start: 1, end: 2, sha256: '" + strings.Repeat("0", 64) + "' }]", "missing property 'reason'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := compiled.Validate(plain(t, file(test.body).Text))
			switch {
			case err == nil && test.want != "":
				t.Error("it is accepted")
			case err != nil && (test.want == "" || !strings.Contains(err.Error(), test.want)):
				t.Error(err)
			}
		})
	}
}
