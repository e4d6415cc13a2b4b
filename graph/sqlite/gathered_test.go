package sqlite

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/write"
	"companygraph/schema"

	"github.com/ncruces/go-sqlite3"
)

// batchOf makes a change as a batch of a load, and calls inside behind it.
func batchOf(t *testing.T, s *Store, l *load, inside func(*storage) error, nodes ...*graph.Node) error {
	t.Helper()
	records, problems := write.Prepare(schema.Model(), nodes)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return l.change(t.Context(), func(c *conn) error {
		storage, err := newStorage(c, s.layout)
		if err != nil {
			return err
		}
		storage.gathered = &s.writer.gathered
		_, err = write.Run(schema.Model(), storage, write.Meta{Dataset: "load"}, time.Now(), func(tx *write.Tx) error { return tx.Put(records...) })
		if err == nil && inside != nil {
			err = inside(storage)
		}
		return err
	})
}

// lead is a claim about the fact of claimedFact.
func lead(n int) *graph.Node {
	return claimOn(n, map[string]graph.Value{"stance": graph.Text("ASSERTS"), "attribution": graph.Text("UNNAMED")}, "")
}

// leading tells how many claims lead to the fact, and how many words there are.
func leading(t *testing.T, s *Store) string {
	t.Helper()
	claims := 0
	err := s.read(t.Context(), func(c *conn) error {
		return c.run("SELECT count(*) FROM back b JOIN id ON id.rid = b.dst WHERE id.id = 'f' AND b.id LIKE 'claim-%'", nil, func(row *sqlite3.Stmt) error {
			claims = row.ColumnInt(0)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d claims, %d words", claims, rowsOf(t, s, "token"))
}

// What batches gather is written once, when their transaction ends; what one of
// them gathered that fails, never.
func TestGatheredRowsAreWritten(t *testing.T) {
	errOwn := errors.New("changed my mind")
	look := func(storage *storage) error {
		_, err := storage.Referrers([]graph.ID{"f"}, schema.Model().Links)
		return err
	}
	fail := func(*storage) error { return errOwn }
	lookAndFail := func(storage *storage) error { return errors.Join(look(storage), errOwn) }
	for name, insides := range map[string][]func(*storage) error{
		"nothing else":              {nil, nil, nil},
		"one looks for them":        {nil, look, nil},
		"one fails":                 {nil, fail, nil},
		"one looks for them, fails": {nil, lookAndFail, nil},
		"the last fails":            {nil, look, lookAndFail},
		"the first fails":           {lookAndFail, nil, look},
	} {
		t.Run(name, func(t *testing.T) {
			s := openWith(t, claimedFact())
			before := rowsOf(t, s, "token")
			l := &load{writer: s.writer}
			want := 0
			for i, inside := range insides {
				err := batchOf(t, s, l, inside, lead(2*i), lead(2*i+1), named(i))
				switch {
				case err == nil:
					want++
				case !errors.Is(err, errOwn):
					t.Fatal(err)
				}
			}
			if err := l.end(); err != nil {
				t.Fatal(err)
			}
			if got, want := leading(t, s), fmt.Sprintf("%d claims, %d words", 2*want, before+want); got != want {
				t.Errorf("there are %s, want %s", got, want)
			}
		})
	}
}

// named is a person found by a word of its own.
func named(n int) *graph.Node {
	name := graph.Text(fmt.Sprint("Name", n))
	return &graph.Node{ID: graph.ID(fmt.Sprint("named-", n)), Type: schema.Model().Types["Person"], Values: map[string]graph.Value{
		"name": name, "aliases": graph.Text("[]"), "identifiers": graph.Text("[]"),
	}}
}

// Who makes a change while a load goes on finds what it wrote.
func TestChangesFindWhatLoadsGathered(t *testing.T) {
	s := openWith(t, claimedFact())
	l := &load{writer: s.writer}
	if err := batchOf(t, s, l, nil, lead(1)); err != nil {
		t.Fatal(err)
	}
	_, err := s.Write(t.Context(), write.Meta{Dataset: write.Edits}, func(tx *write.Tx) error { return tx.Delete("f") })
	var problems write.Problems
	if !errors.As(err, &problems) || problems[0].Code != write.Referenced || problems[0].Node != "claim-000001" {
		t.Errorf("the fact of a claim was deleted: %v", err)
	}
	if err := l.end(); err != nil {
		t.Fatal(err)
	}
	if got := leading(t, s)[:8]; got != "1 claims" {
		t.Errorf("there are %s", got)
	}
}

// Rows of a transaction that is lost are not written by the next one, and the load
// is told.
func TestGatheredRowsAreLostWithTheirTransaction(t *testing.T) {
	s := openWith(t, claimedFact())
	before := leading(t, s)
	l := &load{writer: s.writer}
	if err := batchOf(t, s, l, nil, lead(1), named(1)); err != nil {
		t.Fatal(err)
	}
	lose := func(storage *storage) error { return errors.Join(storage.conn.Exec("ROLLBACK"), sqlite3.FULL) }
	if err := batchOf(t, s, l, lose, lead(2)); !errors.Is(err, sqlite3.FULL) {
		t.Errorf("got %v", err)
	}
	if err := l.end(); !errors.Is(err, errInterrupted) {
		t.Errorf("the load was told %v", err)
	}
	if _, err := put(t.Context(), t, s, "other", nothing); err != nil {
		t.Fatal(err)
	}
	if got := leading(t, s); got[:8] != before[:8] {
		t.Errorf("there are %s, were %s", got, before)
	}
}
