package sqlite

import (
	"cmp"

	"companygraph/graph/write"
)

// contributionRow is a row of contribution without its revision.
type contributionRow struct {
	rid int64
	write.Contribution
}

func compareContributions(x, y contributionRow) int {
	return cmp.Or(
		cmp.Compare(x.rid, y.rid), cmp.Compare(x.Dataset, y.Dataset), cmp.Compare(x.Record, y.Record),
		cmp.Compare(x.Since, y.Since), cmp.Compare(x.Body, y.Body),
	)
}

// putContributions writes what datasets say about nodes that several records are
// about. Of other nodes, their rows have the dataset.
func (a *application) putContributions() error {
	var gone, come []contributionRow
	for i := range a.delta.Nodes {
		n := &a.delta.Nodes[i]
		rid := a.rids[n.ID]
		less, more := difference(contributionRows(rid, n.OldContributions), contributionRows(rid, n.Contributions), compareContributions)
		gone, come = append(gone, less...), append(come, more...)
		if n.New == n.Old && n.Sole != n.OldSole {
			if err := a.putSole(n); err != nil {
				return err
			}
		}
	}
	key := func(b *binder, i int) {
		b.int(gone[i].rid)
		b.int(a.numbers[gone[i].Dataset])
		b.text(string(gone[i].Record))
	}
	keep := insertion{
		into: "INSERT OR FAIL INTO contribution_past (rid, dataset, record, written, body, since, until)", width: 4,
		columns: "rid, dataset, record, written, body, since, c3",
		then:    " CROSS JOIN contribution ON rid = c0 AND dataset = c1 AND record = c2 WHERE since < c3",
	}
	if err := a.retire(len(gone), keep, "DELETE FROM contribution WHERE rid = ? AND dataset = ? AND record = ?", key); err != nil {
		return err
	}
	insert := insertion{into: "INSERT OR FAIL INTO contribution (rid, dataset, record, written, body, since)", width: 6}
	return a.conn.insert(insert, len(come), func(b *binder, i int) {
		b.int(come[i].rid)
		b.int(a.numbers[come[i].Dataset])
		b.text(string(come[i].Record))
		b.int(come[i].Since)
		b.text(come[i].Body)
		b.int(a.revision)
	})
}

func contributionRows(rid int64, all []write.Contribution) []contributionRow {
	rows := make([]contributionRow, len(all))
	for i, c := range all {
		rows[i] = contributionRow{rid, c}
	}
	return rows
}

// putSole changes the sole dataset of a node whose row stays. That the old one was
// it goes to the past as a row without a body: it was since the node is as it is
// or, if others contributed then, since they no longer did.
func (a *application) putSole(n *write.NodeDelta) error {
	rid := a.rids[n.ID]
	if n.OldSole != "" {
		const keep = `INSERT INTO contribution_past (rid, dataset, record, written, body, since, until)
SELECT ?1, ?2, '', ?3, NULL, max(?3, ifnull((SELECT max(until) FROM contribution_past WHERE rid = ?1), 0)), ?4`
		if err := a.conn.exec(keep, rid, a.numbers[n.OldSole], n.OldSince, a.revision); err != nil {
			return err
		}
	}
	return a.conn.exec("UPDATE node SET dataset = ? WHERE rid = ?", a.numbers[n.Sole], rid)
}
