package write

import (
	"context"
	"errors"
	"iter"
)

// Load is an import to rehearse.
type Load struct {
	Meta    Meta
	Records []*Record
	Options ImportOptions
}

// Rehearsed tells what a load would do or, if there are Problems, why it would
// be refused.
type Rehearsed struct {
	Imported
	Problems Problems
}

// Records goes over a list, as imports do.
func Records(list []*Record) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Writer is what [Rehearse] needs of a store.
type Writer interface {
	Write(ctx context.Context, meta Meta, f func(*Tx) error) (Written, error)
}

// Rehearse tells what loads would do one after the other, and leaves the store
// as it is: it makes them in one transaction, and takes that back. A load that
// would be refused does not keep those behind it from being rehearsed.
func Rehearse(ctx context.Context, store Writer, loads []Load) ([]Rehearsed, error) {
	if len(loads) == 0 {
		return nil, nil
	}
	var all []Rehearsed
	errEnd := errors.New("the rehearsal is over")
	_, err := store.Write(ctx, Meta{Dataset: loads[0].Meta.Dataset}, func(tx *Tx) error {
		all = nil // the engine may ask for it again
		for _, load := range loads {
			one, err := tx.rehearse(ctx, load)
			if err != nil {
				return err
			}
			all = append(all, one)
		}
		return errEnd
	})
	if !errors.Is(err, errEnd) {
		return nil, err
	}
	return all, nil
}

func (tx *Tx) rehearse(ctx context.Context, l Load) (Rehearsed, error) {
	within := func(_ context.Context, f func(Storage) error) error { return f(tx.storage) }
	done, err := Import(ctx, tx.model, within, l.Meta, Records(l.Records), l.Options)
	if problems := (Problems{}); errors.As(err, &problems) {
		return Rehearsed{Imported: done, Problems: problems}, nil
	}
	return Rehearsed{Imported: done}, err
}
