package sqlite

import (
	"slices"
	"strconv"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store"
	"companygraph/graph/store/search"
	"companygraph/graph/write"

	"github.com/ncruces/go-sqlite3"
)

// query runs one plan on one connection.
type query struct {
	conn   *conn
	layout *layout
	terms  *search.Dictionary
	// reading counts the rows of a plan.
	reading *store.Reading
	// What rows are made of comes from blocks.
	rowBlock    block[plan.Row]
	valueBlock  block[graph.Value]
	followBlock block[*plan.Rows]
	resultBlock block[plan.Rows]
}

func (q *query) run(p *plan.Plan) (*plan.Result, error) {
	result := &plan.Result{}
	for _, fetch := range p.Fetches {
		rows, err := q.fetch(fetch)
		if err != nil {
			return nil, err
		}
		result.Fetches = append(result.Fetches, rows)
	}
	if p.Datasets {
		all, err := contributing(q.conn)
		if err != nil {
			return nil, err
		}
		result.Datasets = write.DatasetsJSON(all)
	}
	return result, nil
}

func (q *query) fetch(f *plan.Fetch) (*plan.Rows, error) {
	switch match := f.Match.(type) {
	case plan.ByID:
		return q.byID(match.IDs, f.Types, f.Shape)
	case plan.ByIdentifier:
		return q.byIdentifier(match.Identifier, f.Types, f.Shape)
	case plan.ByType:
		return q.byType(f, match)
	case plan.ByWords:
		return q.byWords(f, match)
	case plan.ByPaths:
		return q.byPaths(f, match)
	default:
		panic("sqlite: unknown match")
	}
}

func (q *query) renderer() *renderer { return newRenderer(q.layout) }

// found is what a statement found: rows with the rids of their nodes and of the
// facts that led to them, and the indexes of their parents.
type found struct {
	rows    []*plan.Row
	rids    []int64
	viaRids []int64
	parent  []int
}

// keep adds the part of other that lies between two indexes.
func (f *found) keep(other *found, from, to int) {
	f.rows = append(f.rows, other.rows[from:to]...)
	f.rids = append(f.rids, other.rids[from:to]...)
	if other.viaRids != nil {
		f.viaRids = append(f.viaRids, other.viaRids[from:to]...)
	}
}

// byID reads nodes by their public ids, in that order, nil for those that are
// not there.
func (q *query) byID(ids []graph.ID, types []*graph.Type, shape *plan.Shape) (*plan.Rows, error) {
	r := q.renderer()
	r.byID(ids, types, shape)
	return q.single(r, len(ids), shape)
}

// byIdentifier reads the node that has an identifier; one row, nil if there is
// no such node.
func (q *query) byIdentifier(key graph.Identifier, types []*graph.Type, shape *plan.Shape) (*plan.Rows, error) {
	r := q.renderer()
	r.byIdentifier(key, types, shape)
	return q.single(r, 1, shape)
}

// single reads rows that are asked for one by one, each into its place.
func (q *query) single(r *renderer, places int, shape *plan.Shape) (*plan.Rows, error) {
	got, err := q.load(r, shape, nil)
	if err != nil {
		return nil, err
	}
	rows := make([]*plan.Row, places)
	for i, row := range got.rows {
		rows[got.parent[i]] = row
	}
	return &plan.Rows{Rows: rows}, q.follow(shape, got.rows, got.rids)
}

func (q *query) byType(f *plan.Fetch, match plan.ByType) (*plan.Rows, error) {
	rows := &plan.Rows{}
	var rids []int64
	if f.Window != nil {
		r := q.renderer()
		r.byType(f.Types, match.Filter, f.Window, f.Shape)
		got, err := q.load(r, f.Shape, nil)
		if err != nil {
			return nil, err
		}
		from, to := rows.Cut(f.Window, got.rows)
		rids = got.rids[from:to]
	}
	if err := q.ofAllByType(f, match, rows); err != nil {
		return nil, err
	}
	return rows, q.follow(f.Shape, rows.Rows, rids)
}

