package write_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/write"
	"companygraph/schema"
)

// node makes a node of the model. Links are given as field, id, field, id….
func node(id graph.ID, typeName graph.TypeName, values map[string]graph.Value, links ...string) *graph.Node {
	n := &graph.Node{ID: id, Type: schema.Model().Types[typeName], Values: values}
	for i := 0; i < len(links); i += 2 {
		n.Links = append(n.Links, graph.Link{Type: n.Type.Link(links[i]), To: graph.ID(links[i+1])})
	}
	return n
}

// changed returns a copy of values with some set or, as missing ones, removed.
func changed(values, changes map[string]graph.Value) map[string]graph.Value {
	all := map[string]graph.Value{}
	for _, m := range []map[string]graph.Value{values, changes} {
		for name, value := range m {
			all[name] = value
		}
	}
	return all
}

type values = map[string]graph.Value

var (
	firmValues = values{"name": graph.Text("Acme"), "aliases": graph.Text("[]"), "identifiers": graph.Text("[]")}
	banValues  = values{
		"title": graph.Text("A ban"), "phase": graph.Text("PROPOSED"), "several": graph.Bool(false), "date": graph.Text("2017-09"),
	}
	claimValues = values{
		"stance": graph.Text("ASSERTS"), "attribution": graph.Text("SOURCE"), "evidence": graph.Text("[]"),
	}
)

func firm(changes values) *graph.Node { return node("acme", "Company", changed(firmValues, changes)) }

func ban(changes values, links ...string) *graph.Node {
	return node("ban", "Ban", changed(banValues, changes), links...)
}

func claim(changes values, links ...string) *graph.Node {
	return node("claim", "Claim", changed(claimValues, changes), append([]string{"fact", "ban", "source", "paper"}, links...)...)
}

func source() *graph.Node { return node("paper", "Source", values{}) }

func text(key, value string) values { return values{key: graph.Text(value)} }

func batch(nodes ...*graph.Node) []*graph.Node { return nodes }

