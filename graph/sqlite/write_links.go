package sqlite

import (
	"errors"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// linkRow is a row of link but for its src.
type linkRow struct {
	kind, ord int
	dst       int64
	status    string
}

// backKey and backRow are a row of back but for its src and id.
type (
	backKey struct {
		dst  int64
		kind int
	}
	backRow struct {
		start int
		at    string
	}
)

// setLinks makes the links that start at a node those of its new state, and
// leaves alone the rows that stay as they are.
func (tx *writeTx) setLinks(p pendingLinks) error {
	links, backs, err := tx.wantedRows(p.node)
	if err != nil {
		return err
	}
	if !p.fresh {
		if err := tx.dropRows(p, links, backs); err != nil {
			return err
		}
	}
	for row := range links {
		err := tx.conn.exec("INSERT INTO link (src, type, ord, dst, status, since) VALUES (?, ?, ?, ?, ?, ?)",
			p.rid, row.kind, row.ord, row.dst, orNull(row.status), tx.revision)
		if err != nil {
			return err
		}
	}
	for key, row := range backs {
		err := tx.conn.exec("INSERT INTO back (dst, type, id, src, kind, at, since) VALUES (?, ?, ?, ?, ?, ?, ?)",
			key.dst, key.kind, p.node.ID, p.rid, row.start, orNull(row.at), tx.revision)
		if err != nil {
			return err
		}
	}
	return nil
}

// wantedRows are the rows that a node's new state has; none if it goes.
func (tx *writeTx) wantedRows(node *graph.Node) (map[linkRow]bool, map[backKey]backRow, error) {
	links, backs := map[linkRow]bool{}, map[backKey]backRow{}
	if node == nil {
		return links, backs, nil
	}
	back := backRow{start: tx.known.types[node.Type.Name]}
	if p := node.Type.TimeProperty(); p != nil {
		back.at = graph.SortValue(p, node.Values[p.Name]).Text()
	}
	for i, link := range node.Links {
		dst, known := tx.rids[link.To]
		if !known {
			return nil, nil, errors.New("sqlite: a link leads to a node that was not loaded")
		}
		links[linkRow{tx.known.links[link.Type.Name], i, dst, link.Status}] = true
		for _, key := range tx.backKeys(link.Type, dst) {
			backs[key] = back
		}
	}
	return links, backs, nil
}

// backKeys are those of a link turned round: its own and, for a role, that of
// a role of any kind.
func (tx *writeTx) backKeys(t *graph.LinkType, dst int64) []backKey {
	keys := []backKey{{dst, tx.known.links[t.Name]}}
	if t.Participation {
		keys = append(keys, backKey{dst, 0})
	}
	return keys
}

// dropRows makes history of the current rows that are no longer wanted, and
// takes those that are off what is to be written.
func (tx *writeTx) dropRows(p pendingLinks, links map[linkRow]bool, backs map[backKey]backRow) error {
	old, err := tx.currentLinks(p.rid)
	if err != nil {
		return err
	}
	keys := map[backKey]bool{}
	for _, row := range old {
		if t := tx.known.linkOf[row.kind]; t != nil {
			for _, key := range tx.backKeys(t, row.dst) {
				keys[key] = true
			}
		}
		if links[row] {
			delete(links, row)
		} else if err := tx.dropLink(p.rid, row); err != nil {
			return err
		}
	}
	for key := range keys {
		if err := tx.dropBack(p.rid, key, backs); err != nil {
			return err
		}
	}
	return nil
}

func (tx *writeTx) currentLinks(rid int64) ([]linkRow, error) {
	var rows []linkRow
	err := tx.conn.run("SELECT type, ord, dst, status FROM link WHERE src = ?", []any{rid}, func(s *sqlite3.Stmt) error {
		rows = append(rows, linkRow{s.ColumnInt(0), s.ColumnInt(1), s.ColumnInt64(2), s.ColumnText(3)})
		return nil
	})
	return rows, err
}

func (tx *writeTx) dropLink(rid int64, row linkRow) error {
	const keep = "INSERT INTO link_past (src, type, ord, dst, status, since, until) SELECT src, type, ord, dst, status, since, ? FROM link WHERE src = ? AND type = ? AND ord = ? AND since < ?"
	if err := tx.conn.exec(keep, tx.revision, rid, row.kind, row.ord, tx.revision); err != nil {
		return err
	}
	return tx.conn.exec("DELETE FROM link WHERE src = ? AND type = ? AND ord = ?", rid, row.kind, row.ord)
}

// dropBack makes history of the node's row under a key, unless it is wanted as
// it stands.
func (tx *writeTx) dropBack(rid int64, key backKey, wanted map[backKey]backRow) error {
	var row backRow
	var id string
	const find = "SELECT b.kind, b.at, b.id FROM node n CROSS JOIN back b ON b.dst = ? AND b.type = ? AND b.id = n.id WHERE n.rid = ?"
	err := tx.conn.run(find, []any{key.dst, key.kind, rid}, func(s *sqlite3.Stmt) error {
		row, id = backRow{start: s.ColumnInt(0), at: s.ColumnText(1)}, s.ColumnText(2)
		return nil
	})
	if err != nil {
		return err
	}
	if want, stays := wanted[key]; stays && want == row {
		delete(wanted, key)
		return nil
	}
	const keep = "INSERT INTO back_past (dst, type, id, src, kind, at, since, until) SELECT dst, type, id, src, kind, ifnull(at, ''), since, ? FROM back WHERE dst = ? AND type = ? AND id = ? AND since < ?"
	if err := tx.conn.exec(keep, tx.revision, key.dst, key.kind, id, tx.revision); err != nil {
		return err
	}
	return tx.conn.exec("DELETE FROM back WHERE dst = ? AND type = ? AND id = ?", key.dst, key.kind, id)
}
