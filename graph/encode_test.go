package graph

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
)

// The types of the hand-made graph: a person has a name that is required and a
// remark that is not.
var (
	personType   = &Type{Name: "Person", Index: 0, Interfaces: []TypeName{"Node"}}
	requiredName = &Property{Name: "name", Kind: KindString, Required: true}
	remark       = &Property{Name: "remark", Kind: KindString}
	born         = &Property{Name: "born", Kind: KindDate}
	address      = &Property{Name: "address", Kind: KindValue}
	aliases      = &Property{Name: "aliases", Kind: KindValue, Required: true, List: true}
)

func entry(name string, answer Answer) Field {
	return Field{Key: append(AppendString(nil, name), ':'), Name: name, Answer: answer}
}

func selecting(fields ...Field) Selection { return Selection{{Fields: fields}} }

// The selections of the tests. Values come in this order.
var (
	nameField   = entry("name", AnswerProperty{Index: 0, Property: requiredName})
	remarkField = entry("remark", AnswerProperty{Index: 1, Property: remark})
	named       = selecting(nameField)
	street      = []Field{entry("street", AnswerField{Property: requiredName})}
)

func person(id ID, name string, follows ...*Rows) *Row {
	row := &Row{ID: id, Type: personType, Values: make([]Value, 4), Follows: follows}
	if name != "" {
		row.Values[0] = Text(name)
	}
	return row
}

func rowsOf(rows ...*Row) *Rows { return &Rows{Rows: rows} }

// holding is a person with a value at a place.
func holding(at int, value Value) *Rows {
	row := person("p", "P")
	row.Values[at] = value
	return rowsOf(row)
}

func one(selection Selection) AnswerNode { return AnswerNode{Selection: selection} }

func required(selection Selection) AnswerNode {
	return AnswerNode{Selection: selection, Required: true}
}

func paged(fields ...Field) AnswerConnection {
	order := []Order{{Property: IDProperty}}
	return AnswerConnection{Page: &Page{Window: &Window{Order: order, Limit: 2}, Keys: []int{-1}, Fields: fields}}
}

// nameless lacks the required value.
var nameless = person("x", "")

func TestEncodeMissing(t *testing.T) {
	inner := func(a AnswerNode) AnswerNode { return one(selecting(nameField, entry("friend", a))) }
	tests := map[string]struct {
		answer Answer
		rows   *Rows
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
		"in a plain list":  {one(selecting(entry("friends", AnswerNodes{Selection: named}))), rowsOf(person("a", "A", rowsOf(person("b", "B"), nameless))), "", [][]any{{"friends", 1, "name"}}},
		"in a list by id":  {AnswerNodes{Selection: named}, rowsOf(person("a", "A"), nil, nameless), `[{"name":"A"},null,null]`, [][]any{{2, "name"}}},
		"in a participant": {one(selecting(entry("participants", AnswerParticipants{Fields: []Field{entry("role", AnswerRole{}), entry("entity", AnswerParticipant{Selection: named})}}))), rowsOf(person("a", "A", rowsOf(nameless))), "", [][]any{{"participants", 0, "entity", "name"}}},
		"in an edge":       {paged(entry("edges", AnswerEdges{Fields: []Field{entry("node", AnswerEdgeNode{Selection: named})}})), rowsOf(person("a", "A"), nameless), "", [][]any{{"edges", 1, "node", "name"}}},
		"in a middle":      {paged(entry("edges", AnswerEdges{Fields: []Field{entry("fact", AnswerEdgeFact{Selection: named})}})), rowsOf(&Row{Type: personType, Middle: nameless}), "", [][]any{{"edges", 0, "fact", "name"}}},
		"in page nodes":    {paged(entry("nodes", AnswerPageNodes{Selection: named})), rowsOf(nameless), "", [][]any{{"nodes", 0, "name"}}},
		"in a value":       {one(selecting(entry("address", AnswerProperty{Index: 2, Property: address, Fields: street}))), holding(2, Text(`{}`)), `{"address":null}`, [][]any{{"address", "street"}}},
		"in listed values": {one(selecting(entry("aliases", AnswerProperty{Index: 2, Property: aliases, Fields: street}))), holding(2, Text(`[{"name":"x"},{}]`)), "", [][]any{{"aliases", 1, "street"}}},
		"an absent list":   {one(selecting(entry("aliases", AnswerProperty{Index: 2, Property: aliases, Fields: street}))), holding(2, Value{}), "", [][]any{{"aliases"}}},
		"an unreadable date": {one(selecting(entry("born", AnswerProperty{Index: 2, Property: born, Fields: []Field{entry("edtf", AnswerField{Property: &Property{Name: "edtf"}})}}))),
			holding(2, Text("once upon a time")), `{"born":null}`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			document, errs, _ := Encode(&Fetch{Answer: test.answer}, test.rows, math.MaxInt)
			checkDocument(t, document, test.want)
			checkPaths(t, errs, test.paths)
		})
	}
}

