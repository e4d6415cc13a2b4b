package sqlite

import (
	"cmp"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"

	"github.com/ncruces/go-sqlite3"
)

// linkRow is a row of link without its revision.
type linkRow struct {
	src       int64
	kind, ord int
	dst       int64
	status    string
}

// compareLinks leaves the status aside: it is not what makes another row.
func compareLinks(x, y linkRow) int {
	return cmp.Or(cmp.Compare(x.src, y.src), cmp.Compare(x.kind, y.kind), cmp.Compare(x.ord, y.ord), cmp.Compare(x.dst, y.dst))
}

// backRow is a row of back without its revision.
type backRow struct {
	dst  int64
	kind int
	id   graph.ID
	src  int64
	// start is the number of the type at src, at its time.
	start int
	at    string
}

func compareBacks(x, y backRow) int {
	return cmp.Or(
		cmp.Compare(x.dst, y.dst), cmp.Compare(x.kind, y.kind), cmp.Compare(x.id, y.id),
		cmp.Compare(x.src, y.src), cmp.Compare(x.start, y.start), cmp.Compare(x.at, y.at),
	)
}

// linkRows are rows of link and back that belong to nodes.
type linkRows struct {
	layout *layout
	links  []linkRow
	backs  []backRow
	// back is what the rows of the node at hand have in common.
	back backRow
}

// begin goes on to a node.
func (r *linkRows) begin(rid int64, node *graph.Node) {
	r.back = backRow{id: node.ID, src: rid, start: r.layout.types[node.Type]}
	if p := node.Type.TimeProperty(); p != nil {
		r.back.at = plan.SortValue(p, node.Values[p.Name]).Text()
	}
}

// add adds a link of the node at hand and, turned round, that link and a role of
// any kind.
func (r *linkRows) add(kind, ord int, dst int64, status string) {
	r.links = append(r.links, linkRow{src: r.back.src, kind: kind, ord: ord, dst: dst, status: status})
	row := r.back
	row.kind, row.dst = kind, dst
	r.backs = append(r.backs, row)
	if l := r.layout.linkOf[kind]; l == nil || l.Participation {
		row.kind = 0
		r.backs = append(r.backs, row)
	}
}

// sortBacks puts rows of back in order. A role of any kind is there once, whatever
// number of roles an entity plays.
func (r *linkRows) sortBacks() {
	slices.SortFunc(r.backs, compareBacks)
	r.backs = slices.Compact(r.backs)
}

// difference takes two lists that are in order, and returns what is in the first
// alone and in the second alone.
func difference[T any](had, want []T, compare func(x, y T) int) (gone, come []T) {
	for len(had) > 0 && len(want) > 0 {
		switch c := compare(had[0], want[0]); {
		case c < 0:
			gone, had = append(gone, had[0]), had[1:]
		case c > 0:
			come, want = append(come, want[0]), want[1:]
		default:
			had, want = had[1:], want[1:]
		}
	}
	return append(gone, had...), append(come, want...)
}

// linkChanges are the rows that go and come.
type linkChanges struct {
	goneLinks, links []linkRow
	goneBacks, backs []backRow
}

// findLinks finds which rows of link and back change.
func (a *application) findLinks() error {
	had, want := &linkRows{layout: a.layout}, &linkRows{layout: a.layout}
	for _, n := range a.changed {
		if n.New == nil {
			continue
		}
		want.begin(a.rids[n.ID], n.New)
		for i, l := range n.New.Links {
			dst, err := a.rid(l.To)
			if err != nil {
				return err
			}
			want.add(a.layout.links[l.Type], i, dst, l.Status)
		}
	}
	if err := a.storedLinks(had); err != nil {
		return err
	}
	slices.SortFunc(had.links, compareLinks)
	slices.SortFunc(want.links, compareLinks)
	a.goneLinks, a.links = difference(had.links, want.links, compareLinks)
	if len(had.backs) == 0 && a.gathered != nil {
		a.backs = want.backs // they are sorted when they are written
		return nil
	}
	had.sortBacks()
	want.sortBacks()
	a.goneBacks, a.backs = difference(had.backs, want.backs, compareBacks)
	return nil
}

