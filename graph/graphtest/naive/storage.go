package naive

import (
	"cmp"
	"maps"
	"slices"

	"companygraph/graph"
	"companygraph/graph/write"
)

// storage is what write.Run needs of a state that is to be the next.
type storage struct{ *state }

var _ write.Storage = (*storage)(nil)

// Head implements write.Storage.
func (s *storage) Head() (write.Revision, error) {
	if len(s.revisions) == 0 {
		return write.Revision{}, nil
	}
	return s.revisions[len(s.revisions)-1], nil
}

// Find implements write.Storage.
func (s *storage) Find(ids []graph.ID) (map[graph.ID]write.Found, error) {
	found := map[graph.ID]write.Found{}
	for _, id := range ids {
		own := s.stands(id)
		f := write.Found{ID: own, Marked: s.marks[id], Used: s.used[own]}
		if node := s.nodes[own]; node != nil {
			f.Type, f.Since, f.Sole = node.Type, s.kept[own].since, s.kept[own].sole
		} else if !f.Used && !f.Marked && own == id {
			continue
		}
		found[id] = f
	}
	return found, nil
}

// Load implements write.Storage.
func (s *storage) Load(ids []graph.ID) (map[graph.ID]*write.Stored, error) {
	found := map[graph.ID]*write.Stored{}
	for _, id := range ids {
		if whole := s.stored(id); whole != nil {
			found[id] = whole
		}
	}
	return found, nil
}

// Identified implements write.Storage.
func (s *storage) Identified(keys []graph.Identifier) (map[graph.Identifier]graph.ID, error) {
	known := map[graph.Identifier]graph.ID{}
	for id, node := range s.nodes {
		for _, key := range graph.Identifiers(node) {
			if slices.Contains(keys, key) {
				known[key] = id
			}
		}
	}
	return known, nil
}

// Referrers implements write.Storage.
func (s *storage) Referrers(ids []graph.ID, links []*graph.LinkType) (map[graph.ID][]graph.ID, error) {
	sources := map[graph.ID][]graph.ID{}
	for _, id := range ids {
		for _, node := range s.referrers[id] {
			if slices.ContainsFunc(node.Links, func(l graph.Link) bool { return l.To == id && slices.Contains(links, l.Type) }) {
				sources[id] = append(sources[id], node.ID)
			}
		}
	}
	return sources, nil
}

// Aliases implements write.Storage.
func (s *storage) Aliases(ids []graph.ID) (map[graph.ID][]graph.ID, error) {
	all := map[graph.ID][]graph.ID{}
	for _, alias := range slices.Sorted(maps.Keys(s.aliases)) {
		if into := s.aliases[alias]; slices.Contains(ids, into) {
			all[into] = append(all[into], alias)
		}
	}
	return all, nil
}

// Statuses implements write.Storage.
func (s *storage) Statuses(facts []graph.ID) (map[graph.ID]map[graph.Participation]graph.Status, error) {
	all := map[graph.ID]map[graph.Participation]graph.Status{}
	for _, id := range facts {
		fact := s.nodes[id]
		if fact == nil {
			continue
		}
		own := map[graph.Participation]graph.Status{{}: graph.Status(fact.Values[graph.StatusProperty].Text())}
		for _, l := range fact.Links {
			if l.Type.Participation {
				own[graph.Participation{Role: l.Type.Field, Entity: l.To}] = graph.Status(l.Status)
			}
		}
		all[id] = own
	}
	return all, nil
}

// Stances implements write.Storage.
func (s *storage) Stances(speakers []write.Speaker) (map[write.Speaker][]write.Stance, error) {
	all := map[write.Speaker][]write.Stance{}
	for key, stance := range s.stances {
		if slices.Contains(speakers, key.Speaker) {
			all[key.Speaker] = append(all[key.Speaker], stance)
		}
	}
	return all, nil
}

// PutStances implements write.Storage.
func (s *storage) PutStances(rows []write.Stance) error {
	for _, row := range rows {
		key := stanceKey{row.Speaker, row.Stance, row.MadeAt}
		if row.Claims == 0 {
			delete(s.stances, key)
		} else {
			s.stances[key] = row
		}
	}
	return nil
}

