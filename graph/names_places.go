package graph

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Place is a part of a text, in code points; End is the first behind it.
type Place struct{ Start, End int }

// Places returns where each of the tokens of the text is in it. A mark belongs to
// the letter before it.
func (t SearchedText) Places(tokens []LocatedToken) []Place {
	_, from, until := tracedMarks(t.Text)
	runes := []rune(t.Text)
	places := make([]Place, len(tokens))
	for i, token := range tokens {
		end := until[token.to-1]
		for end < len(runes) && unicode.Is(unicode.M, runes[end]) {
			end++
		}
		places[i] = Place{from[token.from], end}
	}
	return places
}

// tracedMarks is [stripMarks], and tells of each byte from which code points of s
// it was made. It works on one segment after the other, which never affect each
// other.
func tracedMarks(s string) (text string, from, until []int) {
	var plain []byte
	var origin []int
	at := 0
	for _, r := range s {
		for _, b := range []byte(strings.Map(searchable, norm.NFKD.String(string(plainSign(r))))) {
			plain, origin = append(plain, b), append(origin, at)
		}
		at++
	}
	var out []byte
	for start := 0; start < len(plain); {
		end := start + norm.NFC.NextBoundary(plain[start:], true)
		composed := norm.NFC.Bytes(plain[start:end])
		for range composed {
			from, until = append(from, origin[start]), append(until, origin[end-1]+1)
		}
		out = append(out, composed...)
		start = end
	}
	return string(out), from, until
}
