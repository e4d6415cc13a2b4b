package graph

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Code is the machine-readable kind of an error, sent as extensions.code.
type Code string

// The codes. Those of requests that cannot be run at all are gqlgen's
// GRAPHQL_PARSE_FAILED and GRAPHQL_VALIDATION_FAILED.
const (
	// CodeBadInput: an argument has a value that cannot be used.
	CodeBadInput Code = "BAD_USER_INPUT"
	// CodeBadRequest: the HTTP request is no well-formed GraphQL request.
	CodeBadRequest Code = "BAD_REQUEST"
	// CodeLimit: the operation is larger than the server allows.
	CodeLimit Code = "LIMIT_EXCEEDED"
	// CodeRate: the client sends more requests than the server allows.
	CodeRate Code = "RATE_LIMITED"
	// CodeNotPersisted: no document is known by the hash that was sent.
	CodeNotPersisted Code = "PERSISTED_QUERY_NOT_FOUND"
	// CodeNotTrusted: the server answers only documents it was given beforehand.
	CodeNotTrusted Code = "DOCUMENT_NOT_TRUSTED"
	// CodeNoIntrospection: the server keeps its schema to itself.
	CodeNoIntrospection Code = "INTROSPECTION_DISABLED"
	// CodeTimeout: the operation took longer than the server allows.
	CodeTimeout Code = "TIMEOUT"
	// CodeCancelled: the client went away.
	CodeCancelled Code = "CANCELLED"
	// CodeUnavailable: the database cannot be reached.
	CodeUnavailable Code = "UNAVAILABLE"
	// CodeInternal: something is wrong with the server; details are in its log.
	CodeInternal Code = "INTERNAL"
)

// Error is an error with a text that is fit for clients.
type Error struct {
	Code    Code
	Message string
	// Argument is where in the field's arguments the cause lies, such as
	// `where.date.before`; empty if it is not in an argument.
	Argument string
	// Excess is the limit that an operation is over, if it is over one.
	Excess *Excess
	// Cause is for the log alone.
	Cause error
}

// Excess is a limit and what exceeds it, both in the limit's unit.
type Excess struct {
	// What is limited: one word, the same for each refusal by this limit.
	What         string
	Limit, Value int
}

func (e *Error) Error() string { return e.Message }

func (e *Error) Unwrap() error { return e.Cause }

// Explained is the text of an error for the person at the console, in one line:
// with the cause that clients are not told.
func Explained(err error) string {
	text := err.Error()
	if own := new(Error); errors.As(err, &own) && own.Cause != nil {
		text += ": " + own.Cause.Error()
	}
	return strings.ReplaceAll(text, "\n", "; ")
}

// Unavailable makes the error of a store that cannot reach its engine.
func Unavailable(cause error) *Error {
	return &Error{Code: CodeUnavailable, Message: "the database cannot be reached", Cause: cause}
}

// BadArgument makes the error of an argument that cannot be used.
func BadArgument(argument, format string, args ...any) *Error {
	return &Error{
		Code: CodeBadInput, Argument: argument,
		Message: fmt.Sprintf("argument %q: %s", argument, fmt.Sprintf(format, args...)),
	}
}

// Quoted quotes text that may be anything, cut to what helps.
func Quoted[T ~string](text T) string {
	const enough = 60
	if start := FirstRunes(string(text), enough); start != string(text) {
		return strconv.Quote(start) + "…"
	}
	return strconv.Quote(string(text))
}
