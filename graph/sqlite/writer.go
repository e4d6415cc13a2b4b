package sqlite

import (
	"context"
	"errors"
	"slices"
	"sync"

	"companygraph/graph"
)

// writer lets changes take turns on the one connection that writes, and commits
// those together that wait for one another: most of what a small change takes
// is the time until the disk has it. Each change is a savepoint of the
// transaction, so that one that fails takes nothing else with it.
type writer struct {
	file *file
	// conn is nil after a panic, until it is opened anew. It and group belong to
	// whoever has the turn.
	conn  *conn
	group *group
	// gathered are the rows of loads that are written when the transaction ends,
	// or somebody else makes a change.
	gathered gathered

	mu sync.Mutex
	// taken is true while somebody has the turn; queue are those who wait for it.
	taken bool
	queue []*waiter
}

// waiter is a call that waits for its turn.
type waiter struct {
	turn chan struct{}
	// given is true if it has the turn.
	given bool
}

// group is a transaction with the changes of one call or several.
type group struct {
	changes int
	// rows is how many rows the connection had written when it began.
	rows int64
	// done is closed when it has ended, with err.
	done chan struct{}
	err  error
}

// What is in one transaction at most: changes that somebody waits for, and rows
// of a load that nobody does.
const (
	maxGroup     = 128
	maxGroupRows = 300_000
)

// errLost says that a change was rolled back together with that of somebody else.
var errLost = errors.New("sqlite: the transaction was rolled back for another change")

// write makes a change, and returns when it is on the disk. f may be called again.
func (w *writer) write(ctx context.Context, f func(*conn) error) error {
	for {
		g, err := w.change(ctx, f, false)
		if err == nil {
			err = g.wait(ctx)
		}
		if !errors.Is(err, errLost) {
			return err
		}
	}
}

