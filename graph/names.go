package graph

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode/table"
	"golang.org/x/text/unicode/norm"
)

// A text of 8 KB can hold thousands of words. These two bounds keep what one
// text adds to a store's token index at a few kilobytes; a name or title that
// somebody looks for has far fewer and far shorter words.
const (
	// MaxTokens is how many tokens a text has at most.
	MaxTokens = 64
	// MaxTokenLength is the length of a token at most, in code points.
	MaxTokenLength = 64
)

// NormalizeText returns s in Unicode normalization form C. Every text passes
// through it when it is written, so that stores may compare strings code point
// by code point. It refuses U+0000, which Neo4j and SQLite treat differently,
// and bytes that are not UTF-8; the error says at which byte offset, and never
// repeats the text.
func NormalizeText(s string) (string, error) {
	if at := strings.IndexByte(s, 0); at >= 0 {
		return "", fmt.Errorf("U+0000 at byte %d", at)
	}
	if !utf8.ValidString(s) {
		return "", fmt.Errorf("invalid UTF-8 at byte %d", validPrefix(s))
	}
	return norm.NFC.String(s), nil
}

// validPrefix returns how many bytes at the start of s are valid UTF-8.
func validPrefix(s string) int {
	at := 0
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// Fold returns what s is searched by: its words in lower-case Latin letters
// without marks, and digits, with single spaces between them. Texts that differ
// only in case, marks, normalization form or compatibility characters fold to
// the same, and Fold(Fold(s)) is Fold(s).
//
//   - Other scripts are transliterated: Касперский is kasperskii, 華為 is hua
//     wei. A letter that has no transliteration is kept, and so is a word that
//     would come to nothing (a lone ъ).
//   - An apostrophe is left out and does not split: Kaspersky's is kasperskys,
//     McDonald's is mcdonalds, O'Brien is obrien. That is what people type who
//     leave it out, and who types less (mcdonald) still has a prefix.
//   - Dots between single letters do not split: U.S. is us. Nor does an
//     ampersand between at most two letters each: S&P is sp, AT&T is att.
//   - Everything else splits: spaces, hyphens, other signs and symbols.
func Fold(s string) string {
	out := make([]byte, 0, len(s))
	for word := range words(stripMarks(s)) {
		out = appendWord(out, word)
	}
	return string(bytes.TrimSuffix(out, []byte(" ")))
}

// Tokens returns the distinct words of Fold(s) in the order they first appear,
// each cut to [MaxTokenLength], at most [MaxTokens] of them. Texts and queries
// are both indexed and asked for by them.
func Tokens(s string) []string {
	var tokens []string
	for word := range strings.FieldsSeq(Fold(s)) {
		token := firstRunes(word, MaxTokenLength)
		if slices.Contains(tokens, token) {
			continue
		}
		tokens = append(tokens, token)
		if len(tokens) == MaxTokens {
			break
		}
	}
	return tokens
}

// firstRunes returns the first n code points of s.
func firstRunes(s string, n int) string {
	for at := range s {
		if n == 0 {
			return s[:at]
		}
		n--
	}
	return s
}

// stripMarks decomposes compatibility characters and leaves out what does not
// count in a search: diacritics, apostrophes and invisible characters. The rest
// is composed again, because Hangul and voiced kana are transliterated as whole
// letters.
func stripMarks(s string) string {
	s = norm.NFKD.String(strings.Map(plainSign, s))
	return norm.NFC.String(strings.Map(searchable, s))
}

// plainSign replaces the signs whose compatibility decomposition would mislead:
// it makes two letters of a trade mark, and a space of an acute accent that was
// typed for an apostrophe.
func plainSign(r rune) rune {
	switch r {
	case '™', '℠':
		return ' '
	case '\u00B4', '\u1FFD': // acute accent and oxia, which are canonically equal
		return '\''
	}
	return r
}

// searchable returns r, or -1 if a search takes no notice of it.
func searchable(r rune) rune {
	switch {
	case r < utf8.RuneSelf && r != '\'' && r != '`':
		return r
	case r == '\u200B': // zero width space: a break between words
		return ' '
	case isApostrophe(r), isDiacritic(r), unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// isApostrophe tells whether r stands for an apostrophe inside a word. The last
// two are the Hebrew geresh and gershayim, which mark abbreviations.
func isApostrophe(r rune) bool {
	return strings.ContainsRune("'`‘’‛ʻʼ׳״", r)
}

// isDiacritic tells whether r is a mark that writers may leave out, as they do
// accents and the vowel points of Hebrew and Arabic. The vowel signs of Indic
// and Thai writing are marks as well, but spell the word; voicing marks make
// another kana.
func isDiacritic(r rune) bool {
	if r == '\u3099' || r == '\u309A' || !unicode.Is(unicode.M, r) {
		return false
	}
	return unicode.In(r, unicode.Inherited, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic, unicode.Syriac)
}

// words splits s, which stripMarks has prepared, at everything that is neither a
// letter, a digit nor a mark. Dots and ampersands that join initials stay inside
// the word.
func words(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var w wordScanner
		for at, r := range s {
			if cut, ok := w.next(at, r); ok && !yield(s[cut.start:cut.end]) {
				return
			}
		}
		if cut := w.flush(len(s)); cut.start < cut.end {
			yield(s[cut.start:cut.end])
		}
	}
}
