// Command genqlient prints the statements of the graph, newest first, page by
// page. `go generate` makes the functions and types for its queries.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/Khan/genqlient/graphql"
)

//go:generate go tool genqlient

func main() {
	url := os.Getenv("GRAPHQL_URL")
	if url == "" {
		url = "http://127.0.0.1:8080/graphql"
	}
	if err := run(context.Background(), graphql.NewClient(url, http.DefaultClient)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, client graphql.Client) error {
	var after *string
	for {
		answer, err := Statements(ctx, client, 2, after)
		if err != nil {
			return err
		}
		for _, statement := range answer.Statements.Nodes {
			printStatement(statement)
		}
		info := answer.Statements.PageInfo
		if !info.HasNextPage {
			return nil
		}
		after = &info.EndCursor
	}
}

func printStatement(s StatementsStatementsStatementConnectionNodesStatement) {
	date := "undated"
	if s.Date != nil {
		date = s.Date.Edtf
	}
	for _, speaker := range s.Speakers {
		fmt.Printf("%s  %s: %s\n", date, speaker.GetName(), s.Title)
	}
}
