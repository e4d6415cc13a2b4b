package plan

import (
	"math"
	"testing"

	"companygraph/graph"
)

func TestCost(t *testing.T) {
	leaf := &Shape{}
	page := func(limit int) *Window { return &Window{Limit: limit} }
	shape := func(follows ...*Follow) *Shape { return &Shape{Follows: follows} }
	follow := func(extent Extent, shape *Shape) *Follow { return &Follow{Extent: extent, Shape: shape} }
	root := func(limit int, shape *Shape) *Fetch {
		return &Fetch{Match: ByType{}, Window: page(limit), Shape: shape}
	}
	facet := func(limit int, shape *Shape) Counted { return Counted{Facets: []*Facet{{Limit: limit, Shape: shape}}} }
	deep := leaf
	for range 40 {
		deep = shape(follow(page(100), deep))
	}
	for name, c := range map[string]struct {
		fetches []*Fetch
		want    int
	}{
		"nothing":            {nil, 0},
		"one by id":          {[]*Fetch{{Match: ByID{IDs: []graph.ID{"a"}}, Shape: leaf}}, 1},
		"three by id":        {[]*Fetch{{Match: ByID{IDs: []graph.ID{"a", "b", "a"}}, Shape: leaf}}, 3},
		"no ids":             {[]*Fetch{{Match: ByID{}, Shape: shape(follow(page(25), leaf))}}, 0},
		"page":               {[]*Fetch{root(25, leaf)}, 25},
		"empty page, count":  {[]*Fetch{{Match: ByType{}, Window: page(0), Count: true, Shape: leaf}}, rowsOfCount},
		"search":             {[]*Fetch{{Match: ByWords{}, Window: page(10), Shape: leaf}}, 10},
		"properties":         {[]*Fetch{root(25, &Shape{Properties: make([]*graph.Property, 50)})}, 25},
		"two root fields":    {[]*Fetch{root(25, leaf), root(10, leaf)}, 35},
		"page in page":       {[]*Fetch{root(25, shape(follow(page(10), leaf)))}, 25 + 250},
		"two beside another": {[]*Fetch{root(25, shape(follow(page(10), leaf), follow(page(4), leaf)))}, 25 + 250 + 100},
		"one object":         {[]*Fetch{root(25, shape(follow(Stored{One: true}, leaf)))}, 50},
		"latest":             {[]*Fetch{root(25, shape(follow(Latest{}, leaf)))}, 50},
		"plain list":         {[]*Fetch{root(25, shape(follow(Stored{}, leaf)))}, 25 + 25*rowsOfList},
		"counts":             {[]*Fetch{root(25, shape(&Follow{Extent: page(0), Count: true, Shape: leaf}))}, 25 + 25*rowsOfCount},
		"facts of edges":     {[]*Fetch{root(5, shape(&Follow{Extent: page(10), Shape: leaf, ViaShape: shape(follow(page(2), leaf))}))}, 5 + 50 + 50 + 100},
		"no rows":            {[]*Fetch{{Match: ByType{}, Count: true, Shape: leaf}}, rowsOfCount},
		"no rows of each":    {[]*Fetch{root(25, shape(&Follow{Extent: NoRows{}, Count: true, Shape: leaf}))}, 25 + 25*rowsOfCount},
		"facet":              {[]*Fetch{{Match: ByType{}, Counted: facet(10, nil), Shape: leaf}}, 10},
		"facet counted":      {[]*Fetch{{Match: ByType{}, Counted: Counted{Facets: []*Facet{{Limit: 7, Count: true}}}, Shape: leaf}}, 7 + rowsOfCount},
		"nodes of a facet":   {[]*Fetch{{Match: ByType{}, Counted: facet(10, shape(follow(page(3), leaf))), Shape: leaf}}, 10 + 10 + 30},
		"facet of each":      {[]*Fetch{root(25, shape(&Follow{Extent: NoRows{}, Counted: facet(4, leaf), Shape: leaf}))}, 25 + 25*4*2},
		"histograms":         {[]*Fetch{{Match: ByType{}, Counted: Counted{Histograms: []*Histogram{{By: Year}, {By: Day}}}, Shape: leaf}}, 100 + MaxBuckets},
		"without end":        {[]*Fetch{root(100, deep), root(1, leaf)}, math.MaxInt},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (&Plan{Fetches: c.fetches}).Cost(nil); got != c.want {
				t.Errorf("%d rows, want %d", got, c.want)
			}
		})
	}
}

