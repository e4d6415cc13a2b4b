package graphtest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/tidwall/gjson"
)

var disputeCases = map[string]func(*world){
	"both sides":                    contradictionsHaveBothSides,
	"pages of contradictions":       contradictionsArePaged,
	"contradictions that are asked": contradictionsAreNarrowed,
	"no contradictions":             contradictionsOfNothing,
	"many contradictions":           contradictionsAreThoseOfClaims,
}

const contradictory = `
sources: [{ id: s }, { id: t }]
entities:
  - { id: ann, type: Person, name: Ann }
  - { id: bob, type: Person, name: Bob }
  - { id: cyd, type: Person, name: Cyd }
facts:
  - { id: e, type: Breach, title: E, phase: OCCURRED, date: "2016", suspects: [bob, cyd], victims: bob }
  - { id: f, type: Breach, title: F, phase: OCCURRED, date: "2017", suspects: [ann, bob] }
  - { id: g, type: Ban, title: G, phase: PROPOSED, targets: ann }
  - { id: h, type: Ban, title: H, phase: PROPOSED, targets: ann }
claims:
  - { id: e1, fact: e, source: s, stance: ASSERTS, attribution: SOURCE }
  - { id: e2, fact: e, source: s, stance: ALLEGES, attribution: UNNAMED, on: { role: suspects, entity: bob } }
  - { id: e3, fact: e, source: s, stance: DENIES, attribution: ACTOR, attributedTo: bob, on: { role: suspects, entity: bob } }
  - { id: e4, fact: e, source: s, stance: DENIES, attribution: ACTOR, attributedTo: bob, on: { role: victims, entity: bob } }
  - { id: e5, fact: e, source: t, stance: CONFIRMS, attribution: SOURCE, on: { role: victims, entity: bob } }
  - { id: e6, fact: e, source: t, stance: DENIES, attribution: SOURCE, on: { role: suspects, entity: cyd } }
  - { id: f1, fact: f, source: s, stance: ASSERTS, attribution: SOURCE, madeAt: "2017" }
  - { id: f2, fact: f, source: t, stance: DOUBTS, attribution: SOURCE }
  - { id: f3, fact: f, source: t, stance: DENIES, attribution: ACTOR, attributedTo: ann }
  - { id: f4, fact: f, source: t, stance: ASSERTS, attribution: ACTOR, attributedTo: bob, madeAt: "2015" }
  - { id: f5, fact: f, source: t, stance: DENIES, attribution: ACTOR, attributedTo: bob, madeAt: "2016" }
  - { id: g1, fact: g, source: s, stance: ASSERTS, attribution: SOURCE, madeAt: "2016" }
  - { id: g2, fact: g, source: t, stance: DENIES, attribution: SOURCE }
  - { id: g3, fact: g, source: s, stance: RETRACTS, attribution: SOURCE, madeAt: "2017" }
`

// The contradictions of these, in order.
var contradictoryParts = []string{"e suspects bob", "e victims bob", "f"}

func contradictionsHaveBothSides(w *world) {
	w.load(contradictory)
	w.answers(`{ contradictions { totalCount nodes { __typename fact { __typename id status participants { status } } on { role entity { id name } } supporting { id stance live } opposing { id on { role } source { id } } } } }`,
		`{"contradictions":{"totalCount":3,"nodes":[
			{"__typename":"Contradiction","fact":{"__typename":"Breach","id":"e","status":"ASSERTED","participants":[{"status":"DISPUTED"},{"status":"DISPUTED"},{"status":"DENIED"}]},
				"on":{"role":"suspects","entity":{"id":"bob","name":"Bob"}},"supporting":[{"id":"e2","stance":"ALLEGES","live":true}],"opposing":[{"id":"e3","on":{"role":"suspects"},"source":{"id":"s"}}]},
			{"__typename":"Contradiction","fact":{"__typename":"Breach","id":"e","status":"ASSERTED","participants":[{"status":"DISPUTED"},{"status":"DISPUTED"},{"status":"DENIED"}]},
				"on":{"role":"victims","entity":{"id":"bob","name":"Bob"}},"supporting":[{"id":"e5","stance":"CONFIRMS","live":true}],"opposing":[{"id":"e4","on":{"role":"victims"},"source":{"id":"s"}}]},
			{"__typename":"Contradiction","fact":{"__typename":"Breach","id":"f","status":"DISPUTED","participants":[{"status":"DISPUTED"},{"status":"DISPUTED"}]},
				"on":null,"supporting":[{"id":"f1","stance":"ASSERTS","live":true}],"opposing":[{"id":"f2","on":null,"source":{"id":"t"}},{"id":"f3","on":null,"source":{"id":"t"}},{"id":"f5","on":null,"source":{"id":"t"}}]}]}}`)
}

