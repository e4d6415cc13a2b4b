package sqlite

import (
	"slices"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// putIDs writes the rids that ids got.
func (a *application) putIDs() error {
	var ids []graph.ID
	for id := range a.fresh {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	clear(a.fresh)
	err := a.conn.insert(insertion{into: "INSERT OR FAIL INTO id (id, rid)", width: 2}, len(ids), func(b *binder, i int) {
		b.text(string(ids[i]))
		b.int(a.rids[ids[i]])
	})
	if err != nil {
		return err
	}
	return a.conn.exec("UPDATE meta SET value = ? WHERE key = 'rid'", a.lastRid)
}

// putAliases has ids stand for other nodes from now on, and with them all ids
// that stood for theirs: there are no chains.
func (a *application) putAliases() error {
	for _, alias := range a.delta.Aliases {
		into, err := a.rid(alias.Into)
		if err != nil {
			return err
		}
		if err := a.putAlias(alias.ID, into); err != nil {
			return err
		}
	}
	return nil
}

func (a *application) putAlias(id graph.ID, into int64) error {
	rid, since, err := a.stands(id)
	switch {
	case err != nil || rid == into:
		return err
	case rid == 0:
		return a.conn.exec("INSERT INTO id (id, rid, since) VALUES (?, ?, ?)", id, into, a.revision)
	case since > 0:
		return a.moveAliases("id = ?", id, into)
	}
	if err := a.moveAliases("rid = ? AND since IS NOT NULL", rid, into); err != nil {
		return err
	}
	return a.conn.exec("UPDATE id SET was = rid, rid = ?, since = ? WHERE id = ?", into, a.revision, id)
}

// stands is the rid that an id stands for, and since when that is another's.
func (a *application) stands(id graph.ID) (rid, since int64, err error) {
	err = a.conn.run("SELECT rid, since FROM id WHERE id = ?", []any{id}, func(row *sqlite3.Stmt) error {
		rid, since = row.ColumnInt64(0), row.ColumnInt64(1)
		return nil
	})
	return rid, since, err
}

// moveAliases makes history of what some aliases stand for.
func (a *application) moveAliases(which constant, key any, into int64) error {
	keep := "INSERT INTO id_past (id, rid, since, until) SELECT id, rid, since, ? FROM id WHERE since < ? AND " + string(which)
	if err := a.conn.exec(keep, a.revision, a.revision, key); err != nil {
		return err
	}
	return a.conn.exec("UPDATE id SET rid = ?, since = ? WHERE "+string(which), into, a.revision, key)
}

// putMarks marks ids that loads must not bring back, and takes marks away.
func (a *application) putMarks() error {
	for _, id := range a.delta.Marks {
		if err := a.giveRid(id); err != nil {
			return err
		}
	}
	if err := a.putIDs(); err != nil {
		return err
	}
	for marked, ids := range map[int64][]graph.ID{1: a.delta.Marks, 0: a.delta.Unmarks} {
		err := a.conn.writeEach("UPDATE id SET marked = nullif(?, 0) WHERE id = ?", len(ids), func(b *binder, i int) {
			b.int(marked)
			b.text(string(ids[i]))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
