package search

import (
	"cmp"
	"slices"
	"strings"

	"companygraph/graph"
)

// MatchQuality is how well a token answers a word of a search, best first.
type MatchQuality uint8

const (
	// ExactMatch: the token is the word.
	ExactMatch MatchQuality = iota + 1
	// PrefixMatch: the token starts with the word and goes on.
	PrefixMatch
	// TypoMatch: the word is misspelt.
	TypoMatch
)

// String is the name that clients read.
func (m MatchQuality) String() string { return [...]string{"", "EXACT", "PREFIX", "TYPO"}[m] }

// Word is a word of a search, with the tokens that it may be a misspelling of.
type Word struct {
	graph.QueryWord
	Near []string
}

// Words are those of a search.
type Words []Word

// Required are the words that a node must have.
func (ws Words) Required() Words {
	return slices.DeleteFunc(slices.Clone(ws), func(w Word) bool { return w.Filler })
}

// match is how well a token answers the word; 0 if it does not.
func (w *Word) match(token string) MatchQuality {
	switch {
	case slices.Contains(w.Exact, token):
		return ExactMatch
	case slices.ContainsFunc(w.Begin, func(begin string) bool { return strings.HasPrefix(token, begin) }):
		return PrefixMatch
	case slices.Contains(w.Near, token):
		return TypoMatch
	}
	return 0
}

// Hit is a node that was found, with what its rank is made of.
type Hit struct {
	ID graph.ID
	// Misspelt is how many words are misspelt.
	Misspelt int
	// Match and Field belong together: they tell how the word that fits the node
	// worst was found in it.
	Match MatchQuality
	Field graph.TokenField
	Class graph.NodeClass
	// Lacking is how many words are not found, which are fillers.
	Lacking int
}

// Hit ranks a node by its tokens; false if it lacks a word. The node is as good for
// a word as its best token, and as good for the search as its worst word.
func (ws Words) Hit(id graph.ID, class graph.NodeClass, tokens []graph.SearchToken) (Hit, bool) {
	hit := Hit{ID: id, Class: class}
	for i := range ws {
		match, field := ws[i].best(tokens)
		switch {
		case match == 0 && ws[i].Filler:
			hit.Lacking++
			continue
		case match == 0:
			return Hit{}, false
		case match == TypoMatch:
			hit.Misspelt++
		}
		if cmp.Or(cmp.Compare(match, hit.Match), cmp.Compare(field, hit.Field)) > 0 {
			hit.Match, hit.Field = match, field
		}
	}
	return hit, len(ws) > 0
}

// best is how the word is found best.
func (w *Word) best(tokens []graph.SearchToken) (MatchQuality, graph.TokenField) {
	var match MatchQuality
	var field graph.TokenField
	for _, t := range tokens {
		own := w.match(t.Token)
		if own != 0 && (match == 0 || cmp.Or(cmp.Compare(own, match), cmp.Compare(t.Field, field)) < 0) {
			match, field = own, t.Field
		}
	}
	return match, field
}

// Compare is negative if h comes before other in a list of results, positive if
// it comes after: fewer misspelt words first, then the better match, then the
// better field, an entity before a fact before a source, fewer fillers that are
// lacking, and last the lower id by code point.
func (h Hit) Compare(other Hit) int {
	return cmp.Or(
		cmp.Compare(h.Misspelt, other.Misspelt),
		cmp.Compare(h.Match, other.Match),
		cmp.Compare(h.Field, other.Field),
		cmp.Compare(h.Class, other.Class),
		cmp.Compare(h.Lacking, other.Lacking),
		cmp.Compare(h.ID, other.ID),
	)
}

// RankKey is the rank without the id, for a cursor: five bytes of printable
// ASCII. Hits sorted by (RankKey, ID) are in the order of [Hit.Compare].
func (h Hit) RankKey() string {
	return string([]byte{'0' + byte(h.Misspelt), '0' + byte(h.Match), '0' + byte(h.Field), '0' + byte(h.Class), '0' + byte(h.Lacking)})
}

// FormatTokens writes the tokens of a node in a line for each field.
func FormatTokens(tokens []graph.SearchToken) string {
	var lines [graph.QuotationField]strings.Builder
	for _, t := range tokens {
		line := &lines[t.Field-1]
		if line.Len() > 0 {
			line.WriteByte(' ')
		}
		line.WriteString(t.Token)
	}
	text := make([]string, len(lines))
	for i := range lines {
		text[i] = lines[i].String()
	}
	return strings.TrimRight(strings.Join(text, "\n"), "\n")
}

// ParseTokens reads what FormatTokens wrote.
func ParseTokens(text string) []graph.SearchToken {
	var tokens []graph.SearchToken
	field := graph.NameField
	for line := range strings.SplitSeq(text, "\n") {
		for token := range strings.FieldsSeq(line) {
			tokens = append(tokens, graph.SearchToken{Token: token, Field: field})
		}
		field++
	}
	return tokens
}
