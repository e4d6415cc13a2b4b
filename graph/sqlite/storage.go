package sqlite

import (
	"errors"
	"slices"
	"time"

	"companygraph/graph"
	"companygraph/graph/write"

	"github.com/ncruces/go-sqlite3"
)

// storage is the store's side of one change: it reads and writes rows inside the
// transaction that the writing connection has begun.
type storage struct {
	conn   *conn
	layout *layout
	// rids has what was read or given of ids: 0 for one that nobody has used.
	rids map[graph.ID]int64
	// lastRid is the last one that was given, once that is known; fresh are the
	// ids that got theirs in this change.
	lastRid int64
	fresh   map[graph.ID]bool
	// names and numbers are those of datasets.
	names   map[int64]string
	numbers map[string]int64
	// gathered takes rows that may be written later; nil if none may.
	gathered *gathered
}

// writeGathered writes the rows that wait, before somebody looks for them.
func (s *storage) writeGathered() error {
	if s.gathered == nil {
		return nil
	}
	return s.gathered.write(s.conn)
}

var _ write.Storage = (*storage)(nil)

func newStorage(c *conn, l *layout) (*storage, error) {
	s := &storage{conn: c, layout: l, rids: map[graph.ID]int64{}, fresh: map[graph.ID]bool{}, numbers: map[string]int64{}}
	var err error
	s.names, err = datasetNames(c)
	for number, name := range s.names {
		s.numbers[name] = number
	}
	return s, err
}

// Head implements write.Storage.
func (s *storage) Head() (write.Revision, error) {
	last, err := readRevisions(s.conn, "ORDER BY number DESC LIMIT 1")
	if err != nil || len(last) == 0 {
		return write.Revision{}, err
	}
	return last[0], nil
}

// readRevisions reads revisions by what follows FROM.
func readRevisions(c *conn, where constant, args ...any) ([]write.Revision, error) {
	var all []write.Revision
	err := c.run("SELECT number, at, author, reason, dataset, load, key FROM revision "+string(where), args, func(row *sqlite3.Stmt) error {
		all = append(all, write.Revision{
			Number: row.ColumnInt64(0), At: time.UnixMicro(row.ColumnInt64(1)).UTC(), Author: row.ColumnText(2),
			Reason: row.ColumnText(3), Dataset: row.ColumnText(4), Load: row.ColumnInt64(5), Key: row.ColumnText(6),
		})
		return nil
	})
	return all, err
}

