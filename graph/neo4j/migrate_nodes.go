package neo4j

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"companygraph/graph"
)

// lifetime is all that a database of layout 1 has of an id: the states of the
// node and of its links, now and before.
type lifetime struct {
	id     string
	model  *graph.Model
	states []*oldState
	links  []*oldLink
}

// never is when what is there now ends.
const never = int64(1<<63 - 1)

// oldState is a state of a node.
type oldState struct {
	// element is where the server keeps it; "" for the present one.
	element      string
	since, until int64
	properties   map[string]any
	status       string
}

// oldLink is a link, or what it was before.
type oldLink struct {
	element      string
	since, until int64
	kind, to     string
	position     int64
	status       string
	day          string
}

// nodes migrates a page of ids: what is found by words, the history of statuses,
// which was part of the states, and links.
func (m *migration) nodes(after string) (last string, err error) {
	page, err := m.lifetimes(after)
	if err != nil || len(page) == 0 {
		return "", err
	}
	rows := newMigratedRows()
	for _, l := range page {
		rows.add(l)
	}
	if err := rows.write(m.transaction); err != nil {
		return "", err
	}
	return page[len(page)-1].id, nil
}

// lifetimes reads a page.
func (m *migration) lifetimes(after string) ([]*lifetime, error) {
	s := newStatement()
	s.write("MATCH (n:Identity) USING INDEX SEEK n:Identity(id) WHERE n.id > $after WITH n ORDER BY n.id LIMIT $limit ")
	s.write("RETURN n.id, properties(n), COLLECT { MATCH (n)-[:PAST]->(v:Version) RETURN [elementId(v), properties(v)] }, COLLECT { MATCH (n)-[l")
	s.relationships(linkTypes(m.model.Links))
	s.write("]->(e) RETURN [elementId(l), type(l), e.id, properties(l)] }, COLLECT { MATCH (n)-[l")
	s.relationships(pastLinks(m.model.Links))
	s.write("]->(e) RETURN [elementId(l), replace(type(l), '_PAST', ''), e.id, properties(l)] }")
	var page []*lifetime
	err := m.one(s.text.String(), map[string]any{"after": after, "limit": int64(pageOfMigration)}, func(c *cells) {
		l := &lifetime{id: c.text(), model: m.model}
		l.addState("", c.properties())
		for _, version := range c.all() {
			l.addState(version.text(), version.properties())
		}
		for range 2 {
			for _, link := range c.all() {
				l.addLink(link)
			}
		}
		l.order()
		page = append(page, l)
	})
	return page, err
}

func pastLinks(links []*graph.LinkType) []string {
	types := linkTypes(links)
	for i := range types {
		types[i] += pastSuffix
	}
	return types
}

func (c *cells) properties() map[string]any {
	p, _ := c.take().(map[string]any)
	return p
}

// addState adds a state, unless the node is gone. What layout 2 keeps elsewhere
// is taken off it.
func (l *lifetime) addState(element string, p map[string]any) {
	if p["_type"] == nil {
		return
	}
	state := &oldState{element: element, properties: p, until: never}
	state.status, _ = p["status"].(string)
	if element == "" {
		state.since, _ = p["_since"].(int64)
	} else {
		state.since, _ = p["since"].(int64)
		state.until, _ = p["until"].(int64)
	}
	for _, name := range []string{"_since", "since", "until", "status"} {
		delete(p, name)
	}
	l.states = append(l.states, state)
}

func (l *lifetime) addLink(c *cells) {
	link := &oldLink{element: c.text(), kind: c.text(), to: c.text(), until: never}
	p := c.properties()
	link.status, _ = p["status"].(string)
	link.day, _ = p["_at"].(string)
	if until, past := p["until"].(int64); past {
		link.until = until
		link.since, _ = p["since"].(int64)
		link.position, _ = p["ord"].(int64)
	} else {
		link.since, _ = p["_since"].(int64)
		link.position, _ = p["_ord"].(int64)
	}
	l.links = append(l.links, link)
}

// order puts states and links in the order of time, each kind of link by itself.
func (l *lifetime) order() {
	slices.SortFunc(l.states, func(a, b *oldState) int { return cmp.Compare(a.since, b.since) })
	slices.SortFunc(l.links, func(a, b *oldLink) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.to, b.to), cmp.Compare(a.position, b.position), cmp.Compare(a.day, b.day), cmp.Compare(a.since, b.since))
	})
}

// typeAt is the type of the node at a revision.
func (l *lifetime) typeAt(revision int64) *graph.Type {
	for _, s := range l.states {
		if s.since <= revision && revision < s.until {
			return l.typeOf(s)
		}
	}
	return nil
}

