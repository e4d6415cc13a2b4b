package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/write"

	"github.com/ncruces/go-sqlite3"
)

// bindPart gives a statement the key of what claims are about.
func (s *storage) bindPart(b *binder, p write.Part) {
	b.int(s.rids[p.Fact])
	b.text(p.Role)
	b.int(s.rids[p.Entity])
}

// knowParts looks up the rids of facts and entities.
func (s *storage) knowParts(n int, part func(i int) write.Part) error {
	var ids []graph.ID
	for i := range n {
		p := part(i)
		ids = append(ids, p.Fact)
		if p.Entity != "" {
			ids = append(ids, p.Entity)
		}
	}
	return s.know(ids)
}

// Stances implements write.Storage.
func (s *storage) Stances(speakers []write.Speaker) (map[write.Speaker][]write.Stance, error) {
	if err := s.knowParts(len(speakers), func(i int) write.Part { return speakers[i].Part }); err != nil {
		return nil, err
	}
	const text = "SELECT stance, made_at, claims, counts FROM stance WHERE fact = ? AND role = ? AND entity = ? AND speaker = ?"
	all := map[write.Speaker][]write.Stance{}
	err := s.conn.readEach(text, len(speakers), func(b *binder, i int) {
		s.bindPart(b, speakers[i].Part)
		b.text(speakers[i].Name)
	}, func(i int, row *sqlite3.Stmt) error {
		all[speakers[i]] = append(all[speakers[i]], write.Stance{
			Speaker: speakers[i], Stance: graph.Stance(row.ColumnText(0)), MadeAt: row.ColumnText(1),
			Claims: row.ColumnInt(2), Counts: row.ColumnBool(3),
		})
		return nil
	})
	return all, err
}

// PutStances implements write.Storage. The facts may be about to be written.
func (s *storage) PutStances(rows []write.Stance) error {
	if err := s.knowParts(len(rows), func(i int) write.Part { return rows[i].Part }); err != nil {
		return err
	}
	var put, gone []write.Stance
	for _, row := range rows {
		if row.Claims == 0 {
			gone = append(gone, row)
			continue
		}
		put = append(put, row)
		for _, id := range []graph.ID{row.Fact, row.Entity} {
			if id == "" {
				continue
			}
			if err := s.giveRid(id); err != nil {
				return err
			}
		}
	}
	key := func(b *binder, row write.Stance) {
		s.bindPart(b, row.Part)
		b.text(row.Name)
		b.text(string(row.Stance))
		b.text(row.MadeAt)
	}
	const drop = "DELETE FROM stance WHERE fact = ? AND role = ? AND entity = ? AND speaker = ? AND stance = ? AND made_at = ?"
	if err := s.conn.writeEach(drop, len(gone), func(b *binder, i int) { key(b, gone[i]) }); err != nil {
		return err
	}
	insert := insertion{
		into: "INSERT INTO stance (fact, role, entity, speaker, stance, made_at, claims, counts)", width: 8,
		then: " WHERE true ON CONFLICT DO UPDATE SET claims = excluded.claims, counts = excluded.counts",
	}
	return s.conn.insert(insert, len(put), func(b *binder, i int) {
		key(b, put[i])
		b.int(int64(put[i].Claims))
		b.bool(put[i].Counts)
	})
}

// Said implements write.Storage: it looks whether each stance is there, and so
// reads one row of each, whatever number of speakers there are.
func (s *storage) Said(parts []write.Part) (map[write.Part]graph.Stances, error) {
	if err := s.knowParts(len(parts), func(i int) write.Part { return parts[i] }); err != nil {
		return nil, err
	}
	const text = `SELECT v.value FROM json_each('["CONFIRMS","ASSERTS","ALLEGES","DENIES","DOUBTS","RETRACTS"]') v
WHERE EXISTS (SELECT 1 FROM stance s WHERE s.fact = ?1 AND s.role = ?2 AND s.entity = ?3 AND s.counts = 1 AND s.stance = v.value)`
	said := map[write.Part]graph.Stances{}
	err := s.conn.readEach(text, len(parts), func(b *binder, i int) { s.bindPart(b, parts[i]) }, func(i int, row *sqlite3.Stmt) error {
		said[parts[i]] |= graph.StancesOf(graph.Stance(row.ColumnText(0)))
		return nil
	})
	return said, err
}

