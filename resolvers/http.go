package resolvers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"companygraph/graph"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// maxBodyBytes is the size of a request's body at most.
const maxBodyBytes = 1 << 20

// The media types of GraphQL over HTTP.
const (
	typeJSON     = "application/json"
	typeResponse = "application/graphql-response+json"
)

// graphqlHandler speaks GraphQL over HTTP: POST with a JSON body, and GET for
// queries. gqlgen's transport would run every answer through json.Marshal once
// more, and shows Go's decoder errors to clients.
type graphqlHandler struct{ exec graphql.GraphExecutor }

func (h graphqlHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := graphql.StartOperationTrace(r.Context())
	a := &answerWriter{w: w, mediaType: preferred(r.Header.Get("Accept"))}
	defer func() {
		if reason := recover(); reason != nil {
			a.refuse(http.StatusInternalServerError, presentError(ctx, recoverPanic(ctx, reason)))
		}
	}()
	params, status, err := readParams(w, r)
	if err != nil {
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, POST")
		}
		a.refuse(status, coded(err))
		return
	}
	h.answer(ctx, a, r, params)
}

func (h graphqlHandler) answer(ctx context.Context, a *answerWriter, r *http.Request, params *graphql.RawParams) {
	op, errs := h.exec.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		response := h.exec.DispatchError(graphql.WithOperationContext(ctx, op), withCodes(errs))
		a.request(response.Errors)
		return
	}
	if r.Method == http.MethodGet && op.Operation.Operation != ast.Query {
		a.w.Header().Set("Allow", "POST")
		a.refuse(http.StatusMethodNotAllowed, coded(badRequest("only queries can be sent with GET")))
		return
	}
	responses, ctx := h.exec.DispatchOperation(ctx, op)
	a.response(responses(ctx))
}

// withCodes gives a code to the errors of gqlgen and gqlparser that lack one:
// they are all about the request.
func withCodes(errs gqlerror.List) gqlerror.List {
	for i, err := range errs {
		if err.Extensions["code"] == nil {
			copied := *err
			copied.Extensions = map[string]any{"code": string(graph.CodeBadInput)}
			errs[i] = &copied
		}
	}
	return errs
}

func badRequest(message string) *graph.Error {
	return &graph.Error{Code: graph.CodeBadRequest, Message: message}
}

// readParams reads a GraphQL request, or says with which status to refuse it.
func readParams(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, int, *graph.Error) {
	switch r.Method {
	case http.MethodPost:
		return readBody(w, r)
	case http.MethodGet:
		return readQuery(r)
	default:
		return nil, http.StatusMethodNotAllowed, badRequest("use GET or POST")
	}
}

func readBody(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, int, *graph.Error) {
	mediaType, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset, given := parameters["charset"]
	if err != nil || mediaType != typeJSON || given && !strings.EqualFold(charset, "utf-8") {
		return nil, http.StatusUnsupportedMediaType, badRequest("the Content-Type must be application/json in UTF-8")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return nil, http.StatusRequestEntityTooLarge, &graph.Error{Code: graph.CodeLimit, Message: "the body is larger than 1 MiB"}
	}
	if err != nil {
		return nil, http.StatusBadRequest, badRequest("the body could not be read")
	}
	return decodeBody(body)
}

// decodeBody reads the members of a request strictly: a wrong kind is refused,
// unknown members are ignored as the specification asks.
func decodeBody(body []byte) (*graphql.RawParams, int, *graph.Error) {
	var members map[string]any
	if err := decodeNumbers(body, &members); err != nil || members == nil {
		return nil, http.StatusBadRequest, badRequest("the body must be one JSON object")
	}
	params := &graphql.RawParams{}
	for _, m := range []struct {
		name string
		fits bool
		want string
	}{
		{"query", member(members["query"], &params.Query), "a string"},
		{"operationName", member(members["operationName"], &params.OperationName), "a string or null"},
		{"variables", member(members["variables"], &params.Variables), "an object or null"},
		{"extensions", member(members["extensions"], &params.Extensions), "an object or null"},
	} {
		if !m.fits {
			return nil, http.StatusBadRequest, badRequest("the member \"" + m.name + "\" must be " + m.want)
		}
	}
	if params.Query == "" {
		return nil, http.StatusBadRequest, badRequest("the member \"query\" is missing")
	}
	return params, 0, nil
}