func TestValidate(t *testing.T) {
	digest := strings.Repeat("0a", 32)
	long := strings.Repeat("é", write.MaxShortText)
	part := graph.PartID("talk", "quotations", 0)
	talk := func(links ...string) *graph.Node { return node("talk", "Statement", banValues, links...) }
	quotation := func(id graph.ID, changes values) *graph.Node {
		return node(id, "Quotation", changed(text("evidence", "[]"), changes), "source", "paper")
	}
	relationship := func(date string) *graph.Node {
		return node("post", "Position", changed(banValues, text("date", date)))
	}
	withID := func(id string) *graph.Node {
		n := firm(nil)
		n.ID = graph.ID(id)
		return n
	}
	ranked := ban(nil, "targets", "acme")
	ranked.Links[0].Status = "DENIED"
	misplaced := node("ban", "Ban", banValues)
	misplaced.Links = []graph.Link{{Type: schema.Model().Types["Breach"].Link("victims"), To: "acme"}}
	foreign := &graph.Node{ID: "acme", Type: &graph.Type{Name: "Company"}}

	tests := []struct {
		name  string
		batch []*graph.Node
		want  string // all errors, one a line
	}{
		{"sound nodes", batch(firm(nil), source(), ban(nil, "targets", "acme"), claim(nil)), ""},
		{"the type is the model's own", batch(foreign), `acme: "Company" is not a type of the schema`},

		{"empty id", batch(withID("")), `: id: a node needs an id that is not empty`},
		{"longest id", batch(withID(strings.Repeat("é", graph.MaxIDLength))), ""},
		{"long id", batch(withID(strings.Repeat("x", 201))), `"` + strings.Repeat("x", 60) + `"…: id: an id has at most 200 characters`},
		{"control character in id", batch(withID("a\tb")), `"a\tb": id: an id must not have control characters`},
		{"hidden id of a public node", batch(withID(string(part))), strconv.Quote(string(part)) + ": id: an id must not have control characters"},
		{"id with space", batch(withID("acme ")), "acme : id: an id must not start or end with a space"},
		{"invisible id", batch(withID("\u200b\u3164")), `"\u200bㅤ": id: an id needs at least one visible character`},
		{"decomposed id", batch(withID("e\u0301")), "e\u0301: id: the text is not in Unicode normalization form C"},
		{"id twice", batch(firm(nil), firm(nil)), `acme: id: the id "acme" is used twice; it must be unique over all nodes`},

		{"unknown properties", batch(firm(values{"zip": graph.Int(1), "age": graph.Int(1)})),
			"acme: age: Company has no property of this name\nacme: zip: Company has no property of this name"},
		{"required property", batch(firm(values{"name": {}})), "acme: name: it is required"},
		{"derived property", batch(ban(text("status", "DENIED"))), "ban: status: it is derived and cannot be set"},
		{"wrong kinds", batch(ban(values{"several": graph.Text("yes"), "title": graph.Int(1)})),
			"ban: title: it must be text\nban: several: it must be true or false"},
		{"no such word", batch(ban(text("phase", "DONE"))),
			`ban: phase: "DONE" is not one of PROPOSED, PLANNED, ONGOING, OCCURRED, ENDED, CANCELLED`},
		{"no date", batch(ban(text("date", "2017-02-30"))), `ban: date: date "2017-02-30": 2017-02 has no day 30`},
		{"empty text", batch(firm(text("sector", " "))), "acme: sector: the text is empty; leave out what is not known"},
		{"invisible name", batch(firm(text("name", "\u200b\ufe0f\u2800"))), "acme: name: the text has only invisible characters; leave out what is not known"},
		{"name of a mark alone", batch(firm(text("name", "\u0301"))), "acme: name: the text has only invisible characters; leave out what is not known"},
		{"name of no character", batch(firm(text("name", "\uffff"))), "acme: name: the text has only invisible characters; leave out what is not known"},
		{"name with a part that is invisible", batch(firm(text("name", "\u200bA"))), ""},
		{"zero character", batch(firm(text("sector", "a\x00"))), "acme: sector: U+0000 at byte 1"},
		{"not UTF-8", batch(firm(text("sector", "a\xff"))), "acme: sector: invalid UTF-8 at byte 1"},
		{"decomposed text", batch(firm(text("sector", "e\u0301"))), "acme: sector: the text is not in Unicode normalization form C"},
		{"longest name", batch(firm(text("name", long))), ""},
		{"long name", batch(firm(text("name", long+"x"))), "acme: name: the text has 1001 characters, and at most 1000 are allowed"},
		{"long description", batch(firm(text("description", strings.Repeat("x", write.MaxText+1)))),
			"acme: description: the text has 65537 characters, and at most 65536 are allowed"},
		{"no country", batch(firm(text("country", "usa"))),
			`acme: country: "usa" is not an ISO 3166-1 country code: two capital letters, such as US; did you mean US?`},
		{"no web address", batch(node("paper", "Source", text("url", "javascript:alert(1)"))),
			`paper: url: "javascript:alert(1)" is not a web address that starts with https:// or http://`},
		{"no language", batch(node("paper", "Source", text("language", "English, US"))),
			`paper: language: "English, US" is not a language tag of the IANA registry, such as en or pt-BR`},
		{"cut in an error", batch(firm(text("country", strings.Repeat("x", 61)))),
			`acme: country: "` + strings.Repeat("x", 60) + `"… is not an ISO 3166-1 country code: two capital letters, such as US`},

		{"sound composites", batch(firm(text("aliases", `[{"value":"A","kind":"FORMER"},{"value":"B"}]`))), ""},
		{"fields in another order", batch(firm(text("aliases", `[{"kind":"FORMER","value":"A"}]`))),
			"acme: aliases: not in the form in which composite values are stored"},
		{"no list", batch(firm(text("aliases", `{"value":"A"}`))),
			"acme: aliases: not in the form in which composite values are stored"},
		{"unknown field of a composite", batch(firm(text("aliases", `[{"name":"A"}]`))), `acme: aliases: Alias has no field "name"`},
		{"wrong kind in a composite", batch(firm(text("aliases", `[{"value":1}]`))),
			"acme: aliases: value: not in the form in which composite values are stored"},
		{"wrong fields of composites", batch(firm(text("aliases", `[{"value":"A"},{"kind":"NICK","language":"en"}]`))),
			"acme: aliases[1].value: it is required\n" +
				`acme: aliases[1].kind: "NICK" is not one of ABBREVIATION, ALTERNATIVE, FORMER, TRANSLATION, TRANSLITERATION`},
		{"identifier without key", batch(firm(text("identifiers", `[{"scheme":"lei"}]`))), "acme: identifiers[0].value: it is required"},
		{"identifier of no collection", batch(firm(text("identifiers", `[{"scheme":"LEI","value":"1"}]`))),
			`acme: identifiers[0].scheme: "LEI" is not the name of a collection in lower case, such as wikidata`},
		{"identifier of two nodes", batch(firm(text("identifiers", `[{"scheme":"lei","value":"1"}]`)),
			node("best", "Retailer", changed(firmValues, text("identifiers", `[{"scheme":"lei","value":"1"}]`)))), ""},
		{"identifier twice", batch(firm(text("identifiers", `[{"scheme":"lei","value":"1"},{"scheme":"lei","value":"1"}]`))),
			`acme: identifiers[1]: the identifier is given twice`},

		{"a span", batch(claim(text("evidence", `[{"start":0,"end":2000,"sha256":"`+digest+`"}]`))), ""},
		{"no span", batch(claim(text("evidence", `[{"quote":"We do."},{}]`))), ""},
		{"half a span", batch(claim(text("evidence", `[{"start":1,"end":2}]`))),
			"claim: evidence[0]: start, end and sha256 of a span come together or not at all"},
		{"span before the text", batch(claim(text("evidence", `[{"start":-1,"end":2,"sha256":"`+digest+`"}]`))),
			"claim: evidence[0].start: a span starts at 0 or later"},
		{"empty span", batch(claim(text("evidence", `[{"start":2,"end":2,"sha256":"`+digest+`"}]`))),
			"claim: evidence[0].end: a span ends after it starts; end is exclusive"},
		{"long span", batch(claim(text("evidence", `[{"start":1,"end":2002,"sha256":"`+digest+`"}]`))),
			"claim: evidence[0].end: a span has at most 2000 characters"},
		{"digest in capitals", batch(claim(text("evidence", `[{"start":1,"end":2,"sha256":"`+strings.ToUpper(digest)+`"}]`))),
			`claim: evidence[0].sha256: "` + strings.ToUpper(digest)[:60] + `"… is not a SHA-256 in 64 hexadecimal digits, letters in lower case`},
		{"long quotation", batch(claim(text("evidence", `[{"quote":"`+strings.Repeat("x", 301)+`"}]`))),
			"claim: evidence[0].quote: the text has 301 characters, and at most 300 are allowed"},

		{"link of another type", batch(misplaced), "ban: victims: Ban has no link of this name"},
		{"link twice", batch(ban(nil, "targets", "acme", "targets", "acme")), `ban: targets[1]: "acme" is given twice`},
		{"same target in two roles", batch(ban(nil, "targets", "acme", "appliesTo", "acme")), ""},
		{"two of one", batch(claim(nil, "fact", "other")), "claim: fact: it can lead to one node only"},
		{"required link", batch(node("claim", "Claim", claimValues, "fact", "ban")), "claim: source: it is required"},
		{"status of a participation", batch(ranked), "ban: targets[0]: the status of a participation is derived and cannot be set"},

		{"a part", batch(talk("quotations", string(part)), quotation(part, nil)), ""},
		{"in a part", batch(talk("quotations", string(part)), quotation(part, text("text", " "))),
			"talk: quotations[0].text: the text is empty; leave out what is not known"},
		{"lost part", batch(talk(), quotation(part, nil)), strconv.Quote(string(part)) + ": Quotation belongs to a node that is written with it, and none has it"},
		{"part with a public id", batch(talk("quotations", "q"), quotation("q", nil)),
			"talk: quotations[0]: a part has the id that PartID makes\nq: Quotation belongs to a node that is written with it, and none has it"},

		{"interval", batch(relationship("2005/..")), ""},
		{"no interval", batch(relationship("2005")),
			"post: date: Position holds for a time: its date is an interval such as 2005/.. or 2016/2018"},
		{"no date of a relationship", batch(node("post", "Position", changed(banValues, values{"date": {}}))), ""},
		{"actor without name", batch(claim(text("attribution", "ACTOR"))),
			"claim: attributedTo: attribution ACTOR needs the actor who says so"},
		{"name without actor", batch(claim(nil, "attributedTo", "acme")),
			`claim: attributedTo: it is only for attribution ACTOR, and this claim's is "SOURCE"`},
		{"voice of the source", batch(claim(text("voice", "analysts"))),
			`claim: voice: it is only for attribution UNNAMED, and this claim's is "SOURCE"`},
		{"voice of somebody unnamed", batch(claim(changed(text("attribution", "UNNAMED"), text("voice", "analysts")))), ""},
		{"value without its hidden link", batch(claim(text("on", `{"role":"targets"}`))), "claim: on.entity: it is required"},
		{"hidden link without its value", batch(claim(nil, "onEntity", "acme")), "claim: on: it is required with on.entity"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := write.Validate(schema.Model(), test.batch).Error(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestValidateNumbers(t *testing.T) {
	quantity := schema.Model().Values["Quantity"]
	tests := []struct {
		name   string
		amount graph.Value
		want   string
	}{
		{"number", graph.Float(0.5), ""},
		{"integer", graph.Int(1), "it must be a number"},
		{"infinite", graph.Float(math.Inf(1)), "the number is not finite"},
		{"no number", graph.Float(math.NaN()), "the number is not finite"},
		{"negative zero", graph.Float(math.Copysign(0, -1)), "a zero has no sign"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			errs := write.ValidateComposite(quantity, graph.Composite{"amount": test.amount, "approximate": graph.Bool(false)})
			var want write.Problems
			if test.want != "" {
				want = write.Problems{{Field: "amount", Text: test.want}}
			}
			if !slices.Equal(errs, want) {
				t.Errorf("got %v, want %v", errs, want)
			}
		})
	}
	t.Run("wide integer", func(t *testing.T) {
		errs := write.ValidateComposite(schema.Model().Values["Evidence"], graph.Composite{
			"start": graph.Int(0), "end": graph.Int(1 << 31), "sha256": graph.Text(strings.Repeat("0", 64)),
		})
		if len(errs) == 0 || errs[0].Text != "a whole number has at most 32 bits" {
			t.Errorf("got %v", errs)
		}
	})
}

// A code that nobody has assigned is refused, with what may be meant.
func TestValidateCodes(t *testing.T) {
	const noCountry = " is not an ISO 3166-1 country code: two capital letters, such as US"
	const noLanguage = " is not a language tag of the IANA registry, such as en or pt-BR"
	tests := []struct{ field, value, want string }{
		{"country", "US", ""},
		{"country", "EU", ""},
		{"country", "UK", noCountry + "; did you mean GB?"},
		{"country", "us", noCountry + "; did you mean US?"},
		{"country", "USA", noCountry + "; did you mean US?"},
		{"country", "Ireland", noCountry + "; did you mean IE?"},
		{"country", "XX", noCountry},
		{"country", "SU", noCountry},
		{"country", "Atlantis", noCountry},
		{"language", "en", ""},
		{"language", "PT-br", ""},
		{"language", "zh-Hant-TW", ""},
		{"language", "de-DE-1996", ""},
		{"language", "es-419", ""},
		{"language", "iw", ""},
		{"language", "en-x-team", ""},
		{"language", "de-SU", ""},
		{"language", "xx", noLanguage},
		{"language", "english", noLanguage},
		{"language", "eng", noLanguage + "; did you mean en?"},
		{"language", "en-UK", noLanguage + "; did you mean en-GB?"},
		{"language", "en-USA", noLanguage},
		{"language", "en_US", noLanguage + "; did you mean en-US?"},
	}
	for _, test := range tests {
		t.Run(test.field+" "+test.value, func(t *testing.T) {
			n, want := source(), test.want
			if test.field == "country" {
				n = firm(nil)
			}
			n.Values = changed(n.Values, text(test.field, test.value))
			if want != "" {
				want = string(n.ID) + ": " + test.field + ": " + strconv.Quote(test.value) + want
			}
			if got := write.Validate(schema.Model(), batch(n)).Error(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestValidateReferences(t *testing.T) {
	stored := map[graph.ID]*graph.Node{
		"old-ban": node("old-ban", "Ban", banValues, "targets", "acme"),
		"acme":    firm(nil),
		"moscow":  node("moscow", "Place", firmValues),
	}
	stored["old-ban"].Links[0].Status = "ASSERTED" // as stores have it
	on := func(role string) values { return text("on", `{"role":"`+role+`"}`) }
	tests := []struct {
		name  string
		batch []*graph.Node
		want  string
	}{
		{"in the batch and in the store", batch(source(), claim(nil), ban(nil, "targets", "acme")), ""},
		{"unknown", batch(ban(nil, "targets", "acme", "targets", "ghost")), `ban: targets[1]: there is no node with the id "ghost"`},
		{"wrong type", batch(ban(nil, "advocates", "moscow")), `ban: advocates[0]: "moscow" is of type Place; due is Actor`},
		{"wrong type in a part", batch(source(), node("talk", "Statement", banValues, "quotations", string(graph.PartID("talk", "quotations", 0))),
			node(graph.PartID("talk", "quotations", 0), "Quotation", values{}, "source", "paper", "about", "paper")),
			`talk: quotations[0].about[0]: "paper" is of type Source; due is Entity`},
		{"no statement", batch(source(), ban(nil), claim(nil, "utteredIn", "ban")), `claim: utteredIn: "ban" is of type Ban; due is Statement`},
		{"participation", batch(source(), ban(nil, "targets", "acme"), claim(on("targets"), "onEntity", "acme")), ""},
		{"participation in the store", batch(source(), node("claim", "Claim", changed(claimValues, on("targets")), "fact", "old-ban", "source", "paper", "onEntity", "acme")), ""},
		{"no role", batch(source(), ban(nil, "targets", "acme"), claim(on("victims"), "onEntity", "acme")),
			`claim: on.role: "victims" is no role of Ban, which has advocates, imposedBy, targets, appliesTo`},
		{"not in this role", batch(source(), ban(nil, "targets", "acme"), claim(on("appliesTo"), "onEntity", "acme")),
			`claim: on.entity: "acme" does not take the role appliesTo in "ban"`},
		{"a link is no role", batch(source(), node("ban", "Statement", banValues, "responseTo", "old-ban"), claim(on("responseTo"), "onEntity", "acme")),
			`claim: on.role: "responseTo" is no role of Statement, which has speakers, about`},
		{"about an unknown fact", batch(source(), claim(on("targets"), "onEntity", "acme")),
			`claim: fact: there is no node with the id "ban"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			look := func(id graph.ID) *graph.Node { return stored[id] }
			if got := write.ValidateReferences(test.batch, look).Error(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestCompositesReadWhatIsAppended(t *testing.T) {
	p := schema.Model().Types["Presence"].Property("employees")
	c := graph.Composite{
		"amount": graph.Float(300), "lower": graph.Float(1e-7), "unit": graph.Text(`"people"`),
		"approximate": graph.Bool(true), "on": graph.Text("2017-09-14"),
	}
	stored := string(graph.AppendComposite(nil, p.Value, c))
	want := `{"amount":300,"lower":1e-7,"unit":"\"people\"","approximate":true,"on":"2017-09-14"}`
	if stored != want {
		t.Errorf("stored as %s, want %s", stored, want)
	}
	back, err := p.Composites(stored)
	if err != nil || len(back) != 1 || string(graph.AppendComposite(nil, p.Value, back[0])) != stored {
		t.Errorf("read back as %v, %v", back, err)
	}
	for _, other := range []string{
		"", "null", "[]", "{", `{"amount":300.0,"approximate":true}`, `{ "approximate":true}`, `{"approximate":null}`,
		`{"approximate":true,"approximate":true}`, `{"approximate":"true"}`, `{"unit":"\u0041","approximate":true}`, want + " ",
	} {
		if _, err := p.Composites(other); err == nil {
			t.Errorf("%q is read", other)
		}
	}
}
