package httpserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"companygraph/graph"
	"companygraph/resolvers"
	"companygraph/telemetry"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// graphqlHandler speaks GraphQL over HTTP: POST with a JSON body, and GET for
// queries. gqlgen's transport would run every answer through json.Marshal once
// more, and shows Go's decoder errors to clients.
type graphqlHandler struct {
	exec    graphql.GraphExecutor
	monitor *telemetry.Monitor
	limits  resolvers.Limits
	// cacheFor is how long answers to GET may be used without asking again.
	cacheFor time.Duration
	// status422 is the option of this name.
	status422 bool
}

func (h graphqlHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := graphql.StartOperationTrace(r.Context())
	a := newAnswer(w, r)
	a.cacheFor, a.status422 = h.cacheFor, h.status422
	defer func() {
		if reason := recover(); reason != nil {
			a.refuse(http.StatusInternalServerError, resolvers.PresentError(ctx, resolvers.RecoverPanic(ctx, reason)))
		}
	}()
	if a.mediaType == "" {
		a.refuse(http.StatusNotAcceptable, resolvers.Coded(resolvers.BadRequest("answers are "+typeResponse+" or "+typeJSON+"; the Accept header allows neither")))
		return
	}
	params, status, err := h.readParams(w, r)
	if err != nil {
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, POST")
		}
		a.refuse(status, resolvers.Coded(err))
		return
	}
	h.answer(ctx, a, r, params)
}

func (h graphqlHandler) answer(ctx context.Context, a *answerWriter, r *http.Request, params *graphql.RawParams) {
	ctx, ended := h.monitor.Span(ctx, "operation")
	defer ended(nil)
	op, errs := h.exec.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		a.request(withCodes(errs))
		return
	}
	if r.Method == http.MethodGet && op.Operation.Operation != ast.Query {
		a.w.Header().Set("Allow", "POST")
		a.refuse(http.StatusMethodNotAllowed, resolvers.Coded(resolvers.BadRequest("only queries can be sent with GET")))
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

// readParams reads a GraphQL request, or says with which status to refuse it.
func (h graphqlHandler) readParams(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, int, *graph.Error) {
	switch r.Method {
	case http.MethodPost:
		return h.readBody(w, r)
	case http.MethodGet:
		return h.readQuery(r)
	default:
		return nil, http.StatusMethodNotAllowed, resolvers.BadRequest("use GET or POST")
	}
}

func (h graphqlHandler) readBody(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, int, *graph.Error) {
	if !sendsJSON(r) {
		return nil, http.StatusUnsupportedMediaType, resolvers.BadRequest("the Content-Type must be application/json in UTF-8")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(h.limits.MaxBody)))
	if err != nil {
		if cut := new(http.MaxBytesError); errors.As(err, &cut) {
			return nil, http.StatusRequestEntityTooLarge, resolvers.TooLarge("body", "the body has too many bytes", h.limits.MaxBody, max(int(r.ContentLength), h.limits.MaxBody+1))
		}
		return nil, http.StatusBadRequest, resolvers.BadRequest("the body could not be read")
	}
	if !utf8.Valid(body) {
		return nil, http.StatusBadRequest, resolvers.BadRequest("the body is not UTF-8")
	}
	return h.decodeBody(body)
}

// sendsJSON reports whether the body of a request is of the one type that is read.
func sendsJSON(r *http.Request) bool {
	sent := r.Header.Get("Content-Type")
	if sent == typeJSON {
		return true
	}
	mediaType, parameters, err := mime.ParseMediaType(sent)
	charset, given := parameters["charset"]
	return err == nil && mediaType == typeJSON && (!given || strings.EqualFold(charset, "utf-8"))
}

// decodeBody reads the members of a request strictly: a wrong kind is refused,
// unknown members are ignored as the specification asks.
func (h graphqlHandler) decodeBody(body []byte) (*graphql.RawParams, int, *graph.Error) {
	if values := countValues(body); values > h.limits.MaxValues {
		return nil, http.StatusBadRequest, resolvers.TooLarge("values", "the body has too many values", h.limits.MaxValues, values)
	}
	var members map[string]any
	if err := decodeNumbers(body, &members); err != nil || members == nil {
		return nil, http.StatusBadRequest, resolvers.BadRequest("the body must be one JSON object")
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
			return nil, http.StatusBadRequest, resolvers.BadRequest("the member \"" + m.name + "\" must be " + m.want)
		}
	}
	if params.Query == "" && params.Extensions["persistedQuery"] == nil {
		return nil, http.StatusBadRequest, resolvers.BadRequest("the member \"query\" is missing")
	}
	return params, 0, nil
}

// member stores the value of a member, and reports whether it is of the right
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
	if len(bytes.TrimSpace(raw[decoder.InputOffset():])) > 0 {
		return errors.New("more follows the value")
	}
	return nil
}

// countValues counts what separates the values of a JSON text, whether or not
// it is one: decoded, a value takes up to a hundred times its two bytes.
func countValues(text []byte) int {
	n, inString := 1, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && inString:
			i++
		case c == '"':
			inString = !inString
		case !inString && (c == ',' || c == ':' || c == '[' || c == '{'):
			n++
		}
	}
	return n
}

func (h graphqlHandler) readQuery(r *http.Request) (*graphql.RawParams, int, *graph.Error) {
	if length := len(r.URL.RawQuery); length > h.limits.MaxBody {
		return nil, http.StatusRequestURITooLong, resolvers.TooLarge("body", "the address has too many bytes", h.limits.MaxBody, length)
	}
	values, err := queryValues(r.URL.RawQuery)
	if err != nil {
		return nil, http.StatusBadRequest, resolvers.BadRequest("the query string of the address is malformed: " + err.Error())
	}
	for name := range values {
		if !utf8.ValidString(values.Get(name)) {
			return nil, http.StatusBadRequest, resolvers.BadRequest("a parameter of the address is not UTF-8")
		}
	}
	// The query's text is remembered: without a copy the whole address were too.
	params := &graphql.RawParams{Query: strings.Clone(values.Get("query")), OperationName: values.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		raw := values.Get(name)
		if n := countValues([]byte(raw)); n > h.limits.MaxValues {
			return nil, http.StatusBadRequest, resolvers.TooLarge("values", "the parameter \""+name+"\" has too many values", h.limits.MaxValues, n)
		}
		if raw != "" && decodeNumbers([]byte(raw), into) != nil {
			return nil, http.StatusBadRequest, resolvers.BadRequest("the parameter \"" + name + "\" must be a JSON object")
		}
	}
	if params.Query == "" && params.Extensions["persistedQuery"] == nil {
		return nil, http.StatusBadRequest, resolvers.BadRequest("the parameter \"query\" is missing")
	}
	return params, 0, nil
}

// queryValues reads the parameters of an address. url.ParseQuery drops those that
// it cannot read, and all that hold a semicolon, which is taken literally here.
func queryValues(raw string) (url.Values, error) {
	return url.ParseQuery(strings.ReplaceAll(raw, ";", "%3B"))
}
