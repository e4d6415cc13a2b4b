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

// unkey turns a sort key back into its text.
func unkey(key string) string {
	if !strings.ContainsRune(key, escape) {
		return key
	}
	var b strings.Builder
	after := false
	for _, c := range key {
		after = c == escape && !after
		if !after {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// storedID is an id as the database has it: its sort key. Every list ends in
// the id, and to read a key beside it would cost more than to turn one back.
func storedID(id graph.ID) string { return sortKey(string(id)) }

func publicID(stored string) graph.ID { return graph.ID(unkey(stored)) }

func escaped(c rune) bool { return c >= escape && c <= '\uFFFF' }

// indexed is a text of any length as an index can hold it: a long one gives way
// to its hash.
func indexed(text string) string {
	const longest = 1000
	if len(text) <= longest {
		return text
	}
	return graph.SHA256(text)
}

// isText tells whether a property has a sort key of its own. Dates, too, are
// text, of digits.
func isText(p *graph.Property) bool { return p.Kind == graph.KindString }

// inKeys is a value as it is compared in an order.
func inKeys(p *graph.Property, v graph.Value) any {
	if isText(p) && !v.Missing() {
		return sortKey(v.Text())
	}
	return asStored(p, v)
}

// asStored is a value as the property itself has it.
func asStored(p *graph.Property, v graph.Value) any {
	if p.Kind == graph.KindID && !v.Missing() {
		return sortKey(v.Text())
	}
	return v.Any()
}
