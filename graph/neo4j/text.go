package neo4j

import (
	"strings"

	"companygraph/graph"
)

// Neo4j orders text by UTF-16 code units in some places and by code points in
// others. The two differ where a character above U+FFFF meets one from U+E000
// to U+FFFF. A sort key is text in which they agree: behind the last character
// below the surrogates, U+D7FF, which no script uses, such characters sort
// below all surrogates and among themselves as before.
const escape = '\uD7FF'

// sortKey returns the text that sorts by code point wherever Neo4j compares.
func sortKey(text string) string {
	if !strings.ContainsFunc(text, escaped) {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		if escaped(c) {
			b.WriteRune(escape)
		}
		b.WriteRune(c)
	}
	return b.String()
}

func escaped(c rune) bool { return c >= escape && c <= '\uFFFF' }

// isText tells whether values of a property are ordered as text. Dates, too,
// are text, of digits.
func isText(p *graph.Property) bool {
	return p.Kind == graph.KindString || p.Kind == graph.KindID
}

// inKeys is a value as it is compared in an order.
func inKeys(p *graph.Property, v graph.Value) any {
	if isText(p) && !v.Missing() {
		return sortKey(v.Text())
	}
	return v.Any()
}
