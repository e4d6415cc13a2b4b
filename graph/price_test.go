package graph

import (
	"math"
	"testing"
)

func TestPrice(t *testing.T) {
	leaf := &Shape{}
	page := func(limit int) *Window { return &Window{Limit: limit} }
	shape := func(follows ...*Follow) *Shape { return &Shape{Follows: follows} }
	follow := func(extent Extent, shape *Shape) *Follow { return &Follow{Extent: extent, Shape: shape} }
	root := func(limit int, shape *Shape) *Fetch {
		return &Fetch{Match: ByType{}, Window: page(limit), Shape: shape}
	}
	deep := leaf
	for range 40 {
		deep = shape(follow(page(100), deep))
	}
	for name, c := range map[string]struct {
		fetches []*Fetch
		want    int
	}{
		"nothing":            {nil, 0},
		"one by id":          {[]*Fetch{{Match: ByID{IDs: []ID{"a"}}, Shape: leaf}}, 1},
		"three by id":        {[]*Fetch{{Match: ByID{IDs: []ID{"a", "b", "a"}}, Shape: leaf}}, 3},
		"no ids":             {[]*Fetch{{Match: ByID{}, Shape: shape(follow(page(25), leaf))}}, 0},
		"page":               {[]*Fetch{root(25, leaf)}, 25},
		"empty page, count":  {[]*Fetch{{Match: ByType{}, Window: page(0), Count: true, Shape: leaf}}, rowsOfCount},
		"search":             {[]*Fetch{{Match: ByWords{}, Window: page(10), Shape: leaf}}, 10},
		"properties":         {[]*Fetch{root(25, &Shape{Properties: make([]*Property, 50)})}, 25},
		"two root fields":    {[]*Fetch{root(25, leaf), root(10, leaf)}, 35},
		"page in page":       {[]*Fetch{root(25, shape(follow(page(10), leaf)))}, 25 + 250},
		"two beside another": {[]*Fetch{root(25, shape(follow(page(10), leaf), follow(page(4), leaf)))}, 25 + 250 + 100},
		"one object":         {[]*Fetch{root(25, shape(follow(Stored{One: true}, leaf)))}, 50},
		"latest":             {[]*Fetch{root(25, shape(follow(Latest{}, leaf)))}, 50},
		"plain list":         {[]*Fetch{root(25, shape(follow(Stored{}, leaf)))}, 25 + 25*rowsOfList},
		"counts":             {[]*Fetch{root(25, shape(&Follow{Extent: page(0), Count: true, Shape: leaf}))}, 25 + 25*rowsOfCount},
		"facts of edges":     {[]*Fetch{root(5, shape(&Follow{Extent: page(10), Shape: leaf, MiddleShape: shape(follow(page(2), leaf))}))}, 5 + 50 + 50 + 100},
		"without end":        {[]*Fetch{root(100, deep), root(1, leaf)}, math.MaxInt},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (&Plan{Fetches: c.fetches}).Price(); got != c.want {
				t.Errorf("%d rows, want %d", got, c.want)
			}
		})
	}
}
