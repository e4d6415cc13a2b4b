package answer

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// The types of the hand-made graph: a person has a name that is required and a
// remark that is not.
var (
	personType   = &graph.Type{Name: "Person", Index: 0, Interfaces: []graph.TypeName{"Node"}}
	requiredName = &graph.Property{Name: "name", Kind: graph.KindString, Required: true}
	remark       = &graph.Property{Name: "remark", Kind: graph.KindString}
	born         = &graph.Property{Name: "born", Kind: graph.KindDate}
	address      = &graph.Property{Name: "address", Kind: graph.KindValue}
	aliases      = &graph.Property{Name: "aliases", Kind: graph.KindValue, Required: true, List: true}
)

func entry(name string, answer Answer) Field {
	return Field{Key: append(graph.AppendString(nil, name), ':'), Name: name, Answer: answer}
}

func selecting(fields ...Field) Selection { return Selection{{Fields: fields}} }

// The selections of the tests. Values come in this order.
var (
	nameField   = entry("name", Property{Index: 0, Property: requiredName})
	remarkField = entry("remark", Property{Index: 1, Property: remark})
	named       = selecting(nameField)
	street      = []Field{entry("street", Part{Property: requiredName})}
)

func person(id graph.ID, name string, follows ...*plan.Rows) *plan.Row {
	row := &plan.Row{ID: id, Type: personType, Values: make([]graph.Value, 4), Follows: follows}
	if name != "" {
		row.Values[0] = graph.Text(name)
	}
	return row
}

func rowsOf(rows ...*plan.Row) *plan.Rows { return &plan.Rows{Rows: rows} }

// holding is a person with a value at a place.
func holding(at int, value graph.Value) *plan.Rows {
	row := person("p", "P")
	row.Values[at] = value
	return rowsOf(row)
}

func one(selection Selection) Node { return Node{Selection: selection} }

func required(selection Selection) Node {
	return Node{Selection: selection, Required: true}
}

func paged(fields ...Field) Connection {
	order := []plan.Order{{Property: graph.IDProperty}}
	return Connection{Page: &Page{Window: &plan.Window{Order: order, Limit: 2}, Keys: []int{-1}, Fields: fields}}
}

// nameless lacks the required value.
var nameless = person("x", "")

func TestEncodeMissing(t *testing.T) {
	inner := func(a Node) Node { return one(selecting(nameField, entry("friend", a))) }
	tests := map[string]struct {
		answer Answer
		rows   *plan.Rows
		// want is the document, "" for none; paths are those of the errors.
		want  string
		paths [][]any
	}{
		"nothing missing":  {one(named), rowsOf(person("a", "A")), `{"name":"A"}`, nil},
		"no node":          {one(named), rowsOf(nil), `null`, nil},
		"no row":           {one(named), rowsOf(), `null`, nil},
		"optional value":   {one(selecting(remarkField)), rowsOf(person("a", "A")), `{"remark":null}`, nil},
		"in the root":      {one(named), rowsOf(nameless), "", [][]any{{"name"}}},
		"in a nullable":    {inner(one(named)), rowsOf(person("a", "A", rowsOf(nameless))), `{"name":"A","friend":null}`, [][]any{{"friend", "name"}}},
		"nullable is not":  {inner(one(named)), rowsOf(person("a", "A", rowsOf())), `{"name":"A","friend":null}`, nil},
		"in a required":    {inner(required(named)), rowsOf(person("a", "A", rowsOf(nameless))), "", [][]any{{"friend", "name"}}},
		"required is not":  {inner(required(named)), rowsOf(person("a", "A", rowsOf())), "", [][]any{{"friend"}}},
		"in a plain list":  {one(selecting(entry("friends", Nodes{Selection: named}))), rowsOf(person("a", "A", rowsOf(person("b", "B"), nameless))), "", [][]any{{"friends", 1, "name"}}},
		"in a list by id":  {Nodes{Selection: named}, rowsOf(person("a", "A"), nil, nameless), `[{"name":"A"},null,null]`, [][]any{{2, "name"}}},
		"in a participant": {one(selecting(entry("participants", Participants{Fields: []Field{entry("role", Role{}), entry("entity", Participant{Selection: named})}}))), rowsOf(person("a", "A", rowsOf(nameless))), "", [][]any{{"participants", 0, "entity", "name"}}},
		"in an edge":       {paged(entry("edges", Edges{Fields: []Field{entry("node", EdgeNode{Selection: named})}})), rowsOf(person("a", "A"), nameless), "", [][]any{{"edges", 1, "node", "name"}}},
		"in a middle":      {paged(entry("edges", Edges{Fields: []Field{entry("fact", EdgeFact{Selection: named})}})), rowsOf(&plan.Row{Type: personType, Via: nameless}), "", [][]any{{"edges", 0, "fact", "name"}}},
		"in page nodes":    {paged(entry("nodes", PageNodes{Selection: named})), rowsOf(nameless), "", [][]any{{"nodes", 0, "name"}}},
		"in a facet": {paged(entry("facets", Facets{First: 2, Fields: []Field{entry("node", FacetNode{Selection: named})}})),
			&plan.Rows{Facets: []plan.FacetValues{{Values: []plan.FacetValue{{Value: graph.Text("a"), Node: person("a", "A")}, {Value: graph.Text("x"), Node: nameless}}}}},
			`{"facets":[{"node":{"name":"A"}},{"node":null}]}`, [][]any{{"facets", 1, "node", "name"}}},
		"in a value":       {one(selecting(entry("address", Property{Index: 2, Property: address, Fields: street}))), holding(2, graph.Text(`{}`)), `{"address":null}`, [][]any{{"address", "street"}}},
		"in listed values": {one(selecting(entry("aliases", Property{Index: 2, Property: aliases, Fields: street}))), holding(2, graph.Text(`[{"name":"x"},{}]`)), "", [][]any{{"aliases", 1, "street"}}},
		"an absent list":   {one(selecting(entry("aliases", Property{Index: 2, Property: aliases, Fields: street}))), holding(2, graph.Value{}), "", [][]any{{"aliases"}}},
		"an unreadable date": {one(selecting(entry("born", Property{Index: 2, Property: born, Fields: []Field{entry("edtf", Part{Property: &graph.Property{Name: "edtf"}})}}))),
			holding(2, graph.Text("once upon a time")), `{"born":null}`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			document, errs, _ := Encode(test.answer, test.rows, math.MaxInt)
			checkDocument(t, document, test.want)
			checkPaths(t, errs, test.paths)
		})
	}
}

