package neo4j

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// What is read of a revision and of a dataset.
const (
	revisionColumns = "r.number, r.at, r.author, r.reason, r.dataset, r.load, r.key"
	datasetColumns  = "d.name, d.title, d.priority, d.nodes, d.loadedIn"
	datasetsText    = "MATCH (d:Dataset) RETURN " + datasetColumns
)

func revisionOf(c *cells) write.Revision {
	return write.Revision{Number: c.number(), At: c.time(), Author: c.text(), Reason: c.text(), Dataset: c.text(), Load: c.number(), Key: c.text()}
}

func datasetOf(c *cells) write.Dataset {
	return write.Dataset{Name: c.text(), Title: c.text(), Priority: int(c.number()), Nodes: int(c.number()), LoadedIn: c.number()}
}

// contributing are the datasets that say something, by name.
func contributing(all []write.Dataset) []write.Dataset {
	some := slices.DeleteFunc(slices.Clone(all), func(d write.Dataset) bool { return d.Nodes == 0 })
	slices.SortFunc(some, func(a, b write.Dataset) int { return cmp.Compare(a.Name, b.Name) })
	return some
}

// changesAtOnce is how many changes one node holds.
const changesAtOnce = 500

// A change is a text: the first letter of its kind, its type, its id. Those of a
// revision stand in nodes of up to changesAtOnce, whose position is the revision
// and the last id.
func changeText(c write.Change) string {
	return string("-CUD"[c.Kind]) + string(c.Type.Name) + " " + storedID(c.ID)
}

func (s *Store) changeOf(revision int64, text string) write.Change {
	name, id, _ := strings.Cut(text[1:], " ")
	return write.Change{
		Revision: revision, ID: publicID(id), Type: s.model.Types[graph.TypeName(name)],
		Kind: write.ChangeKind(strings.IndexByte("-CUD", text[0])),
	}
}

// position is where a change lies among all.
func position(revision int64, id string) string { return fmt.Sprintf("%016x %s", revision, id) }

// putRevision writes what is known of the revision, and what it changed.
func (c *changes) putRevision() error {
	r := c.delta.Revision
	if r.Number > 0 {
		const text = "CREATE (:Revision {number: $number, at: $at, author: $author, reason: $reason, dataset: $dataset, load: $load, key: $key})"
		err := c.one(text, map[string]any{
			"number": r.Number, "at": r.At, "author": orNull(r.Author), "reason": orNull(r.Reason), "dataset": r.Dataset, "load": r.Load, "key": orNull(r.Key),
		}, nil)
		if err == nil {
			err = c.putChanges()
		}
		if err != nil {
			return err
		}
	}
	if r.Number == 0 && !c.delta.Seeding {
		return nil
	}
	const meta = "MATCH (m:Meta {key: 'graph'}) SET m.revision = CASE $revision WHEN 0 THEN m.revision ELSE $revision END, m.seeded = m.seeded OR $seeding"
	return c.one(meta, map[string]any{"revision": r.Number, "seeding": c.delta.Seeding}, nil)
}

func (c *changes) putChanges() error {
	var rows []any
	for piece := range slices.Chunk(c.delta.Changes, changesAtOnce) {
		texts := make([]any, len(piece))
		for i, one := range piece {
			texts[i] = changeText(one)
		}
		rows = append(rows, []any{position(c.revision, storedID(piece[len(piece)-1].ID)), int64(len(piece)), texts})
	}
	return c.write("CREATE (:Changes {revision: $revision, position: row[0], size: row[1], changes: row[2]})", rows)
}

func (c *changes) putDatasets() error {
	var rows []any
	for _, d := range c.delta.Datasets {
		rows = append(rows, []any{d.Name, orNull(d.Title), int64(d.Priority), int64(d.Nodes), d.LoadedIn})
	}
	return c.merge("MERGE (d:Dataset {name: row[0]}) SET d.title = row[1], d.priority = row[2], d.nodes = row[3], d.loadedIn = row[4]", rows)
}

// keep remembers the change under its key, and forgets what is older than it has
// to be, a little at a time.
func (c *changes) keep() error {
	k := c.delta.Key
	if k == nil {
		return nil
	}
	const forget = "MATCH (k:IdempotencyKey) USING INDEX SEEK k:IdempotencyKey(at) WHERE k.at < $before WITH k LIMIT 100 DELETE k"
	if err := c.one(forget, map[string]any{"before": k.At.Add(-write.KeyLifetime)}, nil); err != nil {
		return err
	}
	const text = "MERGE (k:IdempotencyKey {author: $author, key: $key}) SET k.digest = $digest, k.at = $at, k.result = $result, k.revision = $revision"
	return c.one(text, map[string]any{
		"author": indexed(k.Author), "key": indexed(k.Key), "digest": k.Digest, "at": k.At, "result": k.Result, "revision": k.Revision,
	}, nil)
}

