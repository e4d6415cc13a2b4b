package sqlite

import (
	"strings"

	"companygraph/graph"
)

// texts are the statements that name all columns of node, or all of a type.
type texts struct {
	// insert writes nodes of a type, given as bindNode does.
	insert map[*graph.Type]insertion
	// retire keeps the current rows of nodes, given by their rids, until a revision.
	retire insertion
	// nodes read whole nodes by a list of rids: the current state, and the one
	// after a revision.
	nodes, nodesPast string
}

func (l *layout) makeTexts() texts {
	t := texts{insert: map[*graph.Type]insertion{}}
	for _, own := range l.model.Ordered {
		t.insert[own] = insertionOf(own)
	}
	kept := columnList(l.columns, func(p storedProperty) bool { return !p.Derived })
	t.retire = insertion{
		into: "INSERT OR FAIL INTO node_past (rid, id, type, dataset, since, until" + kept + ")", width: 2,
		columns: "rid, id, type, dataset, since, c1" + kept, then: " CROSS JOIN node ON rid = c0 WHERE since < c1",
	}
	t.nodes = "SELECT n.rid, n.id, n.type" + l.ofNode(false) + ", n.dataset, n.since FROM json_each(?1) p CROSS JOIN node n ON n.rid = p.value"
	columns := "SELECT n.rid, n.id, n.type" + l.ofNode(true) + ", n.dataset, n.since FROM json_each(?1) p CROSS JOIN "
	t.nodesPast = columns + "node n ON n.rid = p.value WHERE n.since <= ?2 UNION ALL " +
		columns + "node_past n ON n.rid = p.value AND n.until = (SELECT min(o.until) FROM node_past o WHERE o.rid = p.value AND o.until > ?2) WHERE n.since <= ?2"
	return t
}

// columnList names the columns of properties, each with a comma before it.
func columnList(properties []storedProperty, take func(storedProperty) bool) string {
	var b strings.Builder
	for _, p := range properties {
		for _, column := range p.columns {
			if take(p) {
				b.WriteString(", ")
				b.WriteString(string(column.name))
			}
		}
	}
	return b.String()
}

func insertionOf(t *graph.Type) insertion {
	names, width := "rid, id, type, dataset, since", 5
	if t.Class == graph.ClaimClass {
		names += ", speaker"
		width++
	}
	for _, p := range t.Properties {
		for _, column := range columnsOf(p) {
			names += ", " + string(column.name)
			width++
		}
	}
	return insertion{into: "INSERT OR FAIL INTO node (" + names + ")", width: width}
}

// statusThen is what the status of a fact was after a revision.
const statusThen = `ifnull((SELECT s.status FROM status_past s WHERE s.fact = n.rid AND s.type = 0 AND s.dst = 0 AND s.until > ?2 ORDER BY s.until LIMIT 1), (SELECT c.p_status FROM node c WHERE c.rid = n.rid))`

// ofNode names the value of each property, with a comma before it, as it is or
// as it was after a revision.
func (l *layout) ofNode(then bool) string {
	var b strings.Builder
	for _, p := range l.columns {
		b.WriteString(", ")
		if then && p.Derived {
			b.WriteString(statusThen)
			continue
		}
		b.WriteString("n.")
		b.WriteString(string(columnName(p.Property, "")))
	}
	return b.String()
}
