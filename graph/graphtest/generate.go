// Package graphtest holds what every store must do, as tests, and generators
// of graphs for tests and benchmarks.
package graphtest

import (
	"fmt"
	"math/rand/v2"

	"companygraph/graph"
)

// Size is how large a generated graph is.
type Size struct{ Firms, People, Events, Sources int }

// Benchmark is the graph of the benchmarks.
var Benchmark = Size{Firms: 20_000, People: 5_000, Events: 60_000, Sources: 30_000}

// Times is the size n times as large.
func (s Size) Times(n int) Size {
	return Size{Firms: s.Firms * n, People: s.People * n, Events: s.Events * n, Sources: s.Sources * n}
}

// Generator makes a graph out of a seed: the same seed gives the same graph.
// Each event has one to five participants and one claim with evidence.
type Generator struct {
	model  *graph.Model
	size   Size
	random *rand.Rand
	// popular skews the choice of firms, so that there are hubs.
	popular *rand.Zipf
}

// NewGenerator makes a generator.
func NewGenerator(m *graph.Model, size Size, seed uint64) *Generator {
	random := rand.New(rand.NewPCG(seed, seed))
	return &Generator{
		model: m, size: size, random: random,
		popular: rand.NewZipf(random, 1.3, 20, uint64(size.Firms-1)),
	}
}

// countries is how many countries the firms are spread over, and countryCodes
// the codes of these, which have to be assigned.
const (
	countries    = 100
	countryCodes = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCD" +
		"CFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHU"
)

// Country is the code of the n-th country of a generated graph.
func Country(n int) string { return countryCodes[2*n : 2*n+2] }

// FirmID is the id of the n-th firm of a generated graph.
func FirmID(n int) graph.ID { return graph.ID(fmt.Sprintf("firm-%07d", n)) }

// PersonID is the id of the n-th person.
func PersonID(n int) graph.ID { return graph.ID(fmt.Sprintf("person-%07d", n)) }

// EventID is the id of the n-th event.
func EventID(n int) graph.ID { return graph.ID(fmt.Sprintf("event-%07d", n)) }

// SourceID is the id of the n-th source.
func SourceID(n int) graph.ID { return graph.ID(fmt.Sprintf("source-%07d", n)) }

func claimID(n int) graph.ID { return graph.ID(fmt.Sprintf("claim-%07d", n)) }

// Batches calls each with the graph, piece by piece; what a piece refers to
// is in it or in an earlier one.
func (g *Generator) Batches(pieceSize int, each func(Batch) error) error {
	var piece Batch
	flush := func() error {
		if len(piece.Nodes) == 0 {
			return nil
		}
		err := each(piece)
		piece = Batch{}
		return err
	}
	add := func(nodes ...*graph.Node) error {
		piece.Nodes = append(piece.Nodes, nodes...)
		if len(piece.Nodes) < pieceSize {
			return nil
		}
		return flush()
	}
	for _, kind := range []struct {
		n    int
		node func(int) []*graph.Node
	}{
		{g.size.Sources, g.source}, {g.size.Firms, g.firm}, {g.size.People, g.person}, {g.size.Events, g.event},
	} {
		for i := range kind.n {
			if err := add(kind.node(i)...); err != nil {
				return err
			}
		}
	}
	return flush()
}

func (g *Generator) node(id graph.ID, typeName graph.TypeName, values map[string]graph.Value) *graph.Node {
	t := g.model.Types[typeName]
	for _, p := range t.Properties {
		if _, given := values[p.Name]; !given && p.Required && p.List {
			values[p.Name] = graph.Text("[]")
		}
	}
	return &graph.Node{ID: id, Type: t, Values: values}
}

func link(node *graph.Node, field string, to graph.ID) {
	node.Links = append(node.Links, graph.Link{Type: node.Type.Link(field), To: to})
}

var (
	stems = []string{"Albion", "Borealis", "Cobalt", "Delta", "Everest", "Fjord", "Granit", "Helios", "Indigo", "Juniper", "Krypton", "Lumen", "Meridian", "Nimbus", "Orion", "Pinnacle", "Quartz", "Rubicon", "Sable", "Tundra"}
	trade = []string{"Software", "Foods", "Motors", "Energy", "Security", "Media", "Retail", "Steel", "Textiles", "Robotics"}
)

func pickOne(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

func (g *Generator) source(i int) []*graph.Node {
	return []*graph.Node{g.node(SourceID(i), "Source", map[string]graph.Value{
		"title":       graph.Text(fmt.Sprintf("Report %d on %s", i, pickOne(g.random, stems))),
		"publisher":   graph.Text(pickOne(g.random, stems) + " Post"),
		"publishedOn": graph.Text(g.day()),
		"language":    graph.Text("en"),
	})}
}

func (g *Generator) firm(i int) []*graph.Node {
	kind := graph.TypeName("Company")
	if i%10 == 0 {
		kind = "Retailer"
	}
	return []*graph.Node{g.node(FirmID(i), kind, map[string]graph.Value{
		"name":    graph.Text(fmt.Sprintf("%s %s %d", pickOne(g.random, stems), pickOne(g.random, trade), i)),
		"country": graph.Text(Country(g.random.IntN(countries))),
		"founded": graph.Text(fmt.Sprint(1900 + g.random.IntN(120))),
		"sector":  graph.Text(pickOne(g.random, trade)),
	})}
}

func (g *Generator) person(i int) []*graph.Node {
	return []*graph.Node{g.node(PersonID(i), "Person", map[string]graph.Value{
		"name": graph.Text(fmt.Sprintf("%s %s %d", pickOne(g.random, stems), pickOne(g.random, stems), i)),
	})}
}

func (g *Generator) day() string {
	return fmt.Sprintf("%04d-%02d-%02d", 1990+g.random.IntN(35), 1+g.random.IntN(12), 1+g.random.IntN(28))
}

// eventRoles are the kinds of events with the roles that firms and people take.
var eventRoles = []struct {
	kind          graph.TypeName
	firms, people string
}{
	{"Ban", "targets", "advocates"},
	{"Statement", "about", "speakers"},
	{"Breach", "victims", "suspects"},
	{"Investigation", "subjects", "investigators"},
}

func (g *Generator) event(i int) []*graph.Node {
	roles := eventRoles[g.random.IntN(len(eventRoles))]
	event := g.node(EventID(i), roles.kind, map[string]graph.Value{
		"title":   graph.Text(fmt.Sprintf("%s number %d", roles.kind, i)),
		"phase":   graph.Text("OCCURRED"),
		"several": graph.Bool(false),
		"date":    graph.Text(g.day()),
	})
	firms := map[graph.ID]bool{}
	for range 1 + g.random.IntN(4) {
		if id := FirmID(int(g.popular.Uint64())); !firms[id] {
			firms[id] = true
			link(event, roles.firms, id)
		}
	}
	if g.random.IntN(2) == 0 {
		link(event, roles.people, PersonID(g.random.IntN(g.size.People)))
	}
	return []*graph.Node{event, g.claim(i)}
}

func (g *Generator) claim(i int) *graph.Node {
	claim := g.node(claimID(i), "Claim", map[string]graph.Value{
		"stance": graph.Text("ASSERTS"), "attribution": graph.Text("SOURCE"),
		"evidence": graph.Text(fmt.Sprintf(`[{"start":%d,"end":%d,"sha256":"%064x"}]`, i%900, i%900+80, i)),
	})
	link(claim, "fact", EventID(i))
	link(claim, "source", SourceID(g.random.IntN(g.size.Sources)))
	return claim
}