// Find implements write.Storage.
func (s *storage) Find(ids []graph.ID) (map[graph.ID]write.Found, error) {
	const text = "SELECT c0, i.rid, i.marked, n.id, n.type, n.dataset, n.since FROM rows(?) CROSS JOIN id i ON i.id = c1 LEFT JOIN node n ON n.rid = i.rid"
	found := map[graph.ID]write.Found{}
	var gone []graph.ID
	err := s.conn.readRows(text, len(ids), 2, func(b *binder, i int) {
		s.rids[ids[i]] = 0
		b.int(int64(i))
		b.text(string(ids[i]))
	}, func(row *sqlite3.Stmt) error {
		id := ids[row.ColumnInt(0)]
		s.rids[id] = row.ColumnInt64(1)
		f := write.Found{Marked: row.ColumnBool(2)}
		if row.ColumnType(3) == sqlite3.NULL {
			gone = append(gone, id)
		} else {
			f.ID, f.Type = graph.ID(row.ColumnText(3)), s.layout.typeOf[row.ColumnInt(4)]
			f.Sole, f.Since = s.names[row.ColumnInt64(5)], row.ColumnInt64(6)
			s.rids[f.ID] = row.ColumnInt64(1)
		}
		found[id] = f
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, s.findGone(gone, found)
}

// findGone completes what is known of ids of which there is no node now.
func (s *storage) findGone(ids []graph.ID, found map[graph.ID]write.Found) error {
	const text = "SELECT id FROM node_past WHERE rid = ? LIMIT 1"
	for _, id := range ids {
		f := found[id]
		f.ID = id
		found[id] = f
	}
	return s.conn.readEach(text, len(ids), func(b *binder, i int) { b.int(s.rids[ids[i]]) }, func(i int, row *sqlite3.Stmt) error {
		f := found[ids[i]]
		f.ID, f.Used = graph.ID(row.ColumnText(0)), true
		found[ids[i]] = f
		return nil
	})
}

// know looks up the rids of ids that were not met yet.
func (s *storage) know(ids []graph.ID) error {
	var unmet []graph.ID
	for _, id := range ids {
		if _, met := s.rids[id]; !met {
			s.rids[id] = 0
			unmet = append(unmet, id)
		}
	}
	return s.conn.readRows("SELECT c0, rid FROM rows(?) CROSS JOIN id ON id = c1", len(unmet), 2, func(b *binder, i int) {
		b.int(int64(i))
		b.text(string(unmet[i]))
	}, func(row *sqlite3.Stmt) error {
		s.rids[unmet[row.ColumnInt(0)]] = row.ColumnInt64(1)
		return nil
	})
}

// known are the ids that are in use, and their rids.
func (s *storage) known(ids []graph.ID) (used []graph.ID, rids []int64, err error) {
	if err := s.know(ids); err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		if rid := s.rids[id]; rid != 0 {
			used, rids = append(used, id), append(rids, rid)
		}
	}
	return used, rids, nil
}

// Load implements write.Storage.
func (s *storage) Load(ids []graph.ID) (map[graph.ID]*write.Stored, error) {
	_, rids, err := s.known(ids)
	if err != nil {
		return nil, err
	}
	w := &wholes{conn: s.conn, layout: s.layout, met: func(id graph.ID, rid int64) { s.rids[id] = rid }, datasets: s.names}
	read, err := w.read(rids)
	loaded := make(map[graph.ID]*write.Stored, len(read))
	for _, stored := range read {
		loaded[stored.Node.ID] = stored
	}
	return loaded, err
}

// Identified implements write.Storage.
func (s *storage) Identified(keys []graph.Identifier) (map[graph.Identifier]graph.ID, error) {
	const text = "SELECT c0, n.id, n.rid FROM rows(?) CROSS JOIN identifier i ON i.scheme = c1 AND i.value = c2 CROSS JOIN node n ON n.rid = i.rid"
	known := map[graph.Identifier]graph.ID{}
	err := s.conn.readRows(text, len(keys), 3, func(b *binder, i int) {
		b.int(int64(i))
		b.text(keys[i].Scheme)
		b.text(keys[i].Value)
	}, func(row *sqlite3.Stmt) error {
		id := graph.ID(row.ColumnText(1))
		known[keys[row.ColumnInt(0)]], s.rids[id] = id, row.ColumnInt64(2)
		return nil
	})
	return known, err
}

// Referrers implements write.Storage.
func (s *storage) Referrers(ids []graph.ID, links []*graph.LinkType) (map[graph.ID][]graph.ID, error) {
	if err := s.writeGathered(); err != nil {
		return nil, err
	}
	ids, rids, err := s.known(ids)
	if err != nil {
		return nil, err
	}
	r := newRenderer(s.layout)
	r.text("SELECT c0, b.type, b.id, b.src FROM rows(?) CROSS JOIN back b ON b.dst = c1")
	// To look under each of all links would take longer than to read all rows.
	if len(links) < len(s.layout.model.Links) {
		r.text(" AND b.type IN ")
		r.numbers(r.linkNumbers(links))
	}
	referrers := map[graph.ID][]graph.ID{}
	err = s.conn.readRows(r.sql.String(), len(ids), 2, func(b *binder, i int) {
		b.int(int64(i))
		b.int(rids[i])
	}, func(row *sqlite3.Stmt) error {
		if s.layout.linkOf[row.ColumnInt(1)] == nil {
			return nil // one of any kind, which is there twice, or that the schema has no longer
		}
		of, id := ids[row.ColumnInt(0)], graph.ID(row.ColumnText(2))
		s.rids[id] = row.ColumnInt64(3)
		referrers[of] = append(referrers[of], id)
		return nil
	})
	for of, list := range referrers {
		slices.Sort(list)
		referrers[of] = slices.Compact(list)
	}
	return referrers, err
}

// Aliases implements write.Storage.
func (s *storage) Aliases(ids []graph.ID) (map[graph.ID][]graph.ID, error) {
	ids, rids, err := s.known(ids)
	if err != nil {
		return nil, err
	}
	const text = "SELECT id FROM id WHERE rid = ? AND since IS NOT NULL ORDER BY id"
	aliases := map[graph.ID][]graph.ID{}
	err = s.conn.readEach(text, len(ids), func(b *binder, i int) { b.int(rids[i]) }, func(i int, row *sqlite3.Stmt) error {
		aliases[ids[i]] = append(aliases[ids[i]], graph.ID(row.ColumnText(0)))
		return nil
	})
	return aliases, err
}

// Dataset implements write.Storage.
func (s *storage) Dataset(name string) (*write.Dataset, error) {
	found, err := readDatasets(s.conn, "WHERE name = ?", name)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// readDatasets reads datasets by what follows FROM.
func readDatasets(c *conn, where constant, args ...any) ([]write.Dataset, error) {
	var all []write.Dataset
	err := c.run("SELECT name, title, priority, nodes, loaded_in FROM dataset "+string(where), args, func(row *sqlite3.Stmt) error {
		all = append(all, write.Dataset{
			Name: row.ColumnText(0), Title: row.ColumnText(1), Priority: row.ColumnInt(2), Nodes: row.ColumnInt(3), LoadedIn: row.ColumnInt64(4),
		})
		return nil
	})
	return all, err
}

// Contributors implements write.Storage. The index by type has the datasets, so
// that no node needs to be read.
func (s *storage) Contributors(dataset string, after graph.ID, limit int) ([]graph.ID, error) {
	number, known := s.numbers[dataset]
	if !known {
		return nil, nil
	}
	r := newRenderer(s.layout)
	r.text("SELECT id FROM (")
	for i, t := range publicTypes(s.layout.model) {
		r.text(conditional(i > 0, " UNION ALL ", ""))
		r.text("SELECT n.id FROM node n WHERE n.type = ")
		r.number(s.layout.types[t])
		r.text(" AND n.id > ?1 AND (n.dataset = ?2 OR n.dataset = 0 AND EXISTS (SELECT 1 FROM contribution c WHERE c.rid = n.rid AND c.dataset = ?2))")
	}
	r.text(" ORDER BY id LIMIT ?3)")
	var ids []graph.ID
	err := s.conn.run(r.sql.String(), []any{after, number, limit}, func(row *sqlite3.Stmt) error {
		ids = append(ids, graph.ID(row.ColumnText(0)))
		return nil
	})
	return ids, err
}

// publicTypes are those of all nodes but parts.
func publicTypes(m *graph.Model) []*graph.Type {
	return slices.DeleteFunc(slices.Clone(m.Ordered), func(t *graph.Type) bool { return t.Class == graph.PartClass })
}

// Kept implements write.Storage.
func (s *storage) Kept(author, key string) (*write.KeptKey, error) {
	var kept *write.KeptKey
	const text = "SELECT digest, at, revision, result FROM idempotency WHERE author = ? AND key = ?"
	err := s.conn.run(text, []any{author, key}, func(row *sqlite3.Stmt) error {
		kept = &write.KeptKey{
			Author: author, Key: key, Digest: row.ColumnText(0), At: time.UnixMicro(row.ColumnInt64(1)).UTC(),
			Revision: row.ColumnInt64(2), Result: row.ColumnBlob(3, nil),
		}
		return nil
	})
	return kept, err
}

// giveRid gives an id a rid if it has none. A rid stands for the same id for good.
func (s *storage) giveRid(id graph.ID) error {
	if s.rids[id] != 0 {
		return nil
	}
	if s.lastRid == 0 {
		last, err := readInt(s.conn.Conn, "SELECT value FROM meta WHERE key = 'rid'")
		if err != nil {
			return err
		}
		s.lastRid = int64(last)
	}
	s.lastRid++
	s.rids[id], s.fresh[id] = s.lastRid, true
	return nil
}

// rid is that of an id that is known to be in use.
func (s *storage) rid(id graph.ID) (int64, error) {
	if rid := s.rids[id]; rid != 0 {
		return rid, nil
	}
	return 0, errors.New("sqlite: a row is about a node that was not written: " + id.Legible())
}
