package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// loadResult is what was measured of loading into Neo4j.
type loadResult struct {
	Nodes         int `json:"nodes"`
	Relationships int `json:"relationships"`
	// Seconds are medians over the rounds.
	OurSeconds    float64 `json:"ourSeconds"`
	ByHandSeconds float64 `json:"byHandSeconds"`
	// Speed is ours, as a part of the speed of the loader written by hand.
	Speed verdict `json:"speed"`
}

const minLoadSpeed = 0.8

// loader is a way to load the graph.
type loader func(ctx context.Context, into *neo4jGraph) (seconds float64, err error)

// measureLoading loads the graph into one database in turns, which is emptied in
// between: by Store.Apply, and by a loader written by hand that writes the same
// rows. A round before the first is not counted; it checks what was written.
func measureLoading(ctx context.Context, o options, g *neo4jGraph) (*loadResult, error) {
	rows, err := readRows(ctx, g.driver)
	if err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp(o.cache, "neo4j-load-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(home) }()
	into, err := launchNeo4j(ctx, o, home)
	if err != nil {
		return nil, err
	}
	defer into.close(ctx)
	loaders := []loader{
		func(ctx context.Context, into *neo4jGraph) (float64, error) {
			err := into.fill(ctx, o.seed, g.facts.Size)
			return into.facts.LoadSeconds, err
		},
		func(ctx context.Context, into *neo4jGraph) (float64, error) {
			start := time.Now()
			err := rows.load(ctx, into.driver)
			return time.Since(start).Seconds(), err
		},
	}
	result := &loadResult{Nodes: rows.nodes, Relationships: rows.relationships}
	return result, result.measure(ctx, o, g, into, loaders)
}

func (r *loadResult) measure(ctx context.Context, o options, g, into *neo4jGraph, loaders []loader) error {
	seconds := make([][]float64, len(loaders))
	for round := range o.loads + 1 {
		progress("loading into Neo4j: round %d of %d", round, o.loads)
		for k := range loaders {
			at := (round + k) % len(loaders)
			if err := into.empty(ctx); err != nil {
				return err
			}
			took, err := loaders[at](ctx, into)
			if err != nil {
				return err
			}
			if round > 0 {
				seconds[at] = append(seconds[at], took)
			} else if err := sameContent(ctx, g.driver, into.driver); err != nil {
				return err
			}
		}
	}
	var speeds []float64
	for round, ours := range seconds[0] {
		speeds = append(speeds, seconds[1][round]/ours)
	}
	r.OurSeconds, r.ByHandSeconds = quantile(seconds[0], 0.5), quantile(seconds[1], 0.5)
	r.Speed = atLeast(minLoadSpeed, quantile(speeds, 0.5))
	return nil
}

// empty removes everything but the indexes, and has revisions begin anew.
func (g *neo4jGraph) empty(ctx context.Context) error {
	for _, text := range []string{
		"MATCH (n) WHERE NOT n:Meta CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS",
		"MATCH (m:Meta) SET m.revision = 0",
	} {
		if err := eachRecord(ctx, g.driver, driver.AccessModeWrite, text, func([]any) {}); err != nil {
			return err
		}
	}
	return nil
}

// piece is what one batch wrote, by label and by relationship type.
type piece struct {
	nodes map[string][]any
	// tokens are the rows of the search index.
	tokens        []any
	relationships map[string][]any
}

// rows are all that is to be loaded, in the batches in which it was written.
type rows struct {
	revision             []int64
	pieces               map[int64]*piece
	nodes, relationships int
}

func (r *rows) piece(revision any) *piece {
	at, _ := revision.(int64)
	if r.pieces[at] == nil {
		r.pieces[at] = &piece{nodes: map[string][]any{}, relationships: map[string][]any{}}
	}
	return r.pieces[at]
}

// readRows reads the rows back from the loaded graph, so that they are the same
// without this program knowing how they are made.
func readRows(ctx context.Context, d driver.DriverWithContext) (*rows, error) {
	r := &rows{pieces: map[int64]*piece{}}
	for text, take := range map[string]func(record []any){
		"MATCH (n:Identity) RETURN n._since, labels(n), properties(n)": func(record []any) {
			p, labels := r.piece(record[0]), joined(record[1])
			p.nodes[labels] = append(p.nodes[labels], record[2])
			r.nodes++
		},
		"MATCH (t:Token) MATCH (n:Identity {id: t.id}) RETURN n._since, t.token, t.id, t.field, t.type": func(record []any) {
			p := r.piece(record[0])
			p.tokens = append(p.tokens, record[1:])
			r.nodes++
		},
		"MATCH (a:Identity)-[r]->(b:Identity) RETURN r._since, type(r), a.id, b.id, r._ord, r.status, r._at": func(record []any) {
			p, kind := r.piece(record[0]), fmt.Sprint(record[1])
			p.relationships[kind] = append(p.relationships[kind], record[2:])
			r.relationships++
		},
	} {
		if err := eachRecord(ctx, d, driver.AccessModeRead, text, take); err != nil {
			return nil, err
		}
	}
	r.revision = slices.Sorted(maps.Keys(r.pieces))
	return r, nil
}

// joined writes labels as a pattern has them.
func joined(labels any) string {
	var names []string
	list, _ := labels.([]any)
	for _, label := range list {
		names = append(names, fmt.Sprint(label))
	}
	slices.Sort(names)
	return strings.Join(names, ":")
}

// load writes the rows as somebody would by hand who knows that the database is
// empty: nodes are created without looking for them. Each batch is a transaction.
func (r *rows) load(ctx context.Context, d driver.DriverWithContext) error {
	session := d.NewSession(ctx, driver.SessionConfig{})
	for _, revision := range r.revision {
		_, err := session.ExecuteWrite(ctx, func(tx driver.ManagedTransaction) (any, error) {
			return nil, r.pieces[revision].write(ctx, tx, revision)
		})
		if err != nil {
			return errors.Join(err, session.Close(ctx))
		}
	}
	return session.Close(ctx)
}

func (p *piece) write(ctx context.Context, tx driver.ManagedTransaction, revision int64) error {
	unwind := func(text string, rows []any) error {
		if len(rows) == 0 {
			return nil
		}
		result, err := tx.Run(ctx, "UNWIND $rows AS row "+text, map[string]any{"rows": rows, "revision": revision})
		if err != nil {
			return err
		}
		_, err = result.Consume(ctx)
		return err
	}
	for labels, rows := range p.nodes {
		if err := unwind("CREATE (n:"+labels+") SET n = row", rows); err != nil {
			return err
		}
	}
	if err := unwind("CREATE (:Token {token: row[0], id: row[1], field: row[2], type: row[3]})", p.tokens); err != nil {
		return err
	}
	for kind, rows := range p.relationships {
		text := "MATCH (a:Identity {id: row[0]}) USING INDEX SEEK a:Identity(id) MATCH (b:Identity {id: row[1]}) USING INDEX SEEK b:Identity(id) " +
			"CREATE (a)-[:" + kind + " {_ord: row[2], status: row[3], _at: row[4], _since: $revision}]->(b)"
		if err := unwind(text, rows); err != nil {
			return err
		}
	}
	return nil
}

// sameContent holds a database to having the same nodes and relationships as
// another, with the same labels, types and properties.
func sameContent(ctx context.Context, a, b driver.DriverWithContext) error {
	want, err := content(ctx, a)
	if err != nil {
		return err
	}
	got, err := content(ctx, b)
	if err == nil && !maps.Equal(want, got) {
		err = fmt.Errorf("the loaded databases differ: in numbers and digests\n%v\n%v", want, got)
	}
	return err
}

// amount is how many of a kind there are, with a digest that does not depend on
// their order.
type amount struct {
	number int
	digest uint64
}

// content counts nodes by their labels and relationships by their types. It
// leaves out Meta, of which each database has one.
func content(ctx context.Context, d driver.DriverWithContext) (map[string]amount, error) {
	found := map[string]amount{}
	add := func(kind string, values ...any) {
		sum := fnv.New64a()
		fmt.Fprint(sum, values...)
		was := found[kind]
		found[kind] = amount{was.number + 1, was.digest + sum.Sum64()}
	}
	err := eachRecord(ctx, d, driver.AccessModeRead, "MATCH (n) WHERE NOT n:Meta RETURN labels(n), properties(n)", func(record []any) {
		add(joined(record[0]), record[1])
	})
	if err != nil {
		return nil, err
	}
	err = eachRecord(ctx, d, driver.AccessModeRead, "MATCH (a)-[r]->(b) RETURN type(r), a.id, b.id, properties(r)", func(record []any) {
		add(fmt.Sprint(record[0]), record[1:])
	})
	return found, err
}

// eachRecord streams the answer of a statement.
func eachRecord(ctx context.Context, d driver.DriverWithContext, mode driver.AccessMode, text string, each func(record []any)) error {
	session := d.NewSession(ctx, driver.SessionConfig{AccessMode: mode, FetchSize: pieceSize})
	result, err := session.Run(ctx, text, nil)
	if err == nil {
		for result.Next(ctx) {
			each(result.Record().Values)
		}
		err = result.Err()
	}
	return errors.Join(err, session.Close(ctx))
}
