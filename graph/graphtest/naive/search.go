package naive

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode"

	"companygraph/graph"
	"companygraph/graph/store/search"
)

// search finds the nodes that have all of the words.
func (s *state) search(types []*graph.Type, words []graph.QueryWord) []end {
	var ends []end
	for _, n := range s.nodes {
		if slices.Contains(types, n.Type) {
			if rank := rankOf(n, graph.SearchTokens(n, s.partsOf(n)), words); rank != "" {
				ends = append(ends, end{node: n, rank: rank})
			}
		}
	}
	return ends
}

// partsOf are the nodes that belong to another.
func (s *state) partsOf(n *graph.Node) []*graph.Node {
	var parts []*graph.Node
	for _, l := range n.Links {
		if l.Type.Part {
			parts = append(parts, s.nodes[l.To])
		}
	}
	return parts
}

// rankOf is how well a node answers the words: how many are misspelt, how it
// answers the one that it answers worst, what the node is, and how many words are
// not found that need not be. It is "" if there is another that it does not answer.
func rankOf(n *graph.Node, tokens []graph.SearchToken, words []graph.QueryWord) string {
	worst, misspelt, lacking := "", 0, 0
	for _, word := range words {
		best := ""
		for _, token := range tokens {
			if quality := qualityOf(word, token.Token); quality > 0 {
				if rank := fmt.Sprint(quality, token.Field); best == "" || rank < best {
					best = rank
				}
			}
		}
		switch {
		case best == "" && !word.Filler:
			return ""
		case best == "":
			lacking++
		case best[0] == '3':
			misspelt++
		}
		worst = max(worst, best)
	}
	worst = strings.ReplaceAll(worst, " ", "")
	return string(rune('0'+misspelt)) + worst + fmt.Sprint(int(n.Type.Class)) + string(rune('0'+lacking))
}

// qualityOf is 1 for a whole word, 2 for the beginning of one and 3 for one that
// is misspelt; 0 for none of them.
func qualityOf(word graph.QueryWord, token string) int {
	if slices.Contains(word.Exact, token) {
		return 1
	}
	for _, begin := range word.Begin {
		if strings.HasPrefix(token, begin) {
			return 2
		}
	}
	letters := len([]rune(word.Token))
	if letters < 4 || word.Filler || digits(word.Token) == word.Token || digits(word.Token) != digits(token) {
		return 0
	}
	allowed := 1
	if letters > 7 {
		allowed = 2
	}
	if gap := letters - len([]rune(token)); gap > allowed || -gap > allowed {
		return 0
	}
	if distance([]rune(word.Token), []rune(token)) <= allowed {
		return 3
	}
	return 0
}

// matchOf tells how a node was found: of its texts the one that has most of the
// words, and has them best, and where they are in that.
func matchOf(texts []graph.SearchedText, words []graph.QueryWord, rank string) string {
	most, least := 0, 0
	match := search.Match{Kind: map[byte]string{'1': "EXACT", '2': "PREFIX", '3': "TYPO"}[rank[1]]}
	for _, text := range texts {
		has, sum, places := 0, 0, []graph.Place{}
		for _, word := range words {
			if quality, token := bestOf(word, text.Tokens()); quality > 0 {
				has, sum = has+1, sum+quality
				places = append(places, text.Places([]graph.LocatedToken{token})...)
			}
		}
		if has > most || has == most && sum < least {
			most, least = has, sum
			match.Text, match.Field = text.Text, []string{"NAME", "ALIAS", "TITLE", "QUOTATION"}[text.Field-1]
			sort.Slice(places, func(i, j int) bool {
				return places[i].Start < places[j].Start || places[i].Start == places[j].Start && places[i].End < places[j].End
			})
			match.Highlights = slices.Compact(places)
		}
	}
	return match.JSON()
}

// bestOf is the first of the tokens that answer a word best.
func bestOf(word graph.QueryWord, tokens []graph.LocatedToken) (quality int, best graph.LocatedToken) {
	for _, token := range tokens {
		if own := qualityOf(word, token.Token); own > 0 && (quality == 0 || own < quality) {
			quality, best = own, token
		}
	}
	return quality, best
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// distance is how many edits make one word of the other.
func distance(a, b []rune) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		for j := range table[i] {
			switch {
			case i == 0 || j == 0:
				table[i][j] = i + j
			case a[i-1] == b[j-1]:
				table[i][j] = min(table[i-1][j-1], table[i-1][j]+1, table[i][j-1]+1)
			default:
				table[i][j] = 1 + min(table[i-1][j-1], table[i-1][j], table[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				table[i][j] = min(table[i][j], table[i-2][j-2]+1)
			}
		}
	}
	return table[len(a)][len(b)]
}
