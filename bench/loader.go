package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// piece is what one transaction of the loader written by hand creates.
type piece struct {
	// nodes are properties, by labels as a pattern has them.
	nodes map[string][]any
	// relationships are the ids of both ends and properties, by type.
	relationships map[string][]any
}

// rows are all that is to be loaded.
type rows struct {
	pieces               []*piece
	nodes, relationships int
}

// readRows reads a loaded graph back, whatever its layout is but for Identity,
// which all ends of relationships are, cut into so many pieces. Neo4j returns
// nodes in the order in which they were created.
func readRows(ctx context.Context, d driver.DriverWithContext, pieces int) (*rows, error) {
	r := &rows{}
	for range pieces {
		r.pieces = append(r.pieces, &piece{nodes: map[string][]any{}, relationships: map[string][]any{}})
	}
	all, err := count(ctx, d, "MATCH (n) WHERE NOT n:Meta RETURN count(n)")
	if err != nil {
		return nil, err
	}
	pieceOf := map[any]int{}
	err = eachRecord(ctx, d, driver.AccessModeRead, "MATCH (n) WHERE NOT n:Meta RETURN labels(n), n.id, properties(n)", func(record []any) {
		at, labels := r.nodes*pieces/all, joined(record[0])
		p := r.pieces[at]
		p.nodes[labels] = append(p.nodes[labels], record[2])
		pieceOf[record[1]] = at
		r.nodes++
	})
	if err != nil {
		return nil, err
	}
	const text = "MATCH (a:Identity)-[r]->(b:Identity) RETURN type(r), a.id, b.id, properties(r)"
	err = eachRecord(ctx, d, driver.AccessModeRead, text, func(record []any) {
		kind, ends := fmt.Sprint(record[0]), record[1:]
		p := r.pieces[max(pieceOf[ends[0]], pieceOf[ends[1]])]
		p.relationships[kind] = append(p.relationships[kind], ends)
		r.relationships++
	})
	return r, err
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
// empty: nodes are created without looking for them. Each piece is a transaction.
func (r *rows) load(ctx context.Context, d driver.DriverWithContext) error {
	session := d.NewSession(ctx, driver.SessionConfig{})
	for _, p := range r.pieces {
		_, err := session.ExecuteWrite(ctx, func(tx driver.ManagedTransaction) (any, error) { return nil, p.write(ctx, tx) })
		if err != nil {
			return errors.Join(err, session.Close(ctx))
		}
	}
	return session.Close(ctx)
}

func (p *piece) write(ctx context.Context, tx driver.ManagedTransaction) error {
	unwind := func(text string, rows []any) error {
		result, err := tx.Run(ctx, "UNWIND $rows AS row "+text, map[string]any{"rows": rows})
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
	for kind, rows := range p.relationships {
		text := "MATCH (a:Identity {id: row[0]}) USING INDEX SEEK a:Identity(id) MATCH (b:Identity {id: row[1]}) USING INDEX SEEK b:Identity(id) " +
			"CREATE (a)-[r:" + kind + "]->(b) SET r = row[2]"
		if err := unwind(text, rows); err != nil {
			return err
		}
	}
	return nil
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
	err = eachRecord(ctx, d, driver.AccessModeRead, "MATCH (a)-[r]->(b) RETURN type(r), properties(a), properties(b), properties(r)", func(record []any) {
		add(fmt.Sprint(record[0]), record[1:]...)
	})
	return found, err
}

// holdsContent holds a database to a content.
func holdsContent(ctx context.Context, d driver.DriverWithContext, want map[string]amount) error {
	got, err := content(ctx, d)
	if err == nil && !maps.Equal(want, got) {
		err = fmt.Errorf("the loaded databases differ: in numbers and digests\n%v\n%v", want, got)
	}
	return err
}

// fetchSize is how many records are under way at once.
const fetchSize = 5_000

// eachRecord streams the answer of a statement.
func eachRecord(ctx context.Context, d driver.DriverWithContext, mode driver.AccessMode, text string, each func(record []any)) error {
	session := d.NewSession(ctx, driver.SessionConfig{AccessMode: mode, FetchSize: fetchSize})
	result, err := session.Run(ctx, text, nil)
	if err == nil {
		for result.Next(ctx) {
			each(result.Record().Values)
		}
		err = result.Err()
	}
	return errors.Join(err, session.Close(ctx))
}

// count runs a statement whose answer is one number.
func count(ctx context.Context, d driver.DriverWithContext, text string) (int, error) {
	var n int64
	err := eachRecord(ctx, d, driver.AccessModeRead, text, func(record []any) { n, _ = record[0].(int64) })
	return int(n), err
}
