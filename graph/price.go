package graph

import "math"

// What is reckoned for what a plan does not bound. Plain lists are the roles of
// a fact, of which few have more; a count may read an index without end, but no
// rows of it.
const (
	rowsOfList  = 10
	rowsOfCount = 10
)

// Price is how many rows a store reads at most to answer the plan, by the page
// sizes along each path. What is part of a row costs nothing. It depends on the
// plan alone: not on the store, nor on what is in it.
func (p *Plan) Price() int {
	total := 0
	for _, f := range p.Fetches {
		total = addPrice(total, f.price())
	}
	return total
}

func (f *Fetch) price() int {
	rows := 0
	switch match := f.Match.(type) {
	case ByID:
		rows = len(match.IDs)
	case ByType, ByWords:
		rows = f.Window.Limit
	}
	total := rows
	if f.Count {
		total = addPrice(total, rowsOfCount)
	}
	return addPrice(total, f.Shape.price(rows))
}

// price is that of what is followed from a number of rows.
func (s *Shape) price(parents int) int {
	total := 0
	for _, follow := range s.Follows {
		total = addPrice(total, follow.price(parents))
	}
	return total
}

func (f *Follow) price(parents int) int {
	rows := TimesPrice(parents, rowsFor(f.Extent))
	total := rows
	if f.Count {
		total = addPrice(total, TimesPrice(parents, rowsOfCount))
	}
	if f.MiddleShape != nil {
		total = addPrice(total, addPrice(rows, f.MiddleShape.price(rows)))
	}
	return addPrice(total, f.Shape.price(rows))
}

// rowsFor is how many rows a follow has for one parent.
func rowsFor(e Extent) int {
	switch extent := e.(type) {
	case *Window:
		return extent.Limit
	case Stored:
		if !extent.One {
			return rowsOfList
		}
	}
	return 1
}

// addPrice adds prices, up to the greatest number.
func addPrice(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

// TimesPrice multiplies a price, up to the greatest number.
func TimesPrice(a, b int) int {
	if b > 0 && a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}
