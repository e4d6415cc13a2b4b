package write

import (
	"maps"
	"slices"

	"companygraph/graph"
)

// pruner withdraws what a dataset no longer has.
type pruner struct {
	*importer
	// gone are the ids to withdraw, ordered, and number their places.
	gone   []graph.ID
	number map[graph.ID]int32
	// sources are who leads to each. Those in only are gone from the graph when
	// they are withdrawn: nobody else says something of them.
	sources map[graph.ID][]graph.ID
	only    map[graph.ID]bool
	// held are the nodes that the rest of them lead to by what others say, and
	// heldBy those that do.
	held   map[graph.ID]bool
	heldBy map[graph.ID][]graph.ID
	// holds are those that are gone from the graph only if one is.
	holds map[graph.ID][]graph.ID
	// stays are those that turned out not to be withdrawn.
	stays map[graph.ID]bool
	// batch is what goes next: each part as a whole or not at all.
	batch [][]graph.ID
}

// prune withdraws what is absent, but for what somebody else relies on; what leads
// to others goes before these. So it refuses nothing.
func (i *importer) prune() error {
	if !i.options.Prune || len(i.done.Absent) == 0 {
		return nil
	}
	p := &pruner{
		importer: i, number: map[graph.ID]int32{}, sources: map[graph.ID][]graph.ID{},
		only: map[graph.ID]bool{}, held: map[graph.ID]bool{}, heldBy: map[graph.ID][]graph.ID{},
		holds: map[graph.ID][]graph.ID{}, stays: map[graph.ID]bool{},
	}
	if err := p.choose(); err != nil {
		return err
	}
	if err := p.run(); err != nil {
		return err
	}
	went := func(id graph.ID) bool {
		_, chosen := p.number[id]
		return chosen && !p.stays[id]
	}
	for _, id := range p.gone {
		if went(id) {
			i.done.Withdrawn = append(i.done.Withdrawn, id)
		}
	}
	i.done.Absent = slices.DeleteFunc(i.done.Absent, went)
	return nil
}

// choose finds the absent nodes that nothing leads to that stays.
func (p *pruner) choose() error {
	going := map[graph.ID]bool{}
	err := p.transact(p.ctx, func(s Storage) error {
		for chunk := range slices.Chunk(p.done.Absent, p.size) {
			if err := p.look(s, chunk); err != nil {
				return err
			}
			for _, id := range chunk {
				going[id] = true
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for changed := true; changed; {
		changed = false
		for id := range going {
			held := func(by graph.ID) bool { return !going[graph.OwnerOf(by)] }
			if p.only[id] && (p.held[id] || slices.ContainsFunc(p.sources[id], held)) {
				delete(going, id)
				changed = true
			}
		}
	}
	p.gone = slices.Sorted(maps.Keys(going))
	for n, id := range p.gone {
		p.number[id] = int32(n)
		if p.only[id] {
			p.noteHolders(id)
		}
	}
	return nil
}

// noteHolders has a node stay if one that leads to it does.
func (p *pruner) noteHolders(id graph.ID) {
	for _, by := range p.sources[id] {
		p.holds[graph.OwnerOf(by)] = append(p.holds[graph.OwnerOf(by)], id)
	}
}

// look finds out who leads to nodes, and of which of them nobody else says
// something.
func (p *pruner) look(s Storage, ids []graph.ID) error {
	found, err := s.Find(ids)
	if err != nil {
		return err
	}
	var several []graph.ID
	for _, id := range ids {
		switch found[id].Sole {
		case p.meta.Dataset:
			p.only[id] = true
		case "":
			several = append(several, id)
		}
	}
	if len(several) > 0 {
		if err := p.lookAtShared(s, several); err != nil {
			return err
		}
	}
	by, err := s.Referrers(ids, p.model.Links)
	maps.Copy(p.sources, by)
	return err
}

// lookAtShared finds out what others say of nodes that have several contributions.
func (p *pruner) lookAtShared(s Storage, ids []graph.ID) error {
	stored, err := s.Load(ids)
	if err != nil {
		return err
	}
	tx := &Tx{model: p.model, storage: s, datasets: map[string]*Dataset{}, found: map[graph.ID]Found{}, into: map[graph.ID]graph.ID{}}
	for id, node := range stored {
		all, err := tx.saidOf(node)
		if err != nil {
			return err
		}
		others := &draft{id: id, said: slices.DeleteFunc(all, func(one said) bool { return one.Dataset == p.meta.Dataset })}
		// Edits of single fields make no node by themselves.
		if p.only[id] = !slices.ContainsFunc(others.said, func(one said) bool { return !one.record.Partial }); p.only[id] {
			continue
		}
		if err := tx.resolveLinks([]*draft{others}); err != nil {
			return err
		}
		for _, to := range others.targets() {
			to = tx.stand(to)
			p.held[to] = true
			p.heldBy[to] = append(p.heldBy[to], id)
		}
	}
	return nil
}

// run withdraws what was chosen, in batches.
func (p *pruner) run() error {
	inBatch := 0
	order := newComponents(len(p.gone), p.before, func(circle []int32) (bool, error) {
		var together []graph.ID
		for _, n := range circle {
			together = append(together, p.gone[n])
		}
		p.batch = append(p.batch, together)
		if inBatch += len(together); inBatch < p.size {
			return true, nil
		}
		inBatch = 0
		return true, p.next()
	})
	for n := range p.gone {
		if _, err := order.visit(int32(n)); err != nil {
			return err
		}
	}
	return p.next()
}

// before are those that go before one, because they lead to it, or will.
func (p *pruner) before(n int32) (before []int32, err error) {
	id := p.gone[n]
	for _, by := range slices.Concat(p.sources[id], p.heldBy[id]) {
		if other, goes := p.number[graph.OwnerOf(by)]; goes && other != n {
			before = append(before, other)
		}
	}
	return before, nil
}

// next withdraws the batch.
func (p *pruner) next() error {
	batch := p.batch
	p.batch = nil
	return p.withdraw(batch)
}

// withdraw withdraws one part after the other, but for those that turn out to be
// relied on: a type or a participation that nobody else gives, or what others say
// of the node that does not hold by itself. Where nothing is, one change takes all.
func (p *pruner) withdraw(parts [][]graph.ID) error {
	stays := func(part []graph.ID) bool {
		return slices.ContainsFunc(part, func(id graph.ID) bool { return p.stays[id] })
	}
	if parts = slices.DeleteFunc(slices.Clone(parts), stays); len(parts) == 0 {
		return nil
	}
	problems, err := problemsIn(p.change(p.unmarking(), func(tx *Tx) error { return tx.Withdraw(slices.Concat(parts...)...) }))
	switch half := len(parts) / 2; {
	case err != nil || len(problems) == 0:
		return err
	case half == 0:
		p.keep(parts[0])
		return nil
	default:
		if err := p.withdraw(parts[:half]); err != nil {
			return err
		}
		return p.withdraw(parts[half:])
	}
}

// keep has nodes stay, with all that they lead to and that nobody else says
// something of.
func (p *pruner) keep(part []graph.ID) {
	open := slices.Clone(part)
	for len(open) > 0 {
		id := open[0]
		open = open[1:]
		if !p.stays[id] {
			p.stays[id] = true
			open = append(open, p.holds[id]...)
		}
	}
}
