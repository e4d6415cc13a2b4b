package sqlite

import (
	"cmp"
	"slices"

	"companygraph/graph"
	"companygraph/graph/write"

	"github.com/ncruces/go-sqlite3"
)

// wholes reads nodes whole: with links, parts and contributions.
type wholes struct {
	conn   *conn
	layout *layout
	// at is the revision after which they are read; 0 for the present.
	at int64
	// met is told the rids of what is read, and of what that leads to; nil if
	// nobody wants to know.
	met func(graph.ID, int64)
	// datasets are the names of datasets by number.
	datasets map[int64]string
}

// wholesAtOnce is how many nodes one statement reads.
const wholesAtOnce = 1000

// read reads nodes by their rids; nodes that are not there are left out.
func (w *wholes) read(rids []int64) (map[int64]*write.Stored, error) {
	all := make(map[int64]*write.Stored, len(rids))
	for chunk := range slices.Chunk(rids, wholesAtOnce) {
		if err := w.readSome(chunk, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (w *wholes) readSome(rids []int64, all map[int64]*write.Stored) error {
	owners := map[int64]*write.Stored{}
	nodes, err := w.nodes(rids, func(rid int64, node *graph.Node, dataset, since int64) {
		owners[rid] = &write.Stored{Node: node, Since: since, Sole: w.datasets[dataset]}
		all[rid] = owners[rid]
	})
	if err != nil {
		return err
	}
	if err := w.contributions(owners); err != nil {
		return err
	}
	for len(nodes) > 0 {
		parts, err := w.links(nodes, owners)
		if err != nil {
			return err
		}
		owners = parts
		nodes, err = w.nodes(keys(parts), func(rid int64, part *graph.Node, _, _ int64) {
			parts[rid].Parts = append(parts[rid].Parts, part)
		})
		if err != nil {
			return err
		}
	}
	for _, rid := range rids {
		if s := all[rid]; s != nil {
			slices.SortFunc(s.Parts, func(a, b *graph.Node) int { return cmp.Compare(a.ID, b.ID) })
		}
	}
	return nil
}

func keys[V any](m map[int64]V) []int64 {
	list := make([]int64, 0, len(m))
	for rid := range m {
		list = append(list, rid)
	}
	slices.Sort(list)
	return list
}

// statement is a statement for the present, or the one for the past with the
// revision as its second parameter.
func (w *wholes) run(present, past string, rids []int64, each func(*sqlite3.Stmt) error) error {
	if len(rids) == 0 {
		return nil
	}
	if w.at == 0 {
		return w.conn.run(present, []any{ridList(rids)}, each)
	}
	return w.conn.run(past, []any{ridList(rids), w.at}, each)
}

// nodes reads nodes with their values alone.
func (w *wholes) nodes(rids []int64, each func(rid int64, node *graph.Node, dataset, since int64)) (map[int64]*graph.Node, error) {
	nodes := map[int64]*graph.Node{}
	err := w.run(w.layout.texts.nodes, w.layout.texts.nodesPast, rids, func(s *sqlite3.Stmt) error {
		t := w.layout.typeOf[s.ColumnInt(2)]
		if t == nil {
			return nil // the schema has it no longer
		}
		rid, node := s.ColumnInt64(0), &graph.Node{ID: graph.ID(s.ColumnText(1)), Type: t, Values: map[string]graph.Value{}}
		const first = 3
		for i, p := range w.layout.columns {
			if v := columnValue(s, first+i, p.Property); !v.Missing() {
				node.Values[p.Name] = v
			}
		}
		behind := first + len(w.layout.columns)
		w.meet(node.ID, rid)
		nodes[rid] = node
		each(rid, node, s.ColumnInt64(behind), s.ColumnInt64(behind+1))
		return nil
	})
	return nodes, err
}

func (w *wholes) meet(id graph.ID, rid int64) {
	if w.met != nil {
		w.met(id, rid)
	}
}

// Links in the order in which they were written, with the ids they lead to: the
// id of a rid never changes, so that any state tells it.
const (
	linksNow = `SELECT l.src, l.type, l.ord, l.dst, d.id, l.status
FROM json_each(?1) p CROSS JOIN link l ON l.src = p.value CROSS JOIN node d ON d.rid = l.dst
ORDER BY 1, 3`
	linksThen = `SELECT l.src, l.type, l.ord, l.dst,
ifnull((SELECT d.id FROM node d WHERE d.rid = l.dst), (SELECT d.id FROM node_past d WHERE d.rid = l.dst LIMIT 1)),
ifnull((SELECT s.status FROM status_past s WHERE s.fact = l.src AND s.type = l.type AND s.dst = l.dst AND s.until > ?2 ORDER BY s.until LIMIT 1),
  (SELECT c.status FROM link c WHERE c.src = l.src AND c.type = l.type AND c.dst = l.dst))
FROM (
  SELECT l.src, l.type, l.ord, l.dst FROM json_each(?1) p CROSS JOIN link l ON l.src = p.value WHERE l.since <= ?2
  UNION ALL
  SELECT l.src, l.type, l.ord, l.dst FROM json_each(?1) p CROSS JOIN link_past l ON l.src = p.value WHERE l.since <= ?2 AND l.until > ?2
) l ORDER BY 1, 3`
)

// links reads the links of nodes, and returns the owners of the parts that they
// lead to.
func (w *wholes) links(nodes map[int64]*graph.Node, owners map[int64]*write.Stored) (parts map[int64]*write.Stored, err error) {
	parts = map[int64]*write.Stored{}
	err = w.run(linksNow, linksThen, keys(nodes), func(s *sqlite3.Stmt) error {
		t := w.layout.linkOf[s.ColumnInt(1)]
		if t == nil {
			return nil // the schema has it no longer
		}
		src, dst, to := s.ColumnInt64(0), s.ColumnInt64(3), graph.ID(s.ColumnText(4))
		w.meet(to, dst)
		nodes[src].Links = append(nodes[src].Links, graph.Link{Type: t, To: to, Status: s.ColumnText(5)})
		if t.Part {
			parts[dst] = owners[src]
		}
		return nil
	})
	return parts, err
}

const (
	contributionsNow = `SELECT c.rid, c.dataset, c.record, c.written, c.body FROM json_each(?1) p CROSS JOIN contribution c ON c.rid = p.value ORDER BY 1`
	// A row without a body says that the dataset was the sole one.
	contributionsThen = `SELECT c.rid, c.dataset, c.record, c.written, c.body FROM json_each(?1) p CROSS JOIN contribution c ON c.rid = p.value WHERE c.since <= ?2
UNION ALL
SELECT c.rid, c.dataset, c.record, c.written, c.body FROM json_each(?1) p CROSS JOIN contribution_past c ON c.rid = p.value WHERE c.since <= ?2 AND c.until > ?2`
)

// contributions reads those of nodes that several records are about.
func (w *wholes) contributions(nodes map[int64]*write.Stored) error {
	err := w.run(contributionsNow, contributionsThen, w.contributed(nodes), func(s *sqlite3.Stmt) error {
		node, dataset := nodes[s.ColumnInt64(0)], w.datasets[s.ColumnInt64(1)]
		if s.ColumnType(4) == sqlite3.NULL {
			node.Sole = dataset
			return nil
		}
		node.Contributions = append(node.Contributions, write.Contribution{
			Dataset: dataset, Record: graph.ID(s.ColumnText(2)), Since: s.ColumnInt64(3), Body: s.ColumnText(4),
		})
		return nil
	})
	for _, node := range nodes {
		if node.Contributions != nil {
			node.Sole = ""
		}
		slices.SortFunc(node.Contributions, func(a, b write.Contribution) int {
			return cmp.Or(cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.Record, b.Record))
		})
	}
	return err
}

// contributed are the nodes that may have contributions of their own: in the
// past any, as its row says only who was the sole one at last.
func (w *wholes) contributed(nodes map[int64]*write.Stored) []int64 {
	rids := keys(nodes)
	if w.at > 0 {
		return rids
	}
	return slices.DeleteFunc(rids, func(rid int64) bool { return nodes[rid].Sole != "" })
}

// datasetNames reads the names of datasets by their numbers.
func datasetNames(c *conn) (map[int64]string, error) {
	names := map[int64]string{}
	err := c.run("SELECT number, name FROM dataset", nil, func(s *sqlite3.Stmt) error {
		names[s.ColumnInt64(0)] = s.ColumnText(1)
		return nil
	})
	return names, err
}
