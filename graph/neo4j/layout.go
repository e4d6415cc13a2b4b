package neo4j

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"companygraph/graph"

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
	if err := s.driver.VerifyConnectivity(ctx); err != nil {
		return err
	}
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
	for _, text := range s.schemaStatements() {
		if err := alone(ctx, session, text, nil); err != nil {
			return err
		}
	}
	const meta = "MERGE (m:Meta {key: 'graph'}) ON CREATE SET m.layout = $layout, m.revision = 0, m.seeded = false"
	if err := alone(ctx, session, meta, map[string]any{"layout": layoutVersion}); err != nil {
		return err
	}
	return alone(ctx, session, "CALL db.awaitIndexes(60)", nil)
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

func tooOld(version string) bool {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return true
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	return err1 != nil || err2 != nil || major < oldestMajor || major == oldestMajor && minor < oldestMinor
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

// schemaStatements are the constraints and indexes, each made if it is not there.
func (s *Store) schemaStatements() []string {
	texts := []string{
		"CREATE CONSTRAINT identity_id IF NOT EXISTS FOR (n:Identity) REQUIRE n.id IS UNIQUE",
		"CREATE INDEX identity_key IF NOT EXISTS FOR (n:Identity) ON (n.id_key)",
		"CREATE CONSTRAINT meta_key IF NOT EXISTS FOR (n:Meta) REQUIRE n.key IS UNIQUE",
		"CREATE CONSTRAINT identifier_key IF NOT EXISTS FOR (n:Identifier) REQUIRE (n.scheme, n.value) IS UNIQUE",
		"CREATE INDEX identifier_id IF NOT EXISTS FOR (n:Identifier) ON (n.id)",
		"CREATE INDEX token_token IF NOT EXISTS FOR (n:Token) ON (n.token, n.id)",
		"CREATE INDEX token_id IF NOT EXISTS FOR (n:Token) ON (n.id)",
		"CREATE INDEX version_id IF NOT EXISTS FOR (n:Version) ON (n.id, n.until)",
	}
	for name, iface := range s.model.Interfaces {
		for _, p := range iface.Properties {
			if p.Indexed {
				texts = append(texts, indexStatement(string(name), p))
			}
		}
	}
	for _, t := range s.model.Ordered {
		for _, p := range t.Properties {
			if p.Indexed && len(t.Interfaces) <= 2 {
				texts = append(texts, indexStatement(string(t.Name), p))
			}
		}
	}
	slices.Sort(texts)
	return texts
}

func indexStatement(label string, p *graph.Property) string {
	key := p.Name
	switch {
	case p.Kind == graph.KindDate:
		key = propertyName(p, sortSuffix)
	case isText(p):
		key = propertyName(p, keySuffix)
	}
	return fmt.Sprintf("CREATE INDEX `%s_%s` IF NOT EXISTS FOR (n:%s) ON (n.`%s`)", label, key, label, key)
}
