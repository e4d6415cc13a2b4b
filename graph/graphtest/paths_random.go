package graphtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// PathGraph is a random graph in which entities are joined in many ways: by facts of
// several types, by several facts of one type, and by one fact in several roles.
// Some entities are in many facts, and statuses are of all kinds.
func PathGraph(m *graph.Model, random *rand.Rand) Batch {
	g := &pathGrower{sampler: sampler{model: m}, random: random}
	g.add("source", "Source", nil, nil)
	for i := range 3 + random.IntN(9) {
		id := graph.ID(fmt.Sprint(pickOf(random, "a", "B", "é", "🦊", "\uE000"), i))
		g.add(id, pickOf(random, graph.TypeName("Company"), "Retailer"), values{"name": string(id)}, nil)
		g.actors = append(g.actors, id)
	}
	for i := range 2 + random.IntN(16) {
		g.fact(graph.ID(fmt.Sprint(pickOf(random, "f", "F", "ö", "🧭"), i)))
	}
	return g.batch
}

type pathGrower struct {
	sampler
	random *rand.Rand
	actors []graph.ID
	claims int
}

func pickOf[T any](random *rand.Rand, list ...T) T { return list[random.IntN(len(list))] }

// some are up to n entities; the first ones are in many facts.
func (g *pathGrower) some(n int) []graph.ID {
	var ids []graph.ID
	seen := map[graph.ID]bool{}
	for range g.random.IntN(n + 1) {
		id := pickOf(g.random, g.actors...)
		if g.random.IntN(3) == 0 {
			id = g.actors[g.random.IntN(2)]
		}
		if !seen[id] {
			ids = append(ids, id)
		}
		seen[id] = true
	}
	return ids
}

func (g *pathGrower) fact(id graph.ID) {
	var links ends
	kind := pickOf(g.random, graph.TypeName("Ban"), "Statement", "Ownership", "Supply")
	switch kind {
	case "Ban":
		links = ends{"advocates": g.some(2), "imposedBy": g.some(1), "targets": g.some(2), "appliesTo": g.some(1)}
	case "Statement":
		links = ends{"speakers": g.some(2), "about": g.some(2)}
	case "Ownership":
		links = ends{"owner": g.some(1), "asset": g.some(1)}
	default:
		links = ends{"supplier": g.some(1), "customer": g.some(1)}
	}
	dated := values{"title": string(id), "phase": pickOf(g.random, "OCCURRED", "ONGOING", "PLANNED"), "supplyKind": "MAKES"}
	if g.random.IntN(4) > 0 {
		dated["date"] = pickOf(g.random, "2015/2016", "2016/2018", "2017/..", "../2016")
	}
	g.add(id, kind, dated, links)
	for range g.random.IntN(3) {
		g.claim(id, "")
	}
	for _, role := range g.model.Types[kind].Roles {
		for _, entity := range links[role.Field] {
			if g.random.IntN(5) == 0 {
				g.claimOn(id, role.Field, entity)
			}
		}
	}
}

func (g *pathGrower) claim(fact graph.ID, on string) {
	g.claims++
	texts := values{"stance": pickOf(g.random, "ASSERTS", "ALLEGES", "CONFIRMS", "DENIES", "DOUBTS", "RETRACTS"), "attribution": "UNNAMED"}
	if on != "" {
		texts["on"] = on
	}
	g.add(graph.ID(fmt.Sprint("claim", g.claims)), "Claim", texts, ends{"fact": {fact}, "source": {"source"}})
}

func (g *pathGrower) claimOn(fact graph.ID, role string, entity graph.ID) {
	on, err := json.Marshal(map[string]string{"role": role})
	if err != nil {
		panic(err) // it is text
	}
	g.claim(fact, string(on))
	claim := g.batch.Nodes[len(g.batch.Nodes)-1]
	claim.Links = append(claim.Links, graph.Link{Type: claim.Type.Link(graph.ParticipantLink), To: entity})
}

// PathMatch is a random search for paths in a graph.
func PathMatch(m *graph.Model, random *rand.Rand, b Batch) plan.ByPaths {
	var entities, facts []graph.ID
	for _, n := range b.Nodes {
		switch n.Type.Class {
		case graph.EntityClass:
			entities = append(entities, n.ID)
		case graph.FactClass:
			facts = append(facts, n.ID)
		}
	}
	random.Shuffle(len(entities), func(i, j int) { entities[i], entities[j] = entities[j], entities[i] })
	match := plan.ByPaths{
		From: entities[0], To: entities[1], MaxHops: 1 + random.IntN(8), First: pickOf(random, 1, 2, 3, 10, 100),
		NodeTypes: m.Concrete("Node"), FactTypes: m.Concrete("Fact"), FactShape: &plan.Shape{}, SkippedShape: &plan.Shape{},
	}
	if random.IntN(3) == 0 {
		match.Filter = plan.OneOf{Property: m.Property("Fact", graph.StatusProperty), Not: random.IntN(2) == 0, Values: []graph.Value{graph.Text("ASSERTED"), graph.Text("UNSUPPORTED")}}
	}
	if random.IntN(3) == 0 {
		match.Avoid = []graph.ID{entities[2], pickOf(random, facts...)}
	}
	if random.IntN(2) == 0 {
		match.MaxDegree = 1 + random.IntN(5)
	}
	return match
}

// PathPlan asks for paths alone, with nothing of their nodes but ids.
func PathPlan(m *graph.Model, match plan.ByPaths) *plan.Plan {
	return &plan.Plan{Fetches: []*plan.Fetch{{Name: "paths", Match: match, Types: m.Concrete("Entity"), Shape: &plan.Shape{}}}}
}

// PathsText writes what was found.
func PathsText(found *plan.FoundPaths) string {
	var b strings.Builder
	for _, hops := range found.Paths {
		b.WriteString(string(hops[0].From.ID))
		for _, h := range hops {
			fmt.Fprintf(&b, " -%s(%s)%s[%s]- %s", h.FromRole, h.Fact.ID, h.ToRole, h.Status, h.To.ID)
		}
		b.WriteString("\n")
	}
	b.WriteString(string(found.Truncation))
	for _, row := range found.Skipped {
		b.WriteString(" " + string(row.ID))
	}
	return b.String()
}