// claimedPart is a part of a fact that claims are about.
type claimedPart struct {
	fact   graph.ID
	role   string
	entity int64
}

// ClaimedParts implements write.Storage: behind each part it looks for the next
// one, and so reads one row of each, whatever number of claims there are.
func (s *storage) ClaimedParts(facts []graph.ID) (map[graph.ID][]graph.Participation, error) {
	if err := s.know(facts); err != nil {
		return nil, err
	}
	last := make([]claimedPart, len(facts))
	for i, fact := range facts {
		last[i].fact = fact
	}
	claimed := map[graph.ID][]graph.Participation{}
	for len(last) > 0 {
		var err error
		if last, err = s.nextClaimed(last, claimed); err != nil {
			return nil, err
		}
	}
	return claimed, nil
}

// nextClaimed finds the next part behind each of some: of the same role, or else
// the first of the next one. Compared as pairs, SQLite would step over all rows
// of the last part.
func (s *storage) nextClaimed(last []claimedPart, claimed map[graph.ID][]graph.Participation) (next []claimedPart, err error) {
	const text = `SELECT p.role, p.entity, n.id FROM (
  SELECT * FROM (SELECT role, entity FROM stance WHERE fact = ?1 AND role = ?2 AND entity > ?3 ORDER BY entity LIMIT 1)
  UNION ALL
  SELECT * FROM (SELECT role, entity FROM stance WHERE fact = ?1 AND role > ?2 ORDER BY role, entity LIMIT 1)
) p CROSS JOIN node n ON n.rid = p.entity ORDER BY p.role LIMIT 1`
	err = s.conn.readEach(text, len(last), func(b *binder, i int) {
		b.int(s.rids[last[i].fact])
		b.text(last[i].role)
		b.int(last[i].entity)
	}, func(i int, row *sqlite3.Stmt) error {
		p := claimedPart{fact: last[i].fact, role: row.ColumnText(0), entity: row.ColumnInt64(1)}
		claimed[p.fact] = append(claimed[p.fact], graph.Participation{Role: p.role, Entity: graph.ID(row.ColumnText(2))})
		next = append(next, p)
		return nil
	})
	return next, err
}

// Statuses implements write.Storage.
func (s *storage) Statuses(facts []graph.ID) (map[graph.ID]map[graph.Participation]graph.Status, error) {
	facts, rids, err := s.known(facts)
	if err != nil {
		return nil, err
	}
	all := map[graph.ID]map[graph.Participation]graph.Status{}
	bind := func(b *binder, i int) { b.int(rids[i]) }
	err = s.conn.readEach("SELECT p_status FROM node WHERE rid = ?", len(facts), bind, func(i int, row *sqlite3.Stmt) error {
		all[facts[i]] = map[graph.Participation]graph.Status{{}: graph.Status(row.ColumnText(0))}
		return nil
	})
	if err != nil {
		return nil, err
	}
	const text = "SELECT l.type, n.id, l.status, n.rid FROM link l CROSS JOIN node n ON n.rid = l.dst WHERE l.src = ? AND l.status IS NOT NULL"
	err = s.conn.readEach(text, len(facts), bind, func(i int, row *sqlite3.Stmt) error {
		link, entity := s.layout.linkOf[row.ColumnInt(0)], graph.ID(row.ColumnText(1))
		if link == nil {
			return nil // the schema has it no longer
		}
		s.rids[entity] = row.ColumnInt64(3)
		all[facts[i]][graph.Participation{Role: link.Field, Entity: entity}] = graph.Status(row.ColumnText(2))
		return nil
	})
	return all, err
}
