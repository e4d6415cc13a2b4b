package store

import (
	"context"
	"time"
)

// StatementEvent describes a statement that a store ran.
type StatementEvent struct {
	// Engine is what ran it, by the name that OpenTelemetry gives it.
	Engine string
	// Text holds parameters in place of values: it depends on the shape of a
	// plan or batch alone.
	Text string
	// Args are the values, which may be a client's: they are not for logs.
	Args any
	// Start is when it was sent; Took is the time until its last row was read.
	Start time.Time
	Took  time.Duration
	Rows  int
	Err   error
}

// Observer receives statements when they have ended. It is called from the
// goroutine that called the store.
type Observer func(StatementEvent)

// Watch calls f to run a statement, which calls row for each of its rows. Then
// it reports to the observer what ran, how long it took and how it ended.
func (o Observer) Watch(ran StatementEvent, f func(row func()) error) error {
	ran.Start = time.Now()
	ran.Err = f(func() { ran.Rows++ })
	ran.Took = time.Since(ran.Start)
	o(ran)
	return ran.Err
}

type observerKey struct{}

// WithObserver makes stores report each statement that they run for calls with
// the context, except those that begin and end transactions.
func WithObserver(ctx context.Context, o Observer) context.Context {
	return context.WithValue(ctx, observerKey{}, o)
}

// ObserverOf returns the observer of a context, nil if there is none.
func ObserverOf(ctx context.Context) Observer {
	o, _ := ctx.Value(observerKey{}).(Observer)
	return o
}

// Pool says how many connections to the engine a store uses at the moment, and
// how many it may use at once.
type Pool struct{ InUse, Limit int }
