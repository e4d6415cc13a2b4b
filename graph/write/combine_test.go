package write

import (
	"slices"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/schema"
)

// speech is a record of a dataset, as a line: dataset, priority and revision,
// record id and type, then fields; a link is `field>id`, a field that is taken
// away `-field`, and `~` marks a partial record.
func speech(t *testing.T, line string) said {
	t.Helper()
	m := schema.Model()
	words := strings.Fields(line)
	s := said{
		Contribution: Contribution{Dataset: words[0], Record: graph.ID(words[3])},
		priority:     int(words[1][0] - '0'),
		record:       &Record{Node: &graph.Node{ID: graph.ID(words[3]), Type: m.Types[graph.TypeName(words[4])], Values: map[string]graph.Value{}}},
	}
	s.Since = int64(words[2][0] - '0')
	for _, word := range words[5:] {
		name, value, isValue := strings.Cut(word, "=")
		field, to, isLink := strings.Cut(word, ">")
		switch {
		case word == "~":
			s.record.Partial = true
		case isValue:
			s.record.Node.Values[name] = graph.Text(value)
		case isLink:
			s.record.Node.Links = append(s.record.Node.Links, graph.Link{Type: s.record.Node.Type.Link(field), To: graph.ID(to)})
		default:
			s.record.Removed = append(s.record.Removed, strings.TrimPrefix(word, "-"))
		}
	}
	return s
}

// spelled writes the fields of a node that a test is about.
func spelled(n *graph.Node) string {
	words := []string{string(n.ID), string(n.Type.Name)}
	for _, p := range n.Type.Properties {
		if v := n.Values[p.Name]; !v.Missing() {
			words = append(words, p.Name+"="+v.Text())
		}
	}
	for _, l := range n.Links {
		words = append(words, l.Type.Field+">"+string(l.To))
	}
	return strings.Join(words, " ")
}

func TestCombine(t *testing.T) {
	tests := map[string]struct {
		said []string
		want string
	}{
		"a sole record": {
			[]string{"a 0 1 n Company name=N country=US"},
			"n Company name=N country=US",
		},
		"a gap is filled, and nothing is lost": {
			[]string{"a 0 1 n Company name=N country=US", "b 0 2 x Company name=N sector=steel"},
			"n Company name=N aliases=[] identifiers=[] country=US sector=steel",
		},
		"the later load counts": {
			[]string{"a 0 1 n Company name=N country=US", "b 0 2 x Company name=N country=RU"},
			"n Company name=N aliases=[] identifiers=[] country=RU",
		},
		"priority goes before": {
			[]string{"a 1 1 n Company name=N country=US", "b 0 2 x Company name=N country=RU"},
			"n Company name=N aliases=[] identifiers=[] country=US",
		},
		"edits go before priority": {
			[]string{"a 9 1 n Company name=N country=US", "edits 0 2 n Company ~ country=RU"},
			"n Company name=N aliases=[] identifiers=[] country=RU",
		},
		"an edit takes away": {
			[]string{"a 9 1 n Company name=N country=US", "edits 0 2 n Company ~ -country"},
			"n Company name=N aliases=[] identifiers=[]",
		},
		"within a dataset the smaller record": {
			[]string{"a 0 1 n Company name=N country=US", "a 0 2 m Company name=N country=RU"},
			"n Company name=N aliases=[] identifiers=[] country=RU",
		},
		"a losing name is an alias": {
			[]string{"a 1 1 n Company name=N", "b 0 2 x Company name=Other"},
			`n Company name=N aliases=[{"value":"Other"}] identifiers=[]`,
		},
		"aliases are one by value and language": {
			[]string{
				`a 1 1 n Company name=N aliases=[{"value":"A","kind":"FORMER"}]`,
				`b 0 2 x Company name=N aliases=[{"value":"A"},{"value":"A","language":"en"},{"value":"B"}]`,
			},
			`n Company name=N aliases=[{"value":"A","kind":"FORMER"},{"value":"A","language":"en"},{"value":"B"}] identifiers=[]`,
		},
		"an edit replaces a list": {
			[]string{`a 1 1 n Company name=N aliases=[{"value":"A"}]`, `edits 0 2 n Company ~ aliases=[{"value":"B"}]`},
			`n Company name=N aliases=[{"value":"B"}] identifiers=[]`,
		},
		"the more specific type": {
			[]string{"a 1 1 n Company name=N", "b 0 2 x Retailer name=N"},
			"n Retailer name=N aliases=[] identifiers=[]",
		},
		"links are united, each node once": {
			[]string{"a 1 1 f Ban title=F targets>x targets>y", "b 0 2 f Ban title=F targets>z targets>alias"},
			"f Ban title=F targets>x targets>y targets>z",
		},
		"a single link": {
			[]string{"a 1 1 f Delisting title=F retailer>x", "b 0 2 f Delisting title=F retailer>z supplier>y"},
			"f Delisting title=F retailer>x supplier>y",
		},
		"an edit replaces links": {
			[]string{"a 1 1 f Ban title=F targets>x targets>y", "edits 0 2 f Ban ~ targets>z"},
			"f Ban title=F targets>z",
		},
		"an edit replaces links, also by one that another edit has": {
			[]string{"a 1 1 f Ban title=F targets>x targets>y", "edits 0 2 e Ban title=F targets>z", "edits 0 3 f Ban ~ targets>z"},
			"f Ban title=F targets>z",
		},
		"a claim is one record's": {
			[]string{"a 1 1 c Claim stance=DENIES fact>f", "b 0 2 c Claim stance=ASSERTS attribution=ACTOR attributedTo>x fact>f"},
			"c Claim stance=DENIES evidence=[] fact>f",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var all []said
			for _, line := range test.said {
				all = append(all, speech(t, line))
			}
			stand := func(id graph.ID) graph.ID {
				if id == "alias" {
					return "x"
				}
				return id
			}
			id := graph.ID(strings.Fields(test.want)[0])
			for range 2 {
				tx := &Tx{model: schema.Model(), found: map[graph.ID]Found{"alias": {ID: "x"}}}
				d := &draft{id: id, said: all}
				if node, _ := combine(tx.model, d.id, d.said, stand); len(all) > 1 && spelled(node) != test.want {
					t.Errorf("got  %s\nwant %s", spelled(node), test.want)
				}
				tx.combine(d)
				if got := spelled(d.node); got != test.want {
					t.Errorf("got  %s\nwant %s", got, test.want)
				}
				slices.Reverse(all)
			}
		})
	}
}

