package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"companygraph/graph/graphtest"
	"companygraph/graph/neo4j"
	"companygraph/graph/neo4j/neo4jtest"
	"companygraph/graph/store"
	"companygraph/schema"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// The memory of the Neo4j servers that are measured: all of the graph fits into
// the page cache.
const (
	neo4jHeap      = "2g"
	neo4jPageCache = "1g"
)

// neo4jServer is a Neo4j that this program runs.
type neo4jServer struct {
	*neo4jtest.Process
	// driver is for what is asked by hand.
	driver driver.DriverWithContext
}

// startNeo4j starts a server on a home folder, which need not be there yet.
func startNeo4j(ctx context.Context, o options, home string) (*neo4jServer, error) {
	home, err := filepath.Abs(home)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(home, 0o750); err != nil {
		return nil, err
	}
	s := &neo4jServer{}
	if s.Process, err = neo4jtest.Launch(ctx, neo4jtest.Options{
		Home: home, Heap: neo4jHeap, PageCache: neo4jPageCache, QuickStart: o.short, KeepPlans: o.short,
	}); err != nil {
		return nil, err
	}
	if s.driver, err = driver.NewDriverWithContext(s.URI, driver.BasicAuth(s.User, s.Password, "")); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// close ends the server in an orderly way, so that its folder can be used again.
func (s *neo4jServer) close(ctx context.Context) {
	_ = s.driver.Close(context.WithoutCancel(ctx))
	s.Stop()
}

// flags tell our programs where the server is.
func (s *neo4jServer) flags() []string {
	return []string{"--neo4j-uri", s.URI, "--neo4j-user", s.User, "--neo4j-password", s.Password}
}

// open opens our store on the server.
func (s *neo4jServer) open(ctx context.Context) (store.Store, error) {
	return neo4j.Open(ctx, neo4j.Settings{URI: s.URI, User: s.User, Password: s.Password}, schema.Model())
}

// empty removes everything but the indexes.
func (s *neo4jServer) empty(ctx context.Context) error {
	const text = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
	return eachRecord(ctx, s.driver, driver.AccessModeWrite, text, func([]any) {})
}

// neo4jGraph is a generated graph in a server.
type neo4jGraph struct {
	*loadedGraph
	*neo4jServer
}

// close ends the store and the server.
func (g *neo4jGraph) close(ctx context.Context) {
	g.loadedGraph.close()
	g.neo4jServer.close(ctx)
}

// openNeo4j starts a server on a generated graph from the cache, and loads the
// graph first if it is not there, with what further statements add to it. The
// name tells such graphs apart.
func openNeo4j(ctx context.Context, o options, size graphtest.Size, name string, further ...string) (*neo4jGraph, error) {
	mark, err := fingerprint(ctx, o, "companygraph/graph/neo4j", append(further, neo4jtest.Version)...)
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
	g := &neo4jGraph{loadedGraph: cached}
	if g.neo4jServer, err = startNeo4j(ctx, o, cached.path); err != nil {
		return nil, err
	}
	if !found {
		err = g.load(ctx, o, size, further)
	}
	if err == nil {
		g.store, err = g.open(ctx)
	}
	if err != nil {
		g.neo4jServer.close(ctx)
		return nil, err
	}
	return g, nil
}

// load has the graph loaded and notes what is known of it.
func (g *neo4jGraph) load(ctx context.Context, o options, size graphtest.Size, further []string) error {
	l, err := buildLoader(ctx, "", o.cache)
	if err != nil {
		return err
	}
	if g.facts, err = l.load(ctx, size, o.seed, g.flags()...); err != nil {
		return err
	}
	for _, text := range further {
		if err := eachRecord(ctx, g.driver, driver.AccessModeWrite, text, func([]any) {}); err != nil {
			return err
		}
	}
	return writeJSON(g.factsPath(), g.facts)
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
