// Command seed loads datasets into the graph and helps to write them:
//
//	go run ./seed load antivirus-ban-2017
//	go run ./seed check --sources texts my-dataset.yaml
//	go run ./seed span --source texts/article.txt "the words"
//
// It ends with status 1 if there are problems, and 2 if it was called wrongly.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"companygraph/graph/sqlite"
	"companygraph/schema"
	"companygraph/seed/data"
	"companygraph/seed/loader"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// The exit statuses.
const (
	statusDone     = 0
	statusProblems = 1
	statusUsage    = 2
)

// command is one of the things the program does.
type command struct {
	name, arguments, help string
	// prepare declares the flags and returns what runs once they are read.
	prepare func(flags *flag.FlagSet) action
}

type action func(ctx context.Context, args []string, out io.Writer) error

// usageError is a wrong call.
type usageError string

func (e usageError) Error() string { return string(e) }

func commands() []command {
	return []command{
		{"load", "FILE|FOLDER|NAME...", loadHelp, prepareLoad},
		{"check", "FILE|FOLDER|NAME...", checkHelp, prepareCheck},
		{"span", `--source FILE "WORDS"`, spanHelp, prepareSpan},
	}
}

// run runs the program and returns its exit status.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	if len(args) == 0 {
		printUsage(errOut)
		return statusUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		printUsage(out)
		return statusDone
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, args[1:], out, errOut)
		}
	}
	fmt.Fprintf(errOut, "seed: there is no command %q\n\n", args[0])
	printUsage(errOut)
	return statusUsage
}

func printUsage(w io.Writer) {
	fmt.Fprint(w, "usage: go run ./seed COMMAND [flags] ARGUMENTS\n\n")
	for _, c := range commands() {
		summary, _, _ := strings.Cut(c.help, "\n")
		fmt.Fprintf(w, "  %-6s %s\n", c.name, summary)
	}
	fmt.Fprint(w, "\n`go run ./seed COMMAND --help` tells more. The format of datasets: docs/datasets.md.\n")
}

func (c command) run(ctx context.Context, args []string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("seed "+c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run prints what there is to say
	act := c.prepare(flags)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.printHelp(out, flags)
		return statusDone
	case err != nil:
		err = usageError(err.Error())
	default:
		err = act(ctx, flags.Args(), out)
	}
	return c.report(err, flags, errOut)
}

func (c command) printHelp(w io.Writer, flags *flag.FlagSet) {
	fmt.Fprintf(w, "usage: go run ./seed %s [flags] %s\n\n%s\n", c.name, c.arguments, c.help)
	flags.VisitAll(func(f *flag.Flag) {
		kind, text := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "\n  --%s %s\n        %s", f.Name, kind, text)
		if f.DefValue != "" {
			fmt.Fprintf(w, " (now %s)", f.DefValue)
		}
		fmt.Fprintln(w)
	})
}

func (c command) report(err error, flags *flag.FlagSet, w io.Writer) int {
	var usage usageError
	var problems loader.Problems
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &usage):
		fmt.Fprintf(w, "seed %s: %s\n\n", c.name, usage)
		c.printHelp(w, flags)
		return statusUsage
	case errors.As(err, &problems):
		fmt.Fprintf(w, "%s\n%s\n", problems, plural(len(problems), "problem"))
	default:
		fmt.Fprintf(w, "seed %s: %s\n", c.name, err)
	}
	return statusProblems
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// defaultSQLitePath is where the database is if nothing else is said.
const defaultSQLitePath = "companygraph.db"

var (
	whatIsLoaded = `Each argument is a dataset file, a folder of them, or else the name of a
bundled dataset: ` + strings.Join(data.Names(), ", ") + `.`

	loadHelp = `Load datasets into the database, all of them or, if anything is wrong, none.

` + whatIsLoaded + `
Nodes that the database has already are updated, and what has not changed is
left alone: loading twice changes nothing.`

	checkHelp = `Check datasets without loading them.

` + whatIsLoaded + `
What one of them refers to has to be in one of them.`

	spanHelp = `Print where words stand in a text, as evidence that can be pasted into a dataset.`
)

