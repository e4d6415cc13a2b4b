package write

import (
	"cmp"
	"maps"
	"slices"

	"companygraph/graph"
)

// check holds the records of an import to each other and to the store before the
// first is written. It goes over them in chunks: most are new, and hold if what
// they lead to is there. All others are tried out, see [checker.try].
func (i *importer) check() error {
	if i.single() {
		return nil
	}
	n := i.spool.len()
	i.resolved, i.because = map[graph.ID]graph.ID{}, map[graph.ID]graph.Identifier{}
	c := &checker{
		importer: i, groups: newGroups(), keys: map[hash]int32{},
		final: map[graph.ID]*graph.Type{}, aliased: map[graph.ID]graph.ID{}, reliantOthers: map[int32][]graph.ID{}, doubtful: newBits(n), onParts: newBits(n), marked: newBits(n),
	}
	i.together, i.behind, i.claims = map[int32][]int32{}, map[int32][]int32{}, newLists(n)
	for from := 0; from < n; from += i.size {
		if err := c.chunk(int32(from), int32(min(from+i.size, n))); err != nil {
			return err
		}
	}
	for _, step := range []func() error{c.unmark, c.resolve, c.bind, c.settleTypes, c.bindClaims, c.reweigh, c.doubtClaims, c.try} {
		if err := step(); err != nil {
			return err
		}
	}
	return c.problems.orNil()
}

// chunk checks some records.
func (c *checker) chunk(from, to int32) error {
	records := make([]*Record, 0, to-from)
	for n := from; n < to; n++ {
		r, err := c.spool.get(n)
		if err != nil {
			return err
		}
		records = append(records, r)
	}
	var found map[graph.ID]Found
	var lost []lostPart
	err := c.transact(c.ctx, func(s Storage) (err error) {
		if found, err = s.Find(c.asked(records)); err != nil {
			return err
		}
		for at, r := range records {
			if found[r.Node.ID].Marked && c.meta.Dataset != Edits {
				c.marked.set(from + int32(at))
				c.anyMarked = true
			}
		}
		if err := c.identify(s, from, records, found); err != nil {
			return err
		}
		lost, err = c.facts(s, from, records, found)
		return err
	})
	if err != nil {
		return err
	}
	c.lost = append(c.lost, lost...)
	for at, r := range records {
		if n := from + int32(at); !c.marked.has(n) {
			c.judge(n, r, found)
			if err := c.claim(n, r, found); err != nil {
				return err
			}
		}
	}
	return nil
}

