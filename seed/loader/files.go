package loader

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
)

// MaxFileSize is the maximum size of a file in bytes. The parser holds a file
// as a tree of many times its size.
const MaxFileSize = 16 << 20

// File is a dataset file that has not been parsed yet.
type File struct {
	// Name is what the file is called in problems.
	Name string
	Text []byte
	// Dataset is the dataset that it is part of if it does not say so itself; ""
	// if it has to.
	Dataset string
}

// Files reads the dataset file of the given name, or all *.yaml and *.yml files
// in the folder of that name, but not in folders below it. The files are called
// folder/name. passed lists what it skips in the folder; names of folders end
// in a slash.
func Files(fsys fs.FS, name string) (files []File, passed []string, err error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		files, err = readAll(fsys, []string{name})
		return files, nil, err
	}
	entries, err := fs.ReadDir(fsys, name)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for _, entry := range entries {
		switch {
		case entry.IsDir():
			passed = append(passed, entry.Name()+"/")
		case isDatasetFile(entry.Name()):
			names = append(names, path.Join(name, entry.Name()))
		default:
			passed = append(passed, entry.Name())
		}
	}
	if len(names) == 0 {
		return nil, passed, errors.New("the folder has no *.yaml and no *.yml file")
	}
	files, err = readAll(fsys, names)
	return files, passed, err
}

// isDatasetFile tells a dataset's files from others. Those that start with ._ are
// made by macOS beside every file that it copies, and hold none of its text.
func isDatasetFile(name string) bool {
	ext := path.Ext(name)
	return (ext == ".yaml" || ext == ".yml") && !strings.HasPrefix(name, "._")
}

func readAll(fsys fs.FS, names []string) ([]File, error) {
	var files []File
	for _, name := range names {
		text, err := readLimited(fsys, name)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: name, Text: text})
	}
	return files, nil
}

// readLimited reads as much of a file as reports whether it is too large.
func readLimited(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFileSize+1))
}
