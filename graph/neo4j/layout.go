package neo4j

import (
	"context"
	"errors"
	"fmt"
	"strings"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// layoutVersion is that of labels, relationship types and properties.
const layoutVersion = 1

// The oldest version of Neo4j with all that the statements use.
const oldestMajor, oldestMinor = 5, 23

// ErrForeign says that the database holds nodes of other programs.
var ErrForeign = errors.New("the database holds nodes of other programs; --adopt uses it nevertheless")

// prepare checks the server and the database, and makes the database ready.
func (s *Store) prepare(ctx context.Context, adopt bool) error {
	session := s.session(ctx, driver.AccessModeWrite)
	defer func() { _ = session.Close(context.WithoutCancel(ctx)) }()
	if err := checkVersion(ctx, session); err != nil {
		return err
	}
	version, foreign, err := inspect(ctx, session)
	switch {
	case err != nil:
		return err
	case version == 0 && foreign && !adopt:
		return ErrForeign
	case version != 0 && version != layoutVersion:
		return fmt.Errorf("the database has layout version %d, this program knows %d", version, layoutVersion)
	}
	if version == 0 {
		if err := s.checkLabels(ctx, session); err != nil {
			return err
		}
	}
	// One that is ready is only read: it may be that it cannot be written.
	if err := s.ensureIndexes(ctx, session); err != nil || version != 0 {
		return err
	}
	const meta = "MERGE (m:Meta {key: 'graph'}) ON CREATE SET m.layout = $layout, m.revision = 0, m.seeded = false"
	return alone(ctx, session, meta, map[string]any{"layout": layoutVersion})
}

// alone runs a statement in a transaction of its own.
func alone(ctx context.Context, session driver.SessionWithContext, text string, args map[string]any) error {
	result, err := session.Run(ctx, text, args)
	if err != nil {
		return err
	}
	_, err = result.Consume(ctx)
	return err
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
	labels := []string{"Identity", "Gone", "Version", "Token", "Identifier", "Meta"}
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
	return fmt.Errorf("the database holds nodes of other programs labelled %v, as this program's are; it needs one without", record.Values[0])
}

// inspect reads the layout version, 0 if the database is not ours yet, and
// whether it holds anything.
func inspect(ctx context.Context, session driver.SessionWithContext) (version int, holdsNodes bool, err error) {
	result, err := session.Run(ctx, "OPTIONAL MATCH (m:Meta {key: 'graph'}) RETURN m.layout, EXISTS { MATCH (n) }", nil)
	if err != nil {
		return 0, false, err
	}
	record, err := result.Single(ctx)
	if err != nil {
		return 0, false, err
	}
	holdsNodes, _ = record.Values[1].(bool)
	return number(record.Values[0]), holdsNodes, nil
}
