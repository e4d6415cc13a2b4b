package sqlite

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"companygraph/graph"
	"companygraph/graph/write"

	"github.com/ncruces/go-sqlite3"
)

// migrationAuthor makes the revision of what a migration changes in answers.
const migrationAuthor = "migration"

// deriveStances makes the projection of all claims. Where statuses are other ones
// by the rules of today, they change in a revision of the migration.
func deriveStances(c *conn, l *layout) error {
	d := &stanceDeriver{conn: c, layout: l}
	for {
		claims, err := d.next()
		if err != nil {
			return err
		}
		if len(claims) == 0 {
			break
		}
		if err := d.add(claims); err != nil {
			return err
		}
	}
	if err := d.endFact(); err != nil {
		return err
	}
	return d.changeStatuses()
}

// stanceDeriver goes over all claims, fact by fact.
type stanceDeriver struct {
	conn   *conn
	layout *layout
	// fact and claim are the rid and the id of those that were read last.
	fact  int64
	claim graph.ID
	// said is how many claims say each thing of that fact.
	said map[write.Stance]int
	// statuses and changes are those that are to be written.
	statuses []write.StatusDelta
	changes  []write.Change
}

// factClaim is a claim about a fact.
type factClaim struct {
	fact, rid int64
	id        graph.ID
}

// next reads the claims behind the last one.
func (d *stanceDeriver) next() ([]factClaim, error) {
	about := d.layout.links[d.layout.model.Types["Claim"].Link(graph.FactLink)]
	const text = "SELECT dst, src, id FROM back WHERE (dst, type, id) > (?1, ?2, ?3) AND type = ?2 ORDER BY dst, type, id LIMIT ?4"
	var claims []factClaim
	err := d.conn.run(text, []any{d.fact, about, d.claim, migratedAtOnce}, func(s *sqlite3.Stmt) error {
		claims = append(claims, factClaim{s.ColumnInt64(0), s.ColumnInt64(1), graph.ID(s.ColumnText(2))})
		return nil
	})
	return claims, err
}

// add counts claims, and ends each fact of which there are no more.
func (d *stanceDeriver) add(claims []factClaim) error {
	rids := make([]int64, len(claims))
	for i, c := range claims {
		rids[i] = c.rid
	}
	nodes, err := (&wholes{conn: d.conn, layout: d.layout}).read(rids)
	if err != nil {
		return err
	}
	for _, c := range claims {
		if c.fact != d.fact {
			if err := d.endFact(); err != nil {
				return err
			}
			d.said = map[write.Stance]int{}
		}
		d.fact, d.claim = c.fact, c.id
		d.said[stanceOf(nodes[c.rid].Node)]++
	}
	return nil
}

// stanceOf is what a claim says, in whose name.
func stanceOf(claim *graph.Node) write.Stance {
	return write.Stance{
		Speaker: write.Speaker{
			Part: write.Part{Fact: claim.Target(graph.FactLink), Participation: graph.ParticipationOf(claim)},
			Name: graph.SpeakerOf(claim),
		},
		Stance: graph.Stance(claim.Values[graph.StanceProperty].Text()),
		MadeAt: claim.Values[graph.MadeAtProperty].Text(),
	}
}

// endFact writes what is said of a fact, and compares its statuses with that.
func (d *stanceDeriver) endFact() error {
	if len(d.said) == 0 {
		return nil
	}
	rows := stanceRows(d.said)
	s, err := newStorage(d.conn, d.layout)
	if err != nil {
		return err
	}
	if err := s.PutStances(rows); err != nil {
		return err
	}
	return d.compare(s, rows)
}

// stanceRows are the rows of a fact in order, with which of them count.
func stanceRows(said map[write.Stance]int) []write.Stance {
	bySpeaker := map[write.Speaker][]write.Stance{}
	for _, row := range slices.SortedFunc(maps.Keys(said), compareStances) {
		row.Claims = said[row]
		bySpeaker[row.Speaker] = append(bySpeaker[row.Speaker], row)
	}
	var rows []write.Stance
	for _, own := range bySpeaker {
		claims := make([]graph.StatusClaim, len(own))
		for i, row := range own {
			claims[i].Stance = row.Stance
			// Checked when it was written; no date is one that cannot be compared.
			claims[i].MadeAt, _ = graph.ParsePartialDate(row.MadeAt)
		}
		for i, counts := range graph.Counting(claims) {
			own[i].Counts = counts
		}
		rows = append(rows, own...)
	}
	slices.SortFunc(rows, compareStances)
	return rows
}

// compareStances orders the rows of one fact.
func compareStances(x, y write.Stance) int {
	return cmp.Or(
		cmp.Compare(x.Role, y.Role), cmp.Compare(x.Entity, y.Entity), cmp.Compare(x.Name, y.Name),
		cmp.Compare(x.Stance, y.Stance), cmp.Compare(x.MadeAt, y.MadeAt),
	)
}

// compare notes the statuses of a fact that are to change. A participation that
// no claim is about has that of the whole.
func (d *stanceDeriver) compare(s *storage, rows []write.Stance) error {
	fact := rows[0].Fact
	said := map[graph.Participation]graph.Stances{}
	for _, row := range rows {
		counting := graph.Stances(0)
		if row.Counts {
			counting = graph.StancesOf(row.Stance)
		}
		said[row.Participation] |= counting
	}
	stored, err := s.Statuses([]graph.ID{fact})
	if err != nil {
		return err
	}
	changed := len(d.statuses)
	for p, old := range stored[fact] {
		own, claimed := said[p]
		if !claimed {
			own = said[graph.Participation{}]
		}
		if now := own.Status(); now != old {
			d.statuses = append(d.statuses, write.StatusDelta{Part: write.Part{Fact: fact, Participation: p}, Old: old, New: now})
		}
	}
	if len(d.statuses) == changed {
		return nil
	}
	found, err := s.Find([]graph.ID{fact})
	d.changes = append(d.changes, write.Change{ID: fact, Type: found[fact].Type, Kind: write.Updated})
	return err
}

// changeStatuses writes the statuses that are other ones now.
func (d *stanceDeriver) changeStatuses() error {
	if len(d.statuses) == 0 {
		return nil
	}
	s, err := newStorage(d.conn, d.layout)
	if err != nil {
		return err
	}
	head, err := s.Head()
	if err != nil {
		return err
	}
	slices.SortFunc(d.changes, func(a, b write.Change) int { return cmp.Compare(a.ID, b.ID) })
	return s.Apply(&write.Delta{
		Revision: write.Revision{
			Number: head.Number + 1, At: time.Now(), Author: migrationAuthor, Dataset: earlierDataset,
			Reason: "statuses by the rules for speakers whom a source does not name",
		},
		Changes: d.changes, Statuses: d.statuses,
	})
}
