package graph

import (
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// areOtherSyllables reports whether two words that read alike are different Han or
// Hangul characters.
func areOtherSyllables(v, w nameWord) bool {
	if v.syllable == 0 || w.syllable == 0 || v.syllable == w.syllable {
		return false
	}
	return !areVariants(v.syllable, w.syllable)
}

// areVariants reports whether one of two Han characters that read alike is
// simplified and the other one traditional. There is no table of them at hand,
// but one of the characters for writing simplified Chinese, GB 2312, in which
// either both are or neither is if they are two different ones.
func areVariants(x, y rune) bool {
	return unicode.Is(unicode.Han, x) && unicode.Is(unicode.Han, y) && isInGB2312(x) != isInGB2312(y)
}

func isInGB2312(r rune) bool {
	_, err := simplifiedchinese.HZGB2312.NewEncoder().String(string(r))
	return err == nil
}
