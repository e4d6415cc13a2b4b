package graphtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

var pagingCases = map[string]func(*world){
	"walks":              pagesAreThoseOfTheWholeList,
	"changes in between": pagesGoOnWhereTheyWere,
	"huge cursor":        hugeCursorIsRefused,
}

// list is a connection: where its page is in an answer, and the operation with
// a %s in the place of the paging arguments and another in that of what is
// selected.
type list struct{ path, operation string }

// page is what is selected of a connection.
type page struct {
	Edges    []struct{ Cursor string }
	Nodes    []struct{ ID string }
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       string
	}
	TotalCount int
}

const pageSelection = "{ edges { cursor } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }"

func (p page) ids() []string {
	ids := make([]string, len(p.Nodes))
	for i, node := range p.Nodes {
		ids[i] = node.ID
	}
	return ids
}

// turn asks for a page; paging is such as `first: 2, after: "…"`.
func (w *world) turn(l list, paging string) page {
	w.Helper()
	answer := w.ask(fmt.Sprintf(l.operation, paging, pageSelection), nil)
	var p page
	found := gjson.GetBytes(answer, "data."+l.path)
	if err := json.Unmarshal([]byte(found.Raw), &p); err != nil || !found.IsObject() {
		w.Fatalf("%s of %s is answered %s", paging, l.operation, answer)
	}
	return p
}

// expect holds a page to the part of the whole list that it should be.
func (w *world) expect(l list, paging string, whole page, from, to int) {
	w.Helper()
	p := w.turn(l, paging)
	if want := whole.ids()[from:to]; !slices.Equal(p.ids(), want) {
		w.Fatalf("%s of %s: got %q, want %q", paging, l.operation, p.ids(), want)
	}
	next, previous := to < len(whole.Nodes), from > 0
	if p.PageInfo.HasNextPage != next || p.PageInfo.HasPreviousPage != previous || p.TotalCount != whole.TotalCount {
		w.Errorf("%s of %s: got %+v and %d in total, want next %t, previous %t", paging, l.operation, p.PageInfo, p.TotalCount, next, previous)
	}
}

const pagedData = `
sources: [{ id: s }]
entities:
  - { id: a, type: Company, name: Same, country: US, sector: x }
  - { id: b, type: Retailer, name: Same, country: US }
  - { id: c, type: Company, name: Other, country: DE, sector: y }
  - { id: d, type: Company, name: Other }
  - { id: e, type: Retailer, name: Éclair, sector: x }
  - { id: f, type: Company, name: "🦊", country: DE, sector: x }
  - { id: o1, type: Office, name: North }
  - { id: o2, type: Office, name: South }
  - { id: o3, type: Office, name: South }
facts:
  - { id: f1, type: Ban, title: One, phase: OCCURRED, date: "2001", targets: a, claims: [{ id: c1, stance: ASSERTS, attribution: SOURCE, source: s, madeAt: "2001" }] }
  - { id: f2, type: Ban, title: Two, phase: OCCURRED, date: "2001", targets: [a, b], claims: [{ id: c2, stance: ASSERTS, attribution: SOURCE, source: s }] }
  - { id: f3, type: Breach, title: Three, phase: OCCURRED, victims: a, suspects: a, claims: [{ id: c3, stance: ASSERTS, attribution: SOURCE, source: s }] }
  - { id: f4, type: Ban, title: Four, phase: OCCURRED, date: "2003", targets: a }
  - { id: f5, type: Presence, title: Five, phase: ONGOING, date: 2000/.., firm: a, office: o1 }
  - { id: f6, type: OfficeOpening, title: Six, phase: OCCURRED, firm: a, office: o2 }
  - { id: f7, type: Presence, title: Seven, phase: ONGOING, firm: a, office: o3 }
  - { id: f8, type: Presence, title: Eight, phase: ONGOING, date: 2004/.., firm: a, office: o1 }
`

// lists are connections of all sorts, with ties and missing values.
var lists = []list{
	{"firms", `{ firms(%s) %s }`},
	{"firms", `{ firms(%s, orderBy: [{ field: ID, direction: DESC }]) %s }`},
	{"firms", `{ firms(%s, orderBy: [{ field: NAME, direction: DESC }]) %s }`},
	{"firms", `{ firms(%s, orderBy: [{ field: COUNTRY }]) %s }`},
	{"firms", `{ firms(%s, orderBy: [{ field: COUNTRY, direction: DESC }]) %s }`},
	{"firms", `{ firms(%s, orderBy: [{ field: SECTOR }, { field: COUNTRY, direction: DESC }, { field: ID, direction: DESC }]) %s }`},
	{"firms", `{ firms(%s, orderBy: [{ field: COUNTRY, direction: DESC }, { field: SECTOR }], where: { name: { ne: "Other" } }) %s }`},
	{"facts", `{ facts(%s, orderBy: [{ field: DATE }]) %s }`},
	{"facts", `{ facts(%s, orderBy: [{ field: DATE, direction: DESC }, { field: TITLE }]) %s }`},
	{"firm.bans", `{ firm(id: "a") { bans(%s) %s } }`},
	{"firm.facts", `{ firm(id: "a") { facts(%s, orderBy: [{ field: DATE }]) %s } }`},
	{"firm.facts", `{ firm(id: "a") { facts(%s, orderBy: [{ field: DATE, direction: DESC }]) %s } }`},
	{"firm.facts", `{ firm(id: "a") { facts(%s, orderBy: [{ field: TITLE, direction: DESC }], where: { date: { isNull: true } }) %s } }`},
	{"firm.claims", `{ firm(id: "a") { claims(%s, orderBy: [{ field: MADE_AT, direction: DESC }]) %s } }`},
	{"firm.offices", `{ firm(id: "a") { offices(%s, orderBy: [{ field: NAME, direction: DESC }]) %s } }`},
	{"firm.offices", `{ firm(id: "a") { offices(%s, where: { name: { startsWith: "S" } }) %s } }`},
	{"places", `{ places(%s) %s }`},
}

