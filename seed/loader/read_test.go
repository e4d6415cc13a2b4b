package loader_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/schema"
	"companygraph/seed/loader"
)

// file makes a dataset file with the given lines after its name, which is in
// the first line: what is given starts in the second.
func file(body string) loader.File {
	return loader.File{Name: "a.yaml", Text: []byte("dataset: test\n" + body)}
}

func read(body string) *loader.Datasets {
	return loader.Read(schema.Model(), []loader.File{file(body)})
}

// dump writes nodes in a form that is easy to compare.
func dump(nodes []*graph.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		fmt.Fprintf(&b, "%s %s\n", n.Type.Name, visible(n.ID))
		for _, p := range n.Type.Properties {
			if v, ok := n.Values[p.Name]; ok {
				fmt.Fprintf(&b, "  %s = %s\n", p.Name, v.AppendJSON(nil))
			}
		}
		for _, l := range n.Links {
			fmt.Fprintf(&b, "  %s -> %s\n", l.Type.Field, visible(l.To))
		}
	}
	return b.String()
}

func visible(id graph.ID) string { return strings.ReplaceAll(string(id), "\x01", "|") }

func TestReadMakesNodes(t *testing.T) {
	d := read(`title: For people
source: paper
sources:
  - { id: paper, title: 2017, publishedOn: 2017-09-14 }
entities:
  - id: acme
    type: Company
    name: "Cafe\u0301 Acme"
    aliases: [{ language: fr, value: Acme }, { value: 3M }]
facts:
  - appliesTo: []
    targets: acme
    advocates: [acme]
    id: ban
    type: Ban
    title: |
      A ban
    phase: PROPOSED
    date: 2017-09
    claims:
      - id: ban-claim
        stance: ALLEGES
        attribution: ACTOR
        attributedTo: acme
        on: { entity: acme, role: targets }
        evidence: [{ quote: "We do.", end: 5, start: 0, sha256: "` + strings.Repeat("0", 64) + `" }]
  - id: presence
    type: Presence
    title: Presence
    phase: ONGOING
    several: true
    date: 2005/..
    employees: { on: 2017-09-14, amount: 3e2, lower: 0.50 }
  - id: talk
    type: Statement
    title: Talk
    phase: OCCURRED
    quotations:
      - { text: Yes, about: [acme] }
      - { gist: Perhaps, source: other }
claims:
  - { id: more, type: Claim, fact: ban, stance: DOUBTS, attribution: SOURCE, source: other }
`)
	if err := d.Problems(); err != nil {
		t.Fatal(err)
	}
	want := `Source paper
  title = "2017"
  publishedOn = "2017-09-14"
Company acme
  name = "Café Acme"
  aliases = "[{\"value\":\"Acme\",\"language\":\"fr\"},{\"value\":\"3M\"}]"
  identifiers = "[]"
Ban ban
  title = "A ban"
  phase = "PROPOSED"
  several = false
  date = "2017-09"
  advocates -> acme
  targets -> acme
Claim ban-claim
  on = "{\"role\":\"targets\"}"
  stance = "ALLEGES"
  attribution = "ACTOR"
  evidence = "[{\"start\":0,\"end\":5,\"sha256\":\"` + strings.Repeat("0", 64) + `\",\"quote\":\"We do.\"}]"
  fact -> ban
  onEntity -> acme
  attributedTo -> acme
  source -> paper
Presence presence
  title = "Presence"
  phase = "ONGOING"
  several = true
  date = "2005/.."
  employees = "{\"amount\":300,\"lower\":0.5,\"approximate\":false,\"on\":\"2017-09-14\"}"
Statement talk
  title = "Talk"
  phase = "OCCURRED"
  several = false
  quotations -> |talk|quotations000000
  quotations -> |talk|quotations000001
Quotation |talk|quotations000000
  text = "Yes"
  evidence = "[]"
  about -> acme
  source -> paper
Quotation |talk|quotations000001
  gist = "Perhaps"
  evidence = "[]"
  source -> other
Claim more
  stance = "DOUBTS"
  attribution = "SOURCE"
  evidence = "[]"
  fact -> ban
  source -> other
`
	if got := dump(d.Nodes()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if all := d.All(); len(all) != 1 || all[0].Name != "test" || all[0].Count() != 7 {
		t.Errorf("datasets: %v", all)
	}
}

func TestOrderOfFieldsMakesNoDifference(t *testing.T) {
	one := read("facts: [{ id: b, type: Ban, title: T, phase: PROPOSED, advocates: x, targets: y }]")
	two := read("facts: [{ targets: [y], advocates: [x], phase: PROPOSED, title: T, type: Ban, id: b }]")
	if a, b := dump(one.Nodes()), dump(two.Nodes()); a != b {
		t.Errorf("%s\ndiffers from\n%s", a, b)
	}
}

const acme = "entities: [{ id: acme, type: Company, name: Acme }]\n"

// ban is a fact with room for one more field, which is in line 8, column 5.
const ban = acme + `facts:
  - id: ban
    type: Ban
    title: A ban
    phase: PROPOSED
    `

// number is a fact that ends in a number, which is in line 3, column 81.
const number = acme + "facts: [{ id: p, type: Presence, title: P, phase: ONGOING, employees: { amount: "

// claim is a claim with room for one more field, which is in line 11, column 9.
const claim = ban + `claims:
      - id: c
        stance: ASSERTS
        `

func TestProblems(t *testing.T) {
	tests := []struct {
		name, body string
		want       string // the problems without "a.yaml:"
	}{
		{"no YAML", "entities: [", "2:1: not YAML: the file ends where a value is due: a bracket is never closed"},
		{"no mapping", "\x00", "2:1: the control character U+0000 is not allowed in YAML; remove it"},
		{"two documents", "---\ndataset: b", "2:1: a file is one YAML document, and here starts another"},
		{"anchor", "title: &a x\nsource: *a", "2:8: anchors (&) are refused, as are the aliases they are for; write the value out\n" +
			"3:9: aliases (*) are refused, because nested ones make a small file unfold without end; write the value out"},
		{"merge key", "entities:\n  - <<: { type: Company }\n    id: acme", "3:5: merge keys (<<) are refused; write the fields out"},
		{"tag", "title: !!str 5", "2:8: tags (!) are refused; what a value is follows from its field"},
		{"deep", "entities: " + strings.Repeat("[", 40) + strings.Repeat("]", 40), "2:42: nested more than 32 deep"},
		{"not UTF-8", "title: ab\xff", "2:10: the file is not UTF-8 but another encoding, such as Windows-1252; save it as UTF-8"},

		{"unknown section", "entitys: []", "2:1: entitys: there is no field of this name here; did you mean entities?"},
		{"section that is no list", "entities: acme", "2:11: entities: expected a list, not text"},
		{"node that is no mapping", "entities: [acme]", "2:12: entities[0]: fields are due here (`name: value`), not text"},
		{"no id", "entities: [{ type: Company, name: A }]", "2:12: entities[0].id: a node needs an id"},
		{"empty id", "entities: [{ id: '', type: Company, name: A }]", "2:18: id: a node needs an id that is not empty"},
		{"no type", "entities: [{ id: a, name: A }]",
			"2:12: type: a node says which type it has: Company, GovernmentBody, Office, Organization, Person, Place, Product, Retailer, Senator"},
		{"fact among entities", "entities: [{ id: a, type: Ban }]",
			`2:27: type: "Ban" is not one of the types allowed here: Company, GovernmentBody, Office, Organization, Person, Place, Product, Retailer, Senator`},
		{"id twice", acme + "sources: [{ id: acme }]", "2:18: entities[0].id: the id is taken by the node at a.yaml:3:11"},
		{"field twice", ban + "title: Again", "8:5: facts[0].title: the field is given twice"},
		{"key that is no text", ban + "? [a]\n    : b", "8:7: facts[0]: a field has a name, not a list"},
		{"unknown field", ban + "advocate: acme", "8:5: advocate: there is no field of this name here; did you mean advocates?"},
		{"field like none", acme + "facts: [{ id: t, type: OfficeOpening, title: T, phase: PLANNED, employees: 3 }]",
			"3:65: employees: there is no field of this name here, but: id, type, title, phase, several, date, claims, firm, office, place"},
		{"way back", "entities: [{ id: acme, type: Company, name: Acme, bans: [ban] }]",
			"2:51: bans: it is not written: it follows from what other nodes say"},
		{"hidden link", claim + "attribution: SOURCE\n        source: s\n        onEntity: acme\nsources: [{ id: s }]", "13:9: onEntity: it is written as on.entity"},
		{"derived", ban + "status: ASSERTED", "8:13: status: it is derived and cannot be set"},

		{"nothing", ban + "date:", "8:10: date: the field has no value; leave it out if there is none"},
		{"null link", ban + "targets: [acme, ~]", "8:21: targets[1]: the field has no value; leave it out if there is none"},
		{"true for text", ban + "date: true", "8:11: date: true is true or false to YAML; put it in quotes if it is text"},
		{"list for text", ban + "date: [2017]", "8:11: date: expected text, not a list"},
		{"text for true", ban + `several: "true"`, "8:14: several: expected true or false, not text"},
		{"yes for true", ban + "several: yes", "8:14: several: expected true or false, not text"},
		{"zero", ban + `date: "a\0"`, "8:11: date: U+0000 at byte 1"},
		{"date", ban + "date: 2017-13", `8:11: date: date "2017-13": 13 is not a month: 01 to 12, or a season 21 to 24 that no day follows`},
		{"word", ban + "date: 2017\n    several: false\n    phase: DONE", "10:5: facts[0].phase: the field is given twice"},
		{"two for one", claim + "attribution: SOURCE\n        source: [a, b]", "12:17: source: expected text, not a list"},
		{"quoted number", claim + "attribution: SOURCE\n        source: s\n        evidence: [{ start: '1', end: 2, sha256: a }]\nsources: [{ id: s }]",
			"13:29: evidence[0].start: expected a whole number of at most 32 bits, such as 42"},
		{"octal number", claim + "attribution: SOURCE\n        source: s\n        evidence: [{ start: 010 }]\nsources: [{ id: s }]",
			"13:29: evidence[0].start: expected a whole number of at most 32 bits, such as 42"},
		{"no number", acme + "facts: [{ id: p, type: Presence, title: P, phase: ONGOING, employees: { amount: .inf } }]",
			"3:81: employees.amount: expected a number, such as 42 or 0.5"},
		{"digits that would be dropped", number + "9007199254740993 } }]",
			"3:81: employees.amount: the number has more digits than are kept; it would become 9007199254740992"},
		{"too small a number", number + "-1e-400 } }]", "3:81: employees.amount: the number is too small to be kept; it would become 0"},
		{"too large a number", number + "1e309 } }]", "3:81: employees.amount: the number is too large to be kept"},
		{"unknown language", "sources: [{ id: s, language: english }]",
			`2:30: language: "english" is not a language tag of the IANA registry, such as en or pt-BR`},
		{"invisible name", "entities: [{ id: a, type: Company, name: \"\\u200B\" }]",
			"2:42: name: the text has only invisible characters; leave out what is not known"},
		{"source in evidence", claim + "attribution: SOURCE\n        source: s\n        evidence: [{ source: s }]\nsources: [{ id: s }]",
			"13:22: evidence[0].source: it is not written here: it is the `source` of the node"},
		{"unknown field of a value", "entities: [{ id: a, type: Company, name: A, aliases: [{ valu: B }] }]",
			"2:57: aliases[0].valu: there is no field of this name here; did you mean value?"},
		{"value that is none", "entities: [{ id: a, type: Company, name: A, aliases: [B] }]",
			"2:55: aliases[0]: fields are due here (`name: value`), not text"},
		{"rule across fields", claim + "attribution: ACTOR\n        source: s\nsources: [{ id: s }]",
			"9:9: attributedTo: attribution ACTOR needs the actor who says so"},
		{"fact said twice", claim + "attribution: SOURCE\n        source: s\n        fact: ban\nsources: [{ id: s }]",
			"13:15: fact: it follows from the place of the Claim and is not said again"},
		{"no source", claim + "attribution: SOURCE", "9:9: source: it is required"},
		{"in a part", acme + "sources: [{ id: s }]\nfacts:\n  - id: t\n    type: Statement\n    title: T\n    phase: OCCURRED\n    quotations:\n      - { gist: '', source: s }",
			"10:17: quotations[0].gist: the text is empty; leave out what is not known"},
		{"id in a part", acme + "facts: [{ id: t, type: Statement, title: T, phase: OCCURRED, quotations: [{ id: q, source: s }] }]\nsources: [{ id: s }]",
			"3:77: quotations[0].id: there is no field of this name here, but: text, gist, evidence, about, source"},

		{"unknown node", ban + "targets: [acme, ghost]", `8:21: targets[1]: there is no node with the id "ghost"`},
		{"wrong type", ban + "targets: ban", `8:14: targets[0]: "ban" is of type Ban; due is Entity`},
		{"node that could not be read", "entities: [{ id: acme, type: Firm, name: A }]\nfacts: [{ id: b, type: Ban, title: B, phase: PROPOSED, targets: acme }]",
			`2:30: type: "Firm" is not one of the types allowed here: Company, GovernmentBody, Office, Organization, Person, Place, Product, Retailer, Senator`},
		{"no such participation", ban + "targets: acme\n    claims: [{ id: c, stance: DENIES, attribution: SOURCE, source: s, on: { role: appliesTo, entity: acme } }]\nsources: [{ id: s }]",
			`9:102: on.entity: "acme" does not take the role appliesTo in "ban"`},

		{"omitted", "omitted: [{ start: 5, end: 3, sha256: x, reason: R }]",
			"2:11: omitted[0].source: it is required\n" +
				"2:28: omitted[0].end: a span ends after it starts; end is exclusive\n" +
				`2:39: omitted[0].sha256: "x" is not a SHA-256 in 64 hexadecimal digits, letters in lower case`},
		{"omitted of an unknown source", "omitted: [{ source: s, start: 3, end: 5, sha256: '" + strings.Repeat("0", 64) + "', reason: R }]",
			`2:21: omitted[0].source: there is no source of this id`},
		{"all at once", "entities: [{ id: a, type: Company, nam: A }, { id: b, type: Place, name: B, country: usa }]\nfacts: [{ id: f, type: Ban, title: F, phase: DONE, targets: x }]",
			"2:36: nam: there is no field of this name here; did you mean name?\n" +
				`2:86: country: "usa" is not an ISO 3166-1 country code: two capital letters, such as US; did you mean US?` + "\n" +
				`3:46: phase: "DONE" is not one of PROPOSED, PLANNED, ONGOING, OCCURRED, ENDED, CANCELLED` + "\n" +
				`3:61: targets[0]: there is no node with the id "x"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := fmt.Sprint(read(test.body).Check())
			if want := "a.yaml:" + strings.ReplaceAll(test.want, "\n", "\na.yaml:"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestProblemsOfSeveralFiles(t *testing.T) {
	d := loader.Read(schema.Model(), []loader.File{
		{Name: "b.yaml", Text: []byte("dataset: b\nsources: [{ id: s, url: x }]")},
		{Name: "a.yaml", Text: []byte("sources: [{ id: s }]")},
		{Name: "c.yaml", Text: nil},
		{Name: "d.yaml", Text: []byte("dataset: b\npriority: 1\nsources: [{ id: s }]")},
		{Name: "e.yaml", Text: []byte("dataset: b\npriority: 2\ntitle: E")},
		{Name: "f.yaml", Text: []byte("sources: [{ id: s }]"), Dataset: "b"},
		{Name: "g.yaml", Text: []byte("dataset: edits")},
		{Name: "h.yaml", Text: []byte("dataset: ' h'\npriority: high\ntitle: \"\\u200B\"")},
	})
	want := `b.yaml:2:25: url: "x" is not a web address that starts with https:// or http://
a.yaml:1:1: dataset: a file says which dataset it is part of
c.yaml:1:1: the file is empty
d.yaml:3:17: sources[0].id: the id is taken by the node at b.yaml:2:11
e.yaml:2:11: priority: the dataset has another priority at d.yaml:2:11
f.yaml:1:17: sources[0].id: the id is taken by the node at b.yaml:2:11
g.yaml:1:10: dataset: "edits" is reserved for edits, which no file makes; choose another name
h.yaml:1:10: dataset: the name of a dataset must not start or end with a space
h.yaml:2:11: priority: expected a whole number of at most 32 bits, such as 42
h.yaml:3:8: title: the text has only invisible characters; leave out what is not known`
	if got := fmt.Sprint(d.Check()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTooLargeFile(t *testing.T) {
	d := loader.Read(schema.Model(), []loader.File{{Name: "a.yaml", Text: make([]byte, loader.MaxFileSize+1)}})
	if got, want := fmt.Sprint(d.Problems()), "a.yaml:1:1: the file is larger than 16 MiB; split it"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzRead holds the reader to its promise: whatever the bytes, it ends, and
// every problem has a place in the file.
func FuzzRead(f *testing.F) {
	f.Add([]byte("dataset: a\nsource: s\n" + claim + "attribution: SOURCE\n        on: { role: targets, entity: acme }"))
	f.Add([]byte("dataset: a\nfacts: [{ id: t, type: Statement, quotations: [{ text: x, evidence: [{ start: 1 }] }] }]"))
	f.Add([]byte("a: &a [*a, *a]\n<<: *a\n? {}\n: !!binary x\n--- %\n"))
	f.Add([]byte("dataset: \"\\xff\"\nomitted:\n- {}\nentities:\n- id: \"\\0\""))
	f.Fuzz(func(t *testing.T, body []byte) {
		done := time.AfterFunc(5*time.Second, func() { panic("no end of reading " + strconv.Quote(string(body))) })
		err := loader.Read(schema.Model(), []loader.File{{Name: "a.yaml", Text: body}}).Check()
		done.Stop()
		var problems loader.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Fatalf("%T: %v", err, err)
		}
		lines := 1 + strings.Count(string(body), "\n") + strings.Count(string(body), "\r") +
			strings.Count(string(body), "\u0085") + strings.Count(string(body), "\u2028") + strings.Count(string(body), "\u2029")
		for _, p := range problems {
			if p.File != "a.yaml" || p.Line < 1 || p.Line > lines+1 || p.Column < 1 || p.Text == "" {
				t.Errorf("%+v", p)
			}
		}
	})
}

// Numbers are kept as they are written, or refused.
func TestNumbersAreKept(t *testing.T) {
	for written, want := range map[string]string{
		"0": "0", "0.50": "0.5", "3e2": "300", "-2.50": "-2.5", "0.30000000000000004": "0.30000000000000004",
		"9007199254740992": "9007199254740992", "123456789012345680000": "123456789012345680000", "1e21": "1e+21",
		"5e-324": "5e-324", "-0.000001": "-0.000001", "1.7976931348623157E+308": "1.7976931348623157e+308",
		"9007199254740993": "", "0.1000000000000000055": "", "33.3333333333333333": "", "1e-330": "", "2e308": "",
	} {
		d := read(number + written + " } }]")
		got := ""
		if d.Problems() == nil {
			got = d.Nodes()[1].Values["employees"].Text()
			want = `{"amount":` + want + `,"approximate":false}`
		}
		if got != want {
			t.Errorf("%s is read as %s, want %s", written, got, want)
		}
	}
}
