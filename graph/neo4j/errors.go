package neo4j

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// explain puts the commonest refusals into words for the person at the console.
func explain(err error) error {
	var server *driver.Neo4jError
	switch {
	case errors.As(err, &server) && strings.HasPrefix(server.Code, "Neo.ClientError.Security"):
		return errors.New("the user or the password is wrong")
	case errors.As(err, &server) && server.Code == "Neo.ClientError.Database.DatabaseNotFound":
		return errors.New("there is no database of this name")
	case errors.As(err, &server):
		return errors.New(server.Msg)
	case isA[*driver.ConnectivityError](err), errors.Is(err, context.DeadlineExceeded):
		return errors.New("cannot be reached, or does not answer in time")
	}
	return err
}

// reachable marks the errors that say that the server cannot be used now.
func reachable(ctx context.Context, err error) error {
	var own *graph.Error
	var problems write.Problems
	switch {
	case err == nil, errors.As(err, &own), errors.As(err, &problems):
		return err
	case isA[*driver.TransactionExecutionLimit](err) && !errors.Is(ctx.Err(), context.Canceled):
		// What failed because no server answered was repeated, until the patience or
		// the time for it was over.
		return graph.Unavailable(err)
	case ctx.Err() != nil:
		return ctx.Err()
	case isA[*driver.ConnectivityError](err), isA[net.Error](err), endedEarly(err):
		return graph.Unavailable(err)
	}
	var server *driver.Neo4jError
	if errors.As(err, &server) && driver.IsRetryable(server) {
		return graph.Unavailable(err)
	}
	return err
}

// endedEarly tells whether the server hung up. Where it does so in the middle of
// a message, the driver (5.28.4) takes that for no fault of the connection.
func endedEarly(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// repeatable lets the driver repeat a transaction whose server hung up.
func repeatable(err error) error {
	if endedEarly(err) && !isA[*driver.ConnectivityError](err) {
		return &driver.ConnectivityError{Inner: err}
	}
	return err
}

// isA finds an error also among several, where the driver's own functions do not.
func isA[E error](err error) bool {
	var target E
	return errors.As(err, &target)
}
