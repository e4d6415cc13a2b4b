package neo4j

import (
	"cmp"
	"slices"

	"companygraph/graph"
)

// decoder turns the lists that statements answer into rows.
type decoder struct {
	model *graph.Model
	// fields leads from relationship types back to the fields of their links.
	fields map[string]string
	// reading counts the rows of the plan.
	reading *graph.Reading
}

func newDecoder(m *graph.Model, plan *graph.Plan) *decoder {
	d := &decoder{model: m, fields: map[string]string{}, reading: graph.NewReading(plan)}
	for _, l := range m.Links {
		d.fields[relationshipType(l)] = l.Field
	}
	return d
}

// cells hands out the entries of a list in turn.
type cells struct {
	list []any
	next int
}

func (c *cells) take() any {
	v := c.list[c.next]
	c.next++
	return v
}

func (c *cells) text() string {
	s, _ := c.take().(string)
	return s
}

func (c *cells) id() graph.ID { return publicID(c.text()) }

func (c *cells) cells() *cells {
	list, _ := c.take().([]any)
	return &cells{list: list}
}

// row reads what [renderer.row] writes.
func (d *decoder) row(c *cells, shape *graph.Shape) (*graph.Row, error) {
	row := &graph.Row{ID: c.id(), Type: d.model.Types[graph.TypeName(c.text())]}
	row.Values = make([]graph.Value, len(shape.Properties))
	for i, p := range shape.Properties {
		row.Values[i] = value(p, c.take())
	}
	if err := d.reading.Row(row); err != nil {
		return nil, err
	}
	row.Follows = make([]*graph.Rows, len(shape.Follows))
	for i, f := range shape.Follows {
		var err error
		if row.Follows[i], err = d.follow(c.cells(), f); err != nil {
			return nil, err
		}
	}
	return row, nil
}

func value(p *graph.Property, v any) graph.Value {
	switch v := v.(type) {
	case string:
		if p.Kind == graph.KindID {
			v = unkey(v)
		}
		return graph.Text(v)
	case bool:
		return graph.Bool(v)
	case int64:
		if p.Kind == graph.KindFloat {
			return graph.Float(float64(v))
		}
		return graph.Int(v)
	case float64:
		return graph.Float(v)
	default:
		return graph.Value{}
	}
}

// follow reads what [renderer.answered] writes.
func (d *decoder) follow(c *cells, f *graph.Follow) (*graph.Rows, error) {
	list, total, probes := c.cells(), number(c.take()), c.cells()
	read := make([]ordered, len(list.list))
	for i := range read {
		one := list.cells()
		row, err := d.row(one, f.Shape)
		if err != nil {
			return nil, err
		}
		read[i].Row = row
		if err := d.extras(one, f, &read[i]); err != nil {
			return nil, err
		}
	}
	rows := &graph.Rows{Total: total}
	w, paged := f.Extent.(*graph.Window)
	if !paged {
		slices.SortFunc(read, func(a, b ordered) int { return cmp.Compare(a.place, b.place) })
		rows.Rows = plainRows(read)
		return rows, nil
	}
	page(rows, w, f.Shape, plainRows(read))
	for _, side := range w.Probes {
		rows.Probed(side, number(probes.take()) > 0)
	}
	return rows, nil
}

// ordered is a row with its place in a plain list.
type ordered struct {
	*graph.Row
	place int64
}

func plainRows(read []ordered) []*graph.Row {
	rows := make([]*graph.Row, len(read))
	for i, r := range read {
		rows[i] = r.Row
	}
	return rows
}

// extras reads what [renderer.extras] writes.
func (d *decoder) extras(c *cells, f *graph.Follow, into *ordered) error {
	if _, stored := f.Extent.(graph.Stored); stored {
		into.place, _ = c.take().(int64)
		into.Role = d.fields[c.text()]
		into.Status = c.text()
	}
	if f.MiddleShape == nil {
		return nil
	}
	var err error
	into.Middle, err = d.row(c.cells(), f.MiddleShape)
	return err
}

func number(v any) int {
	n, _ := v.(int64)
	return int(n)
}

// page puts rows in the order of the window, and takes off the one that was
// read to see whether there are more.
func page(into *graph.Rows, w *graph.Window, shape *graph.Shape, rows []*graph.Row) {
	keys := make([]int, len(w.Order))
	for i, term := range w.Order {
		keys[i] = slices.IndexFunc(shape.Properties, func(p *graph.Property) bool { return p.Name == term.Property.Name })
	}
	positions := make(map[*graph.Row]graph.Position, len(rows))
	for _, row := range rows {
		positions[row] = graph.PositionOf(row, w.Order, keys)
	}
	slices.SortFunc(rows, func(a, b *graph.Row) int { return w.Compare(positions[a], positions[b]) })
	into.Cut(w, rows)
}
