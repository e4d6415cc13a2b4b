package write

import (
	"cmp"
	"iter"
	"slices"

	"companygraph/graph"
)

// unmark leaves out the records of nodes that an edit deleted. What leads to them
// is tried out.
func (c *checker) unmark() error {
	if !c.anyMarked {
		return nil
	}
	left := map[hash]bool{}
	for n := range c.marked.all() {
		r, err := c.spool.get(n)
		if err != nil {
			return err
		}
		c.index.drop(r.Node.ID)
		left[c.index.hash(string(r.Node.ID))] = true
	}
	for n := range int32(c.spool.len()) {
		r, err := c.spool.get(n)
		if err != nil {
			return err
		}
		for _, node := range append([]*graph.Node{r.Node}, r.Parts...) {
			leads := func(l graph.Link) bool { return left[c.index.hash(string(l.To))] }
			if !c.marked.has(n) && slices.ContainsFunc(node.Links, leads) {
				c.doubtful.set(n)
			}
		}
	}
	return nil
}

// settleTypes finds out of what types nodes will be of which the records do not
// tell. A record that takes away a type is written with what relied on it.
func (c *checker) settleTypes() error {
	return c.inUnits(slices.Values(c.mixed), false, func(u *units) error {
		var ties [][2]int32
		err := c.transact(c.ctx, func(s Storage) error {
			tx, err := c.begin(s)
			if err != nil {
				return err
			}
			if err := tx.put(u.records, c.resolution()); err != nil {
				return err
			}
			if err := tx.makeNodes(); err != nil {
				return err
			}
			number := map[*draft]int32{}
			for at, r := range u.records {
				if d := tx.drafts[tx.stand(r.Node.ID)]; d != nil && d.node != nil {
					number[d], c.index.types[u.numbers[at]], c.final[d.id] = u.numbers[at], d.node.Type, d.node.Type
				}
			}
			ties, err = c.reliant(tx, number)
			return err
		})
		for _, pair := range ties {
			c.tie(pair[0], pair[1])
			c.doubtful.set(pair[0])
			c.doubtful.set(pair[1])
		}
		return err
	})
}

// reliant pairs the records of nodes whose type changes with those of nodes that
// lead to them as what they were.
func (c *checker) reliant(tx *Tx, number map[*draft]int32) (ties [][2]int32, err error) {
	for _, d := range tx.ordered() {
		now := tx.drafts[tx.stand(d.id)]
		if d.old == nil || now == nil || now.node == nil {
			continue
		}
		broken := brokenLinks(c.model, d.old.Node.Type, now.node.Type)
		if len(broken) == 0 {
			continue
		}
		sources, err := tx.storage.Referrers([]graph.ID{d.id}, broken)
		if err != nil {
			return nil, err
		}
		owners := make([]graph.ID, len(sources[d.id]))
		for i, source := range sources[d.id] {
			owners[i] = graph.OwnerOf(source)
		}
		stored, err := tx.storage.Load(owners)
		if err != nil {
			return nil, err
		}
		for _, owner := range stored {
			by, there := c.rewrittenBy(owner.Node)
			if !there {
				by = number[now] // to be tried out
				c.reliantOthers[by] = append(c.reliantOthers[by], owner.Node.ID)
			}
			ties = append(ties, [2]int32{number[now], by})
		}
	}
	return ties, nil
}

// rewrittenBy is the record by which a stored node is written anew: its own or, of
// a claim that the load does not have, that of its fact, with which it may go.
func (c *checker) rewrittenBy(stored *graph.Node) (n int32, there bool) {
	if n, there = c.recordOf(stored.ID); !there && stored.Type.Class == graph.ClaimClass {
		n, there = c.recordOf(stored.Target(graph.FactLink))
	}
	return n, there
}

// bindClaims has facts that may lose participations written with the claims that
// are about these now.
func (c *checker) bindClaims() error {
	for some := range slices.Chunk(c.lost, 100) {
		var ties [][2]int32
		err := c.transact(c.ctx, func(s Storage) (err error) {
			ties, err = c.claimsOnLost(s, some)
			return err
		})
		if err != nil {
			return err
		}
		for _, pair := range ties {
			c.tie(pair[0], pair[1])
			c.doubtful.set(pair[1])
		}
	}
	return nil
}

// claimsOnLost pairs facts with the records of claims that are about what they may
// lose.
func (c *checker) claimsOnLost(s Storage, parts []lostPart) (pairs [][2]int32, err error) {
	for _, lost := range parts {
		claims, err := claimsOn(c.model, s, lost.part)
		if err != nil {
			return nil, err
		}
		for _, id := range claims {
			if n, there := c.index.find(id); there {
				pairs = append(pairs, [2]int32{lost.fact, n})
			}
		}
	}
	return pairs, nil
}