// ofAllByType runs the statements of a fetch that tell something of more than its page.
func (q *query) ofAllByType(f *plan.Fetch, match plan.ByType, into *plan.Rows) error {
	if f.Count {
		r := q.renderer()
		r.countByType(f.Types, match.Filter)
		var err error
		if into.Total, err = q.number(r); err != nil {
			return err
		}
	}
	if f.Window != nil {
		for _, side := range f.Window.Probes {
			r := q.renderer()
			r.probeByType(f.Types, match.Filter, f.Window, side)
			left, err := q.number(r)
			if err != nil {
				return err
			}
			into.Probed(side, left > 0)
		}
	}
	return q.count(&f.Counted, []*plan.Rows{into}, func(r *renderer) *list { return r.listByType(f.Types, match.Filter) })
}

// number runs a statement that has a single number as its result.
func (q *query) number(r *renderer) (int, error) {
	n := 0
	err := q.conn.run(r.sql.String(), r.args, func(row *sqlite3.Stmt) error {
		n = row.ColumnInt(0)
		return nil
	})
	return n, err
}

// linkColumns are read of a link along with the node it leads to.
type linkColumns struct {
	role  bool
	shape *plan.Shape
}

// load runs a statement whose columns are those that renderer.columns writes:
// the parent's index, the node, then what extra names.
func (q *query) load(r *renderer, shape *plan.Shape, extra *linkColumns) (*found, error) {
	got := &found{}
	err := q.conn.run(r.sql.String(), r.args, func(s *sqlite3.Stmt) error {
		row, rid, next := q.node(s, 1, shape)
		if err := q.reading.Row(row); err != nil {
			return err
		}
		if extra != nil && extra.role {
			if link := q.layout.linkOf[s.ColumnInt(next)]; link != nil {
				row.Role, row.Status = link.Field, s.ColumnText(next+1)
			}
			next += 2
		}
		if extra != nil && extra.shape != nil {
			via, rid, _ := q.node(s, next, extra.shape)
			if err := q.reading.Row(via); err != nil {
				return err
			}
			row.Via = via
			got.viaRids = append(got.viaRids, rid)
		}
		got.rows = append(got.rows, row)
		got.rids = append(got.rids, rid)
		got.parent = append(got.parent, s.ColumnInt(0))
		return nil
	})
	return got, err
}

// node reads a node's columns from the given one on.
func (q *query) node(s *sqlite3.Stmt, at int, shape *plan.Shape) (row *plan.Row, rid int64, next int) {
	row = &q.rowBlock.take(1)[0]
	row.ID, row.Type = graph.ID(s.ColumnText(at+1)), q.layout.typeOf[s.ColumnInt(at+2)]
	rid = s.ColumnInt64(at)
	at += 3
	row.Values = q.valueBlock.take(len(shape.Properties))
	for i, p := range shape.Properties {
		row.Values[i] = columnValue(s, at+i, p)
	}
	return row, rid, at + len(shape.Properties)
}

func columnValue(s *sqlite3.Stmt, at int, p *graph.Property) graph.Value {
	if s.ColumnType(at) == sqlite3.NULL {
		return graph.Value{}
	}
	switch p.Kind {
	case graph.KindBoolean:
		return graph.Bool(s.ColumnBool(at))
	case graph.KindInt:
		return graph.Int(s.ColumnInt64(at))
	case graph.KindFloat:
		return graph.Float(s.ColumnFloat(at))
	default:
		return graph.Text(s.ColumnText(at))
	}
}

// follow reads on for all rows of a shape.
func (q *query) follow(shape *plan.Shape, rows []*plan.Row, rids []int64) error {
	if shape.Contributions {
		if err := q.contributions(rows, rids); err != nil {
			return err
		}
	}
	if shape.Verifications {
		if err := q.verifications(rows, rids); err != nil {
			return err
		}
	}
	if len(shape.Follows) == 0 {
		return nil
	}
	for _, row := range rows {
		row.Follows = q.followBlock.take(len(shape.Follows))
	}
	for n, f := range shape.Follows {
		parents := gather(f, rows, rids)
		results, err := q.results(f, parents)
		if err != nil {
			return err
		}
		for i, row := range rows {
			if at, ok := parents.index[rids[i]]; ok {
				row.Follows[n] = results[at]
			}
		}
	}
	return nil
}

// parents are the nodes from which a follow starts, each once.
type parents struct {
	rids  []int64
	index map[int64]int
}

func gather(f *plan.Follow, rows []*plan.Row, rids []int64) parents {
	p := parents{index: make(map[int64]int, len(rows))}
	for i, row := range rows {
		if _, known := p.index[rids[i]]; known || !slices.Contains(f.Parents, row.Type) {
			continue
		}
		p.index[rids[i]] = len(p.rids)
		p.rids = append(p.rids, rids[i])
	}
	return p
}

