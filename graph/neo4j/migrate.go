package neo4j

import (
	"context"
	"fmt"
	"time"

	"companygraph/graph"
	"companygraph/graph/write"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// A database is migrated from each layout to the next in steps, each of pages,
// each of which is one transaction. With what a page writes it notes how far the
// migration is, so that one that was interrupted goes on there, and two programs
// that migrate at once take turns. From the first page on the database is of the
// layout that it is migrated to, which older programs refuse.

// datasetBefore has all that was written before there were datasets.
const datasetBefore = "before-datasets"

// migrationAuthor makes the revision of what a migration changes.
const migrationAuthor = "migration"

// pageOfMigration is how many nodes a page is made of.
const pageOfMigration = 100

// migrationStep does a page behind an id, and returns the last id of the page;
// "" if that was the last page.
type migrationStep func(m *migration, after string) (last string, err error)

// migrations are the steps that lead from each layout to the next.
var migrations = map[int64][]migrationStep{
	1: {(*migration).nodes, (*migration).tokens, (*migration).facts, (*migration).end},
	2: {(*migration).speakers, (*migration).certainDays},
	3: {(*migration).words},
}

// obsoleteIndexes are those that former layouts had and this one has not.
var obsoleteIndexes = []string{"token_token", "token_id", "identifier_id", "identity_words"}

// migration is one page of a migration.
type migration struct {
	transaction
	// from is the layout that is left.
	from int64
}

// migrate brings the database to the layout of the program.
func (s *Store) migrate(ctx context.Context) error {
	for {
		done, err := s.migratePage(ctx)
		if err != nil {
			return fmt.Errorf("migrating the database: %w", err)
		}
		if done {
			return nil
		}
	}
}

// migratePage does the next page; done tells that there is none.
func (s *Store) migratePage(ctx context.Context) (done bool, err error) {
	err = s.write(ctx, func(tx driver.ManagedTransaction) error {
		m := &migration{transaction: transaction{ctx: ctx, tx: tx, model: s.model}}
		step, after, err := m.begin()
		if done = m.from == layoutVersion; err != nil || done {
			return err
		}
		last, err := migrations[m.from][step](m, after)
		if err != nil {
			return err
		}
		if last == "" {
			step++
		}
		return m.note(step, last)
	})
	return done, err
}

// begin takes the lock of writers and tells from which layout the migration leads
// and how far it is. The revision is that which the migration makes.
func (m *migration) begin() (step int, after string, err error) {
	const text = "MATCH (m:Meta {key: 'graph'}) SET m.lock = true WITH m RETURN m.revision + 1, m.layout, m.step, m.after"
	err = m.one(text, nil, func(c *cells) {
		m.revision = c.number()
		layout, at := c.number(), c.take()
		m.from = layout
		if number, migrating := at.(int64); migrating {
			m.from, step, after = layout-1, int(number), c.text()
		}
	})
	return step, after, err
}

// note notes how far the migration is; after the last step nothing.
func (m *migration) note(step int, after string) error {
	args := map[string]any{"layout": m.from + 1, "step": step, "after": after}
	if step == len(migrations[m.from]) {
		args["step"], args["after"] = nil, nil
	}
	return m.one("MATCH (m:Meta {key: 'graph'}) SET m.layout = $layout, m.step = $step, m.after = $after", args, nil)
}

// tokens removes a page of the nodes that words were.
func (m *migration) tokens(string) (last string, err error) {
	err = m.one("MATCH (t:Token) WITH t LIMIT 10000 DELETE t RETURN count(*)", nil, func(c *cells) {
		if c.number() > 0 {
			last = "more"
		}
	})
	return last, err
}

// facts makes the stances of a page of facts, and derives their statuses by
// them: what was one speaker may be several now.
func (m *migration) facts(after string) (last string, err error) {
	var ids []graph.ID
	const page = "MATCH (n:Fact) WHERE n.id > $after RETURN n.id ORDER BY n.id LIMIT $limit"
	err = m.one(page, map[string]any{"after": after, "limit": int64(pageOfMigration)}, func(c *cells) { ids = append(ids, c.id()) })
	if err != nil || len(ids) == 0 {
		return "", err
	}
	s := newStorage(m.transaction)
	stances, err := m.stances(ids)
	if err != nil {
		return "", err
	}
	if err := s.PutStances(stances); err != nil {
		return "", err
	}
	if err := m.putStatuses(s, ids); err != nil {
		return "", err
	}
	return storedID(ids[len(ids)-1]), nil
}

// stances are the rows of the claims about facts.
func (m *migration) stances(facts []graph.ID) ([]write.Stance, error) {
	bySpeaker := map[write.Speaker][]write.Stance{}
	text := newStatement()
	text.write(identity + "MATCH (n)<-[:FACT]-(c:Claim) RETURN properties(c), COLLECT { MATCH (c)-[l")
	text.relationships(linkTypes(m.model.Links))
	text.write("]->(e) RETURN [l._ord, type(l), e.id, l.status] }")
	err := m.each(text.text.String(), anyIDs(facts), func(c *cells) {
		claim := nodeOf(m.model, c)
		part := write.Part{Fact: claim.Target(graph.FactLink), Participation: graph.ParticipationOf(claim)}
		speaker := write.Speaker{Part: part, Name: graph.SpeakerOf(claim)}
		bySpeaker[speaker] = withClaim(bySpeaker[speaker], write.Stance{
			Speaker: speaker, Stance: graph.Stance(claim.Values[graph.StanceProperty].Text()), MadeAt: claim.Values[graph.MadeAtProperty].Text(),
		})
	})
	var all []write.Stance
	for _, own := range bySpeaker {
		claims := make([]graph.StatusClaim, len(own))
		for i, s := range own {
			claims[i].Stance = s.Stance
			// Checked when it was written.
			claims[i].MadeAt, _ = graph.ParsePartialDate(s.MadeAt)
		}
		for i, counts := range graph.Counting(claims) {
			own[i].Counts = counts
		}
		all = append(all, own...)
	}
	return all, err
}

// withClaim adds a claim to the stances of a speaker.
func withClaim(own []write.Stance, s write.Stance) []write.Stance {
	for i := range own {
		if own[i].Stance == s.Stance && own[i].MadeAt == s.MadeAt {
			own[i].Claims++
			return own
		}
	}
	s.Claims = 1
	return append(own, s)
}

// putStatuses writes the statuses that are others now, as changes of the revision
// that the migration makes.
func (m *migration) putStatuses(s *storage, facts []graph.ID) error {
	delta, err := m.statuses(s, facts)
	if err != nil || len(delta.Statuses) == 0 {
		return err
	}
	c := &changes{transaction: m.transaction, delta: delta}
	if err := c.putStatuses(); err != nil {
		return err
	}
	return c.putChanges()
}

// statuses are the statuses that are to change, and the facts of which any is.
func (m *migration) statuses(s *storage, facts []graph.ID) (*write.Delta, error) {
	had, err := s.Statuses(facts)
	if err != nil {
		return nil, err
	}
	var parts []write.Part
	for _, fact := range facts {
		for p := range had[fact] {
			parts = append(parts, write.Part{Fact: fact, Participation: p})
		}
	}
	said, err := s.Said(parts)
	if err != nil {
		return nil, err
	}
	claimed, err := s.ClaimedParts(facts)
	if err != nil {
		return nil, err
	}
	found, err := s.Find(facts)
	delta := &write.Delta{}
	for _, fact := range facts {
		before := len(delta.Statuses)
		whole := said[write.Part{Fact: fact}].Status()
		own := map[graph.Participation]graph.Status{{}: whole}
		for p := range had[fact] {
			own[p] = whole
		}
		for _, p := range claimed[fact] {
			own[p] = said[write.Part{Fact: fact, Participation: p}].Status()
		}
		for p, old := range had[fact] {
			if own[p] != old {
				delta.Statuses = append(delta.Statuses, write.StatusDelta{Part: write.Part{Fact: fact, Participation: p}, Old: old, New: own[p]})
			}
		}
		if len(delta.Statuses) > before {
			delta.Changes = append(delta.Changes, write.Change{Revision: m.revision, ID: fact, Type: found[fact].Type, Kind: write.Updated})
		}
	}
	return delta, err
}

// end writes what is known of the dataset, and the revision.
func (m *migration) end(string) (last string, err error) {
	nodes := 0
	const count = "MATCH (n:Identity) USING INDEX SEEK n:Identity(_dataset, id) WHERE n._dataset = $dataset AND n.id IS NOT NULL RETURN count(n)"
	if err := m.one(count, map[string]any{"dataset": datasetBefore}, func(c *cells) { nodes = int(c.number()) }); err != nil {
		return "", err
	}
	if nodes == 0 && m.revision == 1 {
		return "", nil
	}
	delta := &write.Delta{
		Revision: write.Revision{
			Number: m.revision, At: time.Now().UTC().Truncate(time.Microsecond), Author: migrationAuthor,
			Reason: fmt.Sprintf("layout %d", m.from+1), Dataset: datasetBefore,
		},
		Datasets: []write.Dataset{{Name: datasetBefore, Nodes: nodes, LoadedIn: m.revision}},
	}
	c := &changes{transaction: m.transaction, delta: delta}
	if err := c.putDatasets(); err != nil {
		return "", err
	}
	return "", c.putRevision()
}

// dropObsolete drops the indexes of the layout before. Programs that do so at once
// get in each other's way; the driver repeats what had to give way.
func dropObsolete(ctx context.Context, session driver.SessionWithContext) error {
	for _, name := range obsoleteIndexes {
		_, err := session.ExecuteWrite(ctx, func(tx driver.ManagedTransaction) (any, error) {
			return nil, exec(ctx, tx, "DROP INDEX `"+name+"` IF EXISTS")
		})
		if err != nil {
			return err
		}
	}
	return nil
}