// doubtClaims has claims tried out that are about participations in facts that
// cannot be judged by their records.
func (c *checker) doubtClaims() error {
	for n := range c.doubtful.all() {
		for _, claim := range c.claims.of(n) {
			if c.onParts.has(claim) {
				c.doubtful.set(claim)
			}
		}
	}
	return nil
}

// try makes changes of the doubtful records without writing them, and tells what
// is wrong with them. What other batches write is taken to be there.
func (c *checker) try() error {
	return c.inUnits(c.doubtful.all(), true, func(u *units) error {
		for {
			problems, err := c.tryUnits(u)
			if err != nil {
				return err
			}
			needed := c.needed
			c.needed = nil
			if len(needed) == 0 {
				c.found(problems)
				return nil
			}
			for _, pair := range needed {
				c.tie(pair[0], pair[1])
				if err := u.add(pair[1], false); err != nil {
					return err
				}
			}
		}
	})
}

func (c *checker) tryUnits(u *units) (problems Problems, err error) {
	var behind map[int32][]int32
	err = c.transact(c.ctx, func(s Storage) error {
		tx, err := c.begin(s)
		if err != nil {
			return err
		}
		if err := tx.put(u.records, c.resolution()); err != nil {
			return err
		}
		for _, n := range u.numbers {
			// With another priority of the dataset they may rely on it no longer.
			if _, err := tx.draftsOf(c.reliantOthers[n]); err != nil {
				return err
			}
		}
		tx.coming, c.needed = c, nil
		if err := tx.withdrawClaims(c.loaded); err != nil {
			return err
		}
		if problems, err = problemsIn(tx.check()); err == nil {
			behind = c.leadsOf(tx, u.numbers, u.records)
		}
		return err
	})
	for n, others := range behind {
		c.behind[n] = append(c.behind[n], others...)
	}
	return problems, err
}

// found adds problems, each once: what several records have to do with is tried
// out several times.
func (c *checker) found(problems Problems) {
	for _, p := range problems {
		if !slices.Contains(c.problems, p) {
			c.problems = append(c.problems, p)
		}
	}
}

// leadsOf lists the records that nodes lead to, or led to before, not by what
// their own records say: they must be written before.
func (c *checker) leadsOf(tx *Tx, numbers []int32, records []*Record) map[int32][]int32 {
	behind := map[int32][]int32{}
	for at, r := range records {
		d := tx.drafts[tx.stand(r.Node.ID)]
		if d == nil || d.node == nil {
			continue
		}
		nodes := append([]*graph.Node{d.node}, d.parts...)
		if d.old != nil {
			nodes = append(append(nodes, d.old.Node), d.old.Parts...)
		}
		for _, node := range nodes {
			for _, l := range node.Links {
				if to, there := c.recordOf(l.To); there && to != numbers[at] && !slices.Contains(behind[numbers[at]], to) {
					behind[numbers[at]] = append(behind[numbers[at]], to)
				}
			}
		}
	}
	return behind
}

// recordOf is a record about the node of an id.
func (c *checker) recordOf(id graph.ID) (n int32, there bool) {
	if n, there = c.index.find(id); there {
		return n, true
	}
	for _, member := range c.members[c.stand(id)] {
		if n, there = c.index.find(member); there {
			return n, true
		}
	}
	return 0, false
}

// reweigh tells what becomes of nodes that several datasets contribute to, if this
// one gets another priority. The facts and claims among them are written together,
// behind all that anybody says they lead to.
func (c *checker) reweigh() error {
	changes, err := c.priorityChanges()
	if err != nil || !changes {
		return err
	}
	for _, n := range c.joining {
		c.weighsWith(n)
	}
	for n := range c.reliantOthers {
		c.weighsWith(n)
	}
	var behind []int32
	for after, more := graph.ID(""), true; more; more = after != "" {
		var problems Problems
		var next graph.ID
		err := c.transact(c.ctx, func(s Storage) error {
			tx, err := c.begin(s)
			if err != nil {
				return err
			}
			if next, err = tx.reweighFrom(after); err != nil {
				return err
			}
			for _, d := range tx.drafts {
				behind = append(behind, c.weighed(d)...)
			}
			problems, err = c.tryOthers(tx)
			return err
		})
		if err != nil {
			return err
		}
		c.found(problems)
		after = next
	}
	if c.weigher >= 0 {
		c.behind[c.weigher] = append(c.behind[c.weigher], behind...)
	}
	return nil
}

// priorityChanges reports whether the dataset gets another priority.
func (c *checker) priorityChanges() (changes bool, err error) {
	if c.meta.Priority == nil {
		return false, nil
	}
	err = c.transact(c.ctx, func(s Storage) error {
		stored, err := s.Dataset(c.meta.Dataset)
		had := 0
		if stored != nil {
			had = stored.Priority
		}
		changes = had != *c.meta.Priority
		return err
	})
	return changes, err
}