func (l *lifetime) typeOf(s *oldState) *graph.Type {
	name, _ := s.properties["_type"].(string)
	return l.model.Types[graph.TypeName(name)]
}

// migratedRows are what a page of lifetimes is rewritten to.
type migratedRows struct {
	nodes, versions, superfluous            []any
	links, pastLinks, superfluousLinks      map[string][]any
	families                                map[string][]any
	statuses, datasets, identifiers, keySet []any
}

func newMigratedRows() *migratedRows {
	return &migratedRows{
		links: map[string][]any{}, pastLinks: map[string][]any{}, superfluousLinks: map[string][]any{}, families: map[string][]any{},
	}
}

func (r *migratedRows) add(l *lifetime) {
	r.addStatuses(l)
	r.addIdentifiers(l)
	r.addLinks(l)
	r.addStates(l)
}

// addStatuses keeps until when the node and its participations had which status.
func (r *migratedRows) addStatuses(l *lifetime) {
	note := func(role, entity string, until int64, status string) {
		if status != "" {
			r.statuses = append(r.statuses, []any{l.id, role, entity, status, until})
		}
	}
	for i, s := range l.states {
		if s.until < never && (i+1 == len(l.states) || l.states[i+1].since > s.until || l.states[i+1].status != s.status) {
			note("", "", s.until, s.status)
		}
	}
	for _, one := range l.participations() {
		for i, s := range one {
			if s.until < never && (i+1 == len(one) || one[i+1].since > s.until || one[i+1].status != s.status) {
				note(l.roleOf(s), s.to, s.until, s.status)
			}
		}
	}
}

// participations are the links of each participation, by time.
func (l *lifetime) participations() [][]*oldLink {
	type participation struct{ kind, to string }
	by := map[participation][]*oldLink{}
	for _, link := range l.links {
		if link.status != "" {
			p := participation{link.kind, link.to}
			by[p] = append(by[p], link)
		}
	}
	var all [][]*oldLink
	for _, own := range by {
		slices.SortFunc(own, func(a, b *oldLink) int { return cmp.Compare(a.since, b.since) })
		all = append(all, own)
	}
	return all
}

// roleOf is the field of a link.
func (l *lifetime) roleOf(link *oldLink) string {
	if t := l.typeAt(link.since); t != nil {
		for _, declared := range t.Roles {
			if relationshipType(declared) == link.kind {
				return declared.Field
			}
		}
	}
	return ""
}

// addIdentifiers keeps since when the node has which identifier, and until when it
// had others.
func (r *migratedRows) addIdentifiers(l *lifetime) {
	since := map[graph.Identifier]int64{}
	for i, s := range l.states {
		keys := identifiersOf(l.node(s))
		contiguous := i > 0 && l.states[i-1].until == s.since
		for key, from := range since {
			if !keys[key] || !contiguous {
				r.identifiers = append(r.identifiers, []any{key.Scheme, key.Value, l.id, from, l.states[i-1].until})
				delete(since, key)
			}
		}
		for key := range keys {
			if _, had := since[key]; !had {
				since[key] = s.since
			}
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(since), func(a, b graph.Identifier) int {
		return cmp.Or(cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Value, b.Value))
	}) {
		if until := l.states[len(l.states)-1].until; until < never {
			r.identifiers = append(r.identifiers, []any{key.Scheme, key.Value, l.id, since[key], until})
		} else {
			r.keySet = append(r.keySet, []any{key.Scheme, key.Value, since[key]})
		}
	}
}

// node is a state as a node without links.
func (l *lifetime) node(s *oldState) *graph.Node {
	return nodeOf(l.model, &cells{list: []any{s.properties, nil}})
}

// addLinks has links that differ in nothing but a status be one, and gives all of
// them their keys.
func (r *migratedRows) addLinks(l *lifetime) {
	family := map[string]*oldLink{}
	for i, link := range l.links {
		if next := i + 1; next < len(l.links) && l.links[next].continues(link) {
			l.links[next].since = link.since
			kind := link.kind + pastSuffix
			r.superfluousLinks[kind] = append(r.superfluousLinks[kind], link.element)
			link.element = ""
			continue
		}
		t := l.typeAt(link.since)
		if t == nil {
			continue // the schema has it no longer
		}
		group := string(t.Name)
		row := []any{link.element, link.since, keyByID(link.to, group, l.id), keyByTime(link.to, group, link.day, l.id), link.position}
		if link.until < never {
			r.pastLinks[link.kind+pastSuffix] = append(r.pastLinks[link.kind+pastSuffix], row)
			continue
		}
		r.links[link.kind] = append(r.links[link.kind], row)
		if t.Class == graph.FactClass && link.status != "" && family[link.to] == nil {
			family[link.to] = link
			kind := familyTypeOf(l.model, t)
			r.families[kind] = append(r.families[kind], []any{l.id, link.to, keyByID(link.to, "", l.id), keyByTime(link.to, "", link.day, l.id)})
		}
	}
}

