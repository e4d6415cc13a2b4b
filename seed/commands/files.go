package commands

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"companygraph/graph/write"
	"companygraph/schema"
	"companygraph/seed/data"
	"companygraph/seed/loader"
)

// files are the flags of commands that read datasets.
type files struct {
	Dataset string   `placeholder:"NAME" help:"Dataset of the files that do not name one."`
	Names   []string `arg:"" name:"dataset" help:"A dataset file, a folder of them, or the name of a bundled dataset: ${datasets}."`
	// found are the paths of the files that were read.
	found []string
}

// Validate holds the name of a dataset to the rules of files.
func (f *files) Validate() error {
	if problem := write.DatasetProblem(f.Dataset); problem != "" && f.Dataset != "" {
		return fmt.Errorf("--dataset %s: %s", f.Dataset, problem)
	}
	return nil
}

// read reads the datasets, and says what it passes over. It ends with the context,
// even while it waits for a pipe.
func (f *files) read(ctx context.Context, c *console) (*loader.Datasets, error) {
	type outcome struct {
		all []loader.File
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		all, err := f.readAll(c)
		done <- outcome{all, err}
	}()
	select {
	case <-ctx.Done():
		return nil, errInterrupted
	case got := <-done:
		if got.err != nil {
			return nil, got.err
		}
		for _, file := range got.all {
			f.found = append(f.found, file.Name)
		}
		return loader.Read(schema.Model(), got.all), nil
	}
}

func (f *files) readAll(c *console) ([]loader.File, error) {
	var all []loader.File
	var missing []error
	for _, name := range f.Names {
		more, passed, err := filesOf(name)
		if err != nil {
			missing = append(missing, err)
		}
		if len(passed) > 0 {
			fmt.Fprintf(c.err, "%s: skipped %s; only *.yaml and *.yml files are read\n", name, strings.Join(passed, ", "))
		}
		all = append(all, more...)
	}
	if err := errors.Join(missing...); err != nil {
		return nil, err
	}
	all = once(all, c)
	for i := range all {
		all[i].Dataset = f.Dataset
	}
	return all, nil
}

// once leaves out files that were given before, and says which.
func once(all []loader.File, c *console) []loader.File {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(file loader.File) bool {
		again := seen[file.Name]
		seen[file.Name] = true
		if again {
			fmt.Fprintf(c.err, "%s: given twice, and read once\n", file.Name)
		}
		return again
	})
}

// filesOf finds the files that a name stands for. What is on the disk goes
// before a bundled dataset.
func filesOf(name string) (found []loader.File, passed []string, err error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && data.Has(name):
		found, err = data.Files(name)
		return found, nil, err
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("%s is not a file, a folder or a bundled dataset; the bundled datasets are: %s", name, strings.Join(data.Names(), ", "))
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %w", name, causeOf(err))
	case info.IsDir():
		return filesIn(name, ".")
	default:
		return filesIn(filepath.Dir(name), filepath.Base(name))
	}
}

// filesIn reads files of a folder and calls them by their paths.
func filesIn(folder, name string) (found []loader.File, passed []string, err error) {
	found, passed, err = loader.Files(os.DirFS(folder), name)
	if err != nil {
		if at := new(fs.PathError); errors.As(err, &at) {
			folder = filepath.Join(folder, at.Path)
		}
		return nil, passed, fmt.Errorf("%s: %w", folder, causeOf(err))
	}
	for i := range found {
		found[i].Name = filepath.Join(folder, found[i].Name)
	}
	return found, passed, nil
}
