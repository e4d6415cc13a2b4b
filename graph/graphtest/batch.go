package graphtest

import (
	"context"
	"iter"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"
	"companygraph/schema"
)

// Dataset is the one that tests write for if they name no other.
const Dataset = "case"

// Batch is a change as tests make it: records of one dataset that are put, and
// ids that it withdraws.
type Batch struct {
	// Nodes are written, parts among them.
	Nodes   []*graph.Node
	Deletes []graph.ID
	Seeding bool
}

// Write makes the change of a batch.
func Write(ctx context.Context, s store.Store, b Batch) (write.Written, error) {
	return WriteFor(ctx, s, Dataset, b)
}

// WriteFor is Write for a dataset.
func WriteFor(ctx context.Context, s store.Store, dataset string, b Batch) (write.Written, error) {
	records, problems := write.Prepare(schema.Model(), b.Nodes)
	if len(problems) > 0 {
		return write.Written{}, problems
	}
	return s.Write(ctx, write.Meta{Dataset: dataset, Seeding: b.Seeding}, func(tx *write.Tx) error {
		if err := tx.Put(records...); err != nil {
			return err
		}
		return tx.Withdraw(b.Deletes...)
	})
}

// Import loads nodes, parts among them, as what a dataset says.
func Import(ctx context.Context, s store.Store, dataset string, nodes []*graph.Node) error {
	records, problems := write.Prepare(schema.Model(), nodes)
	if len(problems) > 0 {
		return problems
	}
	_, err := s.Import(ctx, write.Meta{Dataset: dataset}, Records(records), write.ImportOptions{})
	return err
}

// Records is a sequence of records.
func Records(records []*write.Record) iter.Seq2[*write.Record, error] {
	return func(yield func(*write.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}
