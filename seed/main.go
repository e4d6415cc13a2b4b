// Command seed loads datasets into the graph and helps to write them:
//
//	go run ./seed load antivirus-ban-2017
//	go run ./seed copy --from companygraph.db --to neo4j://localhost:7687
//	go run ./seed check --sources texts my-dataset.yaml
//	go run ./seed span --source texts/article.txt "the words"
//
// It ends with status 1 if there are problems, and 2 if it was called wrongly.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"companygraph/graph"
	"companygraph/graph/stores"
	"companygraph/schema"
	"companygraph/seed/data"
	"companygraph/seed/loader"

	"github.com/alecthomas/kong"
)

const about = `Loads datasets into the graph, and helps to write them. docs/datasets.md describes their format.`

type commands struct {
	Load  loadCommand  `cmd:"" help:"Load datasets into the database: all that is given or, if anything is wrong, nothing."`
	Copy  copyCommand  `cmd:"" help:"Copy a whole graph from one database to another: SQLite to Neo4j, back, or either to its like."`
	Check checkCommand `cmd:"" help:"Check datasets without loading them."`
	Span  spanCommand  `cmd:"" help:"Print where words stand in a text, as evidence to paste into a dataset."`
}

// datasets are what a command reads.
type datasets struct {
	Names []string `arg:"" name:"dataset" help:"A dataset file, a folder of them, or the name of a bundled dataset: ${datasets}."`
}

type loadCommand struct {
	stores.Settings
	Datasets datasets `embed:""`
}

type copyCommand struct {
	From string `required:"" placeholder:"FILE|URI" help:"What to copy: a SQLite file, or the URI of a Neo4j database."`
	To   string `required:"" placeholder:"FILE|URI" help:"Where to copy it: a database that holds no nodes. A SQLite file is created if it is not there."`
	stores.Neo4j
}

type checkCommand struct {
	Sources  string   `placeholder:"FOLDER" help:"Texts of the sources, under any names: also check that every span and quotation is that of the text, and that every sentence is cited or omitted."`
	Datasets datasets `embed:""`
}

