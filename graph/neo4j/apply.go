package neo4j

import (
	"maps"
	"slices"

	"companygraph/graph"
	"companygraph/graph/store/search"
	"companygraph/graph/write"
)

// changes are the rows that a delta writes, gathered so that a few statements
// write them whatever their number.
type changes struct {
	transaction
	delta *write.Delta
	// elements has where the server keeps the nodes that links connect.
	elements map[graph.ID]string

	// ended are the ids of nodes whose state becomes history.
	ended []any
	// gone have the nodes that go, by type; fresh those that come and need not be
	// looked for; again those whose ids may have been used; replaced those that are
	// there and keep their words, and reworded those that do not.
	gone, fresh, again, replaced, reworded map[*graph.Type][]any
	// terms are those of the nodes that come.
	terms map[string]bool
	// retyped have nodes that lose the labels of a type.
	retyped map[*graph.Type][]any
	// links have what changes by relationship type.
	links map[string]*linkChanges
	// soles are nodes of which only the dataset changes.
	soles                                                   []any
	datasetsPast                                            []any
	identifiersGone, identifiers, saidNoMore, contributions []any
}

// Apply implements write.Storage.
func (s *storage) Apply(d *write.Delta) error {
	t := s.transaction
	t.revision = d.Revision.Number
	c := &changes{
		transaction: t, delta: d, elements: s.elements,
		gone: map[*graph.Type][]any{}, fresh: map[*graph.Type][]any{}, again: map[*graph.Type][]any{},
		replaced: map[*graph.Type][]any{}, reworded: map[*graph.Type][]any{}, retyped: map[*graph.Type][]any{},
		links: map[string]*linkChanges{}, terms: map[string]bool{},
	}
	for _, n := range d.Nodes {
		c.gather(n)
	}
	for _, step := range []func() error{
		c.keepPast, c.dropLinks, c.dropNodes, c.putNodes, c.putTerms, c.putLinks, c.putIdentifiers, c.putContributions,
		c.putStatuses, c.giveWay, c.mark, c.putDatasets, c.keep, c.putRevision,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	if d.Revision.Number > 0 {
		s.head = d.Revision
	}
	return nil
}

// gather notes what changes of one node.
func (c *changes) gather(n write.NodeDelta) {
	id := storedID(n.ID)
	c.gatherContributions(id, n)
	if n.New == n.Old {
		if n.Sole != n.OldSole {
			c.soles = append(c.soles, []any{id, orNull(n.Sole)})
		}
		return
	}
	c.gatherLinks(n)
	c.gatherIdentifiers(id, n)
	if n.Old != nil {
		c.ended = append(c.ended, id)
	}
	switch {
	case n.New == nil:
		c.gone[n.Old.Type] = append(c.gone[n.Old.Type], id)
		return
	case n.Old != nil && n.Old.Type != n.New.Type:
		c.retyped[n.Old.Type] = append(c.retyped[n.Old.Type], id)
	}
	list := c.fresh
	switch {
	case n.Old != nil && n.SameTokens:
		list = c.replaced
	case n.Old != nil:
		list = c.reworded
	case n.Used:
		list = c.again
	}
	list[n.New.Type] = append(list[n.New.Type], []any{id, c.properties(n)})
}

// gatherContributions notes who said something until now and who does from now
// on. A dataset whose record is the node itself stands in the node.
func (c *changes) gatherContributions(id string, n write.NodeDelta) {
	if n.Old != nil && !graph.IsPart(n.ID) && (n.New == nil || n.Sole != n.OldSole) {
		c.datasetsPast = append(c.datasetsPast, []any{id, n.OldSole})
	}
	for _, old := range n.OldContributions {
		if !slices.Contains(n.Contributions, old) {
			c.saidNoMore = append(c.saidNoMore, []any{id, old.Dataset, storedID(old.Record)})
		}
	}
	for _, one := range n.Contributions {
		if !slices.Contains(n.OldContributions, one) {
			c.contributions = append(c.contributions, []any{id, one.Dataset, storedID(one.Record), one.Since, one.Body})
		}
	}
}

// gatherIdentifiers notes which identifiers a node loses and wins.
func (c *changes) gatherIdentifiers(id string, n write.NodeDelta) {
	had, has := identifiersOf(n.Old), identifiersOf(n.New)
	for key := range had {
		if !has[key] {
			c.identifiersGone = append(c.identifiersGone, []any{key.Scheme, key.Value})
		}
	}
	for key := range has {
		if !had[key] {
			c.identifiers = append(c.identifiers, []any{key.Scheme, key.Value, id})
		}
	}
}

func identifiersOf(node *graph.Node) map[graph.Identifier]bool {
	keys := map[graph.Identifier]bool{}
	if node != nil {
		for _, key := range graph.Identifiers(node) {
			keys[key] = true
		}
	}
	return keys
}

// keepPast makes history of the state of nodes that is replaced, or ends. A
// status has a history of its own.
func (c *changes) keepPast() error {
	const past = identity + `CREATE (n)-[:PAST {since: n._since, until: $revision}]->(v:Version)
SET v = properties(n), v.since = n._since, v.until = $revision REMOVE v._since, v._dataset, v._speaker, v.status`
	if err := c.write(past, c.ended); err != nil {
		return err
	}
	return c.write("CREATE (:DatasetPast {id: row[0], dataset: row[1], until: $revision})", c.datasetsPast)
}

// dropNodes leaves of a node that goes its identity alone, so that its past
// stays connected and its id is not given to another.
func (c *changes) dropNodes() error {
	for _, t := range c.model.Ordered {
		if err := c.write(identity+"SET n = {id: row}, n:Gone REMOVE n"+typeLabels(t), c.gone[t]); err != nil {
			return err
		}
	}
	return nil
}

// typeLabels writes the labels of a type: its own and those of its interfaces.
// The label Identity stands beside them, for good.
func typeLabels(t *graph.Type) string {
	labels := ":" + string(t.Name)
	for _, i := range t.Interfaces {
		labels += ":" + string(i)
	}
	return labels
}

// identityOf finds the node of a row's first entry.
const identityOf = "MATCH (n:Identity {id: row[0]}) USING INDEX SEEK n:Identity(id) "

// putNodes writes the nodes of each type.
func (c *changes) putNodes() error {
	const keepTokens = "WITH n, row, n._words AS words SET n = row[1], n._words = words" //nolint:gosec // no credentials
	for _, step := range []struct {
		rows map[*graph.Type][]any
		text func(labels string) string
	}{
		{c.retyped, func(labels string) string { return identity + "REMOVE n" + labels }},
		{c.fresh, func(labels string) string {
			return "CREATE (n:Identity" + labels + ") SET n = row[1] RETURN row[0], elementId(n)"
		}},
		{c.reworded, func(labels string) string { return identityOf + "SET n" + labels + ", n = row[1]" }},
		{c.replaced, func(string) string { return identityOf + keepTokens }},
	} {
		for _, t := range c.model.Ordered {
			if err := c.each(step.text(typeLabels(t)), step.rows[t], c.note); err != nil {
				return err
			}
		}
	}
	for _, t := range c.model.Ordered {
		if err := c.merge("MERGE (n:Identity {id: row[0]}) SET n"+typeLabels(t)+", n = row[1] REMOVE n:Gone", c.again[t]); err != nil {
			return err
		}
	}
	return c.write(identityOf+"SET n._dataset = row[1]", c.soles)
}

// putTerms adds to the terms that searches may misspell.
func (c *changes) putTerms() error { return c.transaction.putTerms(c.terms, c.revision) }

// note notes where the server keeps a node.
func (c *changes) note(row *cells) { c.elements[row.id()] = row.text() }

// properties are all that a node has in the database.
func (c *changes) properties(n write.NodeDelta) map[string]any {
	all := map[string]any{"id": storedID(n.ID), "_type": string(n.New.Type.Name), "_since": c.revision}
	if n.Sole != "" {
		all["_dataset"] = n.Sole
	}
	for _, p := range n.New.Type.Properties {
		switch v := n.New.Values[p.Name]; {
		case v.Missing():
		case p.Kind == graph.KindDate:
			addDate(all, p, v.Text())
		case isText(p):
			addText(all, p, v.Text())
		default:
			all[p.Name] = asStored(p, v)
		}
	}
	if n.New.Type.Class == graph.ClaimClass {
		all["_speaker"] = claimSpeaker(n.New)
	}
	addElements(all, n.New)
	if len(n.Tokens) > 0 {
		all[wordProperty] = search.FormatTokens(n.Tokens)
	}
	addTerms(c.terms, n.Tokens)
	return all
}

// addText adds a text and, where it is indexed or differs, its sort key.
func addText(all map[string]any, p *graph.Property, text string) {
	all[p.Name] = text
	if key := sortKey(text); p.Indexed || key != text {
		all[propertyName(p, keySuffix)] = key
	}
}

// addDate adds a date with its bounds and what it is ordered by.
func addDate(all map[string]any, p *graph.Property, edtf string) {
	// Validated before; a date that cannot be read has no bounds.
	date, _ := graph.ParsePartialDate(edtf)
	all[p.Name] = edtf
	addDays(all, p, map[constant]string{earliestSuffix: date.Earliest, latestSuffix: date.Latest, sortSuffix: date.SortKey()})
	addCertainDays(all, p, date)
}

// addCertainDays adds the days on which a date certainly holds, unless it is one
// day.
func addCertainDays(all map[string]any, p *graph.Property, date graph.PartialDate) {
	if from, until, some := date.CertainDays(); some && from != date.EDTF {
		addDays(all, p, map[constant]string{certainFromSuffix: from, certainUntilSuffix: until})
	}
}

func addDays(all map[string]any, p *graph.Property, days map[constant]string) {
	for suffix, day := range days {
		if day != "" {
			all[propertyName(p, suffix)] = day
		}
	}
}

// claimSpeaker is the key of the stances of who speaks in a claim.
func claimSpeaker(claim *graph.Node) string {
	part := write.Part{Fact: claim.Target(graph.FactLink), Participation: graph.ParticipationOf(claim)}
	return speakerKey(write.Speaker{Part: part, Name: graph.SpeakerOf(claim)})
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// putIdentifiers writes who is known by which identifier; the first to lose one
// may be followed by who wins it.
func (c *changes) putIdentifiers() error {
	const find = "MATCH (i:Identifier {scheme: row[0], value: row[1]}) USING INDEX SEEK i:Identifier(scheme, value) "
	if err := c.write(find+"SET i:IdentifierPast, i.until = $revision REMOVE i:Identifier", c.identifiersGone); err != nil {
		return err
	}
	return c.write("CREATE (:Identifier {scheme: row[0], value: row[1], id: row[2], since: $revision})", c.identifiers)
}

func (c *changes) putContributions() error {
	const find = "MATCH (c:Contribution {id: row[0], dataset: row[1], record: row[2]}) USING INDEX SEEK c:Contribution(id) "
	if err := c.write(find+"SET c:ContributionPast, c.until = $revision REMOVE c:Contribution", c.saidNoMore); err != nil {
		return err
	}
	const put = "CREATE (:Contribution {id: row[0], dataset: row[1], record: row[2], since: row[3], body: row[4], written: $revision})"
	return c.write(put, c.contributions)
}

// putStatuses writes statuses in place, and keeps until when they were others.
func (c *changes) putStatuses() error {
	var past, whole []any
	parts := map[string][]any{}
	for _, s := range c.delta.Statuses {
		id, entity := storedID(s.Fact), storedID(s.Entity)
		past = append(past, []any{id, s.Role, entity, string(s.Old)})
		switch {
		case s.New == "":
		case s.Participation == graph.Participation{}:
			whole = append(whole, []any{id, string(s.New)})
		default:
			for _, l := range c.model.Participations {
				if l.Field == s.Role {
					parts[relationshipType(l)] = append(parts[relationshipType(l)], []any{id, entity, string(s.New)})
					break
				}
			}
		}
	}
	if err := c.write("CREATE (:StatusPast {id: row[0], role: row[1], entity: row[2], status: row[3], until: $revision})", past); err != nil {
		return err
	}
	if err := c.write(identityOf+"SET n.status = row[1]", whole); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		text := identityOf + "MATCH (n)-[r:" + name + "]->(:Identity {id: row[1]}) SET r.status = row[2]"
		if err := c.write(text, parts[name]); err != nil {
			return err
		}
	}
	return nil
}

// giveWay has ids resolve to others, with all that resolved to them before.
func (c *changes) giveWay() error {
	into := map[graph.ID]graph.ID{}
	for _, a := range c.delta.Aliases {
		into[a.ID] = a.Into
	}
	var rows []any
	for _, a := range c.delta.Aliases {
		last := a.Into
		for into[last] != "" {
			last = into[last]
		}
		rows = append(rows, []any{storedID(a.ID), storedID(last)})
	}
	if err := c.write("MATCH (i:Identity {_into: row[0]}) USING INDEX SEEK i:Identity(_into) SET i._into = row[1]", rows); err != nil {
		return err
	}
	return c.merge("MERGE (i:Identity {id: row[0]}) ON CREATE SET i:Gone SET i._into = row[1]", rows)
}

// mark notes which ids loads must not bring back.
func (c *changes) mark() error {
	if err := c.merge("MERGE (i:Identity {id: row}) ON CREATE SET i:Gone SET i._marked = true", anyIDs(c.delta.Marks)); err != nil {
		return err
	}
	return c.write(identity+"REMOVE n._marked", anyIDs(c.delta.Unmarks))
}
