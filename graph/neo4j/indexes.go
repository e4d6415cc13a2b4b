package neo4j

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// index is a range index of the layout or, if unique, a constraint with one.
type index struct {
	name, label string
	unique      bool
	properties  []string
}

// indexes are those that a database must have, in the order of their names.
func (s *Store) indexes() []index {
	all := []index{
		{"identity_id", "Identity", true, []string{"id"}},
		{"meta_key", "Meta", true, []string{"key"}},
		{"identifier_key", "Identifier", true, []string{"scheme", "value"}},
		{"identifier_id", "Identifier", false, []string{"id"}},
		{"token_token", "Token", false, []string{"token", "id"}},
		{"token_id", "Token", false, []string{"id"}},
		{"version_id", "Version", false, []string{"id", "until"}},
	}
	for name, i := range s.model.Interfaces {
		all = append(all, sortIndexes(name, i.Properties)...)
	}
	for _, t := range s.model.Ordered {
		if hasIndexes(t) {
			all = append(all, sortIndexes(t.Name, t.Properties)...)
		}
	}
	slices.SortFunc(all, func(a, b index) int { return cmp.Compare(a.name, b.name) })
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
			all = append(all, index{string(label) + "_" + key, string(label), false, []string{key}})
		}
	}
	return all
}

// create makes the index; the names in it are those of the layout or the schema.
func (i index) create() string {
	list := "n.`" + strings.Join(i.properties, "`, n.`") + "`"
	if i.unique {
		return fmt.Sprintf("CREATE CONSTRAINT `%s` IF NOT EXISTS FOR (n:%s) REQUIRE (%s) IS UNIQUE", i.name, i.label, list)
	}
	return fmt.Sprintf("CREATE INDEX `%s` IF NOT EXISTS FOR (n:%s) ON (%s)", i.name, i.label, list)
}

// content tells apart indexes by what they are of, whatever they are called.
func (i index) content() string {
	return fmt.Sprint(i.label, i.unique, i.properties)
}

// ensureIndexes makes the indexes that are not there and waits until all can
// be used.
func (s *Store) ensureIndexes(ctx context.Context, session driver.SessionWithContext) error {
	missing, err := s.missingIndexes(ctx, session)
	if err != nil {
		return err
	}
	for _, i := range missing {
		if err := alone(ctx, session, i.create(), nil); err != nil {
			return err
		}
	}
	// IF NOT EXISTS lets two programs start at once, but is silent where the
	// name is taken by something else.
	if missing, err = s.missingIndexes(ctx, session); err != nil {
		return err
	}
	if len(missing) > 0 {
		return fmt.Errorf("the database has another index or constraint called %s; drop it", missing[0].name)
	}
	return alone(ctx, session, "CALL db.awaitIndexes(60)", nil)
}

func (s *Store) missingIndexes(ctx context.Context, session driver.SessionWithContext) ([]index, error) {
	const text = "SHOW INDEXES YIELD labelsOrTypes, properties, owningConstraint, type WHERE type = 'RANGE' AND size(properties) > 0 " +
		"RETURN labelsOrTypes[0], properties, owningConstraint IS NOT NULL"
	result, err := session.Run(ctx, text, nil)
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for result.Next(ctx) {
		c := &cells{list: result.Record().Values}
		i := index{label: c.text()}
		for _, p := range c.cells().list {
			name, _ := p.(string)
			i.properties = append(i.properties, name)
		}
		i.unique, _ = c.take().(bool)
		have[i.content()] = true
	}
	missing := slices.DeleteFunc(s.indexes(), func(i index) bool { return have[i.content()] })
	return missing, result.Err()
}
