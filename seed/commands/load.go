package commands

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/stores"
	"companygraph/graph/write"
	"companygraph/schema"
	"companygraph/seed/loader"
)

type loadCommand struct {
	stores.Settings
	files
	Priority  *int32 `placeholder:"N" help:"Priority of the datasets; overrides their files. If datasets give different values for a single-valued field, the highest priority wins."`
	Prune     bool   `help:"Withdraw what the files of a dataset no longer have, except what others refer to."`
	Sources   string `placeholder:"FOLDER" help:"Texts of the sources, under any file names: load only if every span and quotation matches the text."`
	KeepTexts bool   `help:"With --sources: keep the texts in the graph, so that excerpts can be shown. Only keep texts that you have the right to keep, and to show to everybody who can read the graph."`
	DryRun    bool   `help:"Show what would be done, and write nothing."`
	Receipt   string `placeholder:"FILE" help:"Write what was done to a file, as one JSON object per line for each dataset."`
}

// Help is what `load --help` adds.
func (*loadCommand) Help() string {
	return "A dataset takes the place of what it said before about the same nodes, and of nothing else: what other datasets say stays, and so do nodes that its files no longer have. " +
		"Loading twice changes nothing. Several datasets are loaded one after the other, in the order given, but one that refers to another comes behind it."
}

// Validate refuses texts to keep that are nowhere.
func (c *loadCommand) Validate() error {
	if c.KeepTexts && c.Sources == "" {
		return errors.New("--keep-texts keeps the texts of --sources: name their folder")
	}
	return c.files.Validate()
}

// Run loads the datasets.
func (c *loadCommand) Run(ctx context.Context, to *console) (err error) {
	read, err := c.read(ctx, to)
	if err != nil {
		return err
	}
	inUse := c.found
	if c.IsFile() {
		inUse = append(inUse, c.SQLite, c.SQLite+"-wal", c.SQLite+"-shm")
	}
	receipt, err := newReceipt(c.Receipt, inUse)
	if err != nil {
		return err
	}
	defer receipt.drop()
	to.warn(read.Warnings())
	if err := read.Problems(); err != nil {
		// Without so much as creating the database.
		return errors.Join(err, receipt.write(read.Refused(), c.DryRun))
	}
	if err := c.readSources(read, to); err != nil {
		return err
	}
	_, missing := os.Stat(c.SQLite)
	in, err := openFor(ctx, c.Settings, c.DryRun)
	if err != nil {
		return err
	}
	loaded, err := read.Load(ctx, in, loader.Options{Priority: c.priority(), Prune: c.Prune, DryRun: c.DryRun})
	if err != nil && c.IsFile() && errors.Is(missing, fs.ErrNotExist) {
		in = abandoned(ctx, in, c.SQLite)
	}
	err = errors.Join(ofStore(err), ofStore(in.Close()), receipt.write(loaded, c.DryRun))
	for _, one := range loaded {
		if one.Problems == nil && !one.LeftOut && (err == nil || !c.DryRun) {
			fmt.Fprint(to.out, c.told(one))
		}
	}
	return err
}

// readSources holds the datasets to the texts of their sources.
func (c *loadCommand) readSources(read *loader.Datasets, to *console) error {
	return withSources(c.Sources, to, func(folder fs.FS) (loader.Problems, error) {
		return read.LoadSources(folder, c.KeepTexts)
	})
}

// priority is that of the flag; nil if there is none. It fits GraphQL's Int.
func (c *loadCommand) priority() *int {
	if c.Priority == nil {
		return nil
	}
	return new(int(*c.Priority))
}

// openFor opens the database of a load. For a dry run it creates none.
func openFor(ctx context.Context, settings stores.Settings, dryRun bool) (store.Store, error) {
	if _, err := os.Stat(settings.SQLite); dryRun && settings.IsFile() && errors.Is(err, fs.ErrNotExist) {
		return openEmpty(ctx)
	}
	opened, err := settings.Open(ctx, schema.Model())
	return opened, ofStore(err)
}

