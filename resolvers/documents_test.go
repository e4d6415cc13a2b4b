package resolvers

import (
	"fmt"
	"strings"
	"testing"

	"companygraph/graph/generated"

	"github.com/99designs/gqlgen/graphql"
)

func newTestDocuments(t *testing.T, limits Limits, options Documents) *documents {
	t.Helper()
	d, err := newDocuments(generated.NewExecutableSchema(generated.Config{}).Schema(), limits, options)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Documents asked once, be they many or long, neither outgrow what is
// remembered nor drive out one that is asked again and again.
func TestDocumentsAreBounded(t *testing.T) {
	limits := DefaultOptions().Limits
	for name, test := range map[string]struct{ length, remembered int }{
		"many": {40, rememberedDocuments},
		"long": {limits.MaxQuery, rememberedBytes / limits.MaxQuery}, // the short one and one less
	} {
		t.Run(name, func(t *testing.T) {
			d := newTestDocuments(t, limits, Documents{})
			often, errs := d.find(&graphql.RawParams{Query: "{ __typename }"})
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			for i := range 2 * test.remembered {
				if _, errs := d.find(&graphql.RawParams{Query: fmt.Sprintf("%-*s", test.length, fmt.Sprintf("{ a%d: __typename }", i))}); len(errs) > 0 {
					t.Fatal(errs)
				}
				if again, _ := d.find(&graphql.RawParams{Query: "{ __typename }"}); again != often {
					t.Fatalf("forgotten after %d others", i)
				}
			}
			if remembered := d.remembered.Len(); remembered != test.remembered {
				t.Errorf("remembers %d documents, not %d", remembered, test.remembered)
			}
		})
	}
}

// What cannot be run takes no room.
func TestInvalidDocumentsAreForgotten(t *testing.T) {
	d := newTestDocuments(t, DefaultOptions().Limits, Documents{})
	for _, text := range []string{"{ nothing }", "{", "{ a: __typename a: bans { totalCount } }", strings.Repeat("{a", 60)} {
		if _, errs := d.find(&graphql.RawParams{Query: text}); len(errs) == 0 {
			t.Errorf("%s is valid", text)
		}
	}
	if n := d.remembered.Len(); n != 0 {
		t.Errorf("%d are remembered", n)
	}
}

// A document with hundreds of thousands of errors is told the first ones, each
// short.
func TestValidationEnds(t *testing.T) {
	limits := DefaultOptions().Limits
	limits.MaxRootFields = limits.MaxFields
	d := newTestDocuments(t, limits, Documents{Suggestions: true})
	for name, text := range map[string]string{
		"unknown fields": "{" + strings.Repeat(" a { b }", 140) + " }",
		"conflicts":      "{" + strings.Repeat(" a: __typename a: bans { totalCount }", 80) + " }",
		"long name":      "{ " + strings.Repeat("x", 10_000) + " }",
		"long string":    `{ bans(first: "` + strings.Repeat("x", 10_000) + `") { totalCount } }`,
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := d.find(&graphql.RawParams{Query: text})
			if len(errs) == 0 || len(errs) > maxErrors {
				t.Errorf("%d errors", len(errs))
			}
			for _, err := range errs {
				if len(err.Message) > maxMessageBytes+len("…") || err.Extensions["code"] != "GRAPHQL_VALIDATION_FAILED" {
					t.Errorf("%v %s", err.Extensions, err.Message)
				}
			}
		})
	}
}

func TestSuggestions(t *testing.T) {
	for _, text := range []string{
		"{ firms { totalCoun } }", "{ firms(firs: 1) { totalCount } }",
		"{ firms }", "{ bans(where: { phase: { eq: PROPOSE } }) { totalCount } }",
	} {
		for _, on := range []bool{true, false} {
			_, errs := newTestDocuments(t, DefaultOptions().Limits, Documents{Suggestions: on}).find(&graphql.RawParams{Query: text})
			if len(errs) == 0 || strings.Contains(errs[0].Message, "Did you mean") != on {
				t.Errorf("%s with suggestions %t: %v", text, on, errs)
			}
		}
	}
}
