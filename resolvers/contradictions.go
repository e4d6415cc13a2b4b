package resolvers

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"companygraph/graph"
	"companygraph/graph/answer"
	"companygraph/graph/plan"

	"github.com/99designs/gqlgen/graphql"
	"github.com/tidwall/gjson"
)

// maxLiveClaims is how many live claims about one fact are read to tell who supports
// it and who opposes it.
const maxLiveClaims = 1000

// disputeOrder is that of contradictions: by the fact's id, then by what of the fact is
// disputed, see [rankOf].
var disputeOrder = []plan.Order{{Property: graph.IDProperty}, {Property: plan.RankProperty}}

// disputes plans a list of contradictions. Stores read disputed facts with their live
// claims; which contradictions a fact has, these claims tell.
type disputes struct {
	*planner
	// window is the page of contradictions.
	window *plan.Window
	facts  []*graph.Type
	about  *graph.ID
	// filter is the condition of facts in which anything is disputed.
	filter plan.Filter
	// fact and claims are the shapes of facts and of their claims.
	fact, claims *shapeBuilder
	claim        *graph.Type
	// on and stance are places among the properties of claims, entity is that of the
	// follow to whose participation a claim is about; live is that of the follow to the
	// claims of a fact.
	on, stance, entity, live int
	// inside reads the facts of the page, ahead and behind those at its cuts; these
	// are nil if there are none.
	inside, ahead, behind *plan.Fetch
}

func (p *planner) fetchContradictions(field graphql.CollectedField, args arguments) (*plan.Fetch, answer.Answer, error) {
	w, err := p.page(disputeOrder, args)
	if err != nil {
		return nil, nil, err
	}
	d := &disputes{planner: p, window: w, facts: p.model.Concrete("Fact"), fact: newShape(), claims: newShape(), claim: p.model.Claim()}
	if err := d.candidates(args); err != nil {
		return nil, nil, err
	}
	c := &connection{planner: p, window: w, selects: d.contradiction}
	page, err := c.plan(field)
	if err != nil {
		return nil, nil, err
	}
	d.readClaims()
	var facts *plan.Window
	if c.rows {
		facts = &plan.Window{Limit: w.Limit + 1, Backward: w.Backward, After: factOf(w.After), Before: factOf(w.Before)}
		d.ahead = d.atCut(w.After, plan.LessOrEqual, true)
		d.behind = d.atCut(w.Before, plan.GreaterOrEqual, false)
	}
	d.inside = d.fetch(facts, d.filter)
	if c.count {
		d.countIn(d.inside)
	}
	if p.regroup == nil {
		p.regroup = map[*plan.Fetch]regrouping{}
	}
	p.regroup[d.inside] = d.regroup
	return d.inside, answer.Connection{Page: page}, nil
}

// candidates reads which facts are asked about.
func (d *disputes) candidates(args arguments) error {
	d.filter = plan.Or{
		plan.Compare{Property: d.model.Property("Fact", graph.StatusProperty), Op: plan.Equal, Value: graph.Text(string(graph.StatusDisputed))},
		plan.Related{
			Path: plan.PathOf(d.model.Relation("Fact", "participants")), Types: d.model.Concrete("Entity"),
			Statuses: []graph.Status{graph.StatusDisputed},
		},
	}
	where, err := d.where("Fact", args)
	if err != nil {
		return err
	}
	d.filter = both(d.filter, where)
	if v := args["about"]; v != nil {
		text, err := asID(v, "about")
		if err != nil {
			return err
		}
		id := graph.ID(text)
		d.about = &id
	}
	return nil
}

// factOf is the place of the fact that a place among contradictions is at.
func factOf(at *plan.Position) *plan.Position {
	if at == nil {
		return nil
	}
	return &plan.Position{(*at)[0]}
}

// atCut has the fact at a cut read: some of its contradictions may be on the page. What
// lies beyond it tells whether there are more on that side.
func (d *disputes) atCut(at *plan.Position, op plan.Op, backward bool) *plan.Fetch {
	if at == nil {
		return nil
	}
	filter := both(d.filter, plan.Compare{Property: graph.IDProperty, Op: op, Value: (*at)[0]})
	fetch := d.fetch(&plan.Window{Limit: 2, Backward: backward}, filter)
	d.further = append(d.further, fetch)
	return fetch
}

