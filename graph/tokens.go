package graph

import (
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// SearchToken is a token a node is found by.
type SearchToken struct {
	Token string
	Field TokenField
}

// SearchTokens returns what a node is found by: the tokens of the searched
// properties of it and of its parts, each once, under the best field it has it in.
func SearchTokens(node *Node, parts []*Node) []SearchToken {
	best := map[string]TokenField{}
	var order []string
	for _, text := range SearchedTexts(node, parts) {
		for _, own := range text.Tokens() {
			if have, ok := best[own.Token]; !ok {
				order = append(order, own.Token)
			} else if have <= text.Field {
				continue
			}
			best[own.Token] = text.Field
		}
	}
	tokens := make([]SearchToken, len(order))
	for i, token := range order {
		tokens[i] = SearchToken{Token: token, Field: best[token]}
	}
	return tokens
}

// SearchedText is a text that a node is found by.
type SearchedText struct {
	Text  string
	Field TokenField
}

// SearchedTexts are the searched texts of a node and of its parts, in the order of
// their properties. Of a list of values, such as aliases, the first field of each
// is the searched text.
func SearchedTexts(node *Node, parts []*Node) []SearchedText {
	texts := ownTexts(nil, node)
	for _, part := range parts {
		texts = ownTexts(texts, part)
	}
	return texts
}

func ownTexts(texts []SearchedText, node *Node) []SearchedText {
	for _, p := range node.Type.Properties {
		v := node.Values[p.Name]
		switch {
		case p.Searched == 0 || v.Missing():
		case p.Kind != KindValue:
			texts = append(texts, SearchedText{v.Text(), p.Searched})
		default:
			for _, item := range gjson.Parse(v.Text()).Array() {
				texts = append(texts, SearchedText{item.Get(p.Value.Fields[0].Name).Str, p.Searched})
			}
		}
	}
	return texts
}

// LocatedToken is a token with its place in the text without marks, in bytes.
type LocatedToken struct {
	Token    string
	from, to int
}

// maxJoined is how many words are run together at most.
const maxJoined = 4

// Tokens are what a text is found by, in order, some of them several times:
//
//   - its words, an ampersand as the word and;
//   - endings such as -ий, -ый, -iy and -ii also as -y: Касперский is kaspersky;
//   - single letters that follow each other run together: A. O. Smith is ao, too;
//   - Han characters that follow each other run together, up to four: 華為 is
//     huawei;
//   - in names and aliases each two neighbours run together: Best Buy is bestbuy.
func (t SearchedText) Tokens() []LocatedToken {
	_, words := foldWords(stripMarks(t.Text), true)
	tokens := make([]LocatedToken, 0, 2*len(words))
	for _, w := range words {
		tokens = appendToken(tokens, w)
		if other := withPlainEnding(w.text); other != w.text {
			w.text = other
			tokens = appendToken(tokens, w)
		}
	}
	united := uniteInitials(words)
	for _, w := range united {
		if w.initials {
			tokens = appendToken(tokens, w.foldedWord)
		}
	}
	tokens = appendHan(tokens, words)
	if t.Field == NameField || t.Field == AliasField {
		for i := 1; i < len(united); i++ {
			if before, after := united[i-1], united[i]; before.isLatin() && after.isLatin() {
				tokens = appendToken(tokens, before.with(after.foldedWord))
			}
		}
	}
	return tokens
}

func appendToken(tokens []LocatedToken, w foldedWord) []LocatedToken {
	return append(tokens, LocatedToken{FirstRunes(w.text, MaxTokenLength), w.from, w.to})
}

// isLatin reports whether a word is Latin letters and digits alone. Signs and letters
// that are kept only because their word would come to nothing are not: run together
// with another word, they would be left out.
func (w foldedWord) isLatin() bool {
	return !strings.ContainsFunc(w.text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// with is a word run together with one behind it.
func (w foldedWord) with(next foldedWord) foldedWord {
	return foldedWord{text: w.text + next.text, from: w.from, to: next.to}
}

// unitedWord is a word, or initials that have become one.
type unitedWord struct {
	foldedWord
	initials bool
}

// uniteInitials runs together single letters that follow each other.
func uniteInitials(words []foldedWord) []unitedWord {
	var united []unitedWord
	single := false
	for _, w := range words {
		was := single
		single = isInitials(w.text, 1) && !w.han && w.isLatin()
		if last := len(united) - 1; was && single {
			united[last] = unitedWord{united[last].with(w), true}
			continue
		}
		united = append(united, unitedWord{foldedWord: w})
	}
	return united
}

// appendHan runs Han characters together.
func appendHan(tokens []LocatedToken, words []foldedWord) []LocatedToken {
	for i, w := range words {
		if !w.han || !w.isLatin() {
			continue
		}
		for _, next := range words[i+1 : min(len(words), i+maxJoined)] {
			if !next.han || next.from != w.to || !next.isLatin() {
				break
			}
			w = w.with(next)
			tokens = appendToken(tokens, w)
		}
	}
	return tokens
}

// plainEndings are the ways to write the ending of names such as Kaspersky.
var plainEndings = []string{"ii", "iy", "ij", "yi", "yy", "yj"}

// withPlainEnding writes the ending of such a name as -y.
func withPlainEnding(word string) string {
	for _, ending := range plainEndings {
		if stem, ok := strings.CutSuffix(word, ending); ok && utf8.RuneCountInString(stem) > 2 {
			return stem + "y"
		}
	}
	return word
}

// QueryWord is a word of a search.
type QueryWord struct {
	// Token is the word itself.
	Token string
	// Exact has the tokens that are the word: itself, also with another ending, and
	// run together with its neighbours. Begin has the beginnings of other tokens
	// that answer it.
	Exact, Begin []string
	// Filler tells that it need not be found: it is a legal form or an article and
	// not all words of the search are.
	Filler bool
}

// QueryWords are the words of a search, each once.
func QueryWords(query string) []QueryWord {
	_, folded := foldWords(stripMarks(query), true)
	texts := make([]string, len(folded))
	optional := false
	for i, w := range folded {
		texts[i] = FirstRunes(w.text, MaxTokenLength)
		optional = optional || !fillers[texts[i]]
	}
	var words []QueryWord
	at := map[string]int{}
	for i, text := range texts {
		place, known := at[text]
		if !known {
			place = len(words)
			at[text] = place
			words = append(words, QueryWord{Token: text, Filler: optional && fillers[text]})
		}
		words[place].add(texts, i)
	}
	return words
}

// add adds what the word at a place among all is found by.
func (w *QueryWord) add(texts []string, at int) {
	for from := max(0, at-maxJoined+1); from <= at; from++ {
		joined := strings.Join(texts[from:at], "")
		for to := at; to < min(len(texts), from+maxJoined); to++ {
			joined += texts[to]
			token := FirstRunes(joined, MaxTokenLength)
			w.Exact = append(w.Exact, token)
			if to == at {
				w.Begin = append(w.Begin, token)
			}
		}
	}
	if other := withPlainEnding(w.Token); other != w.Token {
		w.Exact, w.Begin = append(w.Exact, other), append(w.Begin, other)
	}
}

// fillers are legal forms and articles: they tell a name from another least.
var fillers = wordSet(`the an and of for in at on to by with from
	inc incorporated co corp corporation company ltd limited llc plc llp lp jsc ojsc cjsc pjsc ao oao pao zao ooo
	gmbh ag kg kgaa ohg sa sarl spa srl bv nv ab oy oyj asa aps pty pte pvt
	de du des der die das la le les el los las und et`)