// Said implements write.Storage.
func (s *storage) Said(parts []write.Part) (map[write.Part]graph.Stances, error) {
	said := map[write.Part]graph.Stances{}
	for key, stance := range s.stances {
		if stance.Counts && slices.Contains(parts, key.Part) {
			said[key.Part] |= graph.StancesOf(stance.Stance)
		}
	}
	return said, nil
}

// ClaimedParts implements write.Storage.
func (s *storage) ClaimedParts(facts []graph.ID) (map[graph.ID][]graph.Participation, error) {
	claimed := map[graph.ID][]graph.Participation{}
	for key := range s.stances {
		if key.Participation != (graph.Participation{}) && slices.Contains(facts, key.Fact) && !slices.Contains(claimed[key.Fact], key.Participation) {
			claimed[key.Fact] = append(claimed[key.Fact], key.Participation)
		}
	}
	return claimed, nil
}

// Dataset implements write.Storage.
func (s *storage) Dataset(name string) (*write.Dataset, error) {
	d, known := s.datasets[name]
	if !known {
		return nil, nil
	}
	return &d, nil
}

// Contributors implements write.Storage.
func (s *storage) Contributors(dataset string, after graph.ID, limit int) ([]graph.ID, error) {
	var ids []graph.ID
	for _, id := range s.ids() {
		k := s.kept[id]
		contributes := k.sole == dataset || slices.ContainsFunc(k.contributions, func(c write.Contribution) bool { return c.Dataset == dataset })
		if id > after && contributes && len(ids) < limit {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Kept implements write.Storage.
func (s *storage) Kept(author, key string) (*write.KeptKey, error) {
	k, known := s.keys[[2]string{author, key}]
	if !known {
		return nil, nil
	}
	return &k, nil
}

// Apply implements write.Storage.
func (s *storage) Apply(d *write.Delta) error {
	for _, n := range d.Nodes {
		s.put(n, d.Revision.Number)
	}
	for _, status := range d.Statuses {
		s.setStatus(status)
	}
	for _, a := range d.Aliases {
		for alias, into := range s.aliases {
			if into == a.ID {
				s.aliases[alias] = a.Into
			}
		}
		s.aliases[a.ID] = a.Into
	}
	for _, id := range d.Marks {
		s.marks[id] = true
	}
	for _, id := range d.Unmarks {
		delete(s.marks, id)
	}
	for _, dataset := range d.Datasets {
		s.datasets[dataset.Name] = dataset
	}
	if d.Key != nil {
		s.keys[[2]string{d.Key.Author, d.Key.Key}] = *d.Key
	}
	if d.Revision.Number > 0 {
		s.revisions = append(s.revisions, d.Revision)
		changes := slices.Clone(d.Changes)
		slices.SortFunc(changes, func(a, b write.Change) int { return cmp.Compare(a.ID, b.ID) })
		s.changes = append(s.changes, changes...)
	}
	s.seeded = s.seeded || d.Seeding
	s.refer()
	return nil
}

// put makes a node what it is to be.
func (s *storage) put(n write.NodeDelta, revision int64) {
	if n.New == nil {
		delete(s.nodes, n.ID)
		delete(s.kept, n.ID)
		s.used[n.ID] = true
		return
	}
	k := kept{since: revision, sole: n.Sole, contributions: n.Contributions}
	if n.New == n.Old {
		k.since = n.OldSince
	}
	s.nodes[n.ID] = n.New
	if !graph.IsPart(n.ID) {
		s.kept[n.ID] = k
	}
}

// setStatus puts a status into the node of its fact, if that is still there.
func (s *storage) setStatus(d write.StatusDelta) {
	fact := s.nodes[d.Fact]
	if fact == nil || d.New == "" {
		return
	}
	own := *fact
	own.Values, own.Links = maps.Clone(fact.Values), slices.Clone(fact.Links)
	if d.Participation == (graph.Participation{}) {
		own.Values[graph.StatusProperty] = graph.Text(string(d.New))
	}
	for i, l := range own.Links {
		if l.Type.Participation && l.Type.Field == d.Role && l.To == d.Entity {
			own.Links[i].Status = string(d.New)
		}
	}
	s.nodes[d.Fact] = &own
}