// wait waits until the group has ended.
func (g *group) wait(ctx context.Context) error {
	select {
	case <-g.done:
		return g.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// change makes a change in the transaction that is open, or opens one. It is
// committed by whoever finds that nobody is waiting for his turn; if the change
// may be late, by somebody later.
func (w *writer) change(ctx context.Context, f func(*conn) error, late bool) (g *group, err error) {
	if err := w.takeTurn(ctx); err != nil {
		return nil, err
	}
	panicked := true
	defer func() {
		if panicked {
			w.abandon()
		}
		w.endTurn(late)
	}()
	g, err = w.inGroup(ctx, f, late)
	panicked = false
	return g, err
}

// inGroup runs f in a savepoint of the open transaction.
func (w *writer) inGroup(ctx context.Context, f func(*conn) error, late bool) (*group, error) {
	if err := w.begin(ctx); err != nil {
		return nil, err
	}
	if !late && !w.writeGathered() {
		return nil, errLost
	}
	w.gathered.begin()
	if err := w.conn.exec("SAVEPOINT change"); err != nil {
		return nil, err
	}
	err := w.conn.using(ctx, func() error { return f(w.conn) })
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = w.conn.exec("RELEASE change")
	}
	if err != nil {
		return nil, errors.Join(err, w.undo())
	}
	w.gathered.keep()
	w.group.changes++
	return w.group, nil
}

// begin opens a transaction if none is open.
func (w *writer) begin(ctx context.Context) error {
	if err := w.file.check(); err != nil || w.group != nil {
		return err
	}
	if w.conn == nil {
		c, err := openWriter(w.file.path)
		if err != nil {
			return err
		}
		w.conn = c
	}
	if err := w.conn.interruptible(ctx, func() error { return w.conn.Exec("BEGIN IMMEDIATE") }); err != nil {
		return err
	}
	w.group = &group{rows: w.conn.TotalChanges(), done: make(chan struct{})}
	return nil
}

// undo takes back the change at hand. Some errors, such as that of a full disk,
// have made the engine take back all of the transaction.
func (w *writer) undo() error {
	if w.conn.GetAutocommit() {
		w.end(errLost)
		return nil
	}
	w.gathered.takeBack()
	return w.conn.Exec("ROLLBACK TO change; RELEASE change")
}

// abandon takes back the whole transaction after a panic, which may have come
// from the engine, and leaves the connection.
func (w *writer) abandon() {
	if w.conn != nil {
		discard(w.conn)
		w.conn = nil
	}
	w.end(errLost)
}

// end tells those who wait how the transaction ended.
func (w *writer) end(err error) {
	w.gathered = gathered{}
	if w.group != nil {
		w.group.err = err
		close(w.group.done)
		w.group = nil
	}
}

// commit ends the transaction that is open.
func (w *writer) commit() {
	if w.group == nil {
		return
	}
	panicked := true
	defer func() {
		if panicked {
			w.abandon()
		}
	}()
	if w.writeGathered() {
		w.end(w.rolledBack(w.conn.exec("COMMIT")))
	}
	panicked = false
}

// writeGathered writes the rows that wait. If that fails all of the transaction
// is taken back, and those who wait for it are told.
func (w *writer) writeGathered() bool {
	err := w.rolledBack(w.gathered.write(w.conn))
	if err != nil {
		w.end(err)
		return false
	}
	w.gathered.keep()
	return true
}

// rolledBack takes back the transaction if there was an error.
func (w *writer) rolledBack(err error) error {
	if err != nil && !w.conn.GetAutocommit() {
		err = errors.Join(err, w.conn.exec("ROLLBACK"))
	}
	return err
}

// takeTurn waits for the turn, which endTurn must follow.
func (w *writer) takeTurn(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.mu.Lock()
	if !w.taken {
		w.taken = true
		w.mu.Unlock()
		return nil
	}
	own := &waiter{turn: make(chan struct{})}
	w.queue = append(w.queue, own)
	w.mu.Unlock()
	select {
	case <-own.turn:
		return nil
	case <-ctx.Done():
		w.leaveQueue(own)
		return ctx.Err()
	}
}

// leaveQueue gives up waiting. If the turn came at the same time, it ends.
func (w *writer) leaveQueue(own *waiter) {
	w.mu.Lock()
	given := own.given
	w.queue = slices.DeleteFunc(w.queue, func(other *waiter) bool { return other == own })
	w.mu.Unlock()
	if given {
		w.endTurn(false)
	}
}

// endTurn gives the turn to the next, who goes on in the same transaction as
// long as that is small. If nobody waits the transaction is committed, unless it
// holds something that may be late.
func (w *writer) endTurn(late bool) {
	if w.roomy() && w.pass(late && w.wrote() > 0) {
		return
	}
	defer w.pass(true)
	w.commit()
}

// wrote is how many rows the open transaction has written.
func (w *writer) wrote() int64 {
	if w.group == nil {
		return 0
	}
	return w.conn.TotalChanges() - w.group.rows + int64(w.gathered.len())
}

func (w *writer) roomy() bool {
	return w.group == nil || w.group.changes < maxGroup && w.wrote() < maxGroupRows
}

// pass gives the turn to who waits longest. If nobody does, it may be left for
// whoever comes.
func (w *writer) pass(leave bool) (passed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		if leave {
			w.taken = false
		}
		return leave
	}
	next := w.queue[0]
	w.queue = w.queue[1:]
	next.given = true
	close(next.turn)
	return true
}

// close commits what is open and closes the connection.
func (w *writer) close() error {
	// Without an end of its context, taking the turn cannot fail.
	_ = w.takeTurn(context.Background())
	w.commit()
	if w.conn == nil {
		return nil
	}
	return w.conn.close()
}

// load makes the changes of a load, for each of which nobody waits until it is
// on the disk; end does, for all of them.
type load struct {
	writer *writer
	// group is the transaction that has the latest change.
	group *group
}

var errInterrupted = errors.New("a part of the load was rolled back: load it again")

func (l *load) change(ctx context.Context, f func(*conn) error) error {
	g, err := l.writer.change(ctx, func(c *conn) error {
		if err := l.failed(); err != nil {
			return err
		}
		return f(c)
	}, true)
	if err == nil {
		l.group = g
	}
	return err
}

// failed tells why the latest change is not on the disk, if it never will be.
func (l *load) failed() error {
	if l.group == nil {
		return nil
	}
	select {
	case <-l.group.done:
	default:
		return nil
	}
	if errors.Is(l.group.err, errLost) {
		return graph.Unavailable(errInterrupted)
	}
	return l.group.err
}

// end waits until all is on the disk.
func (l *load) end() error {
	_ = l.writer.takeTurn(context.Background())
	l.writer.endTurn(false)
	if l.group != nil {
		<-l.group.done
	}
	return l.failed()
}
