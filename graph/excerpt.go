package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Excerpt is a passage of a text, with what stands before and after it.
type Excerpt struct{ Before, Text, After string }

// ExcerptAround is how many code points stand on either side of a passage at most.
const ExcerptAround = 200

// SHA256 is the digest of a text, as spans and sources give it: in lower-case
// hexadecimal digits.
func SHA256(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// ExcerptOf returns the passage between two offsets in code points. It is not ok
// if the text does not have a passage with this digest there.
func ExcerptOf(text string, start, end int, digest string) (excerpt Excerpt, ok bool) {
	before, rest, long := CutCodePoints(text, start)
	if !long {
		return Excerpt{}, false
	}
	passage, after, long := CutCodePoints(rest, end-start)
	if !long || SHA256(passage) != digest {
		return Excerpt{}, false
	}
	return Excerpt{Before: wordsBefore(before), Text: passage, After: wordsAfter(after)}, true
}

// CutCodePoints cuts off the first n code points of a text; long reports whether it
// has that many.
func CutCodePoints(text string, n int) (head, tail string, long bool) {
	at := 0
	for range n {
		if at == len(text) {
			return text, "", false
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return text[:at], text[at:], n >= 0
}

// wordsBefore are the last words of a text that fit around an excerpt. A word
// longer than that is cut, as text without spaces has to be.
func wordsBefore(text string) string {
	at := len(text)
	for range ExcerptAround {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	near := text[at:]
	if last, _ := utf8.DecodeLastRuneInString(text[:at]); at == 0 || unicode.IsSpace(last) {
		return near
	}
	if space := strings.IndexFunc(near, unicode.IsSpace); space >= 0 {
		return strings.TrimLeftFunc(near[space:], unicode.IsSpace)
	}
	return near
}

// wordsAfter are the first words of a text that fit around an excerpt.
func wordsAfter(text string) string {
	near, rest, _ := CutCodePoints(text, ExcerptAround)
	if first, _ := utf8.DecodeRuneInString(rest); rest == "" || unicode.IsSpace(first) {
		return near
	}
	if space := strings.LastIndexFunc(near, unicode.IsSpace); space >= 0 {
		return near[:space]
	}
	return near
}
