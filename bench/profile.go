package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

// profile answers requests over HTTP for a while and writes where time and
// memory went.
func profile(ctx context.Context, o options, g *loadedGraph) error {
	mixed, err := mixedRequests(ctx, o, g)
	if err != nil {
		return err
	}
	server, err := listenProduct(g.store, g.model)
	if err != nil {
		return err
	}
	defer server.close()
	if o.allocProfile != "" {
		runtime.MemProfileRate = 512
	}
	if err := profileCPU(o.cpuProfile, func() error { return askAll(ctx, server.url, mixed, o.load) }); err != nil {
		return err
	}
	return profileAllocations(o.allocProfile)
}

// askAll sends the requests one after the other, again and again.
func askAll(ctx context.Context, url string, requests []request, during time.Duration) error {
	c := newClient(url)
	defer c.close()
	begin := time.Now()
	for i := 0; time.Since(begin) < during; i++ {
		if err := c.post(ctx, requests[i%len(requests)].body); err != nil {
			return err
		}
	}
	return nil
}

func profileCPU(path string, f func() error) error {
	if path == "" {
		return f()
	}
	return toFile(path, func(w io.Writer) error {
		if err := pprof.StartCPUProfile(w); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
		return f()
	})
}

func profileAllocations(path string) error {
	if path == "" {
		return nil
	}
	return toFile(path, func(w io.Writer) error { return pprof.Lookup("allocs").WriteTo(w, 0) })
}

func toFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
