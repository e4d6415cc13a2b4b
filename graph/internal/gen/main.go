// Command gen is what `go generate ./...` runs: from the declarations in
// schema/ it derives the published schema, has gqlgen make the executor for
// it, and writes the root resolvers and the JSON Schema of datasets. Run it in
// the repository's root.
package main

import (
	"bytes"
	"fmt"
	"os"

	"companygraph/schema"
	"companygraph/seed/loader"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2/formatter"
)

const (
	publishedFile     = "graph/generated/schema.graphql"
	datasetSchemaFile = "seed/dataset.schema.json"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	doc, err := schema.Parse()
	if err != nil {
		return err
	}
	published, err := publish(doc)
	if err != nil {
		return err
	}
	var sdl bytes.Buffer
	sdl.WriteString("# Derived from schema/*.graphql by `go generate ./...`; do not edit.\n\n")
	formatter.NewFormatter(&sdl, formatter.WithIndent("  ")).FormatSchemaDocument(published)
	if err := os.WriteFile(publishedFile, sdl.Bytes(), 0o644); err != nil {
		return err
	}
	if err := writeRootResolvers(published); err != nil {
		return err
	}
	if err := os.WriteFile(datasetSchemaFile, loader.JSONSchema(schema.Model()), 0o644); err != nil {
		return err
	}
	cfg, err := config.LoadConfig("gqlgen.yml")
	if err != nil {
		return err
	}
	return api.Generate(cfg, api.AddPlugin(documentPlugin{}))
}