// asked are the ids of records, and those that they lead to beyond the import.
func (c *checker) asked(records []*Record) []graph.ID {
	ids := map[graph.ID]bool{}
	for _, r := range records {
		ids[r.Node.ID] = true
		for _, n := range append([]*graph.Node{r.Node}, r.Parts...) {
			for _, l := range n.Links {
				if !l.Type.Part && !c.index.has(l.To) {
					ids[l.To] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// facts looks at the stored facts among records: which participations they lack
// that claims are about, and whether claims are withdrawn of which others say
// something.
func (c *checker) facts(s Storage, from int32, records []*Record, found map[graph.ID]Found) ([]lostPart, error) {
	number := map[graph.ID]int32{}
	var ids []graph.ID
	for at, r := range records {
		f := found[r.Node.ID]
		if f.Type == nil || r.Node.Type.Class != graph.FactClass || c.marked.has(from+int32(at)) {
			continue
		}
		if _, twice := number[f.ID]; !twice {
			ids = append(ids, f.ID)
		}
		number[f.ID] = from + int32(at)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	claimed, err := s.ClaimedParts(ids)
	if err != nil {
		return nil, err
	}
	var lost []lostPart
	for fact, parts := range claimed {
		for _, p := range parts {
			if n := number[fact]; !records[n-from].Node.Takes(p) {
				c.doubtful.set(n)
				lost = append(lost, lostPart{n, Part{Fact: fact, Participation: p}})
			}
		}
	}
	return lost, c.withdrawn(s, ids, number)
}

// withdrawn has those facts tried out of which claims are withdrawn that others
// say something of.
func (c *checker) withdrawn(s Storage, facts []graph.ID, number map[graph.ID]int32) error {
	claims, err := s.Referrers(facts, []*graph.LinkType{c.model.Types["Claim"].Link(graph.FactLink)})
	if err != nil {
		return err
	}
	about := map[graph.ID]graph.ID{}
	for fact, ids := range claims {
		for _, id := range ids {
			if !c.index.has(id) {
				about[id] = fact
			}
		}
	}
	if len(about) == 0 {
		return nil
	}
	found, err := s.Find(slices.Sorted(maps.Keys(about)))
	for id, f := range found {
		if f.Sole == "" {
			c.doubtful.set(number[about[id]])
		}
	}
	return err
}

// judge notes a record as doubtful unless it is seen to hold: it is all that is
// said of its node, and what it leads to is there.
func (c *checker) judge(n int32, r *Record, found map[graph.ID]Found) {
	own := found[r.Node.ID]
	if own.Type != nil && own.Type != r.Node.Type {
		c.mixed = append(c.mixed, n)
	}
	if own.Type != nil && (own.ID != r.Node.ID || own.Sole != cmp.Or(r.Dataset, c.meta.Dataset)) {
		c.doubtful.set(n)
		if class := r.Node.Type.Class; class == graph.FactClass || class == graph.ClaimClass {
			c.joining = append(c.joining, n)
		}
	}
	look := func(id graph.ID) *graph.Node {
		if n, there := c.index.find(id); there {
			return &graph.Node{ID: id, Type: c.index.types[n]}
		}
		if f := found[id]; f.Type != nil {
			return &graph.Node{ID: id, Type: f.Type}
		}
		return nil
	}
	nodes := append([]*graph.Node{r.Node}, r.Parts...)
	aliased := func(l graph.Link) bool {
		f := found[l.To]
		return f.ID != "" && f.ID != l.To && c.index.has(f.ID)
	}
	for _, node := range nodes {
		if slices.ContainsFunc(node.Links, aliased) {
			c.doubtful.set(n)
		}
	}
	if len(validateLinks(nodes, look)) > 0 {
		c.doubtful.set(n)
	}
}

// claim notes a claim with its fact.
func (c *checker) claim(n int32, r *Record, found map[graph.ID]Found) error {
	if r.Node.Type.Class != graph.ClaimClass {
		return nil
	}
	on := graph.ParticipationOf(r.Node)
	fact := r.Node.Target(graph.FactLink)
	at, there := c.index.find(fact)
	if !there && found[fact].ID != "" {
		at, there = c.index.find(found[fact].ID)
		c.aliased[fact] = found[fact].ID
	}
	if there {
		c.claims.add(at, n)
	}
	if on == (graph.Participation{}) {
		return nil
	}
	c.onParts.set(n)
	if !there {
		c.doubtful.set(n)
		return nil
	}
	about, err := c.spool.get(at)
	if err == nil && !about.Node.Takes(on) {
		c.doubtful.set(n)
	}
	return err
}

// identify joins records that share an identifier, and those that share one with
// what is stored.
func (c *checker) identify(s Storage, from int32, records []*Record, found map[graph.ID]Found) error {
	claimed := map[graph.Identifier]*Record{}
	for at, r := range records {
		if c.marked.has(from + int32(at)) {
			continue
		}
		if r.About != "" {
			c.groups.join(r.Node.ID, r.About)
			c.groups.wanted[r.Node.ID] = r.About
		}
		if f := found[r.Node.ID]; f.ID != "" && f.ID != r.Node.ID {
			c.groups.join(r.Node.ID, f.ID)
		}
		for _, key := range r.keys {
			first, err := c.firstWith(key, r)
			if err != nil {
				return err
			}
			if first {
				claimed[key] = r
			}
		}
	}
	return c.identifyStored(s, claimed, found)
}

// firstWith reports whether a record is the first of the import with an identifier.
// If it is not, it is joined with the first.
func (c *checker) firstWith(key graph.Identifier, r *Record) (bool, error) {
	n, _ := c.index.find(r.Node.ID)
	h := c.index.hash(key.Scheme + "\x00" + key.Value)
	first, shared := c.keys[h]
	if !shared {
		c.keys[h] = n
		return true, nil
	}
	if first == n { // the transaction is run again
		return true, nil
	}
	other, err := c.spool.get(first)
	if err != nil {
		return false, err
	}
	c.groups.join(r.Node.ID, other.Node.ID)
	c.because[r.Node.ID], c.because[other.Node.ID] = key, key
	return false, nil
}

// identifyStored joins the records that are first with an identifier with the
// stored nodes that have it.
func (c *checker) identifyStored(s Storage, claimed map[graph.Identifier]*Record, found map[graph.ID]Found) error {
	if len(claimed) == 0 {
		return nil
	}
	owners, err := s.Identified(slices.SortedFunc(maps.Keys(claimed), compareIdentifiers))
	for key, owner := range owners {
		r := claimed[key]
		if f := found[r.Node.ID]; f.Type != nil && f.ID == owner {
			continue
		}
		if err := c.owned(s, key, owner, r); err != nil {
			return err
		}
	}
	return err
}

func compareIdentifiers(a, b graph.Identifier) int {
	return cmp.Or(cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Value, b.Value))
}

// owned joins a record with the stored node that has its identifier, unless the
// import takes the identifier from that node: then both are written together.
func (c *checker) owned(s Storage, key graph.Identifier, owner graph.ID, r *Record) error {
	stored, err := s.Load([]graph.ID{owner})
	if err != nil || stored[owner] == nil {
		return err
	}
	tx := Tx{model: c.model, storage: s, datasets: map[string]*Dataset{}}
	all, err := tx.saidOf(stored[owner])
	if err != nil {
		return err
	}
	var replaced []int32
	for _, one := range all {
		if n, again := c.index.find(one.Record); again && one.Dataset == cmp.Or(r.Dataset, c.meta.Dataset) {
			replaced = append(replaced, n)
			continue
		}
		if slices.Contains(one.record.identifiers(), key) {
			c.groups.join(r.Node.ID, owner)
			c.because[r.Node.ID], c.because[owner] = key, key
			return nil
		}
	}
	n, _ := c.index.find(r.Node.ID)
	for _, from := range replaced {
		c.moved = append(c.moved, [2]int32{n, from})
	}
	return nil
}

// resolve finds for each group the id that stays: one that is published, else
// one that is wanted, else the smallest that has not given way before.
func (c *checker) resolve() error {
	c.members = map[graph.ID][]graph.ID{}
	for _, members := range c.groups.members() {
		var stay graph.ID
		err := c.transact(c.ctx, func(s Storage) error {
			found, err := s.Find(members)
			stay = c.stays(members, found)
			return err
		})
		if err != nil {
			return err
		}
		c.members[stay] = members
		for _, id := range members {
			if id != stay {
				c.resolved[id] = stay
			}
		}
	}
	return nil
}

func (c *checker) stays(members []graph.ID, found map[graph.ID]Found) graph.ID {
	var published, wanted, fresh graph.ID
	for _, id := range members {
		f := found[id]
		if f.Type != nil && (published == "" || f.ID < published) {
			published = f.ID
			c.final[f.ID] = f.Type
		}
		wanted = cmp.Or(c.groups.wanted[id], wanted)
		if fresh == "" && (f.ID == "" || f.ID == id) {
			fresh = id
		}
	}
	return cmp.Or(published, wanted, fresh, members[0])
}

// bind has records written together that are about one node, or of which one
// takes over an identifier of the other.
func (c *checker) bind() error {
	for stay, members := range c.members {
		c.bindMembers(stay, members)
	}
	for _, pair := range c.moved {
		c.tie(pair[0], pair[1])
	}
	return nil
}

// bindMembers has the records of one node written together.
func (c *checker) bindMembers(stay graph.ID, members []graph.ID) {
	last := int32(-1)
	for _, id := range members {
		n, there := c.index.find(id)
		if !there {
			continue
		}
		c.doubtful.set(n)
		own := c.index.types[n]
		if c.final[stay] != nil && c.final[stay] != own || last >= 0 && c.index.types[last] != own {
			c.mixed = append(c.mixed, n)
		}
		if last >= 0 {
			c.tie(last, n)
		}
		last = n
	}
	if c.final[stay] == nil && last >= 0 {
		c.final[stay] = c.index.types[last]
	}
}