// contradictionPage is a page as the fields fact and on tell of it.
func contradictionPage(answer gjson.Result) []string {
	var parts []string
	for _, node := range answer.Get("edges.#.node").Array() {
		parts = append(parts, strings.TrimSpace(fmt.Sprint(node.Get("fact.id").Str, " ", node.Get("on.role").Str, " ", node.Get("on.entity.id").Str)))
	}
	return parts
}

// contradictionsArePaged takes every page between every pair of cuts, from both sides.
func contradictionsArePaged(w *world) {
	w.load(contradictory)
	n := len(contradictoryParts)
	cursors := []string{""}
	for _, edge := range w.contradictions("(first: 100)").Get("edges").Array() {
		cursors = append(cursors, edge.Get("cursor").Str)
	}
	if len(cursors) != n+1 {
		w.Fatalf("%d cursors", len(cursors)-1)
	}
	cursors = append(cursors, "")
	for after := range n + 1 {
		for before := after + 1; before <= n+1; before++ {
			for limit := 1; limit <= n; limit++ {
				w.contradictionsBetween(cursors, after, before, fmt.Sprintf("(first: %d", limit), after, min(before-1, after+limit))
				w.contradictionsBetween(cursors, after, before, fmt.Sprintf("(last: %d", limit), max(after, before-1-limit), before-1)
			}
		}
	}
}

func (w *world) contradictions(arguments string) gjson.Result {
	w.Helper()
	query := `{ contradictions` + arguments + ` { edges { cursor node { fact { id } on { role entity { id } } } } pageInfo { hasNextPage hasPreviousPage } } }`
	return gjson.GetBytes(w.ask(query, nil), "data.contradictions")
}

// contradictionsBetween holds a page between two cuts to being a part of the list.
func (w *world) contradictionsBetween(cursors []string, after, before int, arguments string, from, to int) {
	w.Helper()
	for name, at := range map[string]int{"after": after, "before": before} {
		if cursors[at] != "" {
			arguments += fmt.Sprintf(", %s: %q", name, cursors[at])
		}
	}
	to = max(from, to)
	got, want := w.contradictions(arguments+")"), contradictoryParts[from:to]
	info := got.Get("pageInfo")
	if fmt.Sprint(contradictionPage(got)) != fmt.Sprint(want) || info.Get("hasPreviousPage").Bool() != (from > 0) || info.Get("hasNextPage").Bool() != (to < len(contradictoryParts)) {
		w.Errorf("%s) is answered %s, want %v", arguments, got, want)
	}
}

func contradictionsAreNarrowed(w *world) {
	w.load(contradictory + `
  - { id: h1, fact: h, source: s, stance: DENIES, attribution: SOURCE }
  - { id: h2, fact: h, source: t, stance: ASSERTS, attribution: SOURCE, on: { role: targets, entity: ann } }
  - { id: h3, fact: h, source: s, stance: DENIES, attribution: SOURCE, on: { role: targets, entity: ann } }
`)
	for arguments, want := range map[string]string{
		`(where: { date: { after: "2016-12-31" } })`: "[f]",
		`(where: { id: { in: ["e"] } }, first: 1)`:   "[e suspects bob]",
		`(about: "ann")`: "[f h targets ann]",
		`(about: "cyd")`: "[e suspects bob e victims bob]",
		`(about: "ann", where: { kind: { eq: BAN } })`:                             "[h targets ann]",
		`(about: "bob", last: 1)`:                                                  "[f]",
		`(where: { participants: { some: { entity: { name: { eq: "Ann" } } } } })`: "[f h targets ann]",
	} {
		answer := gjson.GetBytes(w.ask(`{ contradictions`+arguments+` { totalCount edges { node { fact { id } on { role entity { id } } } } } }`, nil), "data.contradictions")
		if got := fmt.Sprint(contradictionPage(answer)); got != want {
			w.Errorf("%s is answered %s, want %s", arguments, answer, want)
		}
	}
	w.answers(`{ a: contradictions(about: "ann") { totalCount } w: contradictions(where: { id: { eq: "e" } }, first: 1) { totalCount } }`, `{"a":{"totalCount":2},"w":{"totalCount":2}}`)
	for query, argument := range map[string]string{
		`{ contradictions(about: "nobody") { totalCount } }`:                "about",
		`{ contradictions(about: "f") { nodes { fact { id } } } }`:          "about",
		`{ contradictions(about: "s") { nodes { fact { id } } } }`:          "about",
		`{ contradictions(first: -1) { totalCount } }`:                      "first",
		`{ contradictions(after: "x") { totalCount } }`:                     "after",
		`{ contradictions(where: { title: { eq: null } }) { totalCount } }`: "where.title.eq",
	} {
		w.refusesArgument(query, argument)
	}
}

