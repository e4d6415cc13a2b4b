// Package data has the bundled datasets, compiled in. A folder is a dataset.
package data

import (
	"embed"
	"io/fs"
	"slices"

	"companygraph/seed/loader"
)

//go:embed */*.yaml
var folders embed.FS

// Names returns the names of the bundled datasets in alphabetical order.
func Names() []string {
	entries, err := fs.ReadDir(folders, ".")
	if err != nil {
		panic(err) // reading what is compiled in does not fail
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names
}

// Has tells whether a dataset of this name is bundled.
func Has(name string) bool { return slices.Contains(Names(), name) }

// Files returns the files of a bundled dataset.
func Files(name string) ([]loader.File, error) {
	files, _, err := loader.Files(folders, name)
	return files, err
}
