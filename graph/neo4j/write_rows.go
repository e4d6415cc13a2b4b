package neo4j

import (
	"maps"
	"slices"

	"companygraph/graph"
)

// flush writes what was gathered: first what goes, then the nodes, then the
// links between them.
func (w *writeTx) flush() error {
	for _, step := range []func() error{w.loadParts, w.keepPast, w.dropLinks, w.dropNodes, w.putNodes, w.putIndexes, w.putLinks} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// loadParts reads what is deleted and not read yet: parts, which go with their
// owners.
func (w *writeTx) loadParts() error {
	var missing []graph.ID
	for _, id := range w.deletes {
		if w.stored[id] == nil {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err := w.Load(missing)
	return err
}

// each runs a statement on rows, if there are any.
func (w *writeTx) each(text string, rows []any) error {
	if len(rows) == 0 {
		return nil
	}
	return exec(w.ctx, w.tx, "UNWIND $rows AS row "+text, map[string]any{"rows": rows, "revision": w.revision})
}

// replaced lists the nodes whose stored state ends.
func (w *writeTx) replaced() []any {
	var ids []any
	for _, node := range w.puts {
		if w.stored[node.ID] != nil {
			ids = append(ids, storedID(node.ID))
		}
	}
	for _, id := range w.deletes {
		ids = append(ids, storedID(id))
	}
	return ids
}

// keepPast makes history of the state of nodes that are replaced or go, and
// takes them off the indexes made from it.
func (w *writeTx) keepPast() error {
	ids := w.replaced()
	const past = `MATCH (n:Identity {id: row}) USING INDEX SEEK n:Identity(id) WHERE NOT n:Gone
CREATE (n)-[:PAST {since: n._since, until: $revision}]->(v:Version)
SET v = properties(n), v.since = n._since, v.until = $revision REMOVE v._since`
	if err := w.each(past, ids); err != nil {
		return err
	}
	if err := w.each("MATCH (t:Token {id: row}) USING INDEX SEEK t:Token(id) DELETE t", ids); err != nil {
		return err
	}
	return w.each("MATCH (i:Identifier {id: row}) USING INDEX SEEK i:Identifier(id) DELETE i", ids)
}

// linkRow is a link as the database has it.
type linkRow struct {
	field string
	place int
	to    graph.ID
	state string
	at    string
}

func (w *writeTx) linkRows(node *graph.Node) map[linkRow]*graph.LinkType {
	rows := map[linkRow]*graph.LinkType{}
	if node == nil {
		return rows
	}
	at := ""
	if p := node.Type.TimeProperty(); p != nil {
		at = graph.SortValue(p, node.Values[p.Name]).Text()
	}
	for i, l := range node.Links {
		rows[linkRow{l.Type.Field, i, l.To, l.Status, at}] = l.Type
	}
	return rows
}

// linkChange is what changes in links of one relationship type.
type linkChange struct{ gone, fresh []any }

// linkChanges compares the links of all nodes in hand with what is stored.
func (w *writeTx) linkChanges() map[string]*linkChange {
	changes := map[string]*linkChange{}
	of := func(l *graph.LinkType) *linkChange {
		name := relationshipType(l)
		if changes[name] == nil {
			changes[name] = &linkChange{}
		}
		return changes[name]
	}
	compare := func(id graph.ID, node *graph.Node) {
		have, want := w.linkRows(w.stored[id]), w.linkRows(node)
		for row, l := range have {
			if _, stays := want[row]; !stays {
				of(l).gone = append(of(l).gone, []any{storedID(id), storedID(row.to), int64(row.place)})
			}
		}
		for row, l := range want {
			if _, there := have[row]; !there {
				of(l).fresh = append(of(l).fresh, []any{storedID(id), storedID(row.to), int64(row.place), orNull(row.state), orNull(row.at)})
			}
		}
	}
	for _, node := range w.puts {
		compare(node.ID, node)
	}
	for _, id := range w.deletes {
		compare(id, nil)
	}
	return changes
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (w *writeTx) dropLinks() error {
	w.changes = w.linkChanges()
	for _, name := range slices.Sorted(maps.Keys(w.changes)) {
		text := "MATCH (n:Identity {id: row[0]})-[r:" + name + " {_ord: row[2]}]->(m:Identity {id: row[1]}) USING INDEX SEEK n:Identity(id) " +
			"CREATE (n)-[p:" + name + pastSuffix + "]->(m) SET p = properties(r), p.since = r._since, p.until = $revision REMOVE p._since, p._ord SET p.ord = row[2] DELETE r"
		if err := w.each(text, w.changes[name].gone); err != nil {
			return err
		}
	}
	return nil
}

// dropNodes leaves of a node that goes its identity alone, so that its past
// stays connected and its id is not given to another.
func (w *writeTx) dropNodes() error {
	byType := map[*graph.Type][]any{}
	for _, id := range w.deletes {
		if node := w.stored[id]; node != nil {
			byType[node.Type] = append(byType[node.Type], storedID(id))
		}
	}
	for _, t := range w.model.Ordered {
		text := "MATCH (n:Identity {id: row}) USING INDEX SEEK n:Identity(id) SET n = {id: row}, n:Gone REMOVE n" + typeLabels(t)
		if err := w.each(text, byType[t]); err != nil {
			return err
		}
	}
	return nil
}

// typeLabels writes the labels of a type: its own and those of its interfaces.
// The label Identity stands beside them, for good.
func typeLabels(t *graph.Type) string {
	labels := ":" + string(t.Name)
	for _, i := range t.Interfaces {
		labels += ":" + string(i)
	}
	return labels
}

// putNodes writes the nodes of each type: first those that are new, which need
// not be looked for.
func (w *writeTx) putNodes() error {
	fresh, again := map[*graph.Type][]any{}, map[*graph.Type][]any{}
	for _, node := range w.puts {
		row := []any{storedID(node.ID), w.properties(node)}
		old := w.stored[node.ID]
		if old == nil && !w.gone[node.ID] {
			fresh[node.Type] = append(fresh[node.Type], row)
			continue
		}
		again[node.Type] = append(again[node.Type], row)
		if old != nil && old.Type != node.Type {
			if err := w.each("MATCH (n:Identity {id: row}) USING INDEX SEEK n:Identity(id) REMOVE n"+typeLabels(old.Type), []any{storedID(node.ID)}); err != nil {
				return err
			}
		}
	}
	for _, t := range w.model.Ordered {
		if err := w.each("CREATE (n:Identity"+typeLabels(t)+") SET n = row[1]", fresh[t]); err != nil {
			return err
		}
		text := "MATCH (n:Identity {id: row[0]}) USING INDEX SEEK n:Identity(id) SET n" + typeLabels(t) + ", n = row[1] REMOVE n:Gone"
		if err := w.each(text, again[t]); err != nil {
			return err
		}
	}
	return nil
}

// properties are all that a node has in the database.
func (w *writeTx) properties(node *graph.Node) map[string]any {
	all := map[string]any{"id": storedID(node.ID), "_type": string(node.Type.Name), "_since": w.revision}
	for _, p := range node.Type.Properties {
		switch v := node.Values[p.Name]; {
		case v.Missing():
		case p.Kind == graph.KindDate:
			addDate(all, p, v.Text())
		case isText(p):
			addText(all, p, v.Text())
		default:
			all[p.Name] = asStored(p, v)
		}
	}
	return all
}

// addText adds a text and, where it is indexed or differs, its sort key.
func addText(all map[string]any, p *graph.Property, text string) {
	all[p.Name] = text
	if key := sortKey(text); p.Indexed || key != text {
		all[propertyName(p, keySuffix)] = key
	}
}

// addDate adds a date with its bounds and what it is ordered by.
func addDate(all map[string]any, p *graph.Property, edtf string) {
	// Validated before; a date that cannot be read has no bounds.
	date, _ := graph.ParsePartialDate(edtf)
	all[p.Name] = edtf
	for suffix, day := range map[constant]string{earliestSuffix: date.Earliest, latestSuffix: date.Latest, sortSuffix: date.SortKey()} {
		if day != "" {
			all[propertyName(p, suffix)] = day
		}
	}
}

// putIndexes writes what nodes are searched and identified by.
func (w *writeTx) putIndexes() error {
	var tokens, keys []any
	for _, node := range w.puts {
		for _, t := range graph.SearchTokens(node) {
			tokens = append(tokens, []any{t.Token, storedID(node.ID), int64(t.Field), string(node.Type.Name)})
		}
		for _, key := range graph.Identifiers(node) {
			keys = append(keys, []any{key.Scheme, key.Value, storedID(node.ID)})
		}
	}
	if err := w.each("CREATE (:Token {token: row[0], id: row[1], field: row[2], type: row[3]})", tokens); err != nil {
		return err
	}
	return w.each("MERGE (i:Identifier {scheme: row[0], value: row[1]}) SET i.id = row[2]", keys)
}

func (w *writeTx) putLinks() error {
	for _, name := range slices.Sorted(maps.Keys(w.changes)) {
		text := "MATCH (n:Identity {id: row[0]}) USING INDEX SEEK n:Identity(id) MATCH (m:Identity {id: row[1]}) USING INDEX SEEK m:Identity(id) CREATE (n)-[:" + name +
			" {_ord: row[2], status: row[3], _at: row[4], _since: $revision}]->(m)"
		if err := w.each(text, w.changes[name].fresh); err != nil {
			return err
		}
	}
	return nil
}