// Revisions implements store.Store.
func (s *Store) Revisions(ctx context.Context, after int64, limit int) ([]write.Revision, error) {
	var all []write.Revision
	const text = "MATCH (r:Revision) USING INDEX SEEK r:Revision(number) WHERE r.number > $after RETURN " + revisionColumns + " ORDER BY r.number LIMIT $limit"
	err := s.reading(ctx, func(t transaction) error {
		all = nil
		return t.one(text, map[string]any{"after": after, "limit": int64(limit)}, func(c *cells) { all = append(all, revisionOf(c)) })
	})
	return all, err
}

// RevisionAt implements store.Store.
func (s *Store) RevisionAt(ctx context.Context, at time.Time) (write.Revision, error) {
	var last write.Revision
	const text = "MATCH (r:Revision) USING INDEX SEEK r:Revision(at) WHERE r.at <= $at RETURN " + revisionColumns + " ORDER BY r.at DESC, r.number DESC LIMIT 1"
	err := s.reading(ctx, func(t transaction) error {
		return t.one(text, map[string]any{"at": at.UTC()}, func(c *cells) { last = revisionOf(c) })
	})
	return last, err
}

// Changes implements store.Store. It first asks how many changes there are in
// which nodes, and then reads as many of these as it needs.
func (s *Store) Changes(ctx context.Context, after store.ChangePosition, limit int) ([]write.Change, error) {
	from := position(after.Revision, storedID(after.ID))
	if after.ID == "" {
		from = position(after.Revision+1, "")
	}
	var all []write.Change
	err := s.reading(ctx, func(t transaction) error {
		all = nil
		until, err := t.changesUntil(from, limit)
		if err != nil || until == "" {
			return err
		}
		const text = "MATCH (c:Changes) USING INDEX SEEK c:Changes(position) WHERE c.position > $from AND c.position <= $until RETURN c.revision, c.changes ORDER BY c.position"
		return t.one(text, map[string]any{"from": from, "until": until}, func(c *cells) {
			revision := c.number()
			for _, text := range c.cells().list {
				text, _ := text.(string)
				one := s.changeOf(revision, text)
				if position(revision, storedID(one.ID)) > from && len(all) < limit {
					all = append(all, one)
				}
			}
		})
	})
	return all, err
}

// changesUntil is the position of the last node that is needed to read a number
// of changes behind a position; "" if there is none.
func (t transaction) changesUntil(from string, limit int) (until string, err error) {
	const text = "MATCH (c:Changes) USING INDEX SEEK c:Changes(position) WHERE c.position > $from RETURN c.position, c.size ORDER BY c.position LIMIT $limit"
	// Of the first node some may lie before the position.
	missing, first := int64(limit), true
	err = t.one(text, map[string]any{"from": from, "limit": int64(limit) + 1}, func(c *cells) {
		if missing > 0 {
			until = c.text()
			if !first {
				missing -= c.number()
			}
			first = false
		}
	})
	return until, err
}

// Datasets implements store.Store.
func (s *Store) Datasets(ctx context.Context) ([]write.Dataset, error) {
	var all []write.Dataset
	err := s.reading(ctx, func(t transaction) error {
		all = nil
		return t.one(datasetsText, nil, func(c *cells) { all = append(all, datasetOf(c)) })
	})
	return contributing(all), err
}

// Seeded implements store.Store.
func (s *Store) Seeded(ctx context.Context) (bool, error) {
	seeded := false
	const text = "RETURN EXISTS { MATCH (m:Meta) WHERE m.seeded } OR EXISTS { MATCH (n:Identity) WHERE NOT n:Gone }"
	err := s.reading(ctx, func(t transaction) error {
		return t.one(text, nil, func(c *cells) { seeded = c.truth() })
	})
	return seeded, err
}

// reading runs f in a reading transaction, and may run it again.
func (s *Store) reading(ctx context.Context, f func(transaction) error) error {
	return s.read(ctx, func(tx driver.ManagedTransaction) error {
		return f(transaction{ctx: ctx, tx: tx, model: s.model})
	})
}
