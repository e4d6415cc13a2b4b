package neo4j

import (
	"context"
	"maps"
	"slices"

	"companygraph/graph"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// readTx reads nodes as wholes, in a transaction.
type readTx struct {
	ctx   context.Context
	tx    driver.ManagedTransaction
	model *graph.Model
}

var _ graph.ReadTx = (*readTx)(nil)

func anyIDs(ids []graph.ID) []any {
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = storedID(id)
	}
	return list
}

// IDs implements graph.ReadTx.
func (r *readTx) IDs(types []*graph.Type, after graph.ID, limit int) ([]graph.ID, error) {
	const text = "MATCH (n:Identity) WHERE n.id > $after AND n._type IN $types RETURN n.id ORDER BY n.id LIMIT $limit"
	names := make([]any, len(types))
	for i, t := range types {
		names[i] = string(t.Name)
	}
	var ids []graph.ID
	args := map[string]any{"after": storedID(after), "types": names, "limit": int64(limit)}
	err := run(r.ctx, r.tx, text, args, func(record []any) error {
		c := &cells{list: record}
		ids = append(ids, c.id())
		return nil
	})
	return ids, err
}

// Load implements graph.ReadTx.
func (r *readTx) Load(ids []graph.ID) (map[graph.ID]*graph.Node, error) {
	return r.load(ids, func(graph.ID) {})
}

// load reads nodes, and tells of the ids of those that were there once.
func (r *readTx) load(ids []graph.ID, gone func(graph.ID)) (map[graph.ID]*graph.Node, error) {
	nodes := map[graph.ID]*graph.Node{}
	if len(ids) == 0 {
		return nodes, nil
	}
	const text = `UNWIND $ids AS id MATCH (n:Identity {id: id}) USING INDEX SEEK n:Identity(id)
RETURN n.id, n._type, properties(n), COLLECT { MATCH (n)-[r]->(m:Identity) WHERE r._ord IS NOT NULL RETURN [r._ord, type(r), m.id, r.status] }`
	err := run(r.ctx, r.tx, text, map[string]any{"ids": anyIDs(ids)}, func(record []any) error {
		c := &cells{list: record}
		node := &graph.Node{ID: c.id(), Type: r.model.Types[graph.TypeName(c.text())], Values: map[string]graph.Value{}}
		if node.Type == nil {
			gone(node.ID)
			return nil
		}
		properties, _ := c.take().(map[string]any)
		for _, p := range node.Type.Properties {
			if v := value(p, properties[p.Name]); !v.Missing() {
				node.Values[p.Name] = v
			}
		}
		node.Links = readLinks(node.Type, c.cells())
		nodes[node.ID] = node
		return nil
	})
	return nodes, err
}

// Types implements graph.ReadTx.
func (r *readTx) Types(ids []graph.ID) (map[graph.ID]*graph.Type, error) {
	types := map[graph.ID]*graph.Type{}
	if len(ids) == 0 {
		return types, nil
	}
	const text = "UNWIND $ids AS id MATCH (n:Identity {id: id}) USING INDEX SEEK n:Identity(id) RETURN n.id, n._type"
	err := run(r.ctx, r.tx, text, map[string]any{"ids": anyIDs(ids)}, func(record []any) error {
		c := &cells{list: record}
		id := c.id()
		if t := r.model.Types[graph.TypeName(c.text())]; t != nil {
			types[id] = t
		}
		return nil
	})
	return types, err
}

// readLinks reads a node's links in their order.
func readLinks(t *graph.Type, c *cells) []graph.Link {
	byPlace := map[int]graph.Link{}
	for range c.list {
		one := c.cells()
		place, kind := number(one.take()), one.text()
		at := slices.IndexFunc(t.Roles, func(l *graph.LinkType) bool { return relationshipType(l) == kind })
		if at < 0 {
			continue // the schema has it no longer
		}
		byPlace[place] = graph.Link{Type: t.Roles[at], To: one.id(), Status: one.text()}
	}
	var links []graph.Link
	for _, place := range slices.Sorted(maps.Keys(byPlace)) {
		links = append(links, byPlace[place])
	}
	return links
}

// Sources implements graph.ReadTx.
func (r *readTx) Sources(ids []graph.ID, links []*graph.LinkType) (map[graph.ID][]graph.ID, error) {
	sources := map[graph.ID][]graph.ID{}
	if len(ids) == 0 {
		return sources, nil
	}
	s := newStatement()
	s.write("UNWIND ")
	s.value(anyIDs(ids))
	s.write(" AS id MATCH (n:Identity {id: id})<-[r")
	s.links(links)
	s.write("]-(m")
	s.labels(r.model, startTypes(r.model, links))
	s.write(") USING INDEX SEEK n:Identity(id) RETURN DISTINCT n.id, m.id ORDER BY n.id, m.id")
	err := run(r.ctx, r.tx, s.text.String(), s.args, func(record []any) error {
		c := &cells{list: record}
		id := c.id()
		sources[id] = append(sources[id], c.id())
		return nil
	})
	return sources, err
}
