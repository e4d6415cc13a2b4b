// Package newtype holds the design to its promise: a new type is one file in
// schema/, `go generate ./...` and data, and nothing else.
package newtype

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"companygraph/test/program"
)

// timeout is for the whole test; it takes a quarter of that where nothing is
// in the build cache.
const timeout = 8 * time.Minute

// TestNewEventType adds an event type with two roles, a property of its own and
// ways back to a copy of the repository, and asks for it over HTTP.
func TestNewEventType(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	tree := copyRepository(ctx, t)
	before := tree.contents(t)

	tree.add(t, "schema/sanction.graphql", "testdata/sanction.graphql")
	tree.run(ctx, t, "go", "generate", "./...")
	tree.onlyGenerated(t, before)

	tree.run(ctx, t, "go", "build", "-o", "bin/", ".", "./seed")
	tree.add(t, "sanctions.yaml", "testdata/sanctions.yaml")
	tree.run(ctx, t, "bin/seed", "check", "sanctions.yaml")
	tree.run(ctx, t, "bin/seed", "load", "--sqlite", "graph.db", "sanctions.yaml")
	server := tree.serve(t, "bin/companygraph", "--sqlite", "graph.db", "--dataset", "none")
	got, want := []byte(server.Ask(t, string(read(t, "testdata/query.graphql")))), read(t, "testdata/answer.json")
	if !reflect.DeepEqual(parsed(t, got), parsed(t, want)) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// repository is a copy of the work tree.
type repository struct{ root string }

// copyRepository copies what git has or would take, as it is in the work tree.
func copyRepository(ctx context.Context, t *testing.T) repository {
	t.Helper()
	original := repository{filepath.Join("..", "..")}
	tree := repository{t.TempDir()}
	listed := original.run(ctx, t, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for name := range strings.SplitSeq(strings.TrimSuffix(listed, "\x00"), "\x00") {
		if _, err := os.Stat(filepath.Join(original.root, name)); os.IsNotExist(err) {
			continue // deleted in the work tree
		}
		tree.add(t, name, filepath.Join(original.root, name))
	}
	return tree
}

// add copies a file into the tree.
func (r repository) add(t *testing.T, name, from string) {
	t.Helper()
	to := filepath.Join(r.root, name)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, read(t, from), 0o644); err != nil {
		t.Fatal(err)
	}
}

// contents reads all files of the tree.
func (r repository) contents(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(r.root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(r.root, path)
		files[filepath.ToSlash(name)] = string(read(t, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// onlyGenerated fails the test if a file was changed, added or deleted that is
// not written by `go generate ./...`, but for the new declaration.
func (r repository) onlyGenerated(t *testing.T, before map[string]string) {
	t.Helper()
	generated := []string{
		"graph/generated/schema.graphql", "graph/generated/exec_gen.go", "graph/generated/models_gen.go",
		"resolvers/root_gen.go", "seed/dataset.schema.json", "test/http/genqlient/client_gen.go",
	}
	after := r.contents(t)
	for name, text := range after {
		was, existed := before[name]
		if (!existed || was != text) && name != "schema/sanction.graphql" && !slices.Contains(generated, name) {
			t.Errorf("%s was changed as well", name)
		}
	}
	for name := range before {
		if _, exists := after[name]; !exists {
			t.Errorf("%s was deleted", name)
		}
	}
}

// run runs a command in the tree and returns what it printed.
func (r repository) run(ctx context.Context, t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := r.command(ctx, name, args...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, &out, &errOut)
	}
	return out.String()
}

// settings are environment variables of the server and the seed command that
// would tell them something else than their flags.
var settings = []string{
	"COMPANYGRAPH_LISTEN", "COMPANYGRAPH_SQLITE", "COMPANYGRAPH_DATASETS", "COMPANYGRAPH_CORS_ORIGIN", "COMPANYGRAPH_ADOPT",
	"NEO4J_URI", "NEO4J_USER", "NEO4J_PASSWORD", "NEO4J_DATABASE",
}

func (r repository) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	if strings.Contains(name, "/") {
		name = filepath.Join(r.root, name)
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = r.root
	cmd.Env = environment()
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

func environment() []string {
	kept := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		key, _, _ := strings.Cut(variable, "=")
		return slices.Contains(settings, key)
	})
	return append(kept, "GOWORK=off")
}

// serve starts the server, and ends it with the test.
func (r repository) serve(t *testing.T, name string, args ...string) *program.Process {
	t.Helper()
	server, err := program.Launch(program.Command{Program: filepath.Join(r.root, name), Folder: r.root, Arguments: args, Environment: environment()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Errorf("the server ended with %v\n%s", err, server.Log())
			server.Kill()
		}
	})
	return server
}

func parsed(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