// storedLinks reads the rows that start at nodes. Those of back follow from them
// and from what the nodes were.
func (a *application) storedLinks(had *linkRows) error {
	const text = "SELECT type, ord, dst FROM link WHERE src = ?"
	return a.conn.readEach(text, len(a.old), func(b *binder, i int) {
		rid := a.rids[a.old[i].ID]
		had.begin(rid, a.old[i].Old)
		b.int(rid)
	}, func(_ int, row *sqlite3.Stmt) error {
		had.add(row.ColumnInt(0), row.ColumnInt(1), row.ColumnInt64(2), "")
		return nil
	})
}

// dropLinks makes history of the rows that go.
func (a *application) dropLinks() error {
	if len(a.goneBacks) > 0 {
		if err := a.writeGathered(); err != nil {
			return err
		}
	}
	link := func(b *binder, i int) {
		b.int(a.goneLinks[i].src)
		b.int(int64(a.goneLinks[i].kind))
		b.int(int64(a.goneLinks[i].ord))
	}
	keepLink := insertion{
		into: "INSERT OR FAIL INTO link_past (src, type, ord, dst, since, until)", width: 4,
		columns: "src, type, ord, dst, since, c3",
		then:    " CROSS JOIN link ON src = c0 AND type = c1 AND ord = c2 WHERE since < c3",
	}
	err := a.retire(len(a.goneLinks), keepLink, "DELETE FROM link WHERE src = ? AND type = ? AND ord = ?", link)
	if err != nil {
		return err
	}
	back := func(b *binder, i int) {
		b.int(a.goneBacks[i].dst)
		b.int(int64(a.goneBacks[i].kind))
		b.text(string(a.goneBacks[i].id))
	}
	keepBack := insertion{
		into: "INSERT OR FAIL INTO back_past (dst, type, id, src, kind, at, since, until)", width: 4,
		columns: "dst, type, id, src, kind, ifnull(at, ''), since, c3",
		then:    " CROSS JOIN back ON dst = c0 AND type = c1 AND id = c2 WHERE since < c3",
	}
	return a.retire(len(a.goneBacks), keepBack, "DELETE FROM back WHERE dst = ? AND type = ? AND id = ?", back)
}

// retire keeps rows as history, for which the revision comes behind the key, and
// then deletes them: each by itself, as a statement for all might be planned to
// read the whole table.
func (a *application) retire(n int, keep insertion, drop string, key func(b *binder, i int)) error {
	err := a.conn.insert(keep, n, func(b *binder, i int) {
		key(b, i)
		b.int(a.revision)
	})
	if err != nil {
		return err
	}
	return a.conn.writeEach(drop, n, key)
}

// putLinks writes the rows that come.
func (a *application) putLinks() error {
	link := insertion{into: "INSERT OR FAIL INTO link (src, type, ord, dst, status, since)", width: 6}
	err := a.conn.insert(link, len(a.links), func(b *binder, i int) {
		row := &a.links[i]
		b.int(row.src)
		b.int(int64(row.kind))
		b.int(int64(row.ord))
		b.int(row.dst)
		b.textOrNull(row.status)
		b.int(a.revision)
	})
	if err != nil {
		return err
	}
	if a.gathered != nil {
		a.gathered.add(a.backs, nil, a.revision)
		return nil
	}
	return putBacks(a.conn, len(a.backs), func(i int) (*backRow, int64) { return &a.backs[i], a.revision })
}

// putBacks writes rows of back, each with its revision.
func putBacks(c *conn, n int, get func(i int) (row *backRow, since int64)) error {
	back := insertion{into: "INSERT OR FAIL INTO back (dst, type, id, src, kind, at, since)", width: 7}
	return c.insert(back, n, func(b *binder, i int) {
		row, since := get(i)
		b.int(row.dst)
		b.int(int64(row.kind))
		b.text(string(row.id))
		b.int(row.src)
		b.int(int64(row.start))
		b.textOrNull(row.at)
		b.int(since)
	})
}