// weighed ties the record by which a fact or claim of several datasets is written
// to those of the others, and lists the records that any dataset says it leads to.
func (c *checker) weighed(d *draft) (leads []int32) {
	if class := d.old.Node.Type.Class; class != graph.FactClass && class != graph.ClaimClass {
		return nil
	}
	if n, there := c.rewrittenBy(d.old.Node); there {
		c.weighsWith(n)
	}
	for _, to := range d.targets() {
		if n, there := c.recordOf(to); there {
			leads = append(leads, n)
		}
	}
	return leads
}

// weighsWith has a record written when the dataset gets its other priority.
func (c *checker) weighsWith(n int32) {
	if c.weigher < 0 {
		c.weigher = n
	}
	c.tie(c.weigher, n)
}

// tryOthers tries out what becomes of the drafts that no record is about, with the
// facts of the load that these may be about from now on.
func (c *checker) tryOthers(tx *Tx) (Problems, error) {
	facts := &units{checker: c, met: newBits(c.spool.len()), within: map[int32]bool{}}
	for id, d := range tx.drafts {
		if c.says(id) || d.old.Node.Type.Class == graph.ClaimClass && c.says(d.old.Node.Target(graph.FactLink)) {
			delete(tx.drafts, id)
			continue
		}
		if err := facts.addFacts(d); err != nil {
			return nil, err
		}
	}
	if err := tx.put(facts.records, c.resolution()); err != nil {
		return nil, err
	}
	tx.coming = c
	if err := tx.withdrawClaims(c.loaded); err != nil {
		return nil, err
	}
	return problemsIn(tx.check())
}

// begin starts a change that is not written.
func (c *checker) begin(s Storage) (*Tx, error) {
	meta := c.meta
	meta.Key = ""
	tx, err := begin(c.model, s, meta, c.now())
	tx.inLoad = c.inLoad()
	return tx, err
}

// inUnits calls f with records, and with those that must be written with them,
// some at a time; if with facts, claims come with their facts.
func (c *checker) inUnits(all iter.Seq[int32], withFacts bool, f func(*units) error) error {
	u := &units{checker: c, met: newBits(c.spool.len()), within: map[int32]bool{}, withFacts: withFacts}
	for n := range all {
		if u.met.has(n) {
			continue
		}
		if err := u.add(n, true); err != nil {
			return err
		}
		if len(u.numbers) >= c.size {
			if err := f(u); err != nil {
				return err
			}
			u.numbers, u.records, u.within = nil, nil, map[int32]bool{}
		}
	}
	if len(u.numbers) == 0 {
		return nil
	}
	return f(u)
}

// units gathers records that must be written together.
type units struct {
	*checker
	withFacts bool
	// met are those that were gathered for themselves; within has all at hand.
	met     bits
	within  map[int32]bool
	numbers []int32
	records []*Record
}

// add gathers a record with those that it is tied to.
func (u *units) add(n int32, own bool) error {
	open := []int32{n}
	for len(open) > 0 {
		n, open = open[0], open[1:]
		if own {
			u.met.set(n)
		}
		if u.within[n] {
			continue
		}
		u.within[n] = true
		r, err := u.spool.get(n)
		if err != nil {
			return err
		}
		u.numbers, u.records = append(u.numbers, n), append(u.records, r)
		open = append(open, u.together[n]...)
		if u.withFacts && u.onParts.has(n) {
			about := r.Node.Target(graph.FactLink)
			if fact, there := u.recordOf(cmp.Or(u.aliased[about], about)); there {
				if err := u.add(fact, false); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// addFacts gathers the facts that anybody says a claim is about.
func (u *units) addFacts(d *draft) error {
	for _, s := range d.said {
		fact := s.record.Node.Target(graph.FactLink)
		if n, there := u.recordOf(cmp.Or(u.aliased[fact], fact)); there && fact != "" {
			if err := u.add(n, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// stand implements coming.
func (c *checker) stand(id graph.ID) graph.ID {
	if into, other := c.resolved[id]; other {
		return into
	}
	return id
}

// typeOf implements coming.
func (c *checker) typeOf(id graph.ID) *graph.Type {
	if n, there := c.index.find(id); there {
		return c.index.types[n]
	}
	return c.final[id]
}

// says implements coming.
func (c *checker) says(id graph.ID) bool {
	return c.index.has(id) || c.members[c.stand(id)] != nil
}

// needs implements coming.
func (c *checker) needs(was, is graph.ID) {
	from, fromThere := c.recordOf(was)
	to, toThere := c.recordOf(is)
	if fromThere && toThere {
		c.needed = append(c.needed, [2]int32{from, to})
	}
}