type spanCommand struct {
	Source string `required:"" placeholder:"FILE" help:"The text."`
	Words  string `arg:"" help:"The words, as one argument."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// The exit statuses.
const (
	statusDone     = 0
	statusProblems = 1
	statusUsage    = 2
)

// exit is what kong panics with where it would end the program.
type exit int

// run runs the program and returns its exit status.
func run(ctx context.Context, args []string, out, errOut io.Writer) (status int) {
	defer func() {
		if caught := recover(); caught != nil {
			code, ok := caught.(exit)
			if !ok {
				panic(caught)
			}
			status = int(code)
		}
	}()
	k := kong.Must(&commands{},
		kong.Name("seed"), kong.Description(about),
		stores.Vars(), kong.Vars{"datasets": strings.Join(data.Names(), ", ")},
		kong.Writers(out, errOut), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(out, (*io.Writer)(nil)),
	)
	call, err := k.Parse(args)
	if err != nil {
		fmt.Fprintf(errOut, "seed: %s; see --help\n", err)
		return statusUsage
	}
	return report(call.Run(), errOut)
}

// report prints why a command failed, if it did.
func report(err error, w io.Writer) (status int) {
	if err == nil {
		return statusDone
	}
	if problems := (loader.Problems{}); errors.As(err, &problems) {
		fmt.Fprintf(w, "%s\n%s\n", problems, plural(len(problems), "problem"))
	} else {
		fmt.Fprintf(w, "seed: %s\n", graph.Explained(err))
	}
	return statusProblems
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Help is what `load --help` adds.
func (*loadCommand) Help() string {
	return "Nodes that the database has already are updated, and what has not changed is left alone: loading twice changes nothing."
}

// Run loads the datasets.
func (c *loadCommand) Run(ctx context.Context, out io.Writer) error {
	dataset, err := c.Datasets.read()
	if err != nil {
		return err
	}
	if err := dataset.Problems(); err != nil {
		return err // without so much as creating the database
	}
	store, err := c.Open(ctx, schema.Model())
	if err != nil {
		return err
	}
	applied, err := dataset.Load(ctx, store)
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	names := strings.Join(dataset.Names(), ", ")
	if !applied.Changed() {
		fmt.Fprintf(out, "%s: nothing changed, %s already in %s\n", names, plural(applied.Unchanged, "node"), c.Name())
		return nil
	}
	fmt.Fprintf(out, "%s: %d created, %d updated, %d unchanged in %s\n",
		names, applied.Created, applied.Updated, applied.Unchanged, c.Name())
	return nil
}

// Help is what `copy --help` adds.
func (*copyCommand) Help() string {
	return "What is copied is the graph as it is now, not its history. Nothing may write to either database meanwhile. " +
		"The flags for Neo4j hold for both if both are Neo4j; where they differ, copy by way of a file."
}

// Run copies a graph.
func (c *copyCommand) Run(ctx context.Context, out io.Writer) (err error) {
	model, source, target := schema.Model(), c.At(c.From), c.At(c.To)
	if _, err := os.Stat(c.From); source.IsFile() && err != nil {
		return fmt.Errorf("--from %s: there is no such file", c.From) // opening would create it
	}
	from, err := source.Open(ctx, model)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := target.Open(ctx, model)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	nodes, err := graph.Copy(ctx, model, from, to)
	switch {
	case errors.Is(err, graph.ErrHoldsNodes):
		return fmt.Errorf("--to %s: %w", c.To, err)
	case err != nil:
		return fmt.Errorf("%s is incomplete, with %s; empty it before you copy again: %w", c.To, plural(nodes, "node"), err)
	}
	fmt.Fprintf(out, "%s copied from %s to %s\n", plural(nodes, "node"), source.Name(), target.Name())
	return nil
}

// Help is what `check --help` adds.
func (*checkCommand) Help() string {
	return "All that the datasets refer to has to be in one of them: name those together that build on each other."
}

// Run checks the datasets.
func (c *checkCommand) Run(out io.Writer) error {
	dataset, err := c.Datasets.read()
	if err != nil {
		return err
	}
	if err := dataset.Check(); err != nil {
		return err
	}
	if c.Sources != "" {
		if err := dataset.CheckSources(os.DirFS(c.Sources)); err != nil {
			return fmt.Errorf("--sources %s: %w", c.Sources, err)
		}
	}
	fmt.Fprintf(out, "%s: no problems in %s\n", strings.Join(dataset.Names(), ", "), plural(dataset.Count(), "node"))
	return nil
}

// Run prints the places of words.
func (c *spanCommand) Run(out io.Writer) error {
	text, err := os.ReadFile(c.Source)
	if err != nil {
		return err
	}
	places := loader.FindWords(string(text), c.Words)
	if len(places) == 0 {
		return fmt.Errorf("these words do not stand in %s: case, spaces and line breaks count", c.Source)
	}
	for _, p := range places {
		fmt.Fprintf(out, "- { start: %d, end: %d, sha256: %s }\n", p.Start, p.End, p.SHA256)
	}
	return nil
}

// read reads the datasets as one.
func (d datasets) read() (*loader.Dataset, error) {
	var files []loader.File
	for _, name := range d.Names {
		more, err := filesOf(name)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return loader.Read(schema.Model(), files), nil
}

// filesOf finds the files that a name stands for. What is on the disk goes
// before a bundled dataset.
func filesOf(name string) ([]loader.File, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist) && data.Has(name):
		return data.Files(name)
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%s is no file and no folder, and no bundled dataset, which are: %s", name, strings.Join(data.Names(), ", "))
	case err != nil:
		return nil, err
	case info.IsDir():
		return filesIn(name, ".")
	default:
		return filesIn(filepath.Dir(name), filepath.Base(name))
	}
}

// filesIn reads files of a folder and calls them by their paths.
func filesIn(folder, name string) ([]loader.File, error) {
	files, err := loader.Files(os.DirFS(folder), name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	for i := range files {
		files[i].Name = filepath.Join(folder, files[i].Name)
	}
	return files, nil
}
