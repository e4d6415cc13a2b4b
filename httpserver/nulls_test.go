package httpserver_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"companygraph/httpserver"

	"github.com/tidwall/gjson"
)

// Null passes no position that does not take it, and means nothing where it is
// taken: as if the argument were absent.
func TestNulls(t *testing.T) {
	h := bundledHandler(t)
	for name, c := range map[string]struct {
		query     string
		variables map[string]any
		// code is that of the error; "" for the answer of same.
		code, argument, same string
	}{
		"where":                     {`{ firms(where: null) { totalCount } }`, nil, "", "", `{ firms { totalCount } }`},
		"where as variable":         {`query ($w: FirmWhere) { firms(where: $w) { totalCount } }`, map[string]any{"w": nil}, "", "", `{ firms { totalCount } }`},
		"where inside":              {`{ firm(id: "kaspersky-lab") { bans(where: null) { totalCount } } }`, nil, "", "", `{ firm(id: "kaspersky-lab") { bans { totalCount } } }`},
		"every argument":            {`{ firms(first: null, after: null, last: null, before: null, where: null, orderBy: null) { totalCount } }`, nil, "", "", `{ firms { totalCount } }`},
		"phases":                    {`{ firm(id: "kaspersky-lab") { offices(phases: null) { totalCount } } }`, nil, "", "", `{ firm(id: "kaspersky-lab") { offices { totalCount } } }`},
		"types of a search":         {`{ search(query: "kasp", types: null) { totalCount } }`, nil, "", "", `{ search(query: "kasp") { totalCount } }`},
		"inside where":              {`{ firms(where: { name: null }) { totalCount } }`, nil, "BAD_USER_INPUT", "where.name", ""},
		"isNull":                    {`{ firms(where: { country: { isNull: null } }) { totalCount } }`, nil, "BAD_USER_INPUT", "where.country.isNull", ""},
		"isNull as variable":        {`query ($n: Boolean) { firms(where: { country: { isNull: $n } }) { totalCount } }`, map[string]any{"n": nil}, "BAD_USER_INPUT", "where.country.isNull", ""},
		"some":                      {`{ firms(where: { bans: { some: null } }) { totalCount } }`, nil, "BAD_USER_INPUT", "where.bans.some", ""},
		"include":                   {`query ($i: Boolean = true) { firms { totalCount @include(if: $i) } }`, map[string]any{"i": nil}, "GRAPHQL_VALIDATION_FAILED", "", ""},
		"skip":                      {`query ($i: Boolean = false) { firms { totalCount @skip(if: $i) } }`, map[string]any{"i": nil}, "GRAPHQL_VALIDATION_FAILED", "", ""},
		"skip of a fragment":        {`query ($i: Boolean = false) { firms { ...f @skip(if: $i) } } fragment f on FirmConnection { totalCount }`, map[string]any{"i": nil}, "GRAPHQL_VALIDATION_FAILED", "", ""},
		"skip in a fragment":        {`query ($i: Boolean = false) { firms { ...f } } fragment f on FirmConnection { totalCount @skip(if: $i) }`, map[string]any{"i": nil}, "GRAPHQL_VALIDATION_FAILED", "", ""},
		"an id":                     {`query ($i: ID = "kaspersky-lab") { firm(id: $i) { id } }`, map[string]any{"i": nil}, "GRAPHQL_VALIDATION_FAILED", "", ""},
		"inside a list":             {`query ($i: ID = "kaspersky-lab") { nodes(ids: [$i]) { id } }`, map[string]any{"i": nil}, "GRAPHQL_VALIDATION_FAILED", "", ""},
		"inside an object":          {`query ($d: OrderDirection = DESC) { firms(orderBy: [{ field: NAME, direction: $d }]) { totalCount } }`, map[string]any{"d": nil}, "GRAPHQL_VALIDATION_FAILED", "", ""},
		"default of a variable":     {`query ($i: Boolean = true) { firms { totalCount @include(if: $i) } }`, map[string]any{}, "", "", `{ firms { totalCount } }`},
		"default of an input field": {`query ($d: OrderDirection) { firms(first: 1, orderBy: [{ field: NAME, direction: $d }]) { nodes { id } } }`, map[string]any{}, "", "", `{ firms(first: 1, orderBy: [{ field: NAME }]) { nodes { id } } }`},
	} {
		t.Run(name, func(t *testing.T) {
			got := asked(t, h, c.query, "variables", c.variables)
			if c.same != "" {
				if want := asked(t, h, c.same); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				return
			}
			extensions := gjson.Get(got, "errors.0.extensions")
			if extensions.Get("code").Str != c.code || extensions.Get("argument").Str != c.argument {
				t.Errorf("got %s, want the code %s at %q", got, c.code, c.argument)
			}
			if !gjson.Get(got, "errors.0.locations.0.line").Exists() {
				t.Errorf("no line in %s", got)
			}
		})
	}
}

