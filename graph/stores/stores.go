// Package stores chooses the store that the programs work on, by the same
// flags and environment for all of them.
package stores

import (
	"context"
	"strings"

	"companygraph/graph"
	"companygraph/graph/neo4j"
	"companygraph/graph/sqlite"
	"companygraph/graph/store"

	"github.com/alecthomas/kong"
)

// Settings are the flags that say which store to use; kong reads the tags.
type Settings struct {
	SQLite   string `name:"sqlite" env:"COMPANYGRAPH_SQLITE" default:"${file}" placeholder:"FILE" help:"Embedded database, created if it does not exist (default ${default})."`
	Neo4jURI string `name:"neo4j-uri" env:"NEO4J_URI" placeholder:"URI" help:"Use Neo4j instead, such as neo4j://localhost:7687."`
	Neo4j
}

// Neo4j are the flags that say how to use a Neo4j database, wherever it is.
type Neo4j struct {
	Neo4jUser     string `name:"neo4j-user" env:"NEO4J_USER" default:"neo4j" placeholder:"NAME" help:"Neo4j user (default ${default})."`
	Neo4jPassword string `name:"neo4j-password" env:"NEO4J_PASSWORD" placeholder:"WORD" help:"Neo4j password."`
	Neo4jDatabase string `name:"neo4j-database" env:"NEO4J_DATABASE" placeholder:"NAME" help:"Neo4j database (default the server's own)."`
	Adopt         bool   `env:"COMPANYGRAPH_ADOPT" help:"Use a Neo4j database that holds nodes of other programs."`
}

// At are the settings for the store at a place: a SQLite file, or the URI of a
// Neo4j database.
func (n Neo4j) At(place string) Settings {
	if strings.Contains(place, "://") {
		return Settings{Neo4jURI: place, Neo4j: n}
	}
	return Settings{SQLite: place}
}

// Vars are what the tags refer to.
func Vars() kong.Vars { return kong.Vars{"file": sqlite.DefaultFile} }

// Open opens the store. Errors name it and say why it cannot be used.
func (s Settings) Open(ctx context.Context, m *graph.Model) (store.Store, error) {
	if s.IsFile() {
		return sqlite.Open(ctx, s.SQLite, m)
	}
	return neo4j.Open(ctx, neo4j.Settings{
		URI: s.Neo4jURI, User: s.Neo4jUser, Password: s.Neo4jPassword, Database: s.Neo4jDatabase, Adopt: s.Adopt,
	}, m)
}

// IsFile reports whether the store is a file.
func (s Settings) IsFile() bool { return s.Neo4jURI == "" }

// Name is the store as messages name it; it never holds a password.
func (s Settings) Name() string {
	if s.IsFile() {
		return s.SQLite
	}
	return s.Neo4jURI
}
