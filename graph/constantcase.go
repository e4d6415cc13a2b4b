package graph

import (
	"strings"
	"unicode"
)

// ConstantCase turns a field or type name into that of an enum value:
// publishedOn into PUBLISHED_ON.
func ConstantCase(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}