// Pages of any size, from either end and from any place, are the parts of the
// whole list, and know what lies on both sides.
func pagesAreThoseOfTheWholeList(w *world) {
	w.load(pagedData)
	for _, l := range lists {
		whole := w.turn(l, "first: 100")
		n := len(whole.Nodes)
		for _, size := range []int{0, 1, 3, n, n + 1} {
			w.expect(l, fmt.Sprintf("first: %d", size), whole, 0, min(size, n))
			w.expect(l, fmt.Sprintf("last: %d", size), whole, max(0, n-size), n)
			for i, edge := range whole.Edges {
				w.expect(l, fmt.Sprintf("first: %d, after: %q", size, edge.Cursor), whole, i+1, min(i+1+size, n))
				w.expect(l, fmt.Sprintf("last: %d, before: %q", size, edge.Cursor), whole, max(0, i-size), i)
			}
		}
		w.cutOnBothSides(l, whole)
	}
	search := list{"search", `{ search(query: "s", %s) %s }`}
	whole := w.turn(search, "first: 100")
	for i, edge := range whole.Edges {
		w.expect(search, fmt.Sprintf("first: 2, after: %q", edge.Cursor), whole, i+1, min(i+3, len(whole.Nodes)))
	}
}

// cutOnBothSides takes what lies between two places, from either end.
func (w *world) cutOnBothSides(l list, whole page) {
	w.Helper()
	for i, after := range whole.Edges {
		for j := i + 1; j < len(whole.Edges); j += 2 {
			cuts := fmt.Sprintf("after: %q, before: %q", after.Cursor, whole.Edges[j].Cursor)
			w.expect(l, "first: 2, "+cuts, whole, i+1, min(i+3, j))
			w.expect(l, "last: 2, "+cuts, whole, max(i+1, j-2), j)
		}
	}
}

// A cursor is a place in the order, not a row: it holds if its node goes, and
// what comes behind it is there even if it was written since.
func pagesGoOnWhereTheyWere(w *world) {
	w.load(`entities:
  - { id: a, type: Company, name: A, country: DE }
  - { id: b, type: Company, name: B, country: FR }
  - { id: c, type: Company, name: C, country: GR }
  - { id: d, type: Company, name: D }`)
	l := list{"firms", `{ firms(%s, orderBy: [{ field: COUNTRY }]) %s }`}
	first := w.turn(l, "first: 2")
	w.load(`entities:
  - { id: before, type: Company, name: Before, country: AT }
  - { id: between, type: Company, name: Between, country: GA }
  - { id: a, type: Company, name: A }
  - { id: c, type: Company, name: C, country: ZA }`)
	w.remove("b")

	next := w.turn(l, fmt.Sprintf("first: 2, after: %q", first.PageInfo.EndCursor))
	if want := []string{"between", "c"}; !slices.Equal(next.ids(), want) || next.TotalCount != 5 {
		w.Errorf("next page: got %q of %d, want %q of 5", next.ids(), next.TotalCount, want)
	}
	rest := w.turn(l, fmt.Sprintf("first: 5, after: %q", next.PageInfo.EndCursor))
	if want := []string{"a", "d"}; !slices.Equal(rest.ids(), want) || rest.PageInfo.HasNextPage {
		w.Errorf("last page: got %q, want %q and no more", rest.ids(), want)
	}
	back := w.turn(l, fmt.Sprintf("last: 5, before: %q", first.PageInfo.EndCursor))
	if want := []string{"before"}; !slices.Equal(back.ids(), want) || !back.PageInfo.HasNextPage || back.PageInfo.HasPreviousPage {
		w.Errorf("page before: got %q, want %q with more behind it", back.ids(), want)
	}
}

func hugeCursorIsRefused(w *world) {
	answer := w.ask("query ($after: String) { firms(after: $after) { totalCount } }", map[string]any{"after": strings.Repeat("A", 900_000)})
	if code := gjson.GetBytes(answer, "errors.0.extensions.code").Str; code != "BAD_USER_INPUT" || len(answer) > 1000 {
		w.Errorf("got %.1000s", answer)
	}
}
