package store

import (
	"context"
	"errors"
	"iter"
	"slices"

	"companygraph/graph"
	"companygraph/graph/write"
)

// ErrHoldsNodes says that a graph can only be copied into an empty store.
var ErrHoldsNodes = errors.New("holds nodes already")

// copyPage is how many nodes Copy reads at a time.
const copyPage = 1_000

// Copy writes everything that one store holds now into another, which must hold
// no nodes: nodes with what each dataset contributes, the datasets, aliases, the
// marks of deletions, and what was found of spans. It marks the other store as seeded if the first one
// is. It returns the number of nodes, without parts. Nothing else may write to
// either store meanwhile. Copy does not copy the history. A copy that fails
// leaves what it has written so far.
func Copy(ctx context.Context, m *graph.Model, from, to Store) (nodes int, err error) {
	c := &copier{ctx: ctx, model: m, from: from, to: to, aliases: map[graph.ID][]graph.ID{}}
	for _, step := range []func() error{c.checkEmpty, c.datasets, c.retired, c.rounds, c.verified, c.marks} {
		if err := step(); err != nil {
			return c.nodes, err
		}
	}
	return c.nodes, nil
}

type copier struct {
	ctx      context.Context
	model    *graph.Model
	from, to Store
	// aliases are the ids that gave way to each node, marked those that loads must
	// not bring back.
	aliases map[graph.ID][]graph.ID
	marked  []graph.ID
	nodes   int
}

func (c *copier) checkEmpty() error {
	first, err := c.to.Export(c.ctx, 0, "", 1)
	if err == nil && len(first) > 0 {
		err = ErrHoldsNodes
	}
	return err
}

// datasets writes what is said of datasets, on which it depends what counts.
func (c *copier) datasets() error {
	all, err := c.from.Datasets(c.ctx)
	for _, d := range all {
		if err != nil {
			break
		}
		meta := write.Meta{Dataset: d.Name, Title: &d.Title, Priority: &d.Priority}
		_, err = c.to.Write(c.ctx, meta, func(*write.Tx) error { return nil })
	}
	return err
}

// retired reads the ids that no longer have a node of their own.
func (c *copier) retired() error {
	for after := graph.ID(""); ; {
		page, err := c.from.Retired(c.ctx, after, copyPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, r := range page {
			after = r.ID
			if r.Into != "" {
				c.aliases[r.Into] = append(c.aliases[r.Into], r.ID)
			}
			if r.Marked {
				c.marked = append(c.marked, r.ID)
			}
		}
	}
}

// rounds imports what the oldest dataset says of each node, then what the next
// one says of those that have several, and so on: which dataset wrote later
// decides what counts.
func (c *copier) rounds() error {
	for round := 0; ; round++ {
		more := false
		done, err := c.to.Import(c.ctx, write.Meta{Dataset: copied}, c.records(round, &more), write.ImportOptions{Copy: true})
		if round == 0 {
			c.nodes = done.Created
		}
		if err != nil || !more {
			return err
		}
	}
}

// copied is the dataset of the revisions that a copy makes; it contributes
// nothing.
const copied = "copy"

// records are those of the dataset of each node that comes in a round.
func (c *copier) records(round int, more *bool) iter.Seq2[*write.Record, error] {
	return func(yield func(*write.Record, error) bool) {
		for after := graph.ID(""); ; {
			page, err := c.from.Export(c.ctx, 0, after, copyPage)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(page) == 0 {
				return
			}
			for _, node := range page {
				after = node.Node.ID
				if err := c.send(node, round, more, yield); err != nil {
					if !errors.Is(err, errEnough) {
						yield(nil, err)
					}
					return
				}
			}
		}
	}
}

// errEnough says that nobody takes more records.
var errEnough = errors.New("enough")

// send yields the records of one node in a round. The first of them tells which
// node it is about, and by which other ids that is known.
func (c *copier) send(node write.Stored, round int, more *bool, yield func(*write.Record, error) bool) error {
	all, err := write.RecordsOf(c.model, &node)
	if err != nil {
		return err
	}
	var datasets []string
	for _, r := range all {
		if !slices.Contains(datasets, r.Dataset) {
			datasets = append(datasets, r.Dataset)
		}
	}
	*more = *more || round+1 < len(datasets)
	if round >= len(datasets) {
		return nil
	}
	for i, r := range all {
		if r.Node.ID != node.Node.ID {
			r.About = node.Node.ID
		}
		if i == 0 {
			r.Aliases = slices.DeleteFunc(slices.Clone(c.aliases[node.Node.ID]), func(id graph.ID) bool { return id == r.Node.ID })
		}
		if r.Dataset == datasets[round] && !yield(r, nil) {
			return errEnough
		}
	}
	return nil
}

// verified writes what was found of spans.
func (c *copier) verified() error {
	for after := graph.ID(""); ; {
		page, err := c.from.Verified(c.ctx, after, copyPage)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := c.to.Verify(c.ctx, page); err != nil {
			return err
		}
		after = page[len(page)-1].Node
	}
}

// marks writes what must not return, and whether the store was seeded.
func (c *copier) marks() error {
	seeded, err := c.from.Seeded(c.ctx)
	if err != nil {
		return err
	}
	_, err = c.to.Write(c.ctx, write.Meta{Dataset: copied, Seeding: seeded}, func(tx *write.Tx) error {
		tx.Mark(c.marked...)
		return nil
	})
	return err
}