func familyTypeOf(m *graph.Model, t *graph.Type) string { return familyType(family(m, t)) }

// continues tells whether a link is what another one became that ended then, but
// for its status.
func (l *oldLink) continues(before *oldLink) bool {
	return l.kind == before.kind && l.to == before.to && l.position == before.position && l.day == before.day && l.since == before.until
}

// addStates has states that differ in nothing but a status be one, and gives all
// of them the words they are found by. Links are those that addLinks has left.
func (r *migratedRows) addStates(l *lifetime) {
	for i, s := range l.states {
		if s.until < never && (i+1 == len(l.states) || l.states[i+1].since > s.until) && !isPartID(l.id) {
			r.datasets = append(r.datasets, []any{l.id, datasetBefore, s.until})
		}
		if next := i + 1; next < len(l.states) && l.states[next].since == s.until && reflect.DeepEqual(l.states[next].properties, s.properties) && !l.linksChangeAt(s.until) {
			l.states[next].since = s.since
			r.superfluous = append(r.superfluous, s.element)
			continue
		}
		set := derived(l.node(s))
		if s.element != "" {
			set["since"] = s.since
			r.versions = append(r.versions, []any{s.element, set})
			continue
		}
		set["_since"] = s.since
		if !isPartID(l.id) {
			set["_dataset"] = datasetBefore
		}
		r.nodes = append(r.nodes, []any{l.id, set})
	}
}

// derived are the properties that layout 2 has beside those of a node but for
// words, which are made later; of no node there are none.
func derived(node *graph.Node) map[string]any {
	set := map[string]any{}
	if node == nil {
		return set
	}
	addElements(set, node)
	return set
}

func isPartID(stored string) bool { return graph.IsPart(publicID(stored)) }

// linksChangeAt tells whether a link comes or goes with a revision.
func (l *lifetime) linksChangeAt(revision int64) bool {
	return slices.ContainsFunc(l.links, func(link *oldLink) bool {
		return link.element != "" && (link.since == revision || link.until == revision)
	})
}

// write writes the rows.
func (r *migratedRows) write(t transaction) error {
	const version = "MATCH (v) WHERE elementId(v) = "
	for _, step := range []struct {
		text string
		rows []any
	}{
		{version + "row DETACH DELETE v", r.superfluous},
		{version + "row[0] MATCH (:Identity)-[p:PAST]->(v) SET v += row[1], p.since = row[1].since REMOVE v.status", r.versions},
		{identityOf + "SET n += row[1]", r.nodes},
		{"CREATE (:StatusPast {id: row[0], role: row[1], entity: row[2], status: row[3], until: row[4]})", r.statuses},
		{"CREATE (:DatasetPast {id: row[0], dataset: row[1], until: row[2]})", r.datasets},
		{"CREATE (:IdentifierPast {scheme: row[0], value: row[1], id: row[2], since: row[3], until: row[4]})", r.identifiers},
		{"MATCH (i:Identifier {scheme: row[0], value: row[1]}) USING INDEX SEEK i:Identifier(scheme, value) SET i.since = row[2]", r.keySet},
	} {
		if err := t.write(step.text, step.rows); err != nil {
			return err
		}
	}
	return r.writeLinks(t)
}

func (r *migratedRows) writeLinks(t transaction) error {
	const link = "MATCH ()-[r]->() WHERE elementId(r) = "
	for _, step := range []struct {
		rows map[string][]any
		text func(kind string) string
	}{
		{r.superfluousLinks, func(string) string { return link + "row DELETE r" }},
		{r.links, func(string) string {
			return link + "row[0] SET r._since = row[1], r._by_id = row[2], r._by_time = row[3] REMOVE r._at"
		}},
		{r.pastLinks, func(string) string {
			return link + "row[0] SET r.since = row[1], r._by_id = row[2], r._by_time = row[3], r._ord = row[4] REMOVE r._at, r.ord, r.status"
		}},
		{r.families, func(kind string) string {
			return identityOf + "MATCH (m:Identity {id: row[1]}) USING INDEX SEEK m:Identity(id) CREATE (n)-[:" + kind + " {_by_id: row[2], _by_time: row[3]}]->(m)"
		}},
	} {
		for _, kind := range slices.Sorted(maps.Keys(step.rows)) {
			if err := t.write(step.text(kind), step.rows[kind]); err != nil {
				return err
			}
		}
	}
	return nil
}
