package write

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"companygraph/graph"
)

// Import is how every store loads records, see store.Store. It goes over them
// three times: it reads them all, checks them against each other and the store,
// and then writes them in batches, what others lead to first.
func Import(ctx context.Context, m *graph.Model, transact Transact, meta Meta, records iter.Seq2[*Record, error], o ImportOptions) (done Imported, err error) {
	meta.loading = true
	i := &importer{
		ctx: ctx, model: m, transact: transact, meta: meta, options: o, size: cmp.Or(o.Batch, BatchSize), weigher: -1,
	}
	i.spool, i.index = newSpool(m, i.size), newIndex()
	defer func() { err = errors.Join(err, i.spool.close()) }()
	steps := []func() error{i.repeat, func() error { return i.read(records) }, i.check, i.write, i.absent, i.prune, i.mark, i.keep}
	for _, step := range steps {
		if err := step(); err != nil || i.done.Repeated {
			return i.done, err
		}
	}
	return i.done, nil
}

// repeat looks whether the import was made before under its key.
func (i *importer) repeat() error {
	if i.meta.Key == "" {
		return nil
	}
	return i.transact(i.ctx, func(s Storage) error {
		tx, err := begin(i.model, s, i.meta, i.now())
		if err == nil && tx.written.Repeated {
			i.done.Written = tx.written
		}
		return err
	})
}

// keep remembers an import under its key once all of it is made, unless its only
// change has done so: if it is interrupted, it is to be made again.
func (i *importer) keep() error {
	if i.meta.Key == "" || i.isOneChange() {
		return nil
	}
	meta := i.unmarking()
	meta.keyLater = false
	return i.change(meta, func(tx *Tx) error {
		tx.keptFor = i.done.Revision.Number
		return nil
	})
}

// read spools the records. Two of one id are a problem.
func (i *importer) read(records iter.Seq2[*Record, error]) error {
	var problems Problems
	for r, err := range records {
		if err != nil {
			return err
		}
		if i.done.Read%1024 == 0 && i.ctx.Err() != nil {
			return i.ctx.Err()
		}
		i.done.Read++
		if !i.index.add(r) {
			problems = append(problems, Problem{Code: Invalid, ID: r.Node.ID, Field: "id", Text: "the id is used twice; it must be unique over all nodes"})
			continue
		}
		if err := i.spool.add(r); err != nil {
			return err
		}
	}
	if err := i.spool.flush(); err != nil {
		return err
	}
	i.meta.keyLater = !i.isOneChange()
	return problems.orNil()
}

// write writes the records in batches: the next one is read while one is
// written.
func (i *importer) write() error {
	if i.spool.len() > 0 {
		return i.writeBatches()
	}
	if i.meta.Title == nil && i.meta.Priority == nil {
		return nil
	}
	// The dataset gets its title and priority all the same.
	return i.change(i.unmarking(), func(*Tx) error { return nil })
}

func (i *importer) writeBatches() error {
	ctx, cancel := context.WithCancel(i.ctx)
	defer cancel()
	batches := make(chan batch)
	go func() {
		defer close(batches)
		send := func(b batch) bool {
			select {
			case batches <- b:
				return true
			case <-ctx.Done():
				return false
			}
		}
		if err := newSorter(i).run(send); err != nil {
			send(batch{err: err})
		}
	}()
	var failed error
	for b := range batches {
		if failed == nil {
			failed = b.err
		}
		if failed == nil {
			failed = i.writeBatch(b)
		}
		if failed != nil {
			cancel()
		}
	}
	return failed
}

func (i *importer) writeBatch(b batch) error {
	meta := i.meta
	meta.Seeding = meta.Seeding && i.single()
	if i.weighed = i.weighed || b.weighs || i.weigher < 0; !i.weighed {
		meta.Priority = nil
	}
	nodes := 0
	err := i.change(meta, func(tx *Tx) error {
		var err error
		tx.inLoad = i.inLoad()
		if i.single() {
			err = tx.Put(b.records...)
		} else {
			err = tx.put(b.records, i.resolution())
		}
		if err != nil {
			return err
		}
		nodes = tx.countPut()
		return tx.withdrawClaims(func(id graph.ID) bool { return i.loaded(id) && !slices.Contains(tx.written.Marked, id) })
	})
	i.nodes += nodes
	return err
}

// absent finds what the dataset still contributes to and the records do not
// have. Mostly a count tells that there is nothing.
func (i *importer) absent() error {
	if i.options.Copy {
		return nil
	}
	for _, id := range i.done.Marked {
		i.index.drop(id) // it was left out
	}
	var dataset *Dataset
	nodes := map[graph.ID]bool{}
	for _, id := range i.resolved {
		nodes[id] = true
	}
	for _, m := range i.done.Merged {
		nodes[m.Into] = true
	}
	err := i.transact(i.ctx, func(s Storage) (err error) {
		dataset, err = s.Dataset(i.meta.Dataset)
		if err != nil || dataset == nil {
			return err
		}
		i.done.Absent, err = i.contributed(s, *dataset, nodes)
		return err
	})
	return err
}

// contributed lists the nodes that the dataset contributes to and that are
// neither among the records nor what these were found to be about.
func (i *importer) contributed(s Storage, d Dataset, nodes map[graph.ID]bool) ([]graph.ID, error) {
	if d.Nodes == i.nodes {
		return nil, nil
	}
	const page = 10_000
	var absent []graph.ID
	after := graph.ID("")
	for {
		ids, err := s.Contributors(d.Name, after, page)
		if err != nil || len(ids) == 0 {
			return absent, err
		}
		var asked []graph.ID
		for _, id := range ids {
			if !i.index.has(id) && !nodes[id] {
				asked = append(asked, id)
			}
		}
		more, err := i.unasked(s, asked)
		if err != nil {
			return nil, err
		}
		absent, after = append(absent, more...), ids[len(ids)-1]
	}
}

// unasked leaves out the nodes that records are about by an id that gave way.
func (i *importer) unasked(s Storage, ids []graph.ID) ([]graph.ID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	aliases, err := s.Aliases(ids)
	return slices.DeleteFunc(ids, func(id graph.ID) bool { return slices.ContainsFunc(aliases[id], i.index.has) }), err
}

// mark marks the store as seeded, if several changes were made; a single one
// does so itself.
func (i *importer) mark() error {
	if !i.meta.Seeding || i.single() && i.spool.len() > 0 {
		return nil
	}
	return i.change(i.meta, func(*Tx) error { return nil })
}
