// Command companygraph serves a knowledge graph of companies, governments and
// events over GraphQL. `companygraph --help` lists its flags.
package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"companygraph/graph"
	"companygraph/graph/generated"
	"companygraph/graph/store"
	"companygraph/graph/stores"
	"companygraph/httpserver"
	"companygraph/schema"
	seedcommands "companygraph/seed/commands"
	"companygraph/seed/data"
	"companygraph/seed/loader"
	"companygraph/telemetry"
	"companygraph/web"

	"github.com/alecthomas/kong"
	"golang.org/x/net/netutil"
)

const about = `A GraphQL knowledge graph of companies, governments and events: who banned, accused,
investigated, delisted or answered whom, when, and on whose word.

Without flags it serves the bundled data from a SQLite file in the working directory.

The program seed loads other data, and has these commands:

`

type commands struct {
	settings
	Version kong.VersionFlag `help:"Print the version."`
	Serve   serveCommand     `cmd:"" default:"1" help:"Serve the graph (the default)."`
	Schema  schemaCommand    `cmd:"" help:"Print the published GraphQL schema."`
}

// settings are flags of the program itself, so that --help shows them all.
type settings struct {
	stores.Settings
	httpserver.Options
	httpserver.TLS
	telemetry.Logging
	Listen string `env:"COMPANYGRAPH_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on; :PORT is every address of this machine, a port alone is 127.0.0.1 (default ${default})."`
	// What waits costs some kilobytes, whether it asks for anything or not.
	MaxConnections int      `env:"COMPANYGRAPH_MAX_CONNECTIONS" default:"4096" placeholder:"N" help:"Client connections at once; further ones wait (default ${default})." group:"limits"`
	Dataset        []string `env:"COMPANYGRAPH_DATASETS" placeholder:"NAME" help:"Bundled datasets to load into an empty database: ${datasets}, or none (default all)."`
}

type (
	serveCommand  struct{}
	schemaCommand struct{}
)

// Run prints the published schema.
func (schemaCommand) Run(*settings) error {
	_, err := os.Stdout.WriteString(generated.SDL)
	return err
}

func main() {
	telemetry.TuneCollector()
	cli := commands{}
	k := kong.Parse(&cli, kong.Name("companygraph"), kong.Description(about+seedcommands.List()), vars())
	if err := k.Run(&cli.settings); err != nil {
		fmt.Fprintln(os.Stderr, "companygraph:", graph.Explained(err))
		os.Exit(1)
	}
}

// vars are what the texts of the flags name.
func vars() kong.Vars {
	all := stores.Vars()
	all["datasets"], all["version"] = strings.Join(data.Names(), ", "), versionText()
	return all
}

// Run serves until it is interrupted.
func (serveCommand) Run(c *settings) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	flushLog := c.Logging.Start(os.Stderr)
	defer flushLog()
	if c.MaxConnections <= 0 {
		return errors.New("--max-connections: must be above 0")
	}
	files, err := c.datasetFiles()
	if err != nil {
		return err
	}
	listener, err := httpserver.Listen(ctx, "--listen", c.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	listener = netutil.LimitListener(listener, c.MaxConnections)
	secure, err := c.TLS.Config()
	if err != nil {
		return err
	}
	tracing, flush, err := telemetry.StartTracing(ctx, versionName())
	if err != nil {
		return err
	}
	if tracing != nil {
		c.Tracing = tracing
	}
	model := schema.Model()
	store, err := c.Open(ctx, model)
	if err != nil {
		return errors.Join(err, flush())
	}
	serving := c.serve(ctx, listener, secure, store, model, files)
	return errors.Join(serving, store.Close(), flush())
}

// datasetFiles are the files of the datasets that an empty database gets.
func (c *settings) datasetFiles() ([]loader.File, error) {
	names := c.Dataset
	switch {
	case len(names) == 0:
		names = data.Names()
	case len(names) == 1 && names[0] == "none":
		return nil, nil
	}
	var files []loader.File
	for _, name := range names {
		if !data.Has(name) {
			return nil, fmt.Errorf("--dataset %s: there is no bundled dataset of this name; there are %s", name, strings.Join(data.Names(), ", "))
		}
		more, err := data.Files(name)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return files, nil
}

func (c *settings) serve(ctx context.Context, listener net.Listener, secure *tls.Config, store store.Store, model *graph.Model, files []loader.File) error {
	c.Version = versionName()
	handler, err := httpserver.NewHandler(store, model, c.Options)
	if err != nil {
		return err
	}
	metricsAt, stopMetrics, err := httpserver.ServeMetrics(ctx, c.MetricsListen, handler)
	if err != nil {
		return err
	}
	defer stopMetrics()
	server := httpserver.NewServer(web.NewHandler(handler))
	server.TLSConfig = secure
	stopped := make(chan error, 1)
	go func() {
		if secure != nil {
			stopped <- server.ServeTLS(listener, "", "")
			return
		}
		stopped <- server.Serve(listener)
	}()
	if err := seedOnce(ctx, store, model, files); err != nil {
		return errors.Join(err, server.Close())
	}
	handler.SetReady()
	c.announce(listener.Addr(), metricsAt)
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
		return httpserver.Shutdown(ctx, server)
	}
}

// seedOnce loads the datasets into a store that is empty and was never seeded.
func seedOnce(ctx context.Context, store store.Store, model *graph.Model, files []loader.File) error {
	seeded, err := store.Seeded(ctx)
	if err != nil || seeded || len(files) == 0 {
		return err
	}
	loaded, err := loader.Read(model, files).Seed(ctx, store)
	if err != nil {
		return fmt.Errorf("bundled data: %w", err)
	}
	nodes := 0
	for _, l := range loaded {
		nodes += l.Created
	}
	slog.Info("loaded the bundled data", "nodes", nodes)
	return nil
}

// announce prints where everything is. The metrics are where metricsAt says, or
// on the same address if that is empty and they are served at all.
func (c *settings) announce(address net.Addr, metricsAt string) {
	at := "http://" + httpserver.Openable(address)
	if c.TLSCert != "" {
		at = "https://" + httpserver.Openable(address)
	}
	fmt.Printf("GraphQL     %[1]s/graphql\nstart page  %[1]s/\nplayground  %[1]s/playground\nhealth      %[1]s/livez  %[1]s/readyz\n", at)
	if c.MetricsListen != telemetry.NoMetrics {
		fmt.Printf("metrics     %s%s\n", cmp.Or(metricsAt, at), httpserver.MetricsPath)
	}
}