// Messages say what is wrong in words that help.
func TestMessagesOfRefusedRequests(t *testing.T) {
	h := defaultHandler(t)
	for name, c := range map[string]struct {
		query   string
		members []any
		want    string
	}{
		"unknown operation":      {`query a { __typename }`, []any{"operationName", "b"}, `the document has no operation named "b"; it has: a`},
		"no operation is chosen": {`query a { __typename } query b { __typename }`, nil, `the document has several operations (a, b): operationName must name one`},
		"missing variable":       {`query ($id: ID!) { firm(id: $id) { id } }`, nil, `variable $id of type ID! is required`},
		"null for a variable":    {`query ($id: ID!) { firm(id: $id) { id } }`, []any{"variables", map[string]any{"id": nil}}, `variable $id must not be null; its type is ID!`},
		"curly quotes":           {`{ firm(id: “kaspersky-lab”) { id } }`, nil, `unexpected character “ (U+201C); text is written in double quotes`},
		"a no-break space":       {"{ firms\u00a0{ totalCount } }", nil, `unexpected character U+00A0, which looks like a space; use an ordinary one`},
		"a backtick":             {"{ firm(id: `a`) { id } }", nil, "unexpected character ` (U+0060); text is written in double quotes"},
		"another script":         {`{ фирмы }`, nil, `unexpected character ф (U+0444)`},
		"single quotes":          {`{ firm(id: 'kaspersky-lab') { id } }`, nil, `unexpected character '; text is written in double quotes`},
		"another sign":           {`{ firms(where: {name: {eq: %}}) { totalCount } }`, nil, `unexpected character %`},
		"text without an end":    {`{ firm(id: "kaspersky-lab) { id } }`, nil, `unterminated string`},
		"wrong escape":           {`{ firm(id: "\d") { id } }`, nil, `invalid character escape sequence: \d`},
		"wrong number":           {`{ firms(first: 05) { totalCount } }`, nil, `invalid number, unexpected digit after 0: "5"`},
		"wrong token":            {`{ firms(first: ) { totalCount } }`, nil, `Unexpected )`},
		"no document":            {` `, nil, `the document has no operation`},
		"fraction for a number":  {`query ($n: Int) { firms(first: $n) { totalCount } }`, []any{"variables", map[string]any{"n": 1.5}}, `variable $n must be a whole number of 32 bits`},
	} {
		t.Run(name, func(t *testing.T) {
			got := asked(t, h, c.query, c.members...)
			if message := gjson.Get(got, "errors.0.message").Str; message != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// Numbers are the same however JSON writes them.
func TestNumbersOfVariables(t *testing.T) {
	h := bundledHandler(t)
	for name, c := range map[string]struct{ query, variables, same string }{
		"whole with a fraction":  {`query ($n: Int) { firms(first: $n) { nodes { id } } }`, `{"n": 1.0}`, `{ firms(first: 1) { nodes { id } } }`},
		"whole with an exponent": {`query ($n: Int) { firms(first: $n) { nodes { id } } }`, `{"n": 2e0}`, `{ firms(first: 2) { nodes { id } } }`},
		"inside an object":       {`query ($w: PositionWhere) { positions(where: $w) { totalCount } }`, `{"w": {"id": {"eq": 1}}}`, `{ positions(where: { id: { eq: "1" } }) { totalCount } }`},
		"large id":               {`query ($i: ID!) { node(id: $i) { id } }`, `{"i": 9223372036854775808}`, `{ node(id: "9223372036854775808") { id } }`},
		"large ids":              {`query ($i: [ID!]!) { nodes(ids: $i) { id } }`, `{"i": [92233720368547758080, "a"]}`, `{ nodes(ids: ["92233720368547758080", "a"]) { id } }`},
		"large id as literal":    {`{ node(id: 9223372036854775808) { id } }`, `{}`, `{ node(id: "9223372036854775808") { id } }`},
	} {
		t.Run(name, func(t *testing.T) {
			got := sent(t, h, "POST", "/graphql", `{"query": `+quoted(c.query)+`, "variables": `+c.variables+`}`).Body.String()
			if want := asked(t, h, c.same); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

// The errors of an operation come in the order of its root fields, every time.
func TestErrorsComeInOrder(t *testing.T) {
	h := readyHandler(t, openStore(t), func(o *httpserver.Options) { o.OperationTimeout = time.Nanosecond })
	query, want := "{", ""
	for i := range 30 {
		query += fmt.Sprintf(" f%d: firms { totalCount }", i)
		want += fmt.Sprintf("f%d ", i)
	}
	for range 20 {
		got := ""
		for _, path := range gjson.Get(asked(t, h, query+" }"), "errors.#.path.0").Array() {
			got += path.Str + " "
		}
		if got != want {
			t.Fatalf("errors of %s, want %s", got, want)
		}
	}
}
