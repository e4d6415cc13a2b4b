package web

import "io/fs"

// BundledExamples are the examples in the order in which the pages show them.
func BundledExamples() []Example { return examples }

// ReadExample lets tests of bad files in.
var ReadExample = readExample

// EmbeddedBytes is the size of all that is compiled in.
func EmbeddedBytes() int64 {
	var total int64
	err := fs.WalkDir(files, ".", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	if err != nil {
		panic(err)
	}
	return total
}