func contradictionsOfNothing(w *world) {
	w.load(disputedData)
	w.answers(`{ contradictions { totalCount nodes { fact { id } } pageInfo { hasNextPage hasPreviousPage startCursor } } c: contradictions(about: "ann", last: 1) { edges { cursor } } }`,
		`{"contradictions":{"totalCount":0,"nodes":[],"pageInfo":{"hasNextPage":false,"hasPreviousPage":false,"startCursor":null}},"c":{"edges":[]}}`)
}

// contradictionsAreThoseOfClaims compares with what follows from all claims of many
// that say anything.
func contradictionsAreThoseOfClaims(w *world) {
	random := rand.New(rand.NewPCG(1, 1))
	oneOf := func(options ...string) string { return options[random.IntN(len(options))] }
	dataset := contradictory
	for i := range 150 {
		fact := oneOf("e", "e, on: { role: suspects, entity: bob }", "e, on: { role: suspects, entity: cyd }", "e, on: { role: victims, entity: bob }",
			"f", "f, on: { role: suspects, entity: ann }", "f, on: { role: suspects, entity: bob }", "g", "g, on: { role: targets, entity: ann }", "h")
		dataset += fmt.Sprintf("  - { id: r%d, fact: %s, source: %s, stance: %s, attribution: %s, madeAt: %q }\n", i, fact, oneOf("s", "t"),
			oneOf("ASSERTS", "ALLEGES", "CONFIRMS", "DENIES", "DOUBTS", "RETRACTS"), oneOf("SOURCE", "UNNAMED, voice: some", "UNNAMED, voice: others"), oneOf("2015", "2016", "2017", "2016-05", "2018/.."))
		if i%10 == 9 {
			w.load(dataset)
			w.contradictionsFollow()
		}
	}
}

func (w *world) contradictionsFollow() {
	w.Helper()
	var want []string
	facts := gjson.GetBytes(w.ask(`{ facts(first: 100) { nodes { id claims(first: 100, where: { live: { eq: true } }) { nodes { stance on { role entity { id } } } } } } }`, nil), "data.facts.nodes")
	for _, fact := range facts.Array() {
		sides := map[string]map[bool]bool{}
		for _, claim := range fact.Get("claims.nodes").Array() {
			part := strings.TrimSpace(fmt.Sprint(fact.Get("id").Str, " ", claim.Get("on.role").Str, " ", claim.Get("on.entity.id").Str))
			if sides[part] == nil {
				sides[part] = map[bool]bool{}
			}
			stance := claim.Get("stance").Str
			sides[part][stance == "DENIES" || stance == "DOUBTS"] = true
		}
		for part, both := range sides {
			if len(both) == 2 {
				want = append(want, part)
			}
		}
	}
	answer := gjson.GetBytes(w.ask(`{ contradictions(first: 100) { totalCount edges { node { fact { id } on { role entity { id } } } } } }`, nil), "data.contradictions")
	got := contradictionPage(answer)
	if len(got) != len(want) || int(answer.Get("totalCount").Int()) != len(want) {
		w.Fatalf("%d contradictions, counted %s, want %d", len(got), answer.Get("totalCount"), len(want))
	}
	for _, part := range got {
		if !strings.Contains("\n"+strings.Join(want, "\n")+"\n", "\n"+part+"\n") {
			w.Errorf("%s is no contradiction", part)
		}
	}
}