// Nulls in several places are reported each by the whole path.
func TestEncodeMissingTwice(t *testing.T) {
	friend := entry("friend", one(named))
	deep := Nodes{Selection: selecting(entry("boss", one(selecting(friend))))}
	rows := rowsOf(
		person("a", "A", rowsOf(person("b", "B", rowsOf(nameless)))),
		person("c", "C", rowsOf(person("d", "D", rowsOf(nameless)))),
	)
	document, errs, _ := Encode(deep, rows, math.MaxInt)
	checkDocument(t, document, `[{"boss":{"friend":null}},{"boss":{"friend":null}}]`)
	checkPaths(t, errs, [][]any{{0, "boss", "friend", "name"}, {1, "boss", "friend", "name"}})
}

// What was noted inside a part that then becomes null itself stays reported.
func TestEncodeMissingInside(t *testing.T) {
	root := one(selecting(entry("friend", Node{Follow: 0, Selection: selecting(
		entry("inner", Node{Follow: 0, Selection: named}), nameField)})))
	rows := rowsOf(person("a", "A", rowsOf(person("b", "", rowsOf(nameless)))))
	document, errs, _ := Encode(root, rows, math.MaxInt)
	checkDocument(t, document, `{"friend":null}`)
	checkPaths(t, errs, [][]any{{"friend", "inner", "name"}, {"friend", "name"}})
}

func checkDocument(t *testing.T, got Document, want string) {
	t.Helper()
	if string(got) != want {
		t.Errorf("document %s, want %s", got, want)
	}
	if got != nil && !json.Valid(got) {
		t.Errorf("document %s is no JSON", got)
	}
}

func checkPaths(t *testing.T, errs []*FieldError, want [][]any) {
	t.Helper()
	same := slices.EqualFunc(errs, want, func(err *FieldError, path []any) bool { return slices.Equal(err.Path, path) })
	if same {
		return
	}
	var got []string
	for _, err := range errs {
		got = append(got, fmt.Sprint(err.Path))
	}
	t.Errorf("errors at %v, want %v", got, want)
}

