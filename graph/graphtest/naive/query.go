package naive

import (
	"cmp"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// end is a node that something leads to, and how it was come by.
type end struct {
	node *graph.Node
	// middle is the node in between, if there was one; link the last link.
	middle *graph.Node
	link   graph.Link
	// rank is that of a search result.
	rank string
}

func (s *state) fetch(f *plan.Fetch) (*plan.Rows, error) {
	if match, ok := f.Match.(plan.ByPaths); ok {
		return s.paths(f, match)
	}
	return s.nodesOf(f), nil
}

// nodesOf are the rows of a fetch of nodes.
func (s *state) nodesOf(f *plan.Fetch) *plan.Rows {
	row := func(e end) *plan.Row { return s.row(e, f.Shape, nil) }
	switch match := f.Match.(type) {
	case plan.ByID:
		rows := &plan.Rows{}
		for _, id := range match.IDs {
			var found *plan.Row
			if n := s.nodes[s.stands(id)]; n != nil && slices.Contains(f.Types, n.Type) {
				found = row(end{node: n})
			}
			rows.Rows = append(rows.Rows, found)
		}
		return rows
	case plan.ByIdentifier:
		rows := &plan.Rows{Rows: make([]*plan.Row, 1)}
		for _, n := range s.nodes {
			if slices.Contains(f.Types, n.Type) && slices.Contains(graph.Identifiers(n), match.Identifier) {
				rows.Rows[0] = row(end{node: n})
			}
		}
		return rows
	case plan.ByType:
		return s.list(s.all(f.Types, match.Filter), f.Window, &f.Counted, row)
	case plan.ByWords:
		return page(s.search(f.Types, match.Words), f.Window, func(e end) *plan.Row {
			found := row(e)
			if f.Matches {
				found.Match = matchOf(graph.SearchedTexts(e.node, s.partsOf(e.node)), match.Words, e.rank)
			}
			return found
		})
	default:
		panic("naive: unknown match")
	}
}

// all are the nodes of some types that pass a filter.
func (s *state) all(types []*graph.Type, filter plan.Filter) []end {
	var ends []end
	for _, n := range s.nodes {
		if slices.Contains(types, n.Type) && s.passes(n, filter) {
			ends = append(ends, end{node: n})
		}
	}
	return ends
}

func (s *state) row(e end, shape, middle *plan.Shape) *plan.Row {
	row := &plan.Row{ID: e.node.ID, Type: e.node.Type, Rank: e.rank, Status: e.link.Status}
	if e.link.Type != nil {
		row.Role = e.link.Type.Field
	}
	for _, p := range shape.Properties {
		row.Values = append(row.Values, s.value(e.node, p))
	}
	if shape.Contributions {
		row.Contributions = s.contributionsOf(e.node)
	}
	if shape.Verifications {
		row.Verifications = s.verified[e.node.ID]
	}
	for _, f := range shape.Follows {
		row.Follows = append(row.Follows, s.follow(e.node, f))
	}
	if middle != nil {
		row.Via = s.row(end{node: e.middle}, middle, nil)
	}
	return row
}

func (s *state) follow(n *graph.Node, f *plan.Follow) *plan.Rows {
	if !slices.Contains(f.Parents, n.Type) {
		return nil
	}
	row := func(e end) *plan.Row { return s.row(e, f.Shape, f.ViaShape) }
	ends := s.ends(n, f.Path)
	w, paged := f.Extent.(*plan.Window)
	if _, none := f.Extent.(plan.NoRows); paged || none {
		ends = slices.DeleteFunc(distinct(ends), func(e end) bool { return !s.passes(e.node, f.Filter) })
		return s.list(ends, w, &f.Counted, row)
	}
	if f.Extent == (plan.Latest{}) {
		ends = ends[:min(len(ends), 1)]
	}
	rows := &plan.Rows{}
	for _, e := range ends {
		rows.Rows = append(rows.Rows, row(e))
	}
	return rows
}

// list is a page of all there is, or none of it without a window, with what is told of
// all.
func (s *state) list(all []end, w *plan.Window, c *plan.Counted, row func(end) *plan.Row) *plan.Rows {
	rows := &plan.Rows{Total: len(all)}
	if w != nil {
		rows = page(all, w, row)
	}
	s.count(all, c, rows)
	return rows
}

// ends are all ends of a path, over two steps those by the latest middle first.
func (s *state) ends(n *graph.Node, path plan.Path) []end {
	ends := s.step(n, path.Steps[0])
	if len(path.Steps) == 1 {
		return ends
	}
	var far []end
	for _, e := range ends {
		if path.Via != nil && !s.passes(e.node, path.Via.Filter) {
			continue
		}
		for _, next := range s.step(e.node, path.Steps[1]) {
			next.middle = e.node
			far = append(far, next)
		}
	}
	slices.SortStableFunc(far, func(a, b end) int { return later(a.middle, b.middle) })
	return far
}

func (s *state) step(n *graph.Node, step graph.Step) []end {
	var ends []end
	if !step.Reverse {
		for _, l := range n.Links {
			if slices.Contains(step.Links, l.Type) {
				ends = append(ends, end{node: s.nodes[l.To], link: l})
			}
		}
		return ends
	}
	for _, from := range s.referrers[n.ID] {
		for _, l := range from.Links {
			if l.To == n.ID && slices.Contains(step.Links, l.Type) {
				ends = append(ends, end{node: from, link: l})
			}
		}
	}
	return ends
}

// later orders nodes by time, the latest first, those without one last, and
// then by id.
func later(a, b *graph.Node) int {
	x, y := timeOf(a), timeOf(b)
	switch {
	case x == y:
		return cmp.Compare(a.ID, b.ID)
	case x == "":
		return 1
	case y == "":
		return -1
	default:
		return cmp.Compare(y, x)
	}
}

func timeOf(n *graph.Node) string {
	p := n.Type.TimeProperty()
	if p == nil {
		return ""
	}
	return dateOf(n, p).SortKey()
}

// dateOf is the zero date if there is none.
func dateOf(n *graph.Node, p *graph.Property) graph.PartialDate {
	// What is stored was validated; the error is that of a missing date.
	date, _ := graph.ParsePartialDate(n.Values[p.Name].Text())
	return date
}

// distinct keeps the first end at each node.
func distinct(ends []end) []end {
	seen := map[*graph.Node]bool{}
	return slices.DeleteFunc(ends, func(e end) bool {
		again := seen[e.node]
		seen[e.node] = true
		return again
	})
}

// page puts ends in order and takes a page of them.
func page(ends []end, w *plan.Window, row func(end) *plan.Row) *plan.Rows {
	slices.SortFunc(ends, func(a, b end) int { return compare(w.Order, positionOf(a, w.Order), positionOf(b, w.Order)) })
	rows := &plan.Rows{Total: len(ends)}
	var inside []end
	for _, e := range ends {
		at := positionOf(e, w.Order)
		ahead := w.After != nil && compare(w.Order, at, *w.After) <= 0
		behind := w.Before != nil && compare(w.Order, at, *w.Before) >= 0
		rows.Earlier, rows.More = rows.Earlier || ahead, rows.More || behind
		if !ahead && !behind {
			inside = append(inside, e)
		}
	}
	if over := len(inside) - w.Limit; over > 0 && w.Backward {
		inside, rows.Earlier = inside[over:], true
	} else if over > 0 {
		inside, rows.More = inside[:w.Limit], true
	}
	for _, e := range inside {
		rows.Rows = append(rows.Rows, row(e))
	}
	return rows
}

func positionOf(e end, order []plan.Order) plan.Position {
	var at plan.Position
	for _, term := range order {
		switch p := term.Property; {
		case p == plan.RankProperty:
			at = append(at, graph.Text(e.rank))
		case p.Kind == graph.KindDate:
			at = append(at, presentText(dateOf(e.node, p).SortKey()))
		default:
			at = append(at, valueOf(e.node, p))
		}
	}
	return at
}

func presentText(s string) graph.Value {
	if s == "" {
		return graph.Value{}
	}
	return graph.Text(s)
}

// compare orders positions; missing values are last in both directions.
func compare(order []plan.Order, a, b plan.Position) int {
	for i, term := range order {
		c := 0
		switch {
		case a[i].Missing() && b[i].Missing():
		case a[i].Missing():
			c = 1
		case b[i].Missing():
			c = -1
		case term.Descending:
			c = compareValues(b[i], a[i])
		default:
			c = compareValues(a[i], b[i])
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// compareValues orders values that are there. UTF-8 sorts by code point.
func compareValues(a, b graph.Value) int {
	switch x := a.Any().(type) {
	case int64:
		y, _ := b.Any().(int64)
		return cmp.Compare(x, y)
	case float64:
		y, _ := b.Any().(float64)
		return cmp.Compare(x, y)
	default:
		return cmp.Compare(a.Text(), b.Text())
	}
}
