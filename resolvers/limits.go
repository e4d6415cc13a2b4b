package resolvers

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
)

// checkText looks at a document before it is parsed.
func (l Limits) checkText(text string) *gqlerror.Error {
	if len(text) > l.MaxQuery {
		return overLimit("query", "the document has too many bytes", l.MaxQuery, len(text))
	}
	tokens, nesting := scan(text)
	if nesting > l.MaxNesting {
		return overLimit("nesting", "the document has too many brackets open at once", l.MaxNesting, nesting)
	}
	if tokens > l.MaxTokens {
		return overLimit("tokens", "the document has too many tokens", l.MaxTokens, tokens)
	}
	return nil
}

// scan counts the tokens of a document and its brackets that are open at once,
// up to the first thing that is no token: there the parser ends too.
func scan(text string) (tokens, nesting int) {
	l, open := lexer.New(&ast.Source{Input: text}), 0
	for {
		token, err := l.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return tokens, nesting
		}
		tokens++
		switch token.Kind {
		case lexer.BraceL, lexer.BracketL, lexer.ParenL:
			open++
			nesting = max(nesting, open)
		case lexer.BraceR, lexer.BracketR, lexer.ParenR:
			open--
		}
	}
}

// checkSize looks at a parsed document before it is validated: the rules of
// validation take time that grows with the square of some of these numbers.
func (l Limits) checkSize(doc *ast.QueryDocument) *gqlerror.Error {
	m := newMeasure(doc)
	size := m.size()
	if m.cycle != nil {
		return validationError(m.cycle.Position, fmt.Sprintf("fragment %q spreads itself", m.cycle.Name))
	}
	for _, check := range []struct {
		name, problem string
		limit, value  int
	}{
		{"directives", "the document has too many directives", l.MaxDirectives, size.directives},
		{"variables", "an operation has too many variables", l.MaxVariables, size.variables},
		{"depth", "the document nests fields too deeply", l.MaxDepth, size.depth},
		{"fields", "the document has too many fields", l.MaxFields, size.fields},
		{"rootFields", "an operation has too many root fields", l.MaxRootFields, size.rootFields},
	} {
		if check.value > check.limit {
			return overLimit(check.name, check.problem, check.limit, check.value)
		}
	}
	// What this costs is bounded by the number of fields.
	if merges := m.merges(); merges > l.MaxMerges {
		return overLimit("merges", "the document has too many pairs of fields under one key", l.MaxMerges, merges)
	}
	return nil
}

// checkPrice looks at a plan before it is run.
func (l Limits) checkPrice(price int) error {
	if price > l.MaxPrice {
		return TooLarge("price", "the operation may read too many rows", l.MaxPrice, price)
	}
	return nil
}
