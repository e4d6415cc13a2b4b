package neo4j

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// index is an index of the layout: of the nodes of a label, or of the
// relationships of a type.
type index struct {
	name string
	kind indexKind
	// on is the label or the relationship type.
	on         string
	properties []string
}

// indexKind is what an index is good for.
type indexKind uint8

const (
	// nodeRange and linkRange keep nodes, or relationships, in order.
	nodeRange indexKind = iota + 1
	linkRange
	// unique is a constraint, with the index that it stands on.
	unique
	// words finds nodes by the words in their properties.
	words
)

// wordIndex is the index that searches use. It is asked by its name.
const wordIndex constant = "identity_tokens"

// layoutIndexes are those of the layout itself.
var layoutIndexes = []index{
	{"identity_id", unique, "Identity", []string{"id"}},
	{"identity_into", nodeRange, "Identity", []string{"_into"}},
	{"identity_dataset", nodeRange, "Identity", []string{"_dataset", "id"}},
	{string(wordIndex), words, "Identity", []string{wordProperty}},
	{"term_term", unique, "Term", []string{"term"}},
	{"term_revision", nodeRange, "Term", []string{"revision"}},
	{"meta_key", unique, "Meta", []string{"key"}},
	{"version_id", nodeRange, "Version", []string{"id", "until"}},
	{"identifier_key", unique, "Identifier", []string{"scheme", "value"}},
	{"identifier_past_key", nodeRange, "IdentifierPast", []string{"scheme", "value", "until"}},
	{"dataset_name", unique, "Dataset", []string{"name"}},
	{"dataset_past_id", nodeRange, "DatasetPast", []string{"id", "until"}},
	{"contribution_id", nodeRange, "Contribution", []string{"id"}},
	{"contribution_dataset", nodeRange, "Contribution", []string{"dataset", "id"}},
	{"contribution_past_id", nodeRange, "ContributionPast", []string{"id", "until"}},
	{"stance_speaker", nodeRange, "Stance", []string{"speaker"}},
	{"stance_counted", nodeRange, "Stance", []string{"counted"}},
	{"status_past_id", nodeRange, "StatusPast", []string{"id", "until"}},
	{"revision_number", unique, "Revision", []string{"number"}},
	{"revision_at", nodeRange, "Revision", []string{"at"}},
	{"changes_position", nodeRange, "Changes", []string{"position"}},
	{"idempotency_key_key", unique, "IdempotencyKey", []string{"author", "key"}},
	{"idempotency_key_at", nodeRange, "IdempotencyKey", []string{"at"}},
	{"verification_id", unique, "Verification", []string{"id"}},
}

// indexes are those that a database must have, in the order of their names.
func indexes(m *graph.Model) []index {
	all := slices.Concat(layoutIndexes, linkIndexes(m))
	for name, i := range m.Interfaces {
		all = append(all, sortIndexes(name, i.Properties)...)
	}
	for _, t := range m.Ordered {
		if hasIndexes(t) {
			all = append(all, sortIndexes(t.Name, t.Properties)...)
		}
	}
	slices.SortFunc(all, func(a, b index) int { return cmp.Compare(a.name, b.name) })
	return all
}

// linkIndexes are those of the links that are published the way back, and of the
// families.
func linkIndexes(m *graph.Model) []index {
	var types []string
	for _, t := range m.Ordered {
		for _, r := range t.Relations {
			if step := r.Steps[0]; len(r.Steps) == 1 && step.Reverse {
				for _, g := range groupsOf(m, step, startTypes(m, step.Links)) {
					types = append(types, g.relationship)
				}
			}
		}
	}
	slices.Sort(types)
	var all []index
	for _, t := range slices.Compact(types) {
		for _, key := range []constant{byIDKey, byTimeKey} {
			all = append(all, index{strings.ToLower(t) + string(key), linkRange, t, []string{string(key)}})
		}
	}
	return all
}

// hasIndexes tells whether a concrete type has indexes of its own. Those under
// more interfaces are mostly read by way of one of these, and every further
// index makes writing slower.
func hasIndexes(t *graph.Type) bool { return len(t.Interfaces) <= 2 }

// hasIndex tells whether an index has nodes of these types by a property.
func hasIndex(m *graph.Model, types []*graph.Type, p *graph.Property) bool {
	if !p.Indexed {
		return false
	}
	label := graph.TypeName(labelsOf(m, types))
	if t, concrete := m.Types[label]; concrete {
		return hasIndexes(t)
	}
	return m.Interfaces[label] != nil
}

