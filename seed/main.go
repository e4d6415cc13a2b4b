// Command seed loads datasets into the graph, takes them out again, and helps to
// write them:
//
//	go run ./seed load antivirus-ban-2017
//	go run ./seed datasets
//	go run ./seed remove antivirus-ban-2017
//	go run ./seed copy --from companygraph.db --to neo4j://localhost:7687
//	go run ./seed check --sources texts my-dataset.yaml
//	go run ./seed span --source texts/article.txt "the words"
//
// `go run ./seed --help` says what it ends with.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"companygraph/seed/commands"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := commands.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