// TestEncodeValues shows every answer that is there.
func TestEncodeValues(t *testing.T) {
	date := func(part string) Field { return entry(part, Part{Property: &graph.Property{Name: part}}) }
	dateParts := []Field{date("edtf"), date("earliest"), date("latest"), date("certainFrom"), date("certainUntil"), date("precision"), date("approximate"), entry("__typename", TypeName{Name: "PartialDate"})}
	cursor := plan.EncodeCursor([]plan.Order{{Property: graph.IDProperty}}, plan.Position{graph.Text("a")})
	full := []Field{
		entry("totalCount", TotalCount{}),
		entry("edges", Edges{Fields: []Field{entry("cursor", Cursor{}), entry("node", EdgeNode{Selection: named})}}),
		entry("pageInfo", PageInfo{Fields: []Field{
			entry("next", HasNextPage{}), entry("previous", HasPreviousPage{}),
			entry("start", StartCursor{}), entry("end", EndCursor{}),
		}}),
	}
	counted := []Field{
		entry("facets", Facets{First: 10, Fields: []Field{
			entry("value", FacetValue{}), entry("count", CountOf{}), entry("node", FacetNode{Selection: named}), entry("__typename", TypeName{Name: "Facet"}),
		}}),
		entry("first", Facets{First: 1, Fields: []Field{entry("value", FacetValue{})}}),
		entry("facetCount", FacetCount{}),
		entry("histogram", Histogram{Fields: []Field{
			entry("from", FirstDay{}), entry("until", LastDay{}), entry("count", CountOf{}), entry("__typename", TypeName{Name: "Bucket"}),
		}}),
	}
	tests := map[string]struct {
		answer Answer
		rows   *plan.Rows
		want   string
	}{
		"id and type": {one(selecting(entry("id", ID{}), entry("__typename", TypeName{}))), rowsOf(person("a\n", "A")), `{"id":"a\n","__typename":"Person"}`},
		"date": {one(selecting(entry("born", Property{Index: 2, Property: born, Fields: dateParts}))), holding(2, graph.Text("2017-09~")),
			`{"born":{"edtf":"2017-09~","earliest":"2017-09-01","latest":"2017-09-30","certainFrom":null,"certainUntil":null,"precision":"MONTH","approximate":true,"__typename":"PartialDate"}}`},
		"value":  {one(selecting(entry("address", Property{Index: 2, Property: address, Fields: street}))), holding(2, graph.Text(`{"name":"\"A\" street"}`)), `{"address":{"street":"\"A\" street"}}`},
		"values": {one(selecting(entry("aliases", Property{Index: 2, Property: aliases, Fields: street}))), holding(2, graph.Text(`[{"name":"x"},{"name":"y"}]`)), `{"aliases":[{"street":"x"},{"street":"y"}]}`},
		"Participation": {one(selecting(entry("participants", Participants{Fields: []Field{entry("role", Role{}), entry("status", Status{}), entry("__typename", TypeName{Name: "Participation"})}}))),
			rowsOf(person("a", "A", rowsOf(&plan.Row{Type: personType, Role: "targets", Status: "DENIED"}))), `{"participants":[{"role":"targets","status":"DENIED","__typename":"Participation"}]}`},
		"page": {paged(full...), &plan.Rows{Rows: []*plan.Row{person("a", "A")}, Total: 7, More: true},
			`{"totalCount":7,"edges":[{"cursor":"` + cursor + `","node":{"name":"A"}}],"pageInfo":{"next":true,"previous":false,"start":"` + cursor + `","end":"` + cursor + `"}}`},
		"counted": {paged(counted...), &plan.Rows{
			Facets:     []plan.FacetValues{{Total: 3, Values: []plan.FacetValue{{Value: graph.Text("a"), Count: 2, Node: person("a", "A")}, {Count: 5}}}},
			Histograms: [][]plan.Bucket{{{From: "2017-01-01", Until: "2017-12-31", Count: 4}}},
		}, `{"facets":[{"value":"a","count":2,"node":{"name":"A"},"__typename":"Facet"},{"value":null,"count":5,"node":null,"__typename":"Facet"}],` +
			`"first":[{"value":"a"}],"facetCount":3,"histogram":[{"from":"2017-01-01","until":"2017-12-31","count":4,"__typename":"Bucket"}]}`},
		"empty page": {paged(full...), &plan.Rows{Earlier: true},
			`{"totalCount":0,"edges":[],"pageInfo":{"next":false,"previous":true,"start":null,"end":null}}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			document, errs, _ := Encode(test.answer, test.rows, math.MaxInt)
			checkDocument(t, document, test.want)
			checkPaths(t, errs, nil)
		})
	}
}