// sortIndexes are the indexes of a label that the schema asks for.
func sortIndexes(label graph.TypeName, properties []*graph.Property) []index {
	var all []index
	for _, p := range properties {
		if p.Indexed {
			key := sortName(p)
			all = append(all, index{string(label) + "_" + key, nodeRange, string(label), []string{key}})
		}
	}
	return all
}

// wordConfig has words told apart by blanks alone, as they are folded before, and
// found as soon as they are committed.
const wordConfig = "OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: false}}"

// create makes the index; the names in it are those of the layout or the schema.
func (i index) create() string {
	list := "n.`" + strings.Join(i.properties, "`, n.`") + "`"
	switch i.kind {
	case unique:
		return fmt.Sprintf("CREATE CONSTRAINT `%s` IF NOT EXISTS FOR (n:%s) REQUIRE (%s) IS UNIQUE", i.name, i.on, list)
	case linkRange:
		return fmt.Sprintf("CREATE INDEX `%s` IF NOT EXISTS FOR ()-[n:%s]-() ON (%s)", i.name, i.on, list)
	case words:
		return fmt.Sprintf("CREATE FULLTEXT INDEX `%s` IF NOT EXISTS FOR (n:%s) ON EACH [%s] %s", i.name, i.on, list, wordConfig)
	default:
		return fmt.Sprintf("CREATE INDEX `%s` IF NOT EXISTS FOR (n:%s) ON (%s)", i.name, i.on, list)
	}
}

// content tells apart indexes by what they are of, whatever they are called.
func (i index) content() string {
	if i.kind == words {
		return i.name
	}
	return fmt.Sprint(i.kind, i.on, i.properties)
}

// ensureIndexes makes the indexes that are not there and waits until all can
// be used.
func (s *Store) ensureIndexes(ctx context.Context, session driver.SessionWithContext, seconds int64) error {
	missing, err := s.missingIndexes(ctx, session)
	if err != nil {
		return err
	}
	for _, i := range missing {
		// Programs that start at once get in each other's way; the driver repeats
		// what had to give way.
		_, err := session.ExecuteWrite(ctx, func(tx driver.ManagedTransaction) (any, error) { return nil, exec(ctx, tx, i.create()) })
		if err != nil && !alreadyThere(err) {
			return err
		}
	}
	// IF NOT EXISTS is silent where the name is taken by something else.
	if missing, err = s.missingIndexes(ctx, session); err != nil {
		return err
	}
	if len(missing) > 0 {
		return fmt.Errorf("the database has another index or constraint called %s; drop it", missing[0].name)
	}
	return alone(ctx, session, "CALL db.awaitIndexes($seconds)", map[string]any{"seconds": seconds})
}

// alreadyThere tells whether another program, which starts at the same time, was
// the first to make an index.
func alreadyThere(err error) bool {
	var server *driver.Neo4jError
	return errors.As(err, &server) && strings.HasPrefix(server.Code, "Neo.ClientError.Schema.") && strings.HasSuffix(server.Code, "AlreadyExists")
}

func (s *Store) missingIndexes(ctx context.Context, session driver.SessionWithContext) ([]index, error) {
	const text = "SHOW INDEXES YIELD name, type, entityType, labelsOrTypes, properties, owningConstraint, options " +
		"WHERE type = 'RANGE' AND size(properties) > 0 OR type = 'FULLTEXT' AND options.indexConfig['fulltext.analyzer'] = 'whitespace' " +
		"RETURN name, CASE WHEN type = 'FULLTEXT' THEN $words WHEN entityType = 'RELATIONSHIP' THEN $links WHEN owningConstraint IS NULL THEN $nodes ELSE $unique END, " +
		"labelsOrTypes[0], properties"
	result, err := session.Run(ctx, text, map[string]any{"words": int64(words), "links": int64(linkRange), "nodes": int64(nodeRange), "unique": int64(unique)})
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for result.Next(ctx) {
		c := &cells{list: result.Record().Values}
		i := index{name: c.text(), kind: indexKind(c.number()), on: c.text()}
		for _, p := range c.cells().list {
			name, _ := p.(string)
			i.properties = append(i.properties, name)
		}
		have[i.content()] = true
	}
	missing := slices.DeleteFunc(indexes(s.model), func(i index) bool { return have[i.content()] })
	return missing, result.Err()
}
