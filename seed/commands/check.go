package commands

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"companygraph/seed/loader"
)

type checkCommand struct {
	Sources string `placeholder:"FOLDER" help:"Texts of the sources, under any file names: also check that every span and quotation matches the text, and that every sentence is cited or omitted."`
	files
}

// Help is what `check --help` adds.
func (*checkCommand) Help() string {
	return "All that the datasets refer to has to be in one of them: name those together that build on each other."
}

// Run checks the datasets.
func (c *checkCommand) Run(ctx context.Context, to *console) error {
	read, err := c.read(ctx, to)
	if err != nil {
		return err
	}
	to.warn(read.Warnings())
	if err := read.Check(); err != nil {
		return err
	}
	if err := rehearse(ctx, read); err != nil {
		return err
	}
	if err := c.checkSources(read, to); err != nil {
		return err
	}
	for _, d := range read.All() {
		fmt.Fprintf(to.out, "%s: no problems in %s\n", d.Name, plural(d.Count(), "node"))
	}
	return nil
}

// rehearse finds what a load into an empty database would refuse.
func rehearse(ctx context.Context, read *loader.Datasets) (err error) {
	in, err := openEmpty(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ofStore(in.Close())) }()
	if _, err = read.Load(ctx, in, loader.Options{DryRun: true}); errors.Is(err, context.Canceled) {
		return errInterrupted
	}
	return ofStore(err)
}

func (c *checkCommand) checkSources(read *loader.Datasets, to *console) error {
	return withSources(c.Sources, to, read.CheckSources)
}

// withSources reads the folder of --sources, if one is named, and prints the warnings.
func withSources(folder string, to *console, read func(fs.FS) (loader.Problems, error)) error {
	if folder == "" {
		return nil
	}
	if err := isFolder(folder); err != nil {
		return fmt.Errorf("--sources %s: %w", folder, err)
	}
	warnings, err := read(os.DirFS(folder))
	for i := range warnings {
		warnings[i].File = filepath.Join(folder, warnings[i].File)
	}
	to.warn(warnings)
	if problems := (loader.Problems{}); err != nil && !errors.As(err, &problems) {
		return fmt.Errorf("--sources %s: %w", folder, err)
	}
	return err
}

func isFolder(name string) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return errors.New("there is no such folder")
	case err != nil:
		return causeOf(err)
	case !info.IsDir():
		return errors.New("it is a file; name the folder that it is in")
	}
	return nil
}

type spanCommand struct {
	Source string `required:"" placeholder:"FILE" help:"The text."`
	Words  string `arg:"" help:"The words, as one argument."`
}

// Run prints the places of words.
func (c *spanCommand) Run(to *console) error {
	content, err := os.ReadFile(c.Source)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("--source %s: there is no such file", c.Source)
	case err != nil:
		return fmt.Errorf("--source %s: %w", c.Source, causeOf(err))
	}
	text, warnings, err := loader.ReadText(loader.File{Name: c.Source, Text: content})
	if err != nil {
		return err
	}
	to.warn(warnings)
	places := loader.FindWords(text, c.Words)
	if len(places) == 0 {
		return fmt.Errorf("these words are not in %s: case, spaces and line breaks count", c.Source)
	}
	for _, p := range places {
		fmt.Fprintf(to.out, "- { start: %d, end: %d, sha256: %s }\n", p.Start, p.End, p.SHA256)
	}
	return nil
}
