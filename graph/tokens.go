package graph

import (
	"github.com/tidwall/gjson"
)

// SearchToken is a token a node is found by, one of [Tokens] of a text.
type SearchToken struct {
	Token string
	Field TokenField
}

// SearchTokens returns what a node is found by: the tokens of its searched
// properties, each once, under the best field it has it in. Of a list of
// values, such as aliases, the first field of each is the searched text.
func SearchTokens(node *Node) []SearchToken {
	best := map[string]TokenField{}
	var order []string
	for _, p := range node.Type.Properties {
		if p.Searched == 0 {
			continue
		}
		for _, text := range searchedTexts(p, node.Values[p.Name]) {
			for _, token := range Tokens(text) {
				if have, ok := best[token]; !ok {
					order = append(order, token)
				} else if have <= p.Searched {
					continue
				}
				best[token] = p.Searched
			}
		}
	}
	tokens := make([]SearchToken, len(order))
	for i, token := range order {
		tokens[i] = SearchToken{Token: token, Field: best[token]}
	}
	return tokens
}

func searchedTexts(p *Property, v Value) []string {
	if p.Kind != KindValue {
		return []string{v.Text()}
	}
	var texts []string
	for _, item := range gjson.Parse(v.Text()).Array() {
		texts = append(texts, item.Get(p.Value.Fields[0].Name).Str)
	}
	return texts
}
