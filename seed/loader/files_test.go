package loader_test

import (
	"bytes"
	"testing"
	"testing/fstest"

	"companygraph/seed/loader"
)

func TestFiles(t *testing.T) {
	folder := fstest.MapFS{
		"d/b.yaml": {Data: []byte("b")}, "d/a.yml": {Data: []byte("a")},
		"d/notes.md": {}, "d/sub/c.yaml": {}, "empty/x.txt": {},
	}
	tests := []struct {
		path string
		want []string // nil for an error
	}{
		{"d", []string{"d/a.yml", "d/b.yaml"}},
		{"d/b.yaml", []string{"d/b.yaml"}},
		{"d/notes.md", []string{"d/notes.md"}},
		{"empty", nil},
		{"ghost", nil},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			files, err := loader.Files(folder, test.path)
			if (err != nil) != (test.want == nil) || len(files) != len(test.want) {
				t.Fatalf("got %v, %v", files, err)
			}
			for i, f := range files {
				if f.Name != test.want[i] || !bytes.Equal(f.Text, folder[f.Name].Data) {
					t.Errorf("got %s with %q", f.Name, f.Text)
				}
			}
		})
	}
}
