package neo4j

import (
	"context"
	"errors"
	"fmt"
	"strings"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// layoutVersion is that of labels, relationship types and properties.
const layoutVersion = 4

// layoutLabels are those of the layout itself. The types and interfaces of the
// schema are labels, too.
var layoutLabels = []string{
	"Identity", "Gone", "Version", "Meta", "Identifier", "IdentifierPast", "Dataset", "DatasetPast", "Contribution", "ContributionPast",
	"Stance", "StatusPast", "Revision", "Changes", "IdempotencyKey", "Term", "Verification",
}

// The oldest version of Neo4j with all that the statements use.
const oldestMajor, oldestMinor = 5, 23

// ErrForeign says that the database holds nodes of other programs.
var ErrForeign = errors.New("the database holds nodes of other programs; give --adopt to use it anyway")

// condition is what a database is found in.
type condition uint8

const (
	// empty: it is not ours yet.
	empty condition = iota + 1
	// migrating: it is of an older layout, or on the way from it.
	migrating
	ready
)

// check checks the server, and tells what the database is found in.
func (s *Store) check(ctx context.Context, session driver.SessionWithContext, adopt bool) (condition, error) {
	if err := checkVersion(ctx, session); err != nil {
		return 0, err
	}
	found, err := inspect(ctx, session)
	switch {
	case err != nil:
		return 0, err
	case found.version == 0 && found.foreign && !adopt:
		return 0, ErrForeign
	case found.version == 0:
		return empty, s.checkLabels(ctx, session)
	case found.version > layoutVersion:
		return 0, fmt.Errorf("the database has layout version %d, and this program knows none beyond %d; use a newer version of this program", found.version, layoutVersion)
	case found.version < layoutVersion || found.underWay:
		return migrating, nil
	}
	return ready, nil
}

// How many seconds to wait for indexes that are being made: in an older database,
// of all that is there.
const indexesSoon, indexesOfAll = 60, 3600

// prepare makes a database ready that need not be migrated. One that is ready is
// only read: it may be that it cannot be written.
func (s *Store) prepare(ctx context.Context, session driver.SessionWithContext, current condition) error {
	if err := s.ensureIndexes(ctx, session, indexesSoon); err != nil || current == ready {
		return err
	}
	const meta = "MERGE (m:Meta {key: 'graph'}) ON CREATE SET m.layout = $layout, m.revision = 0, m.seeded = false"
	return alone(ctx, session, meta, map[string]any{"layout": layoutVersion})
}

// bringUp migrates a database.
func (s *Store) bringUp(ctx context.Context, session driver.SessionWithContext) error {
	if err := s.ensureIndexes(ctx, session, indexesOfAll); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	return dropObsolete(ctx, session)
}

func checkVersion(ctx context.Context, session driver.SessionWithContext) error {
	result, err := session.Run(ctx, "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0]", nil)
	if err != nil {
		return err
	}
	record, err := result.Single(ctx)
	if err != nil {
		return err
	}
	version, _ := record.Values[0].(string)
	if tooOld(version) {
		return fmt.Errorf("Neo4j %s is too old; it must be %d.%d or newer", version, oldestMajor, oldestMinor)
	}
	return nil
}

// tooOld reads versions such as 5.26.28, 2025.01.0 and Aura's 5.27-aura.
func tooOld(version string) bool {
	var major, minor int
	if n, _ := fmt.Sscanf(version, "%d.%d", &major, &minor); n < 2 {
		return true
	}
	return major < oldestMajor || major == oldestMajor && minor < oldestMinor
}

// checkLabels refuses nodes of other programs that have labels of ours: lists
// would show them.
func (s *Store) checkLabels(ctx context.Context, session driver.SessionWithContext) error {
	labels := append([]string(nil), layoutLabels...)
	for name := range s.model.Types {
		labels = append(labels, string(name))
	}
	for name := range s.model.Interfaces {
		labels = append(labels, string(name))
	}
	text := "OPTIONAL MATCH (n:" + strings.Join(labels, "|") + ") RETURN labels(n) LIMIT 1"
	result, err := session.Run(ctx, text, nil)
	if err != nil {
		return err
	}
	record, err := result.Single(ctx)
	if err != nil || record.Values[0] == nil {
		return err
	}
	return fmt.Errorf("the database holds nodes of other programs labelled %v, like this program's own; use another database", record.Values[0])
}

// inspection is what a database says of itself.
type inspection struct {
	// version is that of the layout, 0 if the database is not ours yet.
	version int
	// underWay tells that a migration was begun and not ended.
	underWay bool
	// foreign tells whether it holds anything.
	foreign bool
}

func inspect(ctx context.Context, session driver.SessionWithContext) (inspection, error) {
	result, err := session.Run(ctx, "OPTIONAL MATCH (m:Meta {key: 'graph'}) RETURN m.layout, m.step IS NOT NULL, EXISTS { MATCH (n) }", nil)
	if err != nil {
		return inspection{}, err
	}
	record, err := result.Single(ctx)
	if err != nil {
		return inspection{}, err
	}
	c := &cells{list: record.Values}
	return inspection{version: int(c.number()), underWay: c.truth(), foreign: c.truth()}, nil
}
