package write

import (
	"cmp"
	"maps"
	"slices"

	"companygraph/graph"
)

// statuses are what a change does to statuses.
type statuses struct {
	// changed are those of what is stored, in order.
	changed []StatusDelta
	// facts are the stored facts of which any is.
	facts map[graph.ID]bool
}

// deriver works out statuses from the claims that a change touches, and from
// the narrow projection of all others.
type deriver struct {
	*Tx
	// touched are the rows of the projection that win or lose claims, and stances
	// all rows of their speakers as they will be, both by part.
	touched map[Part]map[Speaker]map[stanceKey]int
	stances map[Part][]Stance
	out     *statuses
}

// stanceKey tells the rows of one speaker apart.
type stanceKey struct {
	stance graph.Stance
	madeAt string
}

// deriveStatuses sets the statuses of the facts that the change touches, itself
// or by a claim, and has the projection of claims written.
func (tx *Tx) deriveStatuses() (*statuses, error) {
	d := &deriver{
		Tx: tx, touched: map[Part]map[Speaker]map[stanceKey]int{}, stances: map[Part][]Stance{},
		out: &statuses{facts: map[graph.ID]bool{}},
	}
	d.claimChanges()
	if err := d.project(); err != nil {
		return nil, err
	}
	if err := d.facts(); err != nil {
		return nil, err
	}
	slices.SortFunc(d.out.changed, func(a, b StatusDelta) int { return compareParts(a.Part, b.Part) })
	return d.out, nil
}

// claimChanges counts how many claims each row of the projection wins or loses.
func (d *deriver) claimChanges() {
	for _, draft := range d.drafts {
		switch {
		case draft.node != nil && draft.node.Type.Class != graph.ClaimClass:
		case draft.old != nil && draft.old.Node.Type.Class != graph.ClaimClass:
		default:
			if draft.old != nil {
				d.count(draft.old.Node, -1)
			}
			if draft.node != nil {
				d.count(draft.node, 1)
			}
		}
	}
}

func (d *deriver) count(claim *graph.Node, by int) {
	part := Part{Fact: claim.Target(graph.FactLink), Participation: graph.ParticipationOf(claim)}
	speaker := Speaker{Part: part, Name: graph.SpeakerOf(claim)}
	if d.touched[part] == nil {
		d.touched[part] = map[Speaker]map[stanceKey]int{}
	}
	if d.touched[part][speaker] == nil {
		d.touched[part][speaker] = map[stanceKey]int{}
	}
	key := stanceKey{graph.Stance(claim.Values[graph.StanceProperty].Text()), claim.Values[graph.MadeAtProperty].Text()}
	d.touched[part][speaker][key] += by
}

