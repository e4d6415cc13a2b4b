package graphtest

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"
	"companygraph/schema"
)

var searchingCases = map[string]func(*world){
	"nothing is left out of many":       searchesAmongMany,
	"titles are searched to their ends": searchesLongTitles,
	"what is no search is refused":      refusesSearches,
}

// crowd is a graph in which every word of a title is one that thousands have,
// but for one or two.
func crowd() []*graph.Node {
	m := schema.Model()
	var nodes []*graph.Node
	add := func(id, kind, property, text string) {
		n := &graph.Node{ID: graph.ID(id), Type: m.Types[graph.TypeName(kind)], Values: map[string]graph.Value{property: graph.Text(text)}}
		for _, p := range n.Type.Properties {
			if p.Required && p.List {
				n.Values[p.Name] = graph.Text("[]")
			}
		}
		if kind == "Ban" {
			n.Values["phase"], n.Values["several"] = graph.Text("OCCURRED"), graph.Bool(false)
		}
		nodes = append(nodes, n)
	}
	for i := range 6_100 {
		add(fmt.Sprintf("zulu-%05d", i), "Company", "name", fmt.Sprintf("Zulu number%05d", i))
	}
	for i := range 10_000 {
		title := fmt.Sprintf("The committee of the house bans firm no. %d of the list", i)
		if i%100 == 0 {
			title += strings.Repeat(" again and again, for all the time there is", 1+i/1000)
		}
		add(fmt.Sprintf("ban-%05d", i), "Ban", "title", title)
	}
	return nodes
}

func (w *world) importsCrowd() []*graph.Node {
	w.Helper()
	nodes := crowd()
	records, problems := write.Prepare(schema.Model(), crowd())
	if len(problems) > 0 {
		w.Fatal(problems)
	}
	if _, err := w.store.Import(w.Context(), write.Meta{Dataset: "crowd"}, Records(records), write.ImportOptions{}); err != nil {
		w.Fatal(err)
	}
	return nodes
}

// found are the ids of a search's first page and how many there are in all.
func (w *world) found(query string) (ids []graph.ID, total int) {
	w.Helper()
	const question = `query ($q: String!) { search(query: $q, first: 100) { totalCount nodes { id } } }`
	answer := w.ask(question, map[string]any{"q": query})
	var read struct {
		Data struct {
			Search struct {
				TotalCount int
				Nodes      []struct{ ID graph.ID }
			}
		}
		Errors []any
	}
	if err := json.Unmarshal(answer, &read); err != nil || len(read.Errors) > 0 {
		w.Fatalf("search for %q is answered %s", query, answer)
	}
	for _, node := range read.Data.Search.Nodes {
		ids = append(ids, node.ID)
	}
	return ids, read.Data.Search.TotalCount
}

// A word that thousands have hides none of those that have a rare one, too. With
// TEST_LONG=1 in the environment every node is looked for.
func searchesAmongMany(w *world) {
	nodes := w.importsCrowd()
	if _, total := w.found("zulu"); total != 6_100 {
		w.Errorf("found %d with a name in Zulu, want 6100", total)
	}
	if ids, total := w.found("Zulu number06050"); total != 1 || ids[0] != "zulu-06050" {
		w.Errorf("found %d, %v", total, ids)
	}
	every := 997
	if os.Getenv("TEST_LONG") != "" {
		every = 1
	}
	for i := 0; i < len(nodes); i += every {
		node := nodes[i]
		text := node.Values["title"].Text() + node.Values["name"].Text()
		if ids, _ := w.found(text); len(ids) == 0 || ids[0] != node.ID {
			w.Errorf("%q finds %v, not %s", text, ids, node.ID)
		}
	}
}

// numberedWords are different words.
func numberedWords(from, to int) string {
	words := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		words = append(words, fmt.Sprintf("w%03d", i))
	}
	return strings.Join(words, " ")
}

func searchesLongTitles(w *world) {
	w.load(fmt.Sprintf("facts: [{ id: ban, type: Ban, title: %q, phase: PLANNED }]", numberedWords(0, 190)))
	for _, query := range []string{"w189", numberedWords(126, 190), numberedWords(0, 64), "w000 w150 w189"} {
		if ids, total := w.found(query); total != 1 || !slices.Equal(ids, []graph.ID{"ban"}) {
			w.Errorf("%s finds %v", query, ids)
		}
	}
	if _, total := w.found("w189 w190"); total != 0 {
		w.Errorf("found %d with a word that no title has", total)
	}
}

func refusesSearches(w *world) {
	for query, want := range map[string]string{
		"":                   `{"code":"BAD_USER_INPUT","argument":"query"}`,
		"?!&-":               `{"code":"BAD_USER_INPUT","argument":"query"}`,
		numberedWords(0, 65): `{"code":"LIMIT_EXCEEDED","argument":"query"}`,
	} {
		answer := w.ask(`query ($q: String!) { search(query: $q) { totalCount } }`, map[string]any{"q": query})
		var read struct {
			Errors []struct {
				Extensions struct {
					Code     string `json:"code"`
					Argument string `json:"argument"`
				}
			}
		}
		if err := json.Unmarshal(answer, &read); err != nil || len(read.Errors) != 1 {
			w.Errorf("search for %q is answered %s", query, answer)
			continue
		}
		if got, _ := json.Marshal(read.Errors[0].Extensions); string(got) != want {
			w.Errorf("search for %q is answered %s", query, answer)
		}
	}
}
