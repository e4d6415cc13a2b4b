package naive

import (
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/store/search"
)

// search finds the nodes that have all of the words.
func (s *state) search(types []*graph.Type, words []string) []end {
	var ends []end
	for _, n := range s.nodes {
		if rank := rankOf(n, words); rank != "" && slices.Contains(types, n.Type) {
			ends = append(ends, end{node: n, rank: rank})
		}
	}
	return ends
}

// rankOf is how well a node answers the word that it answers worst; "" if there
// is one that it does not answer.
func rankOf(n *graph.Node, words []string) string {
	worst := ""
	tokens := graph.SearchTokens(n)
	for _, word := range words {
		best := ""
		for _, token := range tokens {
			if rank := rankOfToken(n, word, token); rank != "" && (best == "" || rank < best) {
				best = rank
			}
		}
		if best == "" {
			return ""
		}
		worst = max(worst, best)
	}
	return worst
}

func rankOfToken(n *graph.Node, word string, token graph.SearchToken) string {
	hit := search.Hit{Field: token.Field, Class: n.Type.Class}
	switch {
	case token.Token == word:
		hit.Match = search.ExactMatch
	case strings.HasPrefix(token.Token, word):
		hit.Match = search.PrefixMatch
	default:
		return ""
	}
	return hit.RankKey()
}