// project brings the projection up to date.
func (d *deriver) project() error {
	had, err := d.before()
	if err != nil {
		return err
	}
	var rows []Stance
	for part, speakers := range d.touched {
		for speaker, counts := range speakers {
			now := spoken(speaker, had[speaker], counts)
			d.stances[part] = append(d.stances[part], now...)
			rows = append(rows, differing(had[speaker], now)...)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, compareStances)
	return d.storage.PutStances(rows)
}

// before reads what the speakers said before of facts that are stored.
func (d *deriver) before() (map[Speaker][]Stance, error) {
	var ask []Speaker
	for part, speakers := range d.touched {
		if d.isStored(part.Fact) {
			ask = slices.AppendSeq(ask, maps.Keys(speakers))
		}
	}
	if len(ask) == 0 {
		return nil, nil
	}
	slices.SortFunc(ask, compareSpeakers)
	return d.storage.Stances(ask)
}

// isStored reports whether a node was there before the change.
func (d *deriver) isStored(id graph.ID) bool {
	draft := d.drafts[id]
	return draft == nil || draft.old != nil
}

// spoken is what a speaker says after the change, and what of it counts.
func spoken(speaker Speaker, had []Stance, counts map[stanceKey]int) []Stance {
	now := slices.Clone(had)
	for key, by := range counts {
		i := slices.IndexFunc(now, func(s Stance) bool { return s.Stance == key.stance && s.MadeAt == key.madeAt })
		if i < 0 {
			i, now = len(now), append(now, Stance{Speaker: speaker, Stance: key.stance, MadeAt: key.madeAt})
		}
		now[i].Claims += by
	}
	now = slices.DeleteFunc(now, func(s Stance) bool { return s.Claims <= 0 })
	claims := make([]graph.StatusClaim, len(now))
	for i, s := range now {
		claims[i].Stance = s.Stance
		// Checked when it was written; no date is one that cannot be compared.
		claims[i].MadeAt, _ = graph.ParsePartialDate(s.MadeAt)
	}
	for i, counts := range graph.Counting(claims) {
		now[i].Counts = counts
	}
	return now
}

// differing are the rows to write: those that are new or other than before, and
// those that go, with no claims.
func differing(had, now []Stance) []Stance {
	var rows []Stance
	for _, s := range now {
		if !slices.Contains(had, s) {
			rows = append(rows, s)
		}
	}
	for _, s := range had {
		if !slices.ContainsFunc(now, func(n Stance) bool { return n.Stance == s.Stance && n.MadeAt == s.MadeAt }) {
			s.Claims, s.Counts = 0, false
			rows = append(rows, s)
		}
	}
	return rows
}

func compareParts(a, b Part) int {
	return cmp.Or(cmp.Compare(a.Fact, b.Fact), cmp.Compare(a.Role, b.Role), cmp.Compare(a.Entity, b.Entity))
}

func compareSpeakers(a, b Speaker) int {
	return cmp.Or(compareParts(a.Part, b.Part), cmp.Compare(a.Name, b.Name))
}

func compareStances(a, b Stance) int {
	return cmp.Or(compareSpeakers(a.Speaker, b.Speaker), cmp.Compare(a.Stance, b.Stance), cmp.Compare(a.MadeAt, b.MadeAt))
}

// facts sets the statuses of facts: of new ones from what is at hand, of stored
// ones with what the projection has.
func (d *deriver) facts() error {
	stored := map[graph.ID]bool{}
	for part := range d.touched {
		if d.isStored(part.Fact) {
			stored[part.Fact] = true
		}
	}
	for id, draft := range d.drafts {
		switch {
		case draft.old != nil && draft.old.Node.Type.Class == graph.FactClass:
			if !draft.same() {
				stored[id] = true
			}
		case draft.node != nil && draft.node.Type.Class == graph.FactClass:
			d.setStatus(draft.node, d.newStatuses(draft.node))
		}
	}
	if len(stored) == 0 {
		return nil
	}
	return d.storedFacts(slices.Sorted(maps.Keys(stored)))
}

// newStatuses are those of a fact that is new: all claims about it are at hand.
func (d *deriver) newStatuses(fact *graph.Node) map[graph.Participation]graph.Status {
	derived := map[graph.Participation]graph.Status{}
	whole := counted(d.stances[Part{Fact: fact.ID}]).Status()
	derived[graph.Participation{}] = whole
	for p := range participations(fact) {
		derived[p] = whole
		if own := d.stances[Part{Fact: fact.ID, Participation: p}]; len(own) > 0 {
			derived[p] = counted(own).Status()
		}
	}
	return derived
}

func counted(rows []Stance) graph.Stances {
	var said graph.Stances
	for _, s := range rows {
		if s.Counts {
			said |= graph.StancesOf(s.Stance)
		}
	}
	return said
}

// participations are those of a fact, each once.
func participations(fact *graph.Node) map[graph.Participation]bool {
	all := map[graph.Participation]bool{}
	for _, l := range fact.Links {
		if l.Type.Participation {
			all[graph.Participation{Role: l.Type.Field, Entity: l.To}] = true
		}
	}
	return all
}

// setStatus puts statuses into the node of a fact.
func (d *deriver) setStatus(fact *graph.Node, derived map[graph.Participation]graph.Status) {
	// The values may be those of a record.
	fact.Values = maps.Clone(fact.Values)
	fact.Values[graph.StatusProperty] = graph.Text(string(derived[graph.Participation{}]))
	for i, l := range fact.Links {
		if l.Type.Participation {
			fact.Links[i].Status = string(derived[graph.Participation{Role: l.Type.Field, Entity: l.To}])
		}
	}
}

// storedFacts works out the statuses of facts that are stored: of what claims
// were touched from the projection, of all else as it is.
func (d *deriver) storedFacts(ids []graph.ID) error {
	if err := d.find(ids); err != nil {
		return err
	}
	now, err := d.storage.Statuses(ids)
	if err != nil {
		return err
	}
	claimed, err := d.storage.ClaimedParts(ids)
	if err != nil {
		return err
	}
	said, err := d.said(ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		fact := d.storedFact(id, now[id], claimed[id])
		if fact.goes {
			d.end(id, now[id], nil)
			continue
		}
		fact.derive(said)
		d.end(id, now[id], fact.derived)
	}
	return nil
}

// said asks what counts of the parts that were touched.
func (d *deriver) said(facts []graph.ID) (map[Part]graph.Stances, error) {
	var parts []Part
	for part := range d.touched {
		if _, asked := slices.BinarySearch(facts, part.Fact); asked {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	slices.SortFunc(parts, compareParts)
	return d.storage.Said(parts)
}

// storedFact is a fact that is stored, with what its statuses are made of.
type storedFact struct {
	id   graph.ID
	goes bool
	// parts are its participations as they will be.
	parts map[graph.Participation]bool
	// had are the statuses there are, and claimed the participations that claims
	// are about.
	had     map[graph.Participation]graph.Status
	claimed map[graph.Participation]bool
	// touched are the parts of which claims came or went.
	touched map[Part]map[Speaker]map[stanceKey]int
	derived map[graph.Participation]graph.Status
}

func (d *deriver) storedFact(id graph.ID, had map[graph.Participation]graph.Status, claimed []graph.Participation) *storedFact {
	f := &storedFact{id: id, had: had, claimed: map[graph.Participation]bool{}, touched: d.touched, derived: map[graph.Participation]graph.Status{}}
	for _, p := range claimed {
		f.claimed[p] = true
	}
	draft := d.drafts[id]
	switch {
	case draft == nil:
		f.parts = map[graph.Participation]bool{}
		for p := range had {
			if p != (graph.Participation{}) {
				f.parts[p] = true
			}
		}
	case draft.node == nil:
		f.goes = true
	default:
		f.parts = participations(draft.node)
	}
	return f
}

func compareParticipations(a, b graph.Participation) int {
	return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Entity, b.Entity))
}

// derive works out the statuses of the whole and of each participation: one that
// no claim is about has that of the whole.
func (f *storedFact) derive(said map[Part]graph.Stances) {
	whole := f.had[graph.Participation{}]
	if part := (Part{Fact: f.id}); f.touched[part] != nil {
		whole = said[part].Status()
	}
	f.derived[graph.Participation{}] = whole
	for p := range f.parts {
		part := Part{Fact: f.id, Participation: p}
		switch {
		case !f.claimed[p]:
			f.derived[p] = whole
		case f.touched[part] != nil:
			f.derived[p] = said[part].Status()
		default:
			f.derived[p] = f.had[p]
		}
	}
}

// end notes which statuses of a fact change, and puts them into its node if the
// change touches that.
func (d *deriver) end(id graph.ID, had, derived map[graph.Participation]graph.Status) {
	for p, old := range had {
		if derived[p] != old {
			d.out.changed = append(d.out.changed, StatusDelta{Part: Part{Fact: id, Participation: p}, Old: old, New: derived[p]})
			d.out.facts[id] = true
		}
	}
	if draft := d.drafts[id]; draft != nil && draft.node != nil {
		d.setStatus(draft.node, derived)
	}
}
