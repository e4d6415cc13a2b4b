package resolvers

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func TestVariables(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { a: Int }
		enum Colour { RED GREEN }
		input Point { x: Int, y: Float, name: String, next: Point, all: [Int!] }
		input Choice @oneOf { a: Int, b: String }
	`})
	for _, c := range []struct{ kind, value, want string }{
		{"Int", `1`, ""}, {"Int", `-2147483648`, ""}, {"Int", `2147483647`, ""}, {"Int", `null`, ""},
		{"Int", `2147483648`, "$v must be a whole number of 32 bits"}, {"Int", `-2147483649`, "32 bits"}, {"Int", `1.5`, "32 bits"},
		{"Int", `"1"`, "32 bits"}, {"Int", `true`, "32 bits"}, {"Int", `[1]`, "32 bits"}, {"Int", `1e99`, "32 bits"},
		{"Float", `1`, ""}, {"Float", `1.5e3`, ""}, {"Float", `1e999`, "a finite number"}, {"Float", `"1"`, "a finite number"},
		{"String", `"x"`, ""}, {"String", `1`, "a string"}, {"String", `{}`, "a string"},
		{"Boolean", `true`, ""}, {"Boolean", `"true"`, "true or false"}, {"Boolean", `0`, "true or false"},
		{"ID", `"x"`, ""}, {"ID", `7`, ""}, {"ID", `7.5`, "a string or a whole number"}, {"ID", `true`, "a string or a whole number"},
		{"Colour", `"RED"`, ""}, {"Colour", `"red"`, "a value of Colour"}, {"Colour", `1`, "a value of Colour"},
		{"[Int!]", `[1, 2]`, ""}, {"[Int!]", `1`, ""}, {"[Int!]", `[1, "2"]`, "$v.1 must be"}, {"[[Int]]", `[[1], [2, 3.5]]`, "$v.1.1 must be"},
		{"Point", `{"x": 1, "next": {"y": 2.5, "all": [3]}}`, ""}, {"Point", `{"next": {"next": {"x": 3000000000}}}`, "$v.next.next.x must be"},
		{"Point", `{"all": [1, 3000000000]}`, "$v.all.1 must be"}, {"Point", `{"name": 5}`, "$v.name must be a string"}, {"Point", `[]`, "an object"},
		{"Choice", `{"a": 1}`, ""}, {"Choice", `{"b": "x"}`, ""}, {"Choice", `{}`, "just one field"}, {"Choice", `{"a": 1, "b": "x"}`, "just one field"},
		{"Choice", `{"a": 1, "b": null}`, "just one field"}, {"Choice", `{"a": null}`, "not null"}, {"Choice", `{"a": "1"}`, "$v.a must be"},
	} {
		doc, err := parser.ParseQuery(&ast.Source{Input: "query ($v: " + c.kind + ") { a }"})
		if err != nil {
			t.Fatal(err)
		}
		variables := map[string]any{}
		decoder := json.NewDecoder(strings.NewReader(`{"v": ` + c.value + `}`))
		decoder.UseNumber()
		if err := decoder.Decode(&variables); err != nil {
			t.Fatal(err)
		}
		_, got := readVariables(schema, doc.Operations[0], variables)
		if (got == nil) != (c.want == "") || got != nil && !strings.Contains(got.Message, c.want) {
			t.Errorf("%s = %s: %v, want %q", c.kind, c.value, got, c.want)
		}
	}
}