func prepareLoad(flags *flag.FlagSet) action {
	path := defaultSQLitePath
	if fromEnvironment := os.Getenv("SQLITE_PATH"); fromEnvironment != "" {
		path = fromEnvironment
	}
	flags.StringVar(&path, "sqlite", path, "the database `FILE`; also SQLITE_PATH in the environment")
	return func(ctx context.Context, args []string, out io.Writer) error { return load(ctx, path, args, out) }
}

func load(ctx context.Context, path string, args []string, out io.Writer) error {
	dataset, err := read(args)
	if err != nil {
		return err
	}
	if err := dataset.Problems(); err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, path, schema.Model())
	if err != nil {
		return err
	}
	applied, err := dataset.Load(ctx, store)
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	names := strings.Join(dataset.Names(), ", ")
	if !applied.Changed() {
		fmt.Fprintf(out, "%s: nothing changed; all %s are in %s already\n", names, plural(applied.Unchanged, "node"), path)
		return nil
	}
	fmt.Fprintf(out, "%s: %d created, %d updated, %d unchanged in %s\n",
		names, applied.Created, applied.Updated, applied.Unchanged, path)
	return nil
}

func prepareCheck(flags *flag.FlagSet) action {
	folder := flags.String("sources", "", "a `FOLDER` with the texts of the sources, under any names: checks that every\n"+
		"        span and quotation is that of the text, and that every sentence is cited or omitted")
	return func(_ context.Context, args []string, out io.Writer) error { return check(*folder, args, out) }
}

func check(sources string, args []string, out io.Writer) error {
	dataset, err := read(args)
	if err != nil {
		return err
	}
	if err := dataset.Check(); err != nil {
		return err
	}
	if sources != "" {
		if err := dataset.CheckSources(os.DirFS(sources)); err != nil {
			return fmt.Errorf("--sources %s: %w", sources, err)
		}
	}
	fmt.Fprintf(out, "%s: no problems in %s\n", strings.Join(dataset.Names(), ", "), plural(dataset.Count(), "node"))
	return nil
}

// read reads the datasets that the arguments name.
func read(args []string) (*loader.Dataset, error) {
	if len(args) == 0 {
		return nil, usageError("no dataset is named")
	}
	var files []loader.File
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			return nil, usageError("flags such as " + arg + " come before the datasets")
		}
		more, err := filesOf(arg)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return loader.Read(schema.Model(), files), nil
}

// filesOf finds the files that an argument stands for.
func filesOf(arg string) ([]loader.File, error) {
	info, err := os.Stat(arg)
	switch {
	case errors.Is(err, os.ErrNotExist) && data.Has(arg):
		return data.Files(arg)
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%s is no file and no folder, and no bundled dataset, which are: %s", arg, strings.Join(data.Names(), ", "))
	case err != nil:
		return nil, err
	case info.IsDir():
		return named(arg, ".")
	default:
		return named(filepath.Dir(arg), filepath.Base(arg))
	}
}

// named reads files of a folder and calls them by their paths.
func named(folder, name string) ([]loader.File, error) {
	files, err := loader.Files(os.DirFS(folder), name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	for i := range files {
		files[i].Name = filepath.Join(folder, files[i].Name)
	}
	return files, nil
}

func prepareSpan(flags *flag.FlagSet) action {
	source := flags.String("source", "", "the `FILE` with the text")
	return func(_ context.Context, args []string, out io.Writer) error { return span(*source, args, out) }
}

func span(source string, args []string, out io.Writer) error {
	if source == "" || len(args) != 1 || args[0] == "" {
		return usageError("--source and the words, as one argument in quotes, are needed")
	}
	text, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	places := loader.FindWords(string(text), args[0])
	if len(places) == 0 {
		return fmt.Errorf("the words do not stand in %s: case, spaces and line breaks count", source)
	}
	for _, p := range places {
		fmt.Fprintf(out, "- { start: %d, end: %d, sha256: %s }\n", p.Start, p.End, p.SHA256)
	}
	return nil
}