// fetch reads some of all facts or, about an entity, of those in which it takes part;
// none if there is no window.
func (d *disputes) fetch(w *plan.Window, filter plan.Filter) *plan.Fetch {
	extent, shape := plan.Extent(w), d.fact.shape
	if w == nil {
		extent, shape = plan.NoRows{}, &plan.Shape{}
	} else {
		w.Order = []plan.Order{{Property: graph.IDProperty}}
	}
	if d.about == nil {
		return &plan.Fetch{Match: plan.ByType{Filter: filter}, Window: w, Types: d.facts, Shape: shape}
	}
	return &plan.Fetch{
		Match: plan.ByID{IDs: []graph.ID{*d.about}}, Types: d.model.Concrete("Node"),
		Shape: &plan.Shape{Follows: []*plan.Follow{{
			Name: "facts", Parents: d.model.Concrete("Entity"), Path: plan.PathOf(d.model.Relation("Entity", "facts")), Types: d.facts,
			Filter: filter, Extent: extent, Shape: shape,
		}}},
	}
}

// countIn has the contradictions of all facts counted: how many facts have one, how
// many have two, and so on.
func (d *disputes) countIn(fetch *plan.Fetch) {
	counted := &fetch.Counted
	if d.about != nil {
		counted = &fetch.Shape.Follows[0].Counted
	}
	counted.Facets = []*plan.Facet{{By: graph.ByProperty{Property: graph.DisputesProperty}, Limit: maxDisputesCounted}}
}

// maxDisputesCounted is more than there are different numbers of contradictions of a
// fact.
const maxDisputesCounted = 10_000

// total is the number of all contradictions, by what was counted of facts.
func total(counted *plan.Rows) int {
	total := 0
	for _, facet := range counted.Facets {
		for _, value := range facet.Values {
			disputes, _ := strconv.Atoi(value.Value.Text())
			total += disputes * value.Count
		}
	}
	return total
}

// contradiction plans what is selected of each: rows of facts are made rows of
// contradictions, see [disputes.contradictions].
func (d *disputes) contradiction(field graphql.CollectedField) (answer.Selection, error) {
	fields, err := d.each(field, func(inner graphql.CollectedField) (answer.Answer, error) {
		switch inner.Name {
		case "fact":
			selection, err := d.selection(inner.Selections, d.facts, d.fact)
			return answer.EdgeFact{Selection: selection}, err
		case "on":
			property := d.claim.Property(graph.OnProperty)
			fields, err := d.valueFields(inner, property, []*graph.Type{d.claim}, d.claims)
			return answer.OfFirst{Follow: supporting, Answer: answer.Property{Index: d.claims.property(property), Property: property, Fields: fields}}, err
		case "supporting", "opposing":
			selection, err := d.selection(inner.Selections, []*graph.Type{d.claim}, d.claims)
			return answer.Nodes{Follow: map[string]int{"supporting": supporting, "opposing": opposing}[inner.Name], Selection: selection}, err
		default:
			return typeNameOf(field), nil
		}
	})
	selection := make(answer.Selection, len(d.model.Ordered))
	for _, t := range d.facts {
		selection[t.Index] = &answer.Object{Fields: fields}
	}
	return selection, err
}

// readClaims has the live claims of each fact read, with what tells them apart.
func (d *disputes) readClaims() {
	d.on, d.stance = d.claims.property(d.claim.Property(graph.OnProperty)), d.claims.property(d.claim.Property(graph.StanceProperty))
	claim := []*graph.Type{d.claim}
	d.entity = d.claims.follow(&plan.Follow{
		Name: "on", Parents: claim, Path: plan.PathOf(d.claim.Relation(graph.ParticipantLink)), Types: d.model.Concrete("Entity"),
		Extent: plan.Stored{One: true}, Shape: &plan.Shape{},
	})
	d.live = d.fact.follow(&plan.Follow{
		Name: "live claims", Parents: d.facts, Path: plan.PathOf(d.model.Relation("Fact", "claims")), Types: claim,
		Filter: plan.Compare{Property: graph.LiveProperty, Op: plan.Equal, Value: graph.Bool(true)},
		Extent: &plan.Window{Order: []plan.Order{{Property: graph.IDProperty}}, Limit: maxLiveClaims}, Shape: d.claims.shape,
	})
}