// json lists the parents for json_each, whose key is then the parent's index.
func (p parents) json() string { return ridList(p.rids) }

func ridList(rids []int64) string {
	b := []byte{'['}
	for i, rid := range rids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, rid, 10)
	}
	return string(append(b, ']'))
}

// results reads a follow for all parents at once.
func (q *query) results(f *plan.Follow, from parents) ([]*plan.Rows, error) {
	results := make([]*plan.Rows, len(from.rids))
	for i := range results {
		results[i] = &q.resultBlock.take(1)[0]
	}
	if len(results) == 0 {
		return results, nil
	}
	if _, none := f.Extent.(plan.NoRows); none {
		return results, q.ofAll(f, from, results)
	}
	extra := &linkColumns{role: len(f.Path.Steps) == 1 && !f.Path.Steps[0].Reverse, shape: f.ViaShape}
	r := q.renderer()
	r.follow(f, from.json())
	got, err := q.load(r, f.Shape, extra)
	if err != nil {
		return nil, err
	}
	all := share(f, got, results)
	if err := q.ofAll(f, from, results); err != nil {
		return nil, err
	}
	if err := q.followVia(f, all); err != nil {
		return nil, err
	}
	return results, q.follow(f.Shape, all.rows, all.rids)
}

// share hands the rows found, which are in the order of their parents, to the
// results of each parent, and returns those that were kept.
func share(f *plan.Follow, got *found, results []*plan.Rows) *found {
	all := &found{}
	for from := 0; from < len(got.rows); {
		to := from
		for to < len(got.rows) && got.parent[to] == got.parent[from] {
			to++
		}
		into := results[got.parent[from]]
		if w, paged := f.Extent.(*plan.Window); paged {
			first, last := into.Cut(w, got.rows[from:to])
			all.keep(got, from+first, from+last)
		} else {
			into.Rows = got.rows[from:to]
			all.keep(got, from, to)
		}
		from = to
	}
	return all
}

// followVia reads on from the facts that edges carry.
func (q *query) followVia(f *plan.Follow, all *found) error {
	if f.ViaShape == nil {
		return nil
	}
	facts := make([]*plan.Row, len(all.rows))
	for i, row := range all.rows {
		facts[i] = row.Via
	}
	return q.follow(f.ViaShape, facts, all.viaRids)
}

// ofAll runs the statements of a follow that tell something of more than its page.
func (q *query) ofAll(f *plan.Follow, from parents, results []*plan.Rows) error {
	if f.Count {
		r := q.renderer()
		r.countFollow(f, from.json())
		if err := q.perParent(r, func(at, n int) { results[at].Total = n }); err != nil {
			return err
		}
	}
	if w, paged := f.Extent.(*plan.Window); paged {
		for _, side := range w.Probes {
			r := q.renderer()
			r.probeFollow(f, w, side, from.json())
			if err := q.perParent(r, func(at, n int) { results[at].Probed(side, n > 0) }); err != nil {
				return err
			}
		}
	}
	return q.count(&f.Counted, results, func(r *renderer) *list { return r.listOfFollow(f, from.json()) })
}

// perParent runs a statement that has a number for each parent.
func (q *query) perParent(r *renderer, each func(at, n int)) error {
	return q.conn.run(r.sql.String(), r.args, func(row *sqlite3.Stmt) error {
		each(row.ColumnInt(0), row.ColumnInt(1))
		return nil
	})
}

// contributions reads what datasets say about nodes, each read once.
func (q *query) contributions(rows []*plan.Row, rids []int64) error {
	names, err := datasetNames(q.conn)
	if err != nil {
		return err
	}
	datasets, err := readDatasets(q.conn, "")
	if err != nil {
		return err
	}
	distinct := slices.Clone(rids)
	slices.Sort(distinct)
	read, err := (&wholes{conn: q.conn, layout: q.layout, datasets: names}).read(slices.Compact(distinct))
	if err != nil {
		return err
	}
	byName := func(name string) (*write.Dataset, error) {
		i := slices.IndexFunc(datasets, func(d write.Dataset) bool { return d.Name == name })
		return &datasets[i], nil
	}
	for i, row := range rows {
		if row.Contributions, err = write.ContributionsJSON(q.layout.model, read[rids[i]], byName); err != nil {
			return err
		}
	}
	return nil
}
