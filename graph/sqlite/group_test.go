package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/write"
	"companygraph/schema"

	"github.com/ncruces/go-sqlite3"
)

// placed is the record of one new node.
func placed(t *testing.T, id graph.ID) *write.Record {
	t.Helper()
	records, problems := write.Prepare(schema.Model(), []*graph.Node{{ID: id, Type: schema.Model().Types["Place"], Values: map[string]graph.Value{
		"name": graph.Text(string(id)), "aliases": graph.Text("[]"), "identifiers": graph.Text("[]"),
	}}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return records[0]
}

// put writes one new node, and calls inside while the change is made.
func put(ctx context.Context, t *testing.T, s *Store, id graph.ID, inside func() error) (write.Written, error) {
	record := placed(t, id)
	return s.Write(ctx, write.Meta{Dataset: "test"}, func(tx *write.Tx) error {
		if err := tx.Put(record); err != nil {
			return err
		}
		return inside()
	})
}

func nothing() error { return nil }

// grouped has changes meet in one transaction: the first one waits until all
// others wait for their turn. It returns what each was told.
func grouped(t *testing.T, s *Store, changes ...func() error) []error {
	t.Helper()
	told := make([]error, len(changes)+1)
	var all sync.WaitGroup
	begun, waiting := make(chan struct{}), make(chan struct{})
	begin := sync.OnceFunc(func() { close(begun) })
	all.Go(func() {
		_, told[0] = put(t.Context(), t, s, "first", func() error {
			begin()
			<-waiting
			return nil
		})
	})
	<-begun
	for i, change := range changes {
		all.Go(func() { told[i+1] = change() })
		for waiters(s) <= i {
			time.Sleep(time.Millisecond)
		}
	}
	close(waiting)
	all.Wait()
	return told
}

func waiters(s *Store) int {
	s.writer.mu.Lock()
	defer s.writer.mu.Unlock()
	return len(s.writer.queue)
}

// stored are the ids of all nodes.
func stored(t *testing.T, s *Store) string {
	t.Helper()
	all, err := s.Export(t.Context(), 0, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	ids := ""
	for _, one := range all {
		ids += string(one.Node.ID) + " "
	}
	return ids
}

// Changes that wait for one another are committed together, each in a revision
// of its own, and read what those before them wrote.
func TestChangesAreCommittedTogether(t *testing.T) {
	s := openWith(t)
	var read *write.Stored
	commits := commitsOf(t, s, func() {
		for i, err := range grouped(t, s,
			func() error { _, err := put(t.Context(), t, s, "second", nothing); return err },
			func() error {
				_, err := s.Write(t.Context(), write.Meta{Dataset: "test"}, func(tx *write.Tx) (err error) {
					read, err = tx.Get("second")
					return err
				})
				return err
			},
			func() error { _, err := put(t.Context(), t, s, "third", nothing); return err },
		) {
			if err != nil {
				t.Errorf("change %d: %v", i, err)
			}
		}
	})
	if commits != 1 {
		t.Errorf("they were committed in %d transactions", commits)
	}
	if read == nil || read.Since != 2 {
		t.Errorf("a change of the group reads %+v of the one before", read)
	}
	if got := stored(t, s); got != "first second third " {
		t.Errorf("stored are %s", got)
	}
	revisions, err := s.Revisions(t.Context(), 0, 10)
	if err != nil || len(revisions) != 3 {
		t.Errorf("the revisions are %+v, %v", revisions, err)
	}
}

// commitsOf counts the transactions that are committed while f runs.
func commitsOf(t *testing.T, s *Store, f func()) int {
	t.Helper()
	commits := 0
	s.writer.conn.CommitHook(func() bool {
		commits++
		return true
	})
	defer s.writer.conn.CommitHook(nil)
	f()
	return commits
}

// What fails, or is no longer wanted, is dropped by itself.
func TestFailingChangesOfAGroupAreDroppedAlone(t *testing.T) {
	s := openWith(t)
	errOwn := errors.New("changed my mind")
	cancelled, cancel := context.WithCancel(t.Context())
	told := grouped(t, s,
		func() error { _, err := put(t.Context(), t, s, "failing", func() error { return errOwn }); return err },
		func() error { _, err := put(t.Context(), t, s, "second", nothing); return err },
		func() error {
			_, err := put(cancelled, t, s, "unwanted", func() error { cancel(); return nil })
			return err
		},
		func() error { _, err := put(t.Context(), t, s, "third", nothing); return err },
	)
	for i, want := range []error{nil, errOwn, nil, context.Canceled, nil} {
		if !errors.Is(told[i], want) {
			t.Errorf("change %d: got %v, want %v", i, told[i], want)
		}
	}
	if got := stored(t, s); got != "first second third " {
		t.Errorf("stored are %s", got)
	}
}

// A call that gives up waiting for its turn leaves it to the others.
func TestWhoGivesUpWaitingLeavesTheTurn(t *testing.T) {
	s := openWith(t)
	_, err := put(t.Context(), t, s, "first", func() error {
		patience, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := put(patience, t, s, "impatient", nothing); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		return nil
	})
	if err != nil || waiters(s) != 0 {
		t.Errorf("got %v, with %d waiting", err, waiters(s))
	}
	if _, err := put(t.Context(), t, s, "second", nothing); err != nil {
		t.Error(err)
	}
}

// If the engine takes back the whole transaction because of one change, the
// others are made again.
func TestChangesAreMadeAgainIfTheirTransactionIsLost(t *testing.T) {
	s := openWith(t)
	lose := func(*write.Tx) error { return errors.Join(s.writer.conn.Exec("ROLLBACK"), sqlite3.FULL) }
	told := grouped(t, s,
		func() error { _, err := put(t.Context(), t, s, "second", nothing); return err },
		func() error { _, err := s.Write(t.Context(), write.Meta{Dataset: "test"}, lose); return err },
		func() error { _, err := put(t.Context(), t, s, "third", nothing); return err },
	)
	if told[0] != nil || told[1] != nil || !errors.Is(told[2], sqlite3.FULL) || told[3] != nil {
		t.Errorf("they were told %v", told)
	}
	if got := stored(t, s); got != "first second third " {
		t.Errorf("stored are %s", got)
	}
}

// A panic goes to who caused it. The others, and those after, are not troubled.
func TestPanicLeavesAWorkingWriter(t *testing.T) {
	s := openWith(t)
	var caught any
	panicking := func() error {
		defer func() { caught = recover() }()
		_, err := put(t.Context(), t, s, "panicking", func() error { panic("at the disco") })
		return err
	}
	told := grouped(t, s, panicking, func() error { _, err := put(t.Context(), t, s, "second", nothing); return err })
	if caught != "at the disco" || told[0] != nil || told[2] != nil {
		t.Errorf("caught %v; told %v", caught, told)
	}
	if _, err := put(t.Context(), t, s, "third", nothing); err != nil {
		t.Error(err)
	}
	if got := stored(t, s); got != "first second third " {
		t.Errorf("stored are %s", got)
	}
}

// Who was told that a change was made finds it, whoever committed it.
func TestNobodyIsToldBeforeItIsDone(t *testing.T) {
	s := openWith(t)
	var all sync.WaitGroup
	for writer := range 16 {
		all.Go(func() {
			for n := range 20 {
				id := graph.ID(fmt.Sprintf("%d-%d", writer, n))
				if _, err := put(t.Context(), t, s, id, nothing); err != nil {
					t.Error(err)
				}
				found, err := s.Export(t.Context(), 0, id[:len(id)-1]+"\x20", 1000)
				if err != nil || !contains(found, id) {
					t.Errorf("%s is not there: %v", id, err)
				}
			}
		})
	}
	all.Wait()
	if revisions, err := s.Revisions(t.Context(), 0, 1000); err != nil || len(revisions) != 16*20 {
		t.Errorf("there are %d revisions, %v", len(revisions), err)
	}
}

func contains(all []write.Stored, id graph.ID) bool {
	for _, one := range all {
		if one.Node.ID == id {
			return true
		}
	}
	return false
}

// The batches of a load share transactions, and let others in between.
func TestLoadsShareTransactions(t *testing.T) {
	s := openWith(t)
	var records []*write.Record
	for i := range 30 {
		records = append(records, placed(t, graph.ID(fmt.Sprintf("p%02d", i))))
	}
	commits := commitsOf(t, s, func() {
		done, err := s.Import(t.Context(), write.Meta{Dataset: "load"}, graphtest.Records(records), write.ImportOptions{Batch: 3})
		if err != nil || done.Created != 30 || done.Revision.Number != 10 {
			t.Errorf("got %+v, %v", done, err)
		}
	})
	// Ten are for checking the batches beforehand, and write nothing.
	if commits != 11 {
		t.Errorf("ten batches took %d transactions", commits)
	}
	if got := len(stored(t, s)); got != 30*len("p00 ") {
		t.Errorf("%d bytes of ids", got)
	}
}
