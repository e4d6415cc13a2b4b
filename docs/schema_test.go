package docs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// The published schema is a document too: all that is in it is described.
func TestSchemaIsDescribed(t *testing.T) {
	described := func(what, description string) {
		if strings.TrimSpace(description) == "" {
			t.Errorf("%s has no description", what)
		}
	}
	for _, def := range published().Types {
		if def.BuiltIn {
			continue
		}
		described(def.Name, def.Description)
		for _, field := range def.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			described(def.Name+"."+field.Name, field.Description)
			for _, argument := range field.Arguments {
				described(def.Name+"."+field.Name+" "+argument.Name, argument.Description)
			}
		}
		for _, value := range def.EnumValues {
			described(def.Name+"."+value.Name, value.Description)
		}
	}
}

// requiredIDs gives a field the ids that it must have.
func requiredIDs(field *ast.FieldDefinition) string {
	ids := ""
	for _, argument := range field.Arguments {
		if argument.Type.String() == "ID!" {
			ids += argument.Name + `: "x", `
		}
	}
	return ids
}

var example = regexp.MustCompile("such as `([^`]+)`")

// The examples in the descriptions of `where` and `orderBy` are valid there.
func TestSchemaExamples(t *testing.T) {
	checked := 0
	for _, field := range published().Query.Fields {
		for _, argument := range field.Arguments {
			if argument.Name != "where" && argument.Name != "orderBy" {
				continue
			}
			found := example.FindStringSubmatch(argument.Description)
			if found == nil {
				t.Errorf("%s(%s:) has no example", field.Name, argument.Name)
				continue
			}
			checked++
			query := fmt.Sprintf("{ %s(%s%s: %s) { __typename } }", field.Name, requiredIDs(field), argument.Name, found[1])
			if err := validate(query); err != nil {
				t.Errorf("%s: %v", query, err)
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d examples were found", checked)
	}
}
