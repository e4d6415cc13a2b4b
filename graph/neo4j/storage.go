package neo4j

import (
	"context"
	"maps"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// transaction is what is read and written in one transaction.
type transaction struct {
	ctx   context.Context
	tx    driver.ManagedTransaction
	model *graph.Model
	// revision is the parameter of this name in all statements on rows.
	revision int64
}

// rowsAtOnce is how many rows one statement takes at most. They live in the
// server's memory until it has run.
const rowsAtOnce = 5_000

// keepPlan has the server use the plan that it made of a statement first. By itself
// it would plan anew, every ten seconds, as long as a load makes the graph grow. The
// statement has to name its indexes, so that no other plan would be better.
const keepPlan = "CYPHER replan=skip "

// each runs a statement that names its indexes on rows, if there are any, in
// pieces of bounded size.
func (t transaction) each(text string, rows []any, read func(*cells)) error {
	return t.inPieces(keepPlan+"UNWIND $rows AS row "+text, rows, read)
}

// merge is write for a MERGE, which cannot name its index.
func (t transaction) merge(text string, rows []any) error {
	return t.inPieces("UNWIND $rows AS row "+text, rows, func(*cells) {})
}

func (t transaction) inPieces(text string, rows []any, read func(*cells)) error {
	for piece := range slices.Chunk(rows, rowsAtOnce) {
		err := run(t.ctx, t.tx, text, map[string]any{"rows": piece, "revision": t.revision}, func(record []any) error {
			read(&cells{list: record})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// one runs a statement whose record, if there is one, is read.
func (t transaction) one(text string, args map[string]any, read func(*cells)) error {
	return run(t.ctx, t.tx, text, args, func(record []any) error {
		read(&cells{list: record})
		return nil
	})
}

func anyIDs(ids []graph.ID) []any {
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = storedID(id)
	}
	return list
}

// storage is the store's side of a change.
type storage struct {
	transaction
	head write.Revision
	// elements has where the server keeps nodes, as long as the transaction lasts.
	elements map[graph.ID]string
}

var _ write.Storage = (*storage)(nil)

func newStorage(t transaction) *storage {
	return &storage{transaction: t, elements: map[graph.ID]string{}}
}

// begin begins a change. To set the lock first makes writers take turns.
func (s *storage) begin() error {
	const text = "MATCH (m:Meta {key: 'graph'}) SET m.lock = true WITH m OPTIONAL MATCH (r:Revision {number: m.revision}) RETURN m.revision, " + revisionColumns
	return s.one(text, nil, func(c *cells) {
		number := c.number()
		s.head = revisionOf(c)
		s.head.Number = number
	})
}

// Head implements write.Storage.
func (s *storage) Head() (write.Revision, error) { return s.head, nil }

// identity finds the node under an id, whether it is there or was.
const identity = "MATCH (n:Identity {id: row}) USING INDEX SEEK n:Identity(id) "

// Find implements write.Storage.
func (s *storage) Find(ids []graph.ID) (map[graph.ID]write.Found, error) {
	found := make(map[graph.ID]write.Found, len(ids))
	into := map[graph.ID][]graph.ID{}
	const text = identity + "RETURN row, n._into, n._marked, elementId(n), n._type, n._since, n._dataset"
	err := s.each(text, anyIDs(ids), func(c *cells) {
		id, other, marked := c.id(), c.id(), c.truth()
		if other != "" {
			into[other] = append(into[other], id)
			found[id] = write.Found{ID: other, Marked: marked}
			return
		}
		found[id] = s.found(id, marked, c)
	})
	if err != nil || len(into) == 0 {
		return found, err
	}
	err = s.each(text, anyIDs(slices.Sorted(maps.Keys(into))), func(c *cells) {
		id := c.id()
		c.next += 2
		f := s.found(id, false, c)
		for _, alias := range into[id] {
			f.Marked = found[alias].Marked
			found[alias] = f
		}
	})
	return found, err
}

// found reads what is known in short of a node, and notes where it is.
func (s *storage) found(id graph.ID, marked bool, c *cells) write.Found {
	s.elements[id] = c.text()
	f := write.Found{ID: id, Type: s.model.Types[graph.TypeName(c.text())], Since: c.number(), Sole: c.text(), Marked: marked}
	f.Used = f.Type == nil
	return f
}

// Load implements write.Storage.
func (s *storage) Load(ids []graph.ID) (map[graph.ID]*write.Stored, error) {
	return s.load(ids)
}

func (t transaction) load(ids []graph.ID) (map[graph.ID]*write.Stored, error) {
	found := make(map[graph.ID]*write.Stored, len(ids))
	text := newStatement()
	text.write(identity + "WITH n AS n1 WHERE n1._type IS NOT NULL RETURN ")
	text.whole(t.model, variable{letter: "n", n: 1})
	err := t.each(text.text.String(), anyIDs(ids), func(c *cells) {
		if stored := wholeOf(t.model, c.cells()); stored != nil {
			found[stored.Node.ID] = stored
		}
	})
	return found, err
}

// Identified implements write.Storage.
func (s *storage) Identified(keys []graph.Identifier) (map[graph.Identifier]graph.ID, error) {
	known := map[graph.Identifier]graph.ID{}
	rows := make([]any, len(keys))
	for i, key := range keys {
		rows[i] = []any{key.Scheme, key.Value}
	}
	const text = "MATCH (i:Identifier {scheme: row[0], value: row[1]}) USING INDEX SEEK i:Identifier(scheme, value) RETURN i.scheme, i.value, i.id"
	err := s.each(text, rows, func(c *cells) {
		known[graph.Identifier{Scheme: c.text(), Value: c.text()}] = c.id()
	})
	return known, err
}

// Referrers implements write.Storage.
func (s *storage) Referrers(ids []graph.ID, links []*graph.LinkType) (map[graph.ID][]graph.ID, error) {
	sources := map[graph.ID][]graph.ID{}
	text := newStatement()
	text.write(identity + "MATCH (n)<-[")
	text.relationships(linkTypes(links))
	text.write("]-(m")
	text.labels(s.model, startTypes(s.model, links))
	text.write(") RETURN DISTINCT row, m.id")
	err := s.each(text.text.String(), anyIDs(ids), func(c *cells) {
		id := c.id()
		sources[id] = append(sources[id], c.id())
	})
	sortAll(sources)
	return sources, err
}

func sortAll(lists map[graph.ID][]graph.ID) {
	for _, list := range lists {
		slices.Sort(list)
	}
}

// Aliases implements write.Storage.
func (s *storage) Aliases(ids []graph.ID) (map[graph.ID][]graph.ID, error) {
	aliases := map[graph.ID][]graph.ID{}
	const text = "MATCH (i:Identity {_into: row}) USING INDEX SEEK i:Identity(_into) RETURN row, i.id"
	err := s.each(text, anyIDs(ids), func(c *cells) {
		id := c.id()
		aliases[id] = append(aliases[id], c.id())
	})
	sortAll(aliases)
	return aliases, err
}

// Dataset implements write.Storage.
func (s *storage) Dataset(name string) (*write.Dataset, error) {
	var found *write.Dataset
	err := s.one("MATCH (d:Dataset {name: $name}) USING INDEX SEEK d:Dataset(name) RETURN "+datasetColumns, map[string]any{"name": name}, func(c *cells) {
		d := datasetOf(c)
		found = &d
	})
	return found, err
}

// Contributors implements write.Storage.
func (s *storage) Contributors(dataset string, after graph.ID, limit int) ([]graph.ID, error) {
	const text = `CALL () {
MATCH (n:Identity) USING INDEX SEEK n:Identity(_dataset, id) WHERE n._dataset = $dataset AND n.id > $after RETURN n.id AS id ORDER BY n._dataset, n.id LIMIT $limit
UNION
MATCH (c:Contribution) USING INDEX SEEK c:Contribution(dataset, id) WHERE c.dataset = $dataset AND c.id > $after WITH DISTINCT c.id AS id ORDER BY id LIMIT $limit RETURN id
} RETURN id ORDER BY id LIMIT $limit`
	var ids []graph.ID
	err := s.one(text, map[string]any{"dataset": dataset, "after": storedID(after), "limit": int64(limit)}, func(c *cells) { ids = append(ids, c.id()) })
	return ids, err
}

// Kept implements write.Storage.
func (s *storage) Kept(author, key string) (*write.KeptKey, error) {
	const text = "MATCH (k:IdempotencyKey {author: $author, key: $key}) USING INDEX SEEK k:IdempotencyKey(author, key) RETURN k.digest, k.at, k.result, k.revision"
	var kept *write.KeptKey
	err := s.one(text, map[string]any{"author": indexed(author), "key": indexed(key)}, func(c *cells) {
		kept = &write.KeptKey{Author: author, Key: key, Digest: c.text(), At: c.time(), Result: c.bytes(), Revision: c.number()}
	})
	return kept, err
}

// Statuses implements write.Storage.
func (s *storage) Statuses(facts []graph.ID) (map[graph.ID]map[graph.Participation]graph.Status, error) {
	all := map[graph.ID]map[graph.Participation]graph.Status{}
	text := newStatement()
	text.write(identity + "WHERE n._type IS NOT NULL RETURN row, n._type, n.status, COLLECT { MATCH (n)-[r")
	text.relationships(linkTypes(s.model.Participations))
	text.write("]->(e) RETURN [r._ord, type(r), e.id, r.status] }")
	err := s.each(text.text.String(), anyIDs(facts), func(c *cells) {
		id, t := c.id(), s.model.Types[graph.TypeName(c.text())]
		if t == nil {
			return
		}
		all[id] = map[graph.Participation]graph.Status{{}: graph.Status(c.text())}
		for _, l := range linksOf(t, c.all()) {
			if l.Type.Participation {
				all[id][graph.Participation{Role: l.Type.Field, Entity: l.To}] = graph.Status(l.Status)
			}
		}
	})
	return all, err
}

// stances are all there are.
var stances = []graph.Stance{
	graph.StanceAsserts, graph.StanceAlleges, graph.StanceConfirms, graph.StanceDenies, graph.StanceDoubts, graph.StanceRetracts,
}

// partKey tells parts apart; no id has the delimiter.
func partKey(p write.Part) string {
	return string(p.Fact) + delimiter + p.Role + delimiter + string(p.Entity) + delimiter
}

func speakerKey(s write.Speaker) string { return partKey(s.Part) + indexed(s.Name) }

// countedKey is that of a stance that counts of a part.
func countedKey(p write.Part, stance graph.Stance) string { return partKey(p) + string(stance) }

// Stances implements write.Storage.
func (s *storage) Stances(speakers []write.Speaker) (map[write.Speaker][]write.Stance, error) {
	byKey := make(map[string]write.Speaker, len(speakers))
	rows := make([]any, len(speakers))
	for i, speaker := range speakers {
		key := speakerKey(speaker)
		byKey[key], rows[i] = speaker, key
	}
	all := map[write.Speaker][]write.Stance{}
	const text = "MATCH (s:Stance {speaker: row}) USING INDEX SEEK s:Stance(speaker) RETURN row, s.stance, s.madeAt, s.claims, s.counted IS NOT NULL"
	err := s.each(text, rows, func(c *cells) {
		speaker := byKey[c.text()]
		all[speaker] = append(all[speaker], write.Stance{
			Speaker: speaker, Stance: graph.Stance(c.text()), MadeAt: c.text(), Claims: int(c.number()), Counts: c.truth(),
		})
	})
	return all, err
}

// PutStances implements write.Storage.
func (s *storage) PutStances(all []write.Stance) error {
	var kept, gone []any
	for _, one := range all {
		row := []any{speakerKey(one.Speaker), string(one.Stance), one.MadeAt}
		if one.Claims == 0 {
			gone = append(gone, row)
			continue
		}
		var counted any
		if one.Counts {
			counted = countedKey(one.Part, one.Stance)
		}
		kept = append(kept, append(row, int64(one.Claims), counted))
	}
	const find = "MATCH (s:Stance {speaker: row[0], stance: row[1], madeAt: row[2]}) USING INDEX SEEK s:Stance(speaker) DELETE s"
	if err := s.write(find, gone); err != nil {
		return err
	}
	return s.merge("MERGE (s:Stance {speaker: row[0], stance: row[1], madeAt: row[2]}) SET s.claims = row[3], s.counted = row[4]", kept)
}

// write runs a statement that returns nothing on rows.
func (t transaction) write(text string, rows []any) error {
	return t.each(text, rows, func(*cells) {})
}

// Said implements write.Storage. Of each stance, the index tells whether there is
// any that counts.
func (s *storage) Said(parts []write.Part) (map[write.Part]graph.Stances, error) {
	var rows []any
	for i, part := range parts {
		for _, stance := range stances {
			rows = append(rows, []any{int64(i), string(stance), countedKey(part, stance)})
		}
	}
	said := map[write.Part]graph.Stances{}
	const text = "WITH row WHERE EXISTS { MATCH (s:Stance {counted: row[2]}) USING INDEX SEEK s:Stance(counted) } RETURN row[0], row[1]"
	err := s.each(text, rows, func(c *cells) {
		part := parts[c.number()]
		said[part] |= graph.StancesOf(graph.Stance(c.text()))
	})
	return said, err
}

// ClaimedParts implements write.Storage. The index is asked for the first stance
// of each fact, and then for the first behind the participation of that one, so
// that it does not matter how many stances there are of one.
func (s *storage) ClaimedParts(facts []graph.ID) (map[graph.ID][]graph.Participation, error) {
	claimed := map[graph.ID][]graph.Participation{}
	from := make(map[graph.ID]string, len(facts))
	for _, id := range facts {
		// Behind those of the fact as a whole.
		from[id] = string(id) + delimiter + beyond
	}
	const text = `CALL (row) { MATCH (s:Stance) USING INDEX SEEK s:Stance(speaker) WHERE s.speaker >= row[0] AND s.speaker < row[1]
RETURN s.speaker AS speaker ORDER BY s.speaker LIMIT 1 } RETURN speaker`
	for len(from) > 0 {
		var rows []any
		for _, id := range slices.Sorted(maps.Keys(from)) {
			rows = append(rows, []any{from[id], string(id) + beyond})
		}
		clear(from)
		err := s.each(text, rows, func(c *cells) {
			key := strings.SplitN(c.text(), delimiter, 4)
			id, p := graph.ID(key[0]), graph.Participation{Role: key[1], Entity: graph.ID(key[2])}
			claimed[id] = append(claimed[id], p)
			from[id] = string(id) + delimiter + p.Role + delimiter + string(p.Entity) + beyond
		})
		if err != nil {
			return nil, err
		}
	}
	return claimed, nil
}
