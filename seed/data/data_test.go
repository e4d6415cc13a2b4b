package data_test

import (
	"fmt"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/schema"
	"companygraph/seed/data"
	"companygraph/seed/loader"
)

const article = "antivirus-ban-2017"

// bundled reads a bundled dataset, which must have no problems.
func bundled(t *testing.T, name string) *loader.Datasets {
	t.Helper()
	files, err := data.Files(name)
	if err != nil {
		t.Fatal(err)
	}
	d := loader.Read(schema.Model(), files)
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestBundledDatasetsAreSound(t *testing.T) {
	for _, name := range data.Names() {
		read := bundled(t, name)
		if all := read.All(); len(all) != 1 || all[0].Name != name {
			t.Errorf("the folder %s has %d datasets, the first of them %s", name, len(all), all[0].Name)
		}
		if warnings := read.Warnings(); len(warnings) > 0 {
			t.Errorf("the dataset %s has warnings: %v", name, warnings)
		}
	}
}

func TestUnknownName(t *testing.T) {
	if data.Has("no-such-dataset") {
		t.Error("it is said to be there")
	}
	if _, err := data.Files("no-such-dataset"); err == nil {
		t.Error("it has files")
	}
}

// graphOf finds nodes and claims of a batch.
type graphOf struct {
	nodes  map[graph.ID]*graph.Node
	claims map[graph.ID][]*graph.Node
}

func graphOfArticle(t *testing.T) graphOf {
	g := graphOf{map[graph.ID]*graph.Node{}, map[graph.ID][]*graph.Node{}}
	for _, n := range bundled(t, article).Nodes() {
		g.nodes[n.ID] = n
		if n.Type.Class == graph.ClaimClass {
			fact := leadsTo(n, "fact")
			g.claims[fact] = append(g.claims[fact], n)
		}
	}
	return g
}

func leadsTo(n *graph.Node, field string) graph.ID {
	for _, l := range n.Links {
		if l.Type.Field == field {
			return l.To
		}
	}
	return ""
}

// status derives the status of a fact (role and entity empty) or of a
// participation in it.
func (g graphOf) status(fact graph.ID, role string, entity graph.ID) graph.Status {
	on := ""
	if role != "" {
		on = fmt.Sprintf(`{"role":%q}`, role)
	}
	var voices []graph.StatusClaim
	for _, claim := range g.claims[fact] {
		if claim.Values["on"].Text() != on || leadsTo(claim, "onEntity") != entity {
			continue
		}
		voices = append(voices, graph.StatusClaimOf(claim))
	}
	if role != "" && len(voices) == 0 {
		return g.status(fact, "", "")
	}
	return graph.DeriveStatus(voices)
}

// describe tells in a line what the article says of a fact.
func (g graphOf) describe(fact *graph.Node) string {
	words := []string{string(fact.Type.Name), fact.Values["phase"].Text(), string(g.status(fact.ID, "", ""))}
	if date := fact.Values["date"]; !date.Missing() {
		words = append(words, date.Text())
	}
	if fact.Values["several"].True() {
		words = append(words, "several")
	}
	for _, l := range fact.Links {
		if !l.Type.Participation {
			continue
		}
		word := l.Type.Field + "=" + string(l.To)
		if own := g.status(fact.ID, l.Type.Field, l.To); own != g.status(fact.ID, "", "") {
			word += "(" + string(own) + ")"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestFactsOfTheArticle(t *testing.T) {
	want := map[graph.ID]string{
		"us-government-kaspersky-ban": "Ban PROPOSED ASSERTED [..2017-09-14]" +
			" advocates=jeanne-shaheen targets=kaspersky-lab targets=kaspersky-antivirus-software appliesTo=us-government-departments",
		"jeanne-shaheen-senator":     "Position ONGOING ASSERTED holder=jeanne-shaheen",
		"kaspersky-lab-in-moscow":    "Location ONGOING ASSERTED subject=kaspersky-lab place=moscow",
		"kaspersky-antivirus-supply": "Supply ONGOING ASSERTED supplier=kaspersky-lab product=kaspersky-antivirus-software",
		"kaspersky-products-supply":  "Supply ONGOING ASSERTED supplier=kaspersky-lab product=kaspersky-products",
		"kaspersky-threat-intelligence-supply": "Supply ONGOING ASSERTED" +
			" supplier=kaspersky-lab customer=us-government-entities product=kaspersky-threat-intelligence",
		"russian-government-could-exploit-kaspersky": "Influence ONGOING ALLEGED subject=russian-government object=kaspersky-lab",
		"kaspersky-in-russian-hacking":               "Influence ONGOING UNSUPPORTED subject=kaspersky-lab object=russian-government",
		"kaspersky-serving-russian-agenda":           "Influence ONGOING UNSUPPORTED subject=kaspersky-lab object=russian-government",
		"kaspersky-statement-on-commitment": "Statement OCCURRED ASSERTED [..2017-09-14]" +
			" speakers=kaspersky-lab about=kaspersky-lab about=north-america",
		"kaspersky-statement-2017-09-13": "Statement OCCURRED ASSERTED 2017-09-13" +
			" speakers=kaspersky-lab about=north-america about=us-government-entities about=kaspersky-office-washington-dc",
		"kaspersky-statement-on-expansion": "Statement OCCURRED ASSERTED [..2017-09-14] speakers=kaspersky-lab about=north-america" +
			" about=kaspersky-office-chicago about=kaspersky-office-los-angeles about=kaspersky-office-toronto",
		"kaspersky-presence-washington-dc": "Presence ONGOING ASSERTED" +
			" firm=kaspersky-lab place=washington-dc office=kaspersky-office-washington-dc",
		"kaspersky-presence-north-america": "Presence ONGOING ASSERTED 2005/.. firm=kaspersky-lab place=north-america",
		"hacking-campaigns-against-us":     "Breach OCCURRED ASSERTED [..2017-09-14] several suspects=russian-government(ALLEGED)",
		"democratic-national-committee-breach": "Breach OCCURRED ASSERTED [..2017-09-14]" +
			" victims=democratic-national-committee suspects=russian-government(ALLEGED)",
		"russian-investigations-of-kaspersky": "Investigation OCCURRED ASSERTED [..2017-09-14] several" +
			" investigators=russian-government subjects=kaspersky-lab",
		"best-buy-kaspersky-delisting": "Delisting OCCURRED ASSERTED [..2017-09-14]" +
			" retailer=best-buy supplier=kaspersky-lab products=kaspersky-products",
		"kaspersky-office-opening-chicago": "OfficeOpening PLANNED ASSERTED [..2018-12-31]" +
			" firm=kaspersky-lab office=kaspersky-office-chicago place=chicago",
		"kaspersky-office-opening-los-angeles": "OfficeOpening PLANNED ASSERTED [..2018-12-31]" +
			" firm=kaspersky-lab office=kaspersky-office-los-angeles place=los-angeles",
		"kaspersky-office-opening-toronto": "OfficeOpening PLANNED ASSERTED [..2018-12-31]" +
			" firm=kaspersky-lab office=kaspersky-office-toronto place=toronto",
	}
	g := graphOfArticle(t)
	for id, n := range g.nodes {
		if n.Type.Class != graph.FactClass {
			continue
		}
		if got := g.describe(n); got != want[id] {
			t.Errorf("%s\n got %s\nwant %s", id, got, want[id])
		}
		delete(want, id)
	}
	for id := range want {
		t.Errorf("there is no fact %s", id)
	}
}

func TestDetailsOfTheArticle(t *testing.T) {
	g := graphOfArticle(t)
	for _, test := range []struct {
		id             graph.ID
		property, want string
	}{
		{"kaspersky-presence-north-america", "employees", `"{\"amount\":300,\"unit\":\"people\",\"approximate\":true,\"on\":\"2017-09-14\"}"`},
		{"kaspersky-presence-washington-dc", "purpose", `"threat intelligence for US government entities"`},
		{"best-buy-kaspersky-delisting", "reasonGiven", "false"},
		{"best-buy-kaspersky-delisting", "statedReason", "null"},
		{"kaspersky-lab-in-moscow", "locationKind", `"BASED_IN"`},
		{"antivirus-ban-article-2017-09-14", "publishedOn", `"2017-09-14"`},
		{"antivirus-ban-article-2017-09-14", "publisher", "null"},
		{"antivirus-ban-article-2017-09-14", "url", "null"},
	} {
		if got := string(g.nodes[test.id].Values[test.property].AppendJSON(nil)); got != test.want {
			t.Errorf("%s.%s is %s, want %s", test.id, test.property, got, test.want)
		}
	}
	if got := leadsTo(g.nodes["kaspersky-statement-2017-09-13"], "responseTo"); got != "us-government-kaspersky-ban" {
		t.Errorf("the statement answers %q", got)
	}
}

// What claims say of the world is only as good as where it can be read.
func TestEveryFactHasEvidence(t *testing.T) {
	g := graphOfArticle(t)
	for id, n := range g.nodes {
		if n.Type.Class == graph.FactClass && len(g.claims[id]) == 0 {
			t.Errorf("%s has no claim", id)
		}
		evidence, cites := n.Values["evidence"]
		if cites && !strings.Contains(evidence.Text(), `"sha256"`) {
			t.Errorf("%q cites no span", id)
		}
	}
}

// Words are quoted only of somebody who speaks.
func TestQuotesAreOfSpeakers(t *testing.T) {
	for id, n := range graphOfArticle(t).nodes {
		quotes := strings.Contains(n.Values["evidence"].Text(), `"quote"`)
		if quotes && leadsTo(n, "utteredIn") == "" {
			t.Errorf("%q quotes, and was not uttered", id)
		}
	}
}

func TestWhatIsReportedIsNotLaterThanTheReport(t *testing.T) {
	g := graphOfArticle(t)
	for id, n := range g.nodes {
		if n.Values["phase"].Text() != "OCCURRED" {
			continue
		}
		date, err := graph.ParsePartialDate(n.Values["date"].Text())
		if err != nil || date.Latest == "" || date.Latest > "2017-09-14" {
			t.Errorf("%s is dated %q", id, n.Values["date"].Text())
		}
	}
}
