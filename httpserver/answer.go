package httpserver

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"companygraph/graph"
	"companygraph/resolvers"
	"companygraph/telemetry"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/elnormous/contenttype"
	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The media types of GraphQL over HTTP.
const (
	typeJSON     = "application/json"
	typeResponse = "application/graphql-response+json"
)

// answerTypes are those an answer can have, the one for clients that take
// either first, as the specification has it for now.
var answerTypes = []contenttype.MediaType{
	contenttype.NewMediaType(typeJSON + "; charset=utf-8"),
	contenttype.NewMediaType(typeResponse + "; charset=utf-8"),
}

// negotiated is the media type that the Accept header of a request prefers;
// "" if it allows neither.
func negotiated(r *http.Request) string {
	accept := strings.ToLower(strings.Join(r.Header.Values("Accept"), ","))
	if accept == "" {
		return typeJSON
	}
	chosen, _, err := contenttype.GetAcceptableMediaTypeFromHeader(accept, answerTypes)
	if err != nil {
		return ""
	}
	return chosen.MIME()
}

// answerWriter writes one answer.
type answerWriter struct {
	w http.ResponseWriter
	r *http.Request
	// mediaType is "" if the client accepts none that there is.
	mediaType string
	cacheFor  time.Duration
	// status422 is the option of this name.
	status422 bool
	record    *telemetry.Record
}

func newAnswer(w http.ResponseWriter, r *http.Request) *answerWriter {
	w.Header().Add("Vary", "Accept")
	return &answerWriter{w: w, r: r, mediaType: negotiated(r), record: telemetry.RecordOf(r.Context())}
}

// request answers a well-formed request that cannot be run. The older media
// type always comes with 200: its clients take other statuses for a proxy's.
func (a *answerWriter) request(errs gqlerror.List) {
	switch {
	case a.mediaType != typeResponse:
		a.refuse(http.StatusOK, errs...)
	case a.status422 && !isUnparsed(errs):
		a.refuse(http.StatusUnprocessableEntity, errs...)
	default:
		a.refuse(http.StatusBadRequest, errs...)
	}
}

// isUnparsed reports whether a document is not even one by its syntax.
func isUnparsed(errs gqlerror.List) bool {
	return len(errs) > 0 && errs[0].Extensions["code"] == errcode.ParseFailed
}

func (a *answerWriter) refuse(status int, errs ...*gqlerror.Error) {
	a.write(status, &graphql.Response{Errors: errs})
}

func (a *answerWriter) response(response *graphql.Response) {
	switch {
	case response == nil:
		a.refuse(http.StatusOK, resolvers.Coded(&graph.Error{Code: graph.CodeCancelled, Message: "the request was cancelled"}))
	case response.Data == nil:
		a.request(response.Errors)
	default:
		a.write(http.StatusOK, response)
	}
}

// write sends the answer. Its data is finished JSON already, and may be large:
// it is not copied, as a client that reads slowly would keep both.
func (a *answerWriter) write(status int, response *graphql.Response) {
	a.record.Answered(response.Errors)
	parts := partsOf(response)
	header := a.w.Header()
	header.Set("Cache-Control", "no-store")
	if a.r.Method == http.MethodGet && status == http.StatusOK && len(response.Errors) == 0 {
		tag := tagOf(parts)
		header.Set("ETag", tag)
		header.Set("Cache-Control", fmt.Sprintf("%s, max-age=%d, must-revalidate", a.audience(), int(a.cacheFor.Seconds())))
		if a.has(tag) {
			a.w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	length := 0
	for _, part := range parts {
		length += len(part)
	}
	header.Set("Content-Type", cmp.Or(a.mediaType, typeJSON)+"; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(length))
	a.w.WriteHeader(status)
	for _, part := range parts {
		if _, err := a.w.Write(part); err != nil {
			return // A client that went away is no error of ours.
		}
	}
}

// audience says who may keep an answer: only the client itself, if it may depend
// on who asks.
func (a *answerWriter) audience() string {
	a.w.Header().Add("Vary", "Authorization, Cookie")
	if a.r.Header.Get("Authorization") != "" || a.r.Header.Get("Cookie") != "" {
		return "private"
	}
	return "public"
}

// tagOf is weak, as the same answer may come compressed or not.
func tagOf(parts [3][]byte) string {
	hash := sha256.New()
	for _, part := range parts {
		hash.Write(part)
	}
	return `W/"` + base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:16]) + `"`
}

// has reports whether the client has the answer of a tag already.
func (a *answerWriter) has(tag string) bool {
	known := strings.Split(strings.Join(a.r.Header.Values("If-None-Match"), ","), ",")
	return slices.ContainsFunc(known, func(one string) bool {
		one = strings.TrimSpace(one)
		return one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/")
	})
}

// compressed sends answers in fewer bytes to clients that take them so, at the
// level that costs least: at the usual one it would cost as much as the answer.
func compressed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.PreferZstd(false))
	if err != nil {
		panic(err) // there is such a level
	}
	return wrap(next)
}

// partsOf are what stands before the data of an answer, the data, and the rest.
func partsOf(response *graphql.Response) [3][]byte {
	before, after := append(make([]byte, 0, 64), '{'), make([]byte, 0, 64)
	separator := ""
	name := func(part []byte, name string) []byte {
		part = append(append(append(append(part, separator...), '"'), name...), '"', ':')
		separator = ","
		return part
	}
	if len(response.Errors) > 0 {
		before = append(name(before, "errors"), marshalled(response.Errors)...)
	}
	if response.Data != nil {
		before = name(before, "data")
	}
	if len(response.Extensions) > 0 {
		after = append(name(after, "extensions"), marshalled(response.Extensions)...)
	}
	return [3][]byte{before, response.Data, append(after, '}', '\n')}
}

func marshalled(v any) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return encoded
}
