package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/schema"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// The memory of the Neo4j servers that are measured: all of the graph fits into
// the page cache.
const (
	neo4jHeap      = "2g"
	neo4jPageCache = "1g"
)

// neo4jGraph is a generated graph in a Neo4j server that this program runs.
type neo4jGraph struct {
	*loadedGraph
	server *neo4jtest.Process
	// driver is for what is asked by hand.
	driver driver.DriverWithContext
}

// openNeo4j starts a server on a generated graph from the cache, and loads the
// graph first if it is not there, with what further statements add to it. The
// name tells such graphs apart.
func openNeo4j(ctx context.Context, o options, size graphtest.Size, name string, further ...string) (*neo4jGraph, error) {
	mark, err := neo4jFingerprint(ctx, o, schema.Model(), further)
	if err != nil {
		return nil, err
	}
	cached, found, err := cachedGraph(o, name+"-", size, mark)
	if err != nil {
		return nil, err
	}
	if found {
		// A server that ran on has not written all of it to its files.
		if cached.facts.Bytes, err = folderSize(filepath.Join(cached.path, "data", "databases", "neo4j")); err != nil {
			return nil, err
		}
	}
	g, err := launchNeo4j(ctx, o, cached.path)
	if err != nil {
		return nil, err
	}
	g.facts = cached.facts
	if found {
		return g, nil
	}
	err = g.fill(ctx, o.seed, size)
	for _, text := range further {
		if err == nil {
			err = eachRecord(ctx, g.driver, driver.AccessModeWrite, text, func([]any) {})
		}
	}
	if err == nil {
		err = writeJSON(g.factsPath(), g.facts)
	}
	if err != nil {
		g.close(ctx)
		return nil, err
	}
	return g, nil
}

// launchNeo4j starts a server on a home folder, which need not be there yet,
// and opens our store and a driver on it.
func launchNeo4j(ctx context.Context, o options, home string) (*neo4jGraph, error) {
	home, err := filepath.Abs(home)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(home, 0o750); err != nil {
		return nil, err
	}
	g := &neo4jGraph{loadedGraph: &loadedGraph{path: home, model: schema.Model()}}
	if g.server, err = neo4jtest.Launch(ctx, neo4jtest.Options{
		Home: home, Heap: neo4jHeap, PageCache: neo4jPageCache, QuickStart: o.short, KeepPlans: o.short,
	}); err != nil {
		return nil, err
	}
	if g.store, err = neo4j.Open(ctx, g.settings(), g.model); err != nil {
		g.server.Stop()
		return nil, err
	}
	if g.driver, err = driver.NewDriverWithContext(g.server.URI, driver.BasicAuth(g.server.User, g.server.Password, "")); err != nil {
		g.loadedGraph.close()
		g.server.Stop()
		return nil, err
	}
	return g, nil
}

func (g *neo4jGraph) settings() neo4j.Settings {
	return neo4j.Settings{URI: g.server.URI, User: g.server.User, Password: g.server.Password}
}

// close ends the server in an orderly way, so that its folder can be used again.
func (g *neo4jGraph) close(ctx context.Context) {
	_ = g.driver.Close(context.WithoutCancel(ctx))
	g.loadedGraph.close()
	g.server.Stop()
}

// neo4jFingerprint tells whether a loaded graph is still what would be loaded
// now: it is made of the version of Neo4j, the source of our store, the further
// statements, and a small graph.
func neo4jFingerprint(ctx context.Context, o options, model *graph.Model, further []string) (string, error) {
	const files = "{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}\n{{end}}"
	out, err := exec.CommandContext(ctx, "go", "list", "-f", files, "companygraph/graph/neo4j").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	sum := sha256.New()
	fmt.Fprintln(sum, neo4jtest.Version, further)
	for path := range strings.FieldsSeq(string(out)) {
		source, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		sum.Write(source)
	}
	err = writeTiny(sum, model, o.seed)
	return fmt.Sprintf("%x", sum.Sum(nil)[:6]), err
}

// folderSize is the sum of the sizes of the files in a folder.
func folderSize(folder string) (int64, error) {
	var total int64
	err := filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