// member stores the value of a member, and tells whether it is of the right
// kind. null, and a member that is not there, leave what is stored as it is.
func member[T any](value any, into *T) bool {
	if value == nil {
		return true
	}
	typed, fits := value.(T)
	*into = typed
	return fits
}

// decodeNumbers decodes one JSON value and keeps numbers as they are written.
func decodeNumbers(raw []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more follows the value")
	}
	return nil
}

func readQuery(r *http.Request) (*graphql.RawParams, int, *graph.Error) {
	if len(r.URL.RawQuery) > maxBodyBytes {
		return nil, http.StatusRequestURITooLong, &graph.Error{Code: graph.CodeLimit, Message: "the address is too long"}
	}
	values := r.URL.Query()
	// The query's text is remembered: without a copy the whole address were too.
	params := &graphql.RawParams{Query: strings.Clone(values.Get("query")), OperationName: values.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		if raw := values.Get(name); raw != "" && decodeNumbers([]byte(raw), into) != nil {
			return nil, http.StatusBadRequest, badRequest("the parameter \"" + name + "\" must be a JSON object")
		}
	}
	if params.Query == "" {
		return nil, http.StatusBadRequest, badRequest("the parameter \"query\" is missing")
	}
	return params, 0, nil
}

// preferred chooses the media type of the answer: the newer one only for
// clients that ask for it, as the specification has it for now.
func preferred(accept string) string {
	if strings.Contains(accept, typeResponse) {
		return typeResponse
	}
	return typeJSON
}

// answerWriter writes one answer.
type answerWriter struct {
	w         http.ResponseWriter
	mediaType string
}

// request answers a well-formed request that cannot be run. The older media
// type always comes with 200: its clients take other statuses for a proxy's.
func (a *answerWriter) request(errs gqlerror.List) {
	status := http.StatusOK
	if a.mediaType == typeResponse {
		status = http.StatusBadRequest
	}
	a.refuse(status, errs...)
}

func (a *answerWriter) refuse(status int, errs ...*gqlerror.Error) {
	a.write(status, &graphql.Response{Errors: errs})
}

func (a *answerWriter) response(response *graphql.Response) {
	switch {
	case response == nil:
		a.refuse(http.StatusOK, coded(&graph.Error{Code: graph.CodeCancelled, Message: "the request was cancelled"}))
	case response.Data == nil:
		a.request(response.Errors)
	default:
		a.write(http.StatusOK, response)
	}
}

// write puts the answer together: the data is finished JSON already.
func (a *answerWriter) write(status int, response *graphql.Response) {
	body := make([]byte, 0, len(response.Data)+256)
	body = append(body, '{')
	if len(response.Errors) > 0 {
		body = appendMember(body, "errors", response.Errors)
	}
	if response.Data != nil {
		body = append(appendName(body, "data"), response.Data...)
	}
	if len(response.Extensions) > 0 {
		body = appendMember(body, "extensions", response.Extensions)
	}
	body = append(body, '}', '\n')
	header := a.w.Header()
	header.Set("Content-Type", a.mediaType+"; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("X-Content-Type-Options", "nosniff")
	a.w.WriteHeader(status)
	// A client that went away is no error of ours.
	_, _ = a.w.Write(body)
}

func appendMember(body []byte, name string, v any) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		encoded = []byte("null")
	}
	return append(appendName(body, name), encoded...)
}

func appendName(body []byte, name string) []byte {
	if body[len(body)-1] != '{' {
		body = append(body, ',')
	}
	return append(append(append(body, '"'), name...), '"', ':')
}
