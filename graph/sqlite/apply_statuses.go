package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/write"

	"github.com/ncruces/go-sqlite3"
)

// findTypes reads the types of facts whose statuses change, while they are there:
// the type of a fact tells which links its roles are.
func (a *application) findTypes() error {
	a.types = map[graph.ID]*graph.Type{}
	all := a.delta.Statuses
	return a.conn.readEach("SELECT type FROM node WHERE rid = ?", len(all), func(b *binder, i int) { b.int(a.rids[all[i].Fact]) },
		func(i int, row *sqlite3.Stmt) error {
			a.types[all[i].Fact] = a.layout.typeOf[row.ColumnInt(0)]
			return nil
		})
}

// bindStatus gives a statement the key of what a status is of: a fact, and a link
// type and an entity, or twice 0 for the whole of it.
func (a *application) bindStatus(b *binder, s *write.StatusDelta) {
	b.int(a.rids[s.Fact])
	kind := 0
	if t := a.types[s.Fact]; t != nil && s.Role != "" {
		kind = a.layout.links[t.Link(s.Role)]
	}
	b.int(int64(kind))
	b.int(a.rids[s.Entity])
}

// putStatuses changes statuses in place, and keeps the old ones.
func (a *application) putStatuses() error {
	all := a.delta.Statuses
	keep := insertion{into: "INSERT OR FAIL INTO status_past (fact, type, dst, status, until)", width: 5}
	err := a.conn.insert(keep, len(all), func(b *binder, i int) {
		a.bindStatus(b, &all[i])
		b.text(string(all[i].Old))
		b.int(a.revision)
	})
	if err != nil {
		return err
	}
	var facts, parts []write.StatusDelta
	for _, s := range all {
		switch {
		case s.New == "":
		case s.Role == "":
			facts = append(facts, s)
		default:
			parts = append(parts, s)
		}
	}
	err = a.conn.writeEach("UPDATE node SET p_status = ?2 WHERE rid = ?1", len(facts), func(b *binder, i int) {
		b.int(a.rids[facts[i].Fact])
		b.text(string(facts[i].New))
	})
	if err != nil {
		return err
	}
	return a.conn.writeEach("UPDATE link SET status = ?4 WHERE src = ?1 AND type = ?2 AND dst = ?3", len(parts), func(b *binder, i int) {
		a.bindStatus(b, &parts[i])
		b.text(string(parts[i].New))
	})
}