// Nulls in several places are reported each by the whole path.
func TestEncodeMissingTwice(t *testing.T) {
	friend := entry("friend", one(named))
	deep := AnswerNodes{Selection: selecting(entry("boss", one(selecting(friend))))}
	rows := rowsOf(
		person("a", "A", rowsOf(person("b", "B", rowsOf(nameless)))),
		person("c", "C", rowsOf(person("d", "D", rowsOf(nameless)))),
	)
	document, errs, _ := Encode(&Fetch{Answer: deep}, rows, math.MaxInt)
	checkDocument(t, document, `[{"boss":{"friend":null}},{"boss":{"friend":null}}]`)
	checkPaths(t, errs, [][]any{{0, "boss", "friend", "name"}, {1, "boss", "friend", "name"}})
}

// What was noted inside a part that then becomes null itself stays reported.
func TestEncodeMissingInside(t *testing.T) {
	root := one(selecting(entry("friend", AnswerNode{Follow: 0, Selection: selecting(
		entry("inner", AnswerNode{Follow: 0, Selection: named}), nameField)})))
	rows := rowsOf(person("a", "A", rowsOf(person("b", "", rowsOf(nameless)))))
	document, errs, _ := Encode(&Fetch{Answer: root}, rows, math.MaxInt)
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
	date := func(part string) Field { return entry(part, AnswerField{Property: &Property{Name: part}}) }
	dateParts := []Field{date("edtf"), date("earliest"), date("latest"), date("certainFrom"), date("certainUntil"), date("precision"), date("approximate"), entry("__typename", AnswerTypeName{Name: "PartialDate"})}
	cursor := EncodeCursor([]Order{{Property: IDProperty}}, Position{Text("a")})
	full := []Field{
		entry("totalCount", AnswerTotalCount{}),
		entry("edges", AnswerEdges{Fields: []Field{entry("cursor", AnswerCursor{}), entry("node", AnswerEdgeNode{Selection: named})}}),
		entry("pageInfo", AnswerPageInfo{Fields: []Field{
			entry("next", AnswerHasNextPage{}), entry("previous", AnswerHasPreviousPage{}),
			entry("start", AnswerStartCursor{}), entry("end", AnswerEndCursor{}),
		}}),
	}
	tests := map[string]struct {
		answer Answer
		rows   *Rows
		want   string
	}{
		"id and type": {one(selecting(entry("id", AnswerID{}), entry("__typename", AnswerTypeName{}))), rowsOf(person("a\n", "A")), `{"id":"a\n","__typename":"Person"}`},
		"date": {one(selecting(entry("born", AnswerProperty{Index: 2, Property: born, Fields: dateParts}))), holding(2, Text("2017-09~")),
			`{"born":{"edtf":"2017-09~","earliest":"2017-09-01","latest":"2017-09-30","certainFrom":null,"certainUntil":null,"precision":"MONTH","approximate":true,"__typename":"PartialDate"}}`},
		"value":  {one(selecting(entry("address", AnswerProperty{Index: 2, Property: address, Fields: street}))), holding(2, Text(`{"name":"\"A\" street"}`)), `{"address":{"street":"\"A\" street"}}`},
		"values": {one(selecting(entry("aliases", AnswerProperty{Index: 2, Property: aliases, Fields: street}))), holding(2, Text(`[{"name":"x"},{"name":"y"}]`)), `{"aliases":[{"street":"x"},{"street":"y"}]}`},
		"participation": {one(selecting(entry("participants", AnswerParticipants{Fields: []Field{entry("role", AnswerRole{}), entry("status", AnswerStatus{}), entry("__typename", AnswerTypeName{Name: "Participation"})}}))),
			rowsOf(person("a", "A", rowsOf(&Row{Type: personType, Role: "targets", Status: "DENIED"}))), `{"participants":[{"role":"targets","status":"DENIED","__typename":"Participation"}]}`},
		"page": {paged(full...), &Rows{Rows: []*Row{person("a", "A")}, Total: 7, More: true},
			`{"totalCount":7,"edges":[{"cursor":"` + cursor + `","node":{"name":"A"}}],"pageInfo":{"next":true,"previous":false,"start":"` + cursor + `","end":"` + cursor + `"}}`},
		"empty page": {paged(full...), &Rows{Earlier: true},
			`{"totalCount":0,"edges":[],"pageInfo":{"next":false,"previous":true,"start":null,"end":null}}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			document, errs, _ := Encode(&Fetch{Answer: test.answer}, test.rows, math.MaxInt)
			checkDocument(t, document, test.want)
			checkPaths(t, errs, nil)
		})
	}
}
