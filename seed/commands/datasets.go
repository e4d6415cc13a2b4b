package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"companygraph/graph/store"
	"companygraph/graph/stores"
	"companygraph/graph/write"
)

type datasetsCommand struct {
	stores.Settings
}

// Run lists the datasets.
func (c *datasetsCommand) Run(ctx context.Context, to *console) error {
	in, err := openLoaded(ctx, c.Settings)
	if err != nil {
		return err
	}
	all, err := in.Datasets(ctx)
	if err := errors.Join(err, in.Close()); err != nil {
		return ofStore(err)
	}
	if len(all) == 0 {
		fmt.Fprintf(to.out, "no datasets in %s\n", c.Name())
		return nil
	}
	table := tabwriter.NewWriter(to.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tTITLE\tPRIORITY\tNODES\tLOADED IN")
	for _, d := range all {
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\trevision %d\n", d.Name, d.Title, d.Priority, d.Nodes, d.LoadedIn)
	}
	return table.Flush()
}

type removeCommand struct {
	stores.Settings
	DryRun  bool   `help:"Show what would be removed, and remove nothing."`
	Dataset string `arg:"" help:"The name of the dataset; seed datasets lists them."`
}

// Help is what `remove --help` adds.
func (*removeCommand) Help() string {
	return "Everything that the dataset says is taken back. A node of which no other dataset says anything goes, unless something refers to it that stays."
}

// Run removes the dataset.
func (c *removeCommand) Run(ctx context.Context, to *console) error {
	in, err := openLoaded(ctx, c.Settings)
	if err != nil {
		return err
	}
	removed, err := c.remove(ctx, in)
	if err := errors.Join(err, ofStore(in.Close())); err != nil {
		return err
	}
	fmt.Fprint(to.out, c.told(removed))
	return nil
}

func (c *removeCommand) remove(ctx context.Context, in store.Store) (write.Imported, error) {
	if c.Dataset == write.Edits {
		return write.Imported{}, errors.New("edits is reserved for edits, which are not loaded and cannot be removed")
	}
	all, err := in.Datasets(ctx)
	if err != nil {
		return write.Imported{}, ofStore(err)
	}
	if c.Dataset == "" {
		return write.Imported{}, fmt.Errorf("the name of the dataset is empty; %s", known(all))
	}
	if !slices.ContainsFunc(all, func(d write.Dataset) bool { return d.Name == c.Dataset }) {
		return write.Imported{}, fmt.Errorf("%s has no dataset %s; %s", c.Name(), c.Dataset, known(all))
	}
	meta, options := write.Meta{Dataset: c.Dataset}, write.ImportOptions{Prune: true}
	if c.DryRun {
		rehearsed, err := write.Rehearse(ctx, in, []write.Load{{Meta: meta, Options: options}})
		if err != nil {
			return write.Imported{}, ofStore(err)
		}
		return rehearsed[0].Imported, nil
	}
	removed, err := in.Import(ctx, meta, write.Records(nil), options)
	return removed, ofStore(err)
}

// known names the datasets that can be removed.
func known(all []write.Dataset) string {
	var names []string
	for _, d := range all {
		if d.Name != write.Edits {
			names = append(names, d.Name)
		}
	}
	if names == nil {
		return "it has none"
	}
	return "it has " + strings.Join(names, ", ")
}

// told tells what went, and what did not.
func (c *removeCommand) told(removed write.Imported) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d removed", c.Dataset, removed.Deleted)
	if kept := len(removed.Withdrawn) - removed.Deleted; kept > 0 {
		fmt.Fprintf(&b, ", %d left to other datasets", kept)
	}
	fmt.Fprintf(&b, " in %s", c.Name())
	if c.DryRun {
		b.WriteString("; this was a dry run, nothing is written")
	}
	b.WriteByte('\n')
	tell(&b, removed.Withdrawn, "taken back", "taken back")
	tell(&b, removed.Absent, "stays, because others refer to it", "stay, because others refer to them")
	return b.String()
}
