package resolvers

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"companygraph/graph"
	"companygraph/graph/answer"
	"companygraph/telemetry"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// limitError refuses an argument that is larger than the server allows.
func limitError(argument, what string, limit, value int) error {
	return &graph.Error{
		Code: graph.CodeLimit, Argument: argument,
		Message: fmt.Sprintf("argument %q: %s; the limit is %d", argument, what, limit),
		Excess:  &graph.Excess{What: "argument", Limit: limit, Value: value},
	}
}

// overLimit refuses an operation that is larger than the server allows.
func overLimit(what, problem string, limit, value int) *gqlerror.Error {
	return Coded(TooLarge(what, problem, limit, value))
}

// TooLarge is the refusal of a request over a limit. what names the limit for
// programs, problem describes it for people.
func TooLarge(what, problem string, limit, value int) *graph.Error {
	return &graph.Error{
		Code: graph.CodeLimit, Message: fmt.Sprintf("%s: %d; the limit is %d", problem, value, limit),
		Excess: &graph.Excess{What: what, Limit: limit, Value: value},
	}
}

// validationError is that of a document which validation need not see.
func validationError(at *ast.Position, message string) *gqlerror.Error {
	err := &gqlerror.Error{Message: message, Extensions: map[string]any{"code": errcode.ValidationFailed}}
	if at != nil {
		err.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
	return err
}

// Coded makes the GraphQL error that clients see of one of ours.
func Coded(err *graph.Error) *gqlerror.Error {
	extensions := map[string]any{"code": string(err.Code)}
	if err.Argument != "" {
		extensions["argument"] = err.Argument
	}
	if err.Excess != nil {
		extensions["limited"], extensions["limit"], extensions["value"] = err.Excess.What, err.Excess.Limit, err.Excess.Value
	}
	return &gqlerror.Error{Message: err.Message, Extensions: extensions}
}

// Mask turns any error into one that clients may see. What they must not see
// goes to the log.
func Mask(ctx context.Context, err error) *gqlerror.Error {
	var own *graph.Error
	switch {
	case errors.As(err, &own):
		if own.Cause != nil {
			telemetry.Logger(ctx).Error("operation failed", "code", own.Code, "cause", own.Cause)
		}
		return Coded(own)
	case errors.Is(err, context.DeadlineExceeded):
		return Coded(&graph.Error{Code: graph.CodeTimeout, Message: "the operation took too long"})
	case errors.Is(err, context.Canceled):
		return Coded(&graph.Error{Code: graph.CodeCancelled, Message: "the request was cancelled"})
	}
	telemetry.Logger(ctx).Error("operation failed", "code", graph.CodeInternal, "cause", err)
	return internalError(ctx)
}

func internalError(ctx context.Context) *gqlerror.Error {
	e := Coded(&graph.Error{Code: graph.CodeInternal, Message: "internal error"})
	if id := telemetry.RequestID(ctx); id != "" {
		e.Extensions["requestId"] = id
	}
	return e
}

// PresentError makes the executor's errors fit for clients. Errors of parsing
// and validation are, and bring their code.
func PresentError(ctx context.Context, err error) *gqlerror.Error {
	var known *gqlerror.Error
	if errors.As(err, &known) && known.Extensions["code"] != nil {
		return known
	}
	presented := Mask(ctx, err)
	presented.Path = graphql.GetPath(ctx)
	return presented
}

// RecoverPanic is what the executor calls after a panic.
func RecoverPanic(ctx context.Context, reason any) error {
	telemetry.Logger(ctx).Error("panic", "reason", reason, "stack", string(debug.Stack()))
	return internalError(ctx)
}

// requestErrors are those of an operation that cannot be planned: it is not
// run, and the answer has no data.
func requestErrors(ctx context.Context, err error) gqlerror.List {
	presented := Mask(ctx, err)
	var at *planError
	if errors.As(err, &at) {
		presented.Locations = locations(at.field)
		presented.Extensions["field"] = at.field.ObjectDefinition.Name + "." + at.field.Name
	}
	return gqlerror.List{presented}
}

func locations(field *ast.Field) []gqlerror.Location {
	if field.Position == nil {
		return nil
	}
	return []gqlerror.Location{{Line: field.Position.Line, Column: field.Position.Column}}
}

// reportMissing adds the error of a value that the schema promises and the
// store lacks.
func reportMissing(ctx context.Context, missing *answer.FieldError) {
	presented := internalError(ctx)
	presented.Message = missing.Error()
	path := graphql.GetPath(ctx)
	for _, step := range missing.Path {
		switch s := step.(type) {
		case string:
			path = append(path, ast.PathName(s))
		case int:
			path = append(path, ast.PathIndex(s))
		}
	}
	presented.Path = path
	telemetry.Logger(ctx).Error("a required value is missing in the store", "path", path.String())
	graphql.AddError(ctx, presented)
}

// responseKey is the alias of the root field being resolved.
func responseKey(ctx context.Context) string { return graphql.GetFieldContext(ctx).Field.Alias }

// BadRequest makes the error of a request that is no well-formed GraphQL request.
func BadRequest(message string) *graph.Error {
	return &graph.Error{Code: graph.CodeBadRequest, Message: message}
}
