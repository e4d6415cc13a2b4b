package resolvers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"companygraph/graph"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/jellydator/ttlcache/v3"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
)

// How many documents are remembered, and how many bytes their texts have
// together. The second counts: a parsed document takes up to 110 times the
// memory of its text, so the worst that fit take less than 60 MB, where as many
// as the first allows would take 580 MB. (TestDocumentsAreBounded)
const (
	rememberedDocuments = 1000
	rememberedBytes     = 512 << 10
)

// documents turns texts, or hashes of them, into valid documents. It remembers
// those that were asked last by the hash of their text. So a client may send
// the hash alone of whatever was asked before: automatic persisted queries.
type documents struct {
	schema      *ast.Schema
	limits      Limits
	rules       []rule
	remembered  *ttlcache.Cache[string, *document]
	trusted     map[string]*document
	trustedOnly bool
	// preparing has a place for each document that is parsed and validated at once.
	preparing chan struct{}
}

// document is a valid document, its text, and the hash of that.
type document struct {
	text, hash string
	parsed     *ast.QueryDocument
}

// newDocuments fails if the trusted documents cannot be read, or one is invalid.
func newDocuments(schema *ast.Schema, limits Limits, options Documents) (*documents, error) {
	length := func(entry ttlcache.CostItem[string, *document]) uint64 { return uint64(len(entry.Value.text)) }
	d := &documents{
		schema: schema, limits: limits, rules: rulesFor(options.Suggestions), trustedOnly: options.TrustedOnly,
		remembered: ttlcache.New(
			ttlcache.WithCapacity[string, *document](rememberedDocuments),
			ttlcache.WithMaxCost(rememberedBytes, length),
		),
		preparing: make(chan struct{}, processors()),
	}
	var err error
	d.trusted, err = d.trust(options)
	return d, err
}

// errPersisted is the message by which clients know to send the text as well.
const errPersisted = "PersistedQueryNotFound"

// find is the document of a request.
func (d *documents) find(params *graphql.RawParams) (*document, gqlerror.List) {
	hash, given, err := persistedHash(params.Extensions)
	if err != nil {
		return nil, gqlerror.List{Coded(err)}
	}
	if params.Query != "" {
		own := graph.SHA256(params.Query)
		if given && own != hash {
			return nil, gqlerror.List{Coded(BadRequest("the hash of the persisted query is not that of its text"))}
		}
		hash = own
	}
	if doc, trusted := d.trusted[hash]; trusted {
		return doc, nil
	}
	if d.trustedOnly {
		return nil, gqlerror.List{Coded(&graph.Error{Code: graph.CodeNotTrusted, Message: "the server answers only documents that it was given beforehand"})}
	}
	if entry := d.remembered.Get(hash); entry != nil {
		return entry.Value(), nil
	}
	if params.Query == "" {
		return nil, gqlerror.List{Coded(&graph.Error{Code: graph.CodeNotPersisted, Message: errPersisted})}
	}
	doc, errs := d.prepare(params.Query, hash)
	if len(errs) == 0 {
		d.remembered.Set(hash, doc, ttlcache.NoTTL)
	}
	return doc, errs
}

// prepare parses and validates a document that is within the limits.
func (d *documents) prepare(text, hash string) (*document, gqlerror.List) {
	if err := d.limits.checkText(text); err != nil {
		return nil, gqlerror.List{err}
	}
	d.preparing <- struct{}{}
	defer func() { <-d.preparing }()
	parsed, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, d.limits.MaxTokens)
	if err != nil {
		return nil, gqlerror.List{parseError(err, text)}
	}
	if err := d.limits.checkSize(parsed); err != nil {
		return nil, gqlerror.List{err}
	}
	if errs := validate(d.schema, parsed, d.rules); len(errs) > 0 {
		return nil, errs
	}
	return &document{text: text, hash: hash, parsed: parsed}, nil
}

func parseError(err error, text string) *gqlerror.Error {
	known := new(gqlerror.Error)
	if !errors.As(err, &known) {
		known = &gqlerror.Error{Message: "the document cannot be parsed"}
	}
	if wrong := firstWrongToken(text); wrong != nil && strings.Contains(known.Message, "<Invalid>") {
		known = wrong
	}
	return &gqlerror.Error{Message: shortened(known.Message), Locations: known.Locations, Extensions: map[string]any{"code": errcode.ParseFailed}}
}

// firstWrongToken says what is wrong with the first piece of a text that is no
// token, and where; nil if there is none. The parser names it <Invalid>.
func firstWrongToken(text string) *gqlerror.Error {
	for l := lexer.New(&ast.Source{Input: text}); ; {
		token, err := l.ReadToken()
		wrong := new(gqlerror.Error)
		if errors.As(err, &wrong) {
			return &gqlerror.Error{Message: plainly(wrong.Message, characterAt(text, wrong.Locations)), Locations: wrong.Locations}
		}
		if token.Kind == lexer.EOF || token.Kind == lexer.Invalid {
			return nil
		}
	}
}

// characterAt is the character at the first of some locations, whose columns count
// characters; 0 if there is none.
func characterAt(text string, at []gqlerror.Location) rune {
	if len(at) == 0 {
		return 0
	}
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	if at[0].Line < 1 || at[0].Line > len(lines) {
		return 0
	}
	characters := []rune(lines[at[0].Line-1])
	if column := at[0].Column - 1; column >= 0 && column < len(characters) {
		return characters[column]
	}
	return 0
}

// plainly puts a message of the lexer, about a character, the way ours are.
func plainly(message string, character rune) string {
	message = strings.TrimSuffix(message, ".")
	sign, isSign := strings.CutPrefix(message, "Cannot parse the unexpected character ")
	switch {
	case strings.Contains(message, "single quote"):
		return "unexpected character '; text is written in double quotes"
	case !isSign:
		return strings.ToLower(message[:1]) + message[1:]
	case strings.ContainsRune("`‘’‚“”„«»", character):
		return fmt.Sprintf("unexpected character %c (%U); text is written in double quotes", character, character)
	case unicode.IsSpace(character):
		return fmt.Sprintf("unexpected character %U, which looks like a space; use an ordinary one", character)
	case character > unicode.MaxASCII:
		return fmt.Sprintf("unexpected character %c (%U)", character, character)
	}
	return "unexpected character " + strings.Trim(sign, `"`)
}

// persistedHash reads the extension by which clients name a document.
func persistedHash(extensions map[string]any) (hash string, given bool, err *graph.Error) {
	value, given := extensions["persistedQuery"]
	if !given || value == nil {
		return "", false, nil
	}
	wrong := BadRequest("the extension \"persistedQuery\" must have version 1 and a sha256Hash")
	object, _ := value.(map[string]any)
	hash, fits := object["sha256Hash"].(string)
	if version, err := asInt(object["version"], "version"); err != nil || version != 1 || !fits || hash == "" {
		return "", false, wrong
	}
	return hash, true, nil
}

// found hands the executor the document that was found for the request, so
// that it parses nothing by itself.
type found struct{}

type foundKey struct{}

var _ graphql.Cache[*ast.QueryDocument] = found{}

// Get implements graphql.Cache.
func (found) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	doc, known := ctx.Value(foundKey{}).(*document)
	if !known {
		return nil, false
	}
	return doc.parsed, true
}

// Add implements graphql.Cache.
func (found) Add(context.Context, string, *ast.QueryDocument) {}
