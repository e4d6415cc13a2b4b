package resolvers

import (
	"fmt"

	"companygraph/graph"
)

// limitError refuses an argument that is larger than the server allows.
func limitError(argument, what string, limit int) error {
	return &graph.Error{
		Code: graph.CodeLimit, Argument: argument,
		Message: fmt.Sprintf("argument %q: %s; the limit is %d", argument, what, limit),
	}
}
