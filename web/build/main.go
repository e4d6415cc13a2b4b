// Command build bundles the scripts and styles of the pages into web/dist:
//
//	go run ./web/build          writes them
//	go run ./web/build -check   fails unless what is there is what it would write
//
// It needs the npm packages in web/node_modules; `make web` installs them.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

const (
	sources = "web"
	target  = "web/dist"
)

func main() {
	check := flag.Bool("check", false, "write nothing, and fail if something is not up to date")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "web/build:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	built, err := bundle(sources)
	if err != nil {
		return err
	}
	if check {
		return compare(built)
	}
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	for name, content := range built {
		if err := os.WriteFile(filepath.Join(target, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compare tells which files of the target are not as they were built now.
func compare(built map[string][]byte) error {
	var stale []error
	for _, name := range slices.Sorted(maps.Keys(built)) {
		there, err := os.ReadFile(filepath.Join(target, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			stale = append(stale, fmt.Errorf("%s is missing", name))
		case err != nil:
			return err
		case !bytes.Equal(there, built[name]):
			stale = append(stale, fmt.Errorf("%s differs", name))
		}
	}
	entries, err := os.ReadDir(target)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if built[entry.Name()] == nil {
			stale = append(stale, fmt.Errorf("%s is left over", entry.Name()))
		}
	}
	if len(stale) > 0 {
		return fmt.Errorf("%s is not up to date; run `make web` and commit it:\n%w", target, errors.Join(stale...))
	}
	return nil
}
