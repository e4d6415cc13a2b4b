package neo4j

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"companygraph/graph"
	"companygraph/graph/write"
)

// linkRow is a relationship as the database has it, but for its start and status.
type linkRow struct {
	// kind is the relationship type, group what stands in the keys.
	kind, group string
	// position is -1 in a family.
	position int
	to       graph.ID
	day      string
}

// linkRows are those of a node's links, with their statuses: one for each, and
// one for each entity that a fact leads to in any role.
func linkRows(m *graph.Model, node *graph.Node) map[linkRow]string {
	rows := map[linkRow]string{}
	if node == nil {
		return rows
	}
	day := timeOf(node)
	for i, l := range node.Links {
		rows[linkRow{relationshipType(l.Type), string(node.Type.Name), i, l.To, day}] = l.Status
		if l.Type.Participation {
			rows[linkRow{familyType(family(m, node.Type)), "", -1, l.To, day}] = ""
		}
	}
	return rows
}

// linkChanges are the relationships of one type that go and that come.
type linkChanges struct {
	family bool
	gone   []any
	fresh  []freshLink
}

// freshLink is a new relationship with its keys.
type freshLink struct {
	from, to     graph.ID
	byID, byTime string
	// rest are the other values of the row; none in a family.
	rest []any
}

func (c *changes) linksOf(row linkRow) *linkChanges {
	if c.links[row.kind] == nil {
		c.links[row.kind] = &linkChanges{family: row.position < 0}
	}
	return c.links[row.kind]
}

// gatherLinks notes which links of a node go and come. One that stays
// unchanged is left alone, and so is its age.
func (c *changes) gatherLinks(n write.NodeDelta) {
	had, has := linkRows(c.model, n.Old), linkRows(c.model, n.New)
	id := storedID(n.ID)
	for row := range had {
		if _, stays := has[row]; !stays {
			l := c.linksOf(row)
			l.gone = append(l.gone, []any{id, storedID(row.to), int64(row.position)})
		}
	}
	for row, status := range has {
		if _, there := had[row]; there {
			continue
		}
		to := storedID(row.to)
		fresh := freshLink{from: n.ID, to: row.to, byID: keyByID(to, row.group, id), byTime: keyByTime(to, row.group, row.day, id)}
		if row.position >= 0 {
			fresh.rest = []any{int64(row.position), orNull(status), c.revision}
		}
		l := c.linksOf(row)
		l.fresh = append(l.fresh, fresh)
	}
}

// dropLinks makes history of relationships that no longer hold. Those of families
// have none: that of the roles tells the same.
func (c *changes) dropLinks() error {
	const find = identityOf + "MATCH (n)-[r:%s]->(m:Identity {id: row[1]}) USING INDEX SEEK m:Identity(id) WHERE coalesce(r._ord, -1) = row[2] "
	const past = "CREATE (n)-[p:%s" + pastSuffix + "]->(m) SET p = properties(r), p.since = r._since, p.until = $revision REMOVE p._since, p.status "
	for _, kind := range slices.Sorted(maps.Keys(c.links)) {
		text := fmt.Sprintf(find, kind)
		if !c.links[kind].family {
			text += fmt.Sprintf(past, kind)
		}
		if err := c.write(text+"DELETE r", c.links[kind].gone); err != nil {
			return err
		}
	}
	return nil
}

// putLinks writes new relationships in the order of their keys: the server adds
// them to its indexes in the order in which they are made, which is quicker for
// what lies side by side.
func (c *changes) putLinks() error {
	if err := c.findEnds(); err != nil {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(c.links)) {
		fresh := c.links[kind].fresh
		slices.SortFunc(fresh, func(a, b freshLink) int { return cmp.Compare(a.byID, b.byID) })
		for piece := range slices.Chunk(fresh, rowsAtOnce) {
			if err := c.putPiece(kind, piece); err != nil {
				return err
			}
		}
	}
	return nil
}

// findEnds looks for the nodes that new relationships connect and of which it is
// not known where the server keeps them.
func (c *changes) findEnds() error {
	missing := map[graph.ID]bool{}
	for _, l := range c.links {
		for _, fresh := range l.fresh {
			for _, id := range []graph.ID{fresh.from, fresh.to} {
				if c.elements[id] == "" {
					missing[id] = true
				}
			}
		}
	}
	return c.each(identity+"RETURN row, elementId(n)", anyIDs(slices.Sorted(maps.Keys(missing))), c.note)
}

// errNoEnd cannot happen: what links lead to was checked.
var errNoEnd = errors.New("neo4j: a link leads to a node that is not there, or from one")

// putPiece writes new relationships of one type. That the nodes are asked for by
// where they are, not by their ids, takes a quarter of the time off.
func (c *changes) putPiece(kind string, piece []freshLink) error {
	positions := map[graph.ID]int64{}
	var ends []any
	position := func(id graph.ID) int64 {
		at, known := positions[id]
		if !known {
			at = int64(len(ends))
			positions[id], ends = at, append(ends, c.elements[id])
		}
		return at
	}
	rows := make([]any, len(piece))
	for i, l := range piece {
		rows[i] = append([]any{position(l.from), position(l.to), l.byID, l.byTime}, l.rest...)
	}
	text := keepPlan + "WITH $ends AS ends UNWIND $rows AS row MATCH (n) WHERE elementId(n) = ends[row[0]] MATCH (m) WHERE elementId(m) = ends[row[1]] " +
		"CREATE (n)-[r:" + kind + " {_by_id: row[2], _by_time: row[3], _ord: row[4], status: row[5], _since: row[6]}]->(m) RETURN count(r)"
	written := int64(0)
	err := c.one(text, map[string]any{"ends": ends, "rows": rows}, func(r *cells) { written = r.number() })
	if err == nil && written != int64(len(rows)) {
		err = errNoEnd
	}
	return err
}