// abandoned is a database that a load created: if it is still empty, it goes when it is
// closed.
func abandoned(ctx context.Context, in store.Store, path string) store.Store {
	if first, err := in.Export(context.WithoutCancel(ctx), 0, "", 1); err != nil || len(first) > 0 {
		return in
	}
	return temporary{in, []string{path, path + "-wal", path + "-shm"}}
}

// openEmpty opens a database that is empty and goes when it is closed.
func openEmpty(ctx context.Context) (store.Store, error) {
	folder, err := os.MkdirTemp("", "seed-*")
	if err != nil {
		return nil, err
	}
	opened, err := stores.Settings{SQLite: filepath.Join(folder, "empty.db")}.Open(ctx, schema.Model())
	if err != nil {
		return nil, ofStore(errors.Join(err, os.RemoveAll(folder)))
	}
	return temporary{opened, []string{folder}}, nil
}

// temporary is a database that goes when it is closed.
type temporary struct {
	store.Store
	// paths are its files, or the folder of them.
	paths []string
}

func (t temporary) Close() error {
	err := t.Store.Close()
	for _, path := range t.paths {
		err = errors.Join(err, os.RemoveAll(path))
	}
	return err
}

// told tells what became of a dataset.
func (c *loadCommand) told(l loader.Loaded) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", l.Dataset.Name, counts(l, c.Name()))
	if c.DryRun {
		b.WriteString("; this was a dry run, nothing is written")
	}
	b.WriteByte('\n')
	for _, m := range few(l.Merged) {
		fmt.Fprintf(&b, "  %s\n", mergeText(m))
	}
	if more := len(l.Merged) - fewest; more > 0 {
		fmt.Fprintf(&b, "  and %d more ids gave way\n", more)
	}
	tell(&b, l.Replaced, "has another id in the files now, and what they said under the old one is replaced", "have other ids in the files now, and what they said under the old ones is replaced")
	tell(&b, l.Marked, "not brought back, as somebody deleted it", "not brought back, as somebody deleted them")
	if c.Prune {
		tell(&b, l.Withdrawn, "no longer in the files, and taken back", "no longer in the files, and taken back")
		tell(&b, l.Absent, "no longer in the files, and stays because others refer to it", "no longer in the files, and stay because others refer to them")
	} else {
		tell(&b, l.Absent, "no longer in the files; --prune removes it", "no longer in the files; --prune removes them")
	}
	return b.String()
}

// counts are what became of the records of a dataset.
func counts(l loader.Loaded, place string) string {
	r := l.Records
	if !l.Changed() && r.Merged == 0 {
		return fmt.Sprintf("nothing changed, %s already in %s", plural(r.Unchanged, "node"), place)
	}
	text := fmt.Sprintf("%d created, %d updated, %d unchanged", r.Created, r.Updated, r.Unchanged)
	if r.Merged > 0 {
		text += fmt.Sprintf(", %d merged", r.Merged)
	}
	if l.Deleted > 0 {
		text += fmt.Sprintf(", %d removed", l.Deleted)
	}
	return text + " in " + place
}

// mergeText tells of an id that gave way, and why.
func mergeText(m write.Merge) string {
	if m.Because == nil {
		return fmt.Sprintf("%s is %s now", m.ID.Legible(), m.Into.Legible())
	}
	return fmt.Sprintf("%s is %s now, because of the identifier %s %s", m.ID.Legible(), m.Into.Legible(), m.Because.Scheme, graph.Quoted(m.Because.Value))
}

// fewest is how many of a kind are named; a receipt has them all.
const fewest = 10

func few[T any](list []T) []T { return list[:min(len(list), fewest)] }

// tell names nodes that something is to be said of.
func tell(b *strings.Builder, ids []graph.ID, one, several string) {
	if len(ids) == 0 {
		return
	}
	text, noun := one, "1 node"
	if len(ids) > 1 {
		text, noun = several, fmt.Sprintf("%d nodes", len(ids))
	}
	var names []string
	for _, id := range few(ids) {
		names = append(names, id.Legible())
	}
	if more := len(ids) - fewest; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	fmt.Fprintf(b, "  %s %s: %s\n", noun, text, strings.Join(names, ", "))
}
