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
	// leads are what others say that the rest of them lead to, and held are all
	// of these.
	leads map[graph.ID][]graph.ID
	held  map[graph.ID]bool
	// stays are those that turned out not to be withdrawn.
	stays map[graph.ID]bool
	batch []graph.ID
}

// prune withdraws what is absent, but for what somebody else relies on; what leads
// to others goes before these. So it refuses nothing.
func (i *importer) prune() error {
	if !i.options.Prune || len(i.done.Absent) == 0 {
		return nil
	}
	p := &pruner{
		importer: i, number: map[graph.ID]int32{}, sources: map[graph.ID][]graph.ID{},
		only: map[graph.ID]bool{}, leads: map[graph.ID][]graph.ID{}, held: map[graph.ID]bool{}, stays: map[graph.ID]bool{},
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
	}
	return nil
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
			p.leads[id] = append(p.leads[id], to)
			p.held[to] = true
		}
	}
	return nil
}

// run withdraws what was chosen, in batches.
func (p *pruner) run() error {
	order := newComponents(len(p.gone), p.before, func(circle []int32) (bool, error) {
		for _, n := range circle {
			p.batch = append(p.batch, p.gone[n])
		}
		if len(p.batch) < p.size {
			return true, nil
		}
		return true, p.withdraw()
	})
	for n := range p.gone {
		if _, err := order.visit(int32(n)); err != nil {
			return err
		}
	}
	if len(p.batch) == 0 {
		return nil
	}
	return p.withdraw()
}

// before are those that go before one, because they lead to it.
func (p *pruner) before(n int32) (before []int32, err error) {
	for _, by := range p.sources[p.gone[n]] {
		if other, goes := p.number[graph.OwnerOf(by)]; goes && other != n {
			before = append(before, other)
		}
	}
	return before, nil
}

// withdraw withdraws a batch, but for what turns out to be relied on: a type or a
// participation that nobody else gives, or what others say of the node that does
// not hold by itself.
func (p *pruner) withdraw() error {
	batch := p.batch
	p.batch = nil
	for {
		batch = slices.DeleteFunc(batch, func(id graph.ID) bool { return p.stays[id] })
		if len(batch) == 0 {
			return nil
		}
		problems, err := problemsIn(p.change(p.unmarking(), func(tx *Tx) error { return tx.Withdraw(batch...) }))
		if err != nil || len(problems) == 0 {
			return err
		}
		if !p.keep(batch, problems) {
			return problems
		}
	}
}

// keep has nodes stay because of problems, with all that they lead to. Of two of
// which one leads to the other, or will, it is the latter: the former may go then.
func (p *pruner) keep(batch []graph.ID, problems Problems) bool {
	wrong := map[graph.ID]bool{}
	for _, problem := range problems {
		if slices.Contains(batch, problem.ID) {
			wrong[problem.ID] = true
		}
	}
	last := map[graph.ID]bool{}
	for id := range wrong {
		relied := slices.DeleteFunc(slices.Clone(p.leads[id]), func(to graph.ID) bool { return p.stays[to] || !slices.Contains(batch, to) })
		for _, to := range relied {
			last[to] = true
		}
		if len(relied) == 0 {
			last[id] = true
		}
	}
	for id := range wrong {
		for _, by := range p.sources[id] {
			delete(last, graph.OwnerOf(by))
		}
	}
	if len(last) == 0 {
		last = wrong
	}
	maps.Copy(p.stays, last)
	for changed := true; changed; {
		changed = false
		for _, id := range p.gone {
			held := func(by graph.ID) bool { return p.stays[graph.OwnerOf(by)] }
			if p.only[id] && !p.stays[id] && slices.ContainsFunc(p.sources[id], held) {
				p.stays[id], changed = true, true
			}
		}
	}
	return len(last) > 0
}