// The places of both sides among the follows of a row that is a contradiction.
const (
	supporting = iota
	opposing
)

// regroup makes the page of contradictions of what was read of facts.
func (d *disputes) regroup(read map[*plan.Fetch]*plan.Rows) (*plan.Rows, error) {
	rows, seen := &plan.Rows{}, map[graph.ID]bool{}
	for _, fetch := range []*plan.Fetch{d.ahead, d.inside, d.behind} {
		if fetch == nil {
			continue
		}
		facts, err := d.factsOf(read[fetch])
		if err != nil {
			return nil, err
		}
		if fetch == d.inside {
			rows.Total = total(facts)
		}
		for _, fact := range facts.Rows {
			if seen[fact.ID] {
				continue
			}
			seen[fact.ID] = true
			if err := d.add(rows, fact); err != nil {
				return nil, err
			}
		}
	}
	if over := len(rows.Rows) - d.window.Limit; over > 0 && d.window.Backward {
		rows.Rows, rows.Earlier = rows.Rows[over:], true
	} else if over > 0 {
		rows.Rows, rows.More = rows.Rows[:d.window.Limit], true
	}
	return rows, nil
}

// factsOf are the facts that a fetch read, see [disputes.fetch].
func (d *disputes) factsOf(read *plan.Rows) (*plan.Rows, error) {
	switch {
	case d.about == nil:
		return read, nil
	case read.Rows[0] == nil:
		return nil, graph.BadArgument("about", "no entity has this id")
	case read.Rows[0].Type.Class != graph.EntityClass:
		return nil, graph.BadArgument("about", "is the id of a %s, which is not an entity", read.Rows[0].Type.Name)
	}
	return read.Rows[0].Follows[0], nil
}

// add adds the contradictions of a fact that lie between the cuts, and notes which lie
// beyond.
func (d *disputes) add(rows *plan.Rows, fact *plan.Row) error {
	all, err := d.contradictions(fact)
	for _, one := range all {
		position := plan.PositionOf(one, disputeOrder, nil)
		switch {
		case d.window.After != nil && d.window.Compare(position, *d.window.After) <= 0:
			rows.Earlier = true
		case d.window.Before != nil && d.window.Compare(position, *d.window.Before) >= 0:
			rows.More = true
		default:
			rows.Rows = append(rows.Rows, one)
		}
	}
	return err
}

// contradictions are those of a fact, in order: what its live claims support and
// oppose. Each is a row with the fact as Via and both sides as follows.
func (d *disputes) contradictions(fact *plan.Row) ([]*plan.Row, error) {
	claims := fact.Follows[d.live]
	if claims.More {
		return nil, &graph.Error{
			Code: graph.CodeLimit, Message: fmt.Sprintf("a fact has more than %d live claims; list them with fact(id: %q) { claims }", maxLiveClaims, fact.ID),
			Excess: &graph.Excess{What: "claims", Limit: maxLiveClaims, Value: maxLiveClaims + 1},
		}
	}
	byRank := map[string]*plan.Row{}
	for _, claim := range claims.Rows {
		rank := d.rankOf(claim)
		one := byRank[rank]
		if one == nil {
			one = &plan.Row{ID: fact.ID, Type: fact.Type, Via: fact, Rank: rank, Follows: []*plan.Rows{{}, {}}}
			byRank[rank] = one
		}
		side := supporting
		if graph.StancesOf(graph.Stance(claim.Values[d.stance].Text())).Oppose() {
			side = opposing
		}
		one.Follows[side].Rows = append(one.Follows[side].Rows, claim)
	}
	var all []*plan.Row
	for _, rank := range slices.Sorted(maps.Keys(byRank)) {
		if one := byRank[rank]; len(one.Follows[supporting].Rows) > 0 && len(one.Follows[opposing].Rows) > 0 {
			all = append(all, one)
		}
	}
	return all, nil
}

// rankOf puts what a claim is about in order: the whole fact, then its participations by
// role and entity.
func (d *disputes) rankOf(claim *plan.Row) string {
	role := gjson.Get(claim.Values[d.on].Text(), "role").Str
	if role == "" {
		return ""
	}
	// Neither a role nor an id has the delimiter.
	return role + "\x01" + string(claim.Follows[d.entity].Rows[0].ID)
}
