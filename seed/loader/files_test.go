package loader_test

import (
	"bytes"
	"slices"
	"testing"
	"testing/fstest"

	"companygraph/seed/loader"
)

func TestFiles(t *testing.T) {
	folder := fstest.MapFS{
		"d/b.yaml": {Data: []byte("b")}, "d/a.yml": {Data: []byte("a")},
		"d/notes.md": {}, "d/._a.yml": {}, "d/sub/c.yaml": {}, "empty/x.txt": {},
	}
	tests := []struct {
		path         string
		want, passed []string // want is nil for an error
	}{
		{"d", []string{"d/a.yml", "d/b.yaml"}, []string{"._a.yml", "notes.md", "sub/"}},
		{"d/b.yaml", []string{"d/b.yaml"}, nil},
		{"d/notes.md", []string{"d/notes.md"}, nil},
		{"empty", nil, []string{"x.txt"}},
		{"ghost", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			files, passed, err := loader.Files(folder, test.path)
			if (err != nil) != (test.want == nil) || len(files) != len(test.want) || !slices.Equal(passed, test.passed) {
				t.Fatalf("got %v, %q, %v", files, passed, err)
			}
			for i, f := range files {
				if f.Name != test.want[i] || !bytes.Equal(f.Text, folder[f.Name].Data) {
					t.Errorf("got %s with %q", f.Name, f.Text)
				}
			}
		})
	}
}
