package neo4j

import (
	"cmp"
	"slices"
	"time"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/graph/write"
)

// decoder turns the lists that statements answer into rows.
type decoder struct {
	model *graph.Model
	// fields leads from relationship types back to the fields of their links.
	fields map[string]string
	// reading counts the rows of the plan.
	reading *store.Reading
	// datasets are all there are, if the plan asks for what they say.
	datasets []write.Dataset
}

func newDecoder(m *graph.Model, plan *plan.Plan) *decoder {
	d := &decoder{model: m, fields: map[string]string{}, reading: store.NewReading(plan)}
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

func (c *cells) number() int64 {
	n, _ := c.take().(int64)
	return n
}

func (c *cells) truth() bool {
	b, _ := c.take().(bool)
	return b
}

func (c *cells) time() time.Time {
	t, _ := c.take().(time.Time)
	return t.UTC()
}

func (c *cells) bytes() []byte {
	b, _ := c.take().([]byte)
	return b
}

func (c *cells) cells() *cells {
	list, _ := c.take().([]any)
	return &cells{list: list}
}

// all hands out the entries of a list of lists.
func (c *cells) all() []*cells {
	lists, _ := c.take().([]any)
	all := make([]*cells, len(lists))
	for i, list := range lists {
		one, _ := list.([]any)
		all[i] = &cells{list: one}
	}
	return all
}

// row reads what [renderer.row] writes.
func (d *decoder) row(c *cells, shape *plan.Shape) (*plan.Row, error) {
	row := &plan.Row{ID: c.id(), Type: d.model.Types[graph.TypeName(c.text())]}
	row.Values = make([]graph.Value, len(shape.Properties))
	for i, p := range shape.Properties {
		row.Values[i] = value(p, c.take())
	}
	if err := d.reading.Row(row); err != nil {
		return nil, err
	}
	if shape.Contributions {
		if err := d.contributions(c.cells(), row); err != nil {
			return nil, err
		}
	}
	if shape.Verifications {
		row.Verifications = c.text()
	}
	row.Follows = make([]*plan.Rows, len(shape.Follows))
	for i, f := range shape.Follows {
		var err error
		if row.Follows[i], err = d.follow(c.cells(), f); err != nil {
			return nil, err
		}
	}
	return row, nil
}

// contributions reads what [statement.whole] writes.
func (d *decoder) contributions(c *cells, into *plan.Row) error {
	stored := wholeOf(d.model, c)
	if stored == nil {
		return nil
	}
	var err error
	into.Contributions, err = write.ContributionsJSON(d.model, stored, d.dataset)
	return err
}

func (d *decoder) dataset(name string) (*write.Dataset, error) {
	i := slices.IndexFunc(d.datasets, func(known write.Dataset) bool { return known.Name == name })
	if i < 0 {
		return nil, nil
	}
	return &d.datasets[i], nil
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
func (d *decoder) follow(c *cells, f *plan.Follow) (*plan.Rows, error) {
	list, total, probes := c.cells(), int(c.number()), c.cells()
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
	rows := &plan.Rows{Total: total}
	w, paged := f.Extent.(*plan.Window)
	if _, none := f.Extent.(plan.NoRows); none {
		return rows, d.tallied(c, &f.Counted, rows)
	}
	if !paged {
		slices.SortFunc(read, func(a, b ordered) int { return cmp.Compare(a.position, b.position) })
		rows.Rows = plainRows(read)
		return rows, nil
	}
	page(rows, w, f.Shape, plainRows(read))
	for _, side := range w.Probes {
		rows.Probed(side, probes.number() > 0)
	}
	return rows, d.tallied(c, &f.Counted, rows)
}

// ordered is a row with its position in a plain list.
type ordered struct {
	*plan.Row
	position int64
}

func plainRows(read []ordered) []*plan.Row {
	rows := make([]*plan.Row, len(read))
	for i, r := range read {
		rows[i] = r.Row
	}
	return rows
}

// extras reads what [renderer.extras] writes.
func (d *decoder) extras(c *cells, f *plan.Follow, into *ordered) error {
	if _, stored := f.Extent.(plan.Stored); stored {
		into.position, _ = c.take().(int64)
		into.Role = d.fields[c.text()]
		into.Status = c.text()
	}
	if f.ViaShape == nil {
		return nil
	}
	var err error
	into.Via, err = d.row(c.cells(), f.ViaShape)
	return err
}

// page puts rows in the order of the window, and takes off the one that was
// read to see whether there are more.
func page(into *plan.Rows, w *plan.Window, shape *plan.Shape, rows []*plan.Row) {
	keys := make([]int, len(w.Order))
	for i, term := range w.Order {
		keys[i] = slices.IndexFunc(shape.Properties, func(p *graph.Property) bool { return p.Name == term.Property.Name })
	}
	positions := make(map[*plan.Row]plan.Position, len(rows))
	for _, row := range rows {
		positions[row] = plan.PositionOf(row, w.Order, keys)
	}
	slices.SortFunc(rows, func(a, b *plan.Row) int { return w.Compare(positions[a], positions[b]) })
	into.Cut(w, rows)
}
