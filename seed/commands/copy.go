package commands

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"companygraph/graph/store"
	"companygraph/graph/stores"
	"companygraph/schema"
)

type copyCommand struct {
	From string `required:"" placeholder:"FILE|URI" help:"What to copy: a SQLite file, or the URI of a Neo4j database."`
	To   string `required:"" placeholder:"FILE|URI" help:"Where to copy it: a database that holds no nodes. A SQLite file is created if it does not exist."`
	stores.Neo4j
}

// Help is what `copy --help` adds.
func (*copyCommand) Help() string {
	return "What is copied is the graph as it is now, not its history. Nothing may write to either database meanwhile. " +
		"The flags for Neo4j hold for both if both are Neo4j; where they differ, copy by way of a file."
}

// Run copies a graph.
func (c *copyCommand) Run(ctx context.Context, to *console) (err error) {
	nodes, err := c.copy(ctx)
	if err != nil {
		return ofStore(err)
	}
	fmt.Fprintf(to.out, "%s copied from %s to %s\n", plural(nodes, "node"), c.At(c.From).Name(), c.At(c.To).Name())
	return nil
}

func (c *copyCommand) copy(ctx context.Context) (nodes int, err error) {
	model, source, target := schema.Model(), c.At(c.From), c.At(c.To)
	if _, err := os.Stat(c.From); source.IsFile() && errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("--from %s: there is no such file", c.From) // opening would create it
	}
	from, err := source.Open(ctx, model)
	if err != nil {
		return 0, fmt.Errorf("--from: %w", err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := target.Open(ctx, model)
	if err != nil {
		return 0, fmt.Errorf("--to: %w", err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	nodes, err = store.Copy(ctx, model, from, to)
	switch {
	case errors.Is(err, store.ErrHoldsNodes):
		return 0, fmt.Errorf("--to %s: %w", c.To, err)
	case errors.Is(err, context.Canceled):
		return 0, fmt.Errorf("interrupted; %s is incomplete, with %s; empty it before you copy again", c.To, plural(nodes, "node"))
	case err != nil:
		return 0, fmt.Errorf("%s is incomplete, with %s; empty it before you copy again: %w", c.To, plural(nodes, "node"), err)
	}
	return nodes, nil
}
