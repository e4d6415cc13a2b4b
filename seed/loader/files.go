package loader

import (
	"fmt"
	"io"
	"io/fs"
	"path"
)

// MaxFileSize is the size in bytes of the largest file that is read. The parser
// holds a file as a tree of many times its size.
const MaxFileSize = 16 << 20

// File is a dataset file that has not been understood yet.
type File struct {
	// Name is what the file is called in problems.
	Name string
	Text []byte
}

// Files reads the dataset file of the given name, or all *.yaml and *.yml of
// the folder of that name (and of none below it): a folder is a dataset. The
// files are called folder/name.
func Files(fsys fs.FS, name string) ([]File, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return readAll(fsys, []string{name})
	}
	entries, err := fs.ReadDir(fsys, name)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if ext := path.Ext(entry.Name()); ext == ".yaml" || ext == ".yml" {
			names = append(names, path.Join(name, entry.Name()))
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: the folder has no *.yaml file", name)
	}
	return readAll(fsys, names)
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

// readLimited reads as much of a file as tells whether it is too large.
func readLimited(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFileSize+1))
}
