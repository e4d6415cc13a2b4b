// Package commands has the commands of the program seed.
package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/stores"
	"companygraph/schema"
	"companygraph/seed/data"
	"companygraph/seed/loader"

	"github.com/alecthomas/kong"
)

const about = `Loads datasets into the graph, takes them out again, and helps to write them. docs/datasets.md describes their format.

It ends with status 0; 1 if there are problems in the input, or verify finds a span that is not EXACT; 2 if it was called wrongly; 3 if the database cannot be used; 4 if a load was done but its receipt could not be written.

The server is another program: "companygraph --help" lists the commands of both.`

type commands struct {
	Load     loadCommand     `cmd:"" help:"Load datasets: everything or, if anything is wrong, nothing."`
	Datasets datasetsCommand `cmd:"" help:"List the loaded datasets."`
	Remove   removeCommand   `cmd:"" help:"Remove a dataset from the database; what others say or refer to stays."`
	Copy     copyCommand     `cmd:"" help:"Copy a whole graph into another database, SQLite or Neo4j."`
	Check    checkCommand    `cmd:"" help:"Check datasets without loading them."`
	Verify   verifyCommand   `cmd:"" help:"Check the spans in the database against the texts of the sources, and keep what is found."`
	Span     spanCommand     `cmd:"" help:"Print where words occur in a text, as evidence to paste into a dataset."`
}

// The exit statuses.
const (
	statusDone     = 0
	statusProblems = 1
	statusUsage    = 2
	statusStore    = 3
	statusReceipt  = 4
)

// console is where a command prints what it was asked for, and where what else
// there is to say.
type console struct{ out, err io.Writer }

// exit is what kong panics with where it would end the program.
type exit int

// Run runs the program and returns its exit status.
func Run(ctx context.Context, args []string, out, errOut io.Writer) (status int) {
	defer func() {
		if caught := recover(); caught != nil {
			code, ok := caught.(exit)
			if !ok {
				panic(caught)
			}
			status = int(code)
		}
	}()
	if len(args) == 0 {
		fmt.Fprintf(errOut, "seed: which command? There are:\n%sSee --help.\n", List())
		return statusUsage
	}
	call, err := parser(
		kong.Writers(out, errOut), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&console{out, errOut}),
	).Parse(args)
	if err != nil {
		fmt.Fprintf(errOut, "seed: %s; see --help\n", err)
		return statusUsage
	}
	return report(call.Run(), errOut)
}

func parser(options ...kong.Option) *kong.Kong {
	vars := kong.Vars{"datasets": strings.Join(data.Names(), ", ")}
	return kong.Must(&commands{}, append(options, kong.Name("seed"), kong.Description(about), stores.Vars(), vars)...)
}

// List lists the commands, one a line, for the help of another program.
func List() string {
	var list strings.Builder
	table := tabwriter.NewWriter(&list, 0, 0, 2, ' ', 0)
	for _, command := range parser().Model.Children {
		fmt.Fprintf(table, "  seed %s\t%s\n", command.Name, command.Help)
	}
	_ = table.Flush() // a builder takes everything
	return list.String()
}

// storeError is the failure of a database, where there is nothing wrong with the
// input.
type storeError struct{ error }

func (e storeError) Unwrap() error { return e.error }

// usageError says that a command was called wrongly.
type usageError struct{ error }

// errInterrupted says that a command ended before it wrote anything.
var errInterrupted = errors.New("interrupted; nothing was written")

// ofStore marks an error as that of a database, unless it is about the input.
func ofStore(err error) error {
	if problems := (loader.Problems{}); err == nil || errors.As(err, &problems) {
		return err
	}
	return storeError{err}
}

// report prints why a command failed, if it did.
func report(err error, w io.Writer) (status int) {
	problems, failure := loader.Problems{}, storeError{}
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &problems):
		fmt.Fprintf(w, "%s\n%s\n", problems, plural(len(problems), "problem"))
	case errors.Is(err, notExact{}): // it was printed
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(w, "seed: interrupted; batches that were written before stay, and the same command completes it")
	default:
		for _, one := range separate(err) {
			fmt.Fprintf(w, "seed: %s\n", graph.Explained(one))
		}
	}
	unwritten, usage := receiptError{}, usageError{}
	switch {
	case errors.As(err, &failure):
		return statusStore
	case errors.As(err, &usage):
		return statusUsage
	case len(problems) == 0 && errors.As(err, &unwritten):
		return statusReceipt
	}
	return statusProblems
}

// separate returns the errors that were joined to one.
func separate(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, separate(one)...)
	}
	return all
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// warn prints what is likely a mistake.
func (c *console) warn(warnings loader.Problems) {
	for _, w := range warnings {
		fmt.Fprintln(c.err, w.Warning())
	}
}

// openLoaded opens a database that must be there.
func openLoaded(ctx context.Context, s stores.Settings) (store.Store, error) {
	if _, err := os.Stat(s.SQLite); s.IsFile() && errors.Is(err, fs.ErrNotExist) {
		return nil, storeError{fmt.Errorf("%s: there is no such file", s.SQLite)} // opening would create it
	}
	opened, err := s.Open(ctx, schema.Model())
	return opened, ofStore(err)
}

// causeOf is why the file system did not do something, without what and where.
func causeOf(err error) error {
	if at := new(fs.PathError); errors.As(err, &at) {
		return at.Err
	}
	return err
}
