package sqlite

import (
	"companygraph/graph"
	"companygraph/graph/write"
)

// Apply implements write.Storage. What goes is taken away before what comes is
// written, so that an identifier may move from one node to another.
func (s *storage) Apply(d *write.Delta) error {
	a := newApplication(s, d)
	for _, step := range []func() error{
		a.putDatasets, a.putRevision,
		a.findRids, a.findTypes, a.findLinks, a.findWords,
		a.dropNodes, a.dropLinks, a.dropWords,
		a.putIDs, a.putNodes, a.putLinks, a.putWords,
		a.putContributions, a.putStatuses, a.putAliases, a.putMarks, a.putKey,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// application writes a delta. Rows are gathered for each table and written in
// the order of its key: each page is then changed once, not again and again.
type application struct {
	*storage
	delta    *write.Delta
	revision int64
	// changed are the nodes whose own rows do, and old those of them that were there.
	changed, old []*write.NodeDelta
	linkChanges
	wordChanges
	// types are those of facts whose statuses change, as they were.
	types map[graph.ID]*graph.Type
}

func newApplication(s *storage, d *write.Delta) *application {
	a := &application{storage: s, delta: d, revision: d.Revision.Number}
	for i := range d.Nodes {
		n := &d.Nodes[i]
		if n.New == n.Old {
			continue
		}
		a.changed = append(a.changed, n)
		if n.Old != nil {
			a.old = append(a.old, n)
		}
	}
	return a
}

// findRids looks up the rids of all that the delta names, and gives new nodes
// theirs.
func (a *application) findRids() error {
	if err := a.know(a.named()); err != nil {
		return err
	}
	return a.giveRids()
}

// named are the ids that the delta names.
func (a *application) named() []graph.ID {
	var ids []graph.ID
	for _, n := range a.delta.Nodes {
		ids = append(ids, n.ID)
		if n.New != nil {
			for _, l := range n.New.Links {
				ids = append(ids, l.To)
			}
		}
	}
	for _, s := range a.delta.Statuses {
		ids = append(ids, s.Fact)
		if s.Entity != "" {
			ids = append(ids, s.Entity)
		}
	}
	for _, alias := range a.delta.Aliases {
		ids = append(ids, alias.Into)
	}
	return append(ids, a.delta.Marks...)
}

// putDatasets writes what is known of datasets, and gives new ones their numbers.
func (a *application) putDatasets() error {
	for i := range a.delta.Nodes {
		n := &a.delta.Nodes[i]
		if err := a.nameDatasets(n); err != nil {
			return err
		}
	}
	for _, d := range a.delta.Datasets {
		number, err := a.datasetNumber(d.Name)
		if err != nil {
			return err
		}
		const text = "UPDATE dataset SET title = ?, priority = ?, nodes = ?, loaded_in = ? WHERE number = ?"
		if err := a.conn.exec(text, d.Title, d.Priority, d.Nodes, d.LoadedIn, number); err != nil {
			return err
		}
	}
	return nil
}

func (a *application) nameDatasets(n *write.NodeDelta) error {
	_, err := a.datasetNumber(n.Sole)
	for _, c := range n.Contributions {
		if err == nil {
			_, err = a.datasetNumber(c.Dataset)
		}
	}
	return err
}

// datasetNumber is the number of a dataset, which it gets when it is first named;
// 0 for none.
func (s *storage) datasetNumber(name string) (int64, error) {
	if number, known := s.numbers[name]; known || name == "" {
		return number, nil
	}
	const text = "INSERT INTO dataset (name, title, priority, nodes, loaded_in) VALUES (?, '', 0, 0, 0)"
	if err := s.conn.exec(text, name); err != nil {
		return 0, err
	}
	number := s.conn.LastInsertRowID()
	s.numbers[name], s.names[number] = number, name
	return number, nil
}

func (a *application) putRevision() error {
	r := a.delta.Revision
	if r.Number == 0 {
		return nil
	}
	const revision = "INSERT INTO revision (number, at, author, reason, dataset, load, key) VALUES (?, ?, ?, ?, ?, ?, ?)"
	if err := a.conn.exec(revision, r.Number, r.At.UnixMicro(), r.Author, r.Reason, r.Dataset, r.Load, r.Key); err != nil {
		return err
	}
	changes := a.delta.Changes
	insert := insertion{into: "INSERT OR FAIL INTO change (revision, id, type, kind)", width: 4}
	return a.conn.insert(insert, len(changes), func(b *binder, i int) {
		b.int(r.Number)
		b.text(string(changes[i].ID))
		b.int(int64(a.layout.types[changes[i].Type]))
		b.int(int64(changes[i].Kind))
	})
}

// putKey remembers a key, and forgets those that are too old.
func (a *application) putKey() error {
	if a.delta.Seeding {
		if err := a.conn.exec("INSERT OR REPLACE INTO meta VALUES ('seeded', 1)"); err != nil {
			return err
		}
	}
	k := a.delta.Key
	if k == nil {
		return nil
	}
	if err := a.conn.exec("DELETE FROM idempotency WHERE at < ?", k.At.Add(-write.KeyLifetime).UnixMicro()); err != nil {
		return err
	}
	const text = "INSERT OR REPLACE INTO idempotency (author, key, digest, at, revision, result) VALUES (?, ?, ?, ?, ?, ?)"
	return a.conn.writeEach(text, 1, func(b *binder, _ int) {
		b.text(k.Author)
		b.text(k.Key)
		b.text(k.Digest)
		b.int(k.At.UnixMicro())
		b.int(k.Revision)
		b.blob(k.Result)
	})
}
