package resolvers

import (
	"context"

	"companygraph/graph"
)

type queryResolver struct{}

func (r *queryResolver) fetch(ctx context.Context) (graph.Document, error) { return nil, nil }