// What is in the graph bounds what may be read of it.
func TestCostOfWhatIsKnown(t *testing.T) {
	entity, fact, claim := &graph.Type{Name: "Company"}, &graph.Type{Name: "Ban"}, &graph.Type{Name: "Claim"}
	target, about := &graph.LinkType{Name: "Ban.targets"}, &graph.LinkType{Name: "Claim.fact"}
	known := &Counts{
		Nodes: map[*graph.Type]int{entity: 20, fact: 18, claim: 23},
		Links: map[*graph.LinkType]int{target: 45, about: 23},
	}
	leaf := &Shape{}
	page := func(limit int) *Window { return &Window{Limit: limit} }
	shape := func(follows ...*Follow) *Shape { return &Shape{Follows: follows} }
	root := func(limit int, shape *Shape) *Fetch {
		return &Fetch{Match: ByType{}, Window: page(limit), Types: []*graph.Type{entity}, Shape: shape}
	}
	one := func(shape *Shape) *Fetch {
		return &Fetch{Match: ByID{IDs: []graph.ID{"a"}}, Types: []*graph.Type{entity}, Shape: shape}
	}
	step := func(link *graph.LinkType, reverse bool) Path {
		return Path{Steps: []graph.Step{{Links: []*graph.LinkType{link}, Reverse: reverse}}}
	}
	facts := func(extent Extent, shape *Shape) *Follow {
		return &Follow{Extent: extent, Path: step(target, true), Types: []*graph.Type{fact}, Shape: shape}
	}
	entities := func(shape *Shape) *Follow {
		return &Follow{Extent: Stored{}, Path: step(target, false), Types: []*graph.Type{entity}, Shape: shape}
	}
	claims := func(shape *Shape) *Follow {
		return &Follow{Extent: page(25), Path: step(about, true), Types: []*graph.Type{claim}, Shape: shape}
	}
	over := &Follow{Extent: page(25), Path: Path{Steps: []graph.Step{{}, {}}}, Types: []*graph.Type{entity}, Shape: leaf}
	for name, c := range map[string]struct {
		fetch *Fetch
		want  int
	}{
		"small page":             {root(10, leaf), 10},
		"page beyond the graph":  {root(25, leaf), 20},
		"facts of one":           {one(shape(facts(page(25), leaf))), 1 + 18},
		"facts of different":     {root(25, shape(facts(page(25), leaf))), 20 + 45},
		"small pages of each":    {root(25, shape(facts(page(2), leaf))), 20 + 40},
		"claims of facts of all": {root(25, shape(facts(page(25), shape(claims(leaf))))), 20 + 45 + 20*23},
		"plain lists":            {one(shape(facts(page(25), shape(entities(leaf))))), 1 + 18 + 45},
		// A list may have an entity twice, so that each is a group of its own.
		"two hops":    {one(shape(facts(page(25), shape(entities(shape(facts(page(25), leaf))))))), 1 + 18 + 45 + 45*18},
		"three hops":  {one(shape(facts(page(25), shape(entities(shape(facts(page(25), shape(entities(leaf))))))))), 1 + 18 + 45 + 45*18 + 45*45},
		"over a fact": {root(25, shape(over)), 20 + 20*20},
	} {
		t.Run(name, func(t *testing.T) {
			p := &Plan{Fetches: []*Fetch{c.fetch}}
			if got := p.Cost(known); got != c.want {
				t.Errorf("%d rows, want %d", got, c.want)
			}
			if got := p.Cost(nil); got < c.want {
				t.Errorf("%d rows where nothing is known, %d where much is", got, c.want)
			}
			if got := p.Cost(&Counts{}); got > len(c.fetch.Name)+1 {
				t.Errorf("%d rows of an empty graph", got)
			}
		})
	}
}