func TestRecordsReadWhatTheyWrite(t *testing.T) {
	m := schema.Model()
	quotation := graph.PartID("s", "quotations", 0)
	nodes := []*graph.Node{
		{ID: "s", Type: m.Types["Statement"], Values: map[string]graph.Value{
			"title": graph.Text("A \"title\"\n長"), "phase": graph.Text("OCCURRED"), "several": graph.Bool(false), "date": graph.Text("2017"),
		}, Links: []graph.Link{
			{Type: m.Types["Statement"].Link("quotations"), To: quotation},
			{Type: m.Types["Statement"].Link("about"), To: "b"},
			{Type: m.Types["Statement"].Link("about"), To: "a"},
		}},
		{ID: quotation, Type: m.Types["Quotation"], Values: map[string]graph.Value{"gist": graph.Text("G"), "evidence": graph.Text(`[{"quote":"q"}]`)},
			Links: []graph.Link{{Type: m.Types["Quotation"].Link("source"), To: "p"}}},
		{ID: "p", Type: m.Types["Presence"], Values: map[string]graph.Value{
			"title": graph.Text("P"), "phase": graph.Text("ONGOING"), "several": graph.Bool(true), "date": graph.Text("2005/.."),
			"employees": graph.Text(`{"amount":3000,"unit":"people","approximate":false}`),
		}},
	}
	records, problems := Prepare(m, nodes)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if len(records) != 2 || len(records[0].Parts) != 1 {
		t.Fatalf("got %d records", len(records))
	}
	records[1].Partial, records[1].Removed = true, []string{"date"}
	for _, r := range records {
		text := r.AppendJSON(nil)
		again, err := ParseRecord(m, string(text))
		if err != nil || !r.equal(again) {
			t.Errorf("%s\nis read as\n%s (%v)", text, again.AppendJSON(nil), err)
		}
	}
	if _, err := ParseRecord(m, `{"id":"x","type":"Nothing"}`); err == nil {
		t.Error("a record of an unknown type is read")
	}
}
