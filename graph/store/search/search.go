package search

import (
	"cmp"
	"slices"
	"strings"

	"companygraph/graph"
)

// MatchQuality is how well a token answers a query word, best first.
type MatchQuality uint8

const (
	// ExactMatch: the token is the word.
	ExactMatch MatchQuality = iota + 1
	// PrefixMatch: the token starts with the word and goes on.
	PrefixMatch
)

// TokenRow is one row of a store's token index.
type TokenRow struct {
	Token string
	Field graph.TokenField
	ID    graph.ID
	Class graph.NodeClass
}

// Hit is a node that was found, with what its rank is made of.
type Hit struct {
	ID graph.ID
	// Match and Field belong together: they tell how the query word that fits
	// the node worst was found in it.
	Match MatchQuality
	Field graph.TokenField
	Class graph.NodeClass
}

// RankHits returns the nodes that answer every one of the words, best first.
// The words are [Tokens] of the query, and rows[i] is what the index has for
// words[i]; rows that do not match their word are ignored. No words find
// nothing, and a repeated word changes nothing.
//
// A node is as good for a word as its best row, and as good for the query as
// its worst word. See [Hit.Compare] for the order.
func RankHits(words []string, rows [][]TokenRow) []Hit {
	if len(words) == 0 {
		return nil
	}
	found := hitsOf(words[0], rows[0])
	for i, word := range words[1:] {
		keepBoth(found, hitsOf(word, rows[i+1]))
	}
	hits := make([]Hit, 0, len(found))
	for _, hit := range found {
		hits = append(hits, hit)
	}
	slices.SortFunc(hits, Hit.Compare)
	return hits
}

// hitsOf returns the nodes that answer one word, each by its best row.
func hitsOf(word string, rows []TokenRow) map[graph.ID]Hit {
	hits := make(map[graph.ID]Hit, len(rows))
	for _, row := range rows {
		match, ok := matchToken(word, row.Token)
		if !ok {
			continue
		}
		hit := Hit{ID: row.ID, Match: match, Field: row.Field, Class: row.Class}
		if known, seen := hits[row.ID]; !seen || hit.Compare(known) < 0 {
			hits[row.ID] = hit
		}
	}
	return hits
}

// keepBoth leaves in found only the nodes that are in more too, each with the
// worse of its two hits.
func keepBoth(found, more map[graph.ID]Hit) {
	for id, hit := range found {
		other, ok := more[id]
		switch {
		case !ok:
			delete(found, id)
		case other.Compare(hit) > 0:
			found[id] = other
		}
	}
}

// matchToken returns how well token answers word, false if it does not.
func matchToken(word, token string) (MatchQuality, bool) {
	switch {
	case token == word:
		return ExactMatch, true
	case strings.HasPrefix(token, word):
		return PrefixMatch, true
	}
	return 0, false
}

// Compare is negative if h comes before other in a list of results, positive if
// it comes after: the better match first, then the better field, an entity
// before a fact before a source, and last the lower id by code point.
func (h Hit) Compare(other Hit) int {
	return cmp.Or(
		cmp.Compare(h.Match, other.Match),
		cmp.Compare(h.Field, other.Field),
		cmp.Compare(h.Class, other.Class),
		cmp.Compare(h.ID, other.ID),
	)
}

// RankKey is the rank without the id, for a cursor: three bytes of printable
// ASCII. Hits sorted by (RankKey, ID) are in the order of [Hit.Compare].
func (h Hit) RankKey() string {
	return string([]byte{'0' + byte(h.Match), '0' + byte(h.Field), '0' + byte(h.Class)})
}
