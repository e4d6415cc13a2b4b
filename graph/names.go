package graph

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	anyascii "github.com/anyascii/go"
	"golang.org/x/text/unicode/norm"
)

// MaxTokenLength is the length of a token at most, in code points. What differs
// only behind it is searched by the same token.
const MaxTokenLength = 64

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
// only in case, diacritics, normalization form or the variant of a letter (ﬁ, Ｋ)
// fold to the same, and Fold(Fold(s)) is Fold(s).
//
//   - Other scripts are transliterated: Касперский is kasperskii, 華為 is hua
//     wei. A letter that has no transliteration is kept, and so is a word that
//     would come to nothing (a lone ъ).
//   - An apostrophe is left out and does not split: O'Brien is obrien, McDonald's
//     is mcdonalds and Kaspersky's kasperskys. That is how people type who leave
//     it out; those who type less (kaspersky) still find it by a prefix.
//   - Dots between single letters do not split: U.S. is us. Nor does an
//     ampersand between at most two letters each: S&P is sp, AT&T is att.
//   - Everything else splits: spaces, hyphens, other signs and symbols.
func Fold(s string) string {
	text, _ := foldWords(stripMarks(s), false)
	return text
}

// FirstRunes returns the first n code points of s.
func FirstRunes(s string, n int) string {
	head, _, _ := CutCodePoints(s, n)
	return head
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
	case 'ى': // Arabic letters that writers do not tell apart at the end of a word
		return 'ي'
	case 'ة':
		return 'ه'
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
	case isApostrophe(r), isDiacritic(r), unicode.Is(unicode.Cf, r), r == 'ـ': // the last lengthens an Arabic word
		return -1
	}
	return r
}

// isApostrophe reports whether r stands for an apostrophe inside a word. The last
// two are the Hebrew geresh and gershayim, which mark abbreviations.
func isApostrophe(r rune) bool {
	return strings.ContainsRune("'`‘’‛ʻʼ׳״", r)
}

// isDiacritic reports whether r is a mark that writers may leave out, as they do
// accents and the vowel points of Hebrew and Arabic. The vowel signs of Indic
// and Thai writing are marks as well, but spell the word; voicing marks make
// another kana.
func isDiacritic(r rune) bool {
	if r == '\u3099' || r == '\u309A' || !unicode.Is(unicode.M, r) {
		return false
	}
	return unicode.In(r, unicode.Inherited, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic, unicode.Syriac)
}

// joints are the signs that can stand between initials without splitting them.
const joints = ".&"

// splits reports whether r always ends a word: it is neither a letter, a number nor
// a mark, nor a joint.
func splits(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.N, unicode.M) && !strings.ContainsRune(joints, r)
}

// wordEnd returns where the first word of run ends: at the first joint that does
// not join.
func wordEnd(run string) int {
	start := 0
	for at, r := range run {
		if !strings.ContainsRune(joints, r) {
			continue
		}
		if !joins(r, run[start:at], untilJoint(run[at+1:])) {
			return at
		}
		start = at + 1
	}
	return len(run)
}

// untilJoint returns what of s comes before its first joint.
func untilJoint(s string) string {
	if at := strings.IndexAny(s, joints); at >= 0 {
		return s[:at]
	}
	return s
}

// joins reports whether a joint makes one word of what stands before and after it.
// The length decides, not the case, which a search takes no notice of.
func joins(joint rune, before, after string) bool {
	longest := 1
	if joint == '&' {
		longest = 2
	}
	return isInitials(before, longest) && isInitials(after, longest)
}

// isInitials reports whether s is one to longest letters.
func isInitials(s string, longest int) bool {
	n := 0
	for _, r := range s {
		n++
		if n > longest || !unicode.IsLetter(r) {
			return false
		}
	}
	return n > 0
}

// appendLetter appends the transliteration of r, or r if there is none. A letter
// whose transliteration is a mere sign, as that of ъ, is left out.
func appendLetter(out []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return appendAlphanumeric(out, byte(r))
	}
	latin := transliteration(r)
	if latin == "" && !unicode.Is(unicode.Lm, r) {
		return appendOriginal(out, r)
	}
	for _, c := range []byte(latin) {
		out = appendAlphanumeric(out, c)
	}
	return out
}

// appendOriginal appends r in lower case if it is a letter. Every digit has a
// transliteration. Some letters have two lower cases, hence the upper one first.
func appendOriginal(out []byte, r rune) []byte {
	if unicode.IsLetter(r) {
		return utf8.AppendRune(out, unicode.ToLower(unicode.ToUpper(r)))
	}
	return out
}

// appendAlphanumeric appends c in lower case if it is an ASCII letter or digit.
func appendAlphanumeric(out []byte, c byte) []byte {
	switch {
	case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		return append(out, c)
	case 'A' <= c && c <= 'Z':
		return append(out, c+'a'-'A')
	}
	return out
}

// transliteration returns r in ASCII, "" if r is not known.
func transliteration(r rune) string {
	if latin, ok := supplement[r]; ok {
		return latin
	}
	return anyascii.TransliterateRune(r)
}

// supplement has the letters of living languages that AnyAscii leaves out,
// takes for a mere sign though they stand for a vowel, or spells otherwise than
// names do: with it Əliyev is aliyev, and the alphabet starts with an a.
var supplement = map[rune]string{
	'Ə': "a", 'ə': "a", // Azerbaijani
	'ا': "a", 'ٱ': "a", // Arabic
	'א': "a", 'ש': "sh", // Hebrew
	'እ': "e", 'ዕ': "e", // Amharic
	'ອ': "o", // Lao
	'ཨ': "a", // Tibetan
	'އ': "'", // Maldivian: says only that a vowel follows
}
