package sqlite

import (
	"cmp"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/write"
)

// newNode is a node that gets its rid, with its key in an index of its type.
type newNode struct {
	*graph.Node
	key graph.Value
}

// giveRids gives new nodes their rids in the order of an index of their type,
// where it has one: so neighbours in the index are written together.
func (a *application) giveRids() error {
	var come []newNode
	for _, n := range a.changed {
		if n.Old == nil {
			come = append(come, newNode{n.New, indexKey(n.New)})
		}
	}
	slices.SortFunc(come, func(x, y newNode) int {
		return cmp.Or(cmp.Compare(x.Type.Index, y.Type.Index), graph.CompareValues(x.key, y.key), cmp.Compare(x.ID, y.ID))
	})
	for _, n := range come {
		if err := a.giveRid(n.ID); err != nil {
			return err
		}
	}
	return nil
}

// indexKey is what a node has in the first index of its type.
func indexKey(n *graph.Node) graph.Value {
	for _, p := range n.Type.Properties {
		if p.Indexed {
			return plan.SortValue(p, n.Values[p.Name])
		}
	}
	return graph.Value{}
}

// dropNodes makes history of the rows of nodes that go or change.
func (a *application) dropNodes() error {
	rid := func(b *binder, i int) { b.int(a.rids[a.old[i].ID]) }
	return a.retire(len(a.old), a.layout.texts.retire, "DELETE FROM node WHERE rid = ?", rid)
}

// putNodes writes the rows of nodes that come or change, those of each type in
// the order of their rids.
func (a *application) putNodes() error {
	byType := map[*graph.Type][]*write.NodeDelta{}
	for _, n := range a.changed {
		if n.New != nil {
			byType[n.New.Type] = append(byType[n.New.Type], n)
		}
	}
	for _, t := range a.layout.model.Ordered {
		nodes := byType[t]
		slices.SortFunc(nodes, func(x, y *write.NodeDelta) int { return cmp.Compare(a.rids[x.ID], a.rids[y.ID]) })
		err := a.conn.insert(a.layout.texts.insert[t], len(nodes), func(b *binder, i int) { a.bindNode(b, nodes[i]) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *application) bindNode(b *binder, n *write.NodeDelta) {
	b.int(a.rids[n.ID])
	b.text(string(n.ID))
	b.int(int64(a.layout.types[n.New.Type]))
	b.int(a.numbers[n.Sole])
	b.int(a.revision)
	if n.New.Type.Class == graph.ClaimClass {
		b.text(graph.SpeakerOf(n.New))
	}
	for _, p := range n.New.Type.Properties {
		bindColumns(b, p, n.New.Values[p.Name])
	}
}

// bindColumns gives the values of a property's columns, as columnsOf lists them.
func bindColumns(b *binder, p *graph.Property, v graph.Value) {
	b.value(p, v)
	if p.Kind != graph.KindDate {
		return
	}
	// Validated before; a date that cannot be read has no bounds.
	date, _ := graph.ParsePartialDate(v.Text())
	b.textOrNull(date.Earliest)
	b.textOrNull(date.Latest)
	b.textOrNull(date.SortKey())
	from, until := certainDays(date)
	b.textOrNull(from)
	b.textOrNull(until)
}

// certainDays are the days kept of a date beside its text: none of a single day.
func certainDays(d graph.PartialDate) (from, until string) {
	if from, until, _ = d.CertainDays(); from == d.EDTF {
		return "", ""
	}
	return from, until
}
