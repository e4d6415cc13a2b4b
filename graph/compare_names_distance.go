package graph

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A letter that is put in, left out or taken for an unrelated one is one edit.
// Half of one are spellings of one sound and signs that look alike, as two writers
// render one name differently, and what hasty typing makes: a letter doubled, or
// two letters that have changed places.
const slight = 0.5

// allowedEdits is how many edits two words of so many letters may differ by.
func allowedEdits(letters int) float64 {
	switch {
	case letters < 2:
		return 0
	case letters < 3:
		return slight
	case letters < 6:
		return 1
	case letters < 14:
		return 2
	default:
		return 3
	}
}

// editsInPerson and editsInBody are how many edits all words of two names may
// differ by together, if these have so many letters.
func editsInPerson(letters float64) float64 {
	switch {
	case letters < 5:
		return 0
	case letters < 7:
		return 1
	case letters < 14:
		return 2
	case letters < 20:
		return 3
	default:
		return 4
	}
}

func editsInBody(letters float64) float64 {
	switch {
	case letters < 5:
		return 0
	case letters < 6:
		return slight
	case letters < 9:
		return 1
	case letters < 16:
		return 2
	default:
		return 3
	}
}

// editDistance is the least cost of edits that make b of a, or limit + 1 if that
// is more than limit: the optimal string alignment distance, in which no letter is
// edited twice. It is symmetric. It takes time in proportion to the length and
// the limit.
func editDistance(a, b []rune, limit float64) float64 {
	band := int(limit / slight) // each letter more costs at least so much
	if gap := len(a) - len(b); gap > band || -gap > band {
		return limit + 1
	}
	t := newEditTable(a, b, limit+1)
	for j := 1; j <= min(len(b), band); j++ {
		t.row[j] = t.row[j-1] + insertion(b, j-1)
	}
	leastBefore := 0.0
	for i := 1; i <= len(a); i++ {
		least := t.fill(i, max(0, i-band), min(len(b), i+band))
		if min(least, leastBefore) > limit {
			return t.tooMuch // two rows, as letters that are swapped pass over one
		}
		leastBefore = least
	}
	if cost := t.row[len(b)]; cost <= limit {
		return cost
	}
	return t.tooMuch
}

// editTable holds costs of edits between the first letters of two words: of i
// letters of a and any number of b, and those of one and two letters less of a.
type editTable struct {
	a, b              []rune
	row, last, before []float64
	// tooMuch is the cost of what is not looked at.
	tooMuch float64
}

func newEditTable(a, b []rune, tooMuch float64) editTable {
	width := len(b) + 1
	cells := slices.Repeat([]float64{tooMuch}, 3*width)
	t := editTable{a: a, b: b, row: cells[:width], last: cells[width : 2*width], before: cells[2*width:], tooMuch: tooMuch}
	t.row[0] = 0
	return t
}

// fill makes the row of i letters of a, and returns the least cost in it. What
// lies outside of the columns is too much.
func (t *editTable) fill(i, from, to int) float64 {
	t.before, t.last, t.row = t.last, t.row, t.before
	if from > 0 {
		t.row[from-1] = t.tooMuch
	}
	if to < len(t.b) {
		t.row[to+1] = t.tooMuch
	}
	least := t.tooMuch
	for j := from; j <= to; j++ {
		t.row[j] = t.cost(i, j)
		least = min(least, t.row[j])
	}
	return least
}

// cost is the least cost for i letters of a and j of b.
func (t *editTable) cost(i, j int) float64 {
	cost := t.last[j] + insertion(t.a, i-1)
	if j == 0 {
		return cost
	}
	cost = min(cost, t.row[j-1]+insertion(t.b, j-1), t.last[j-1]+substitution(t.a[i-1], t.b[j-1]))
	if i > 1 && j > 1 && t.a[i-1] == t.b[j-2] && t.a[i-2] == t.b[j-1] {
		cost = min(cost, t.before[j-2]+slight)
	}
	return cost
}

// insertion is the cost of word[at] if the other word lacks it. A letter that
// is only doubled is slight.
func insertion(word []rune, at int) float64 {
	if at > 0 && word[at-1] == word[at] {
		return slight
	}
	return 1
}

// substitution is the cost of x in place of y.
func substitution(x, y rune) float64 {
	switch {
	case x == y:
		return 0
	case areAlike(x, y):
		return slight
	}
	return 1
}

// areAlike reports whether two letters spell like sounds, or look alike.
func areAlike(x, y rune) bool {
	return x < utf8.RuneSelf && y < utf8.RuneSelf && x >= 0 && y >= 0 && alike[x][y]
}

// alike has the pairs of letters in alikeLetters.
var alike = func() (table [utf8.RuneSelf][utf8.RuneSelf]bool) {
	for _, group := range alikeLetters {
		for _, x := range group {
			for _, y := range group {
				table[x][y] = true
			}
		}
	}
	return table
}()

// spellingOf reduces a word to one of the ways in which its sound is spelt, so
// that Zhirinovskiy and Jirinovsky, or Yusuf and Youssouf, come out alike.
func spellingOf(word string) string {
	word = slavicEnding(word)
	word = likeSounds.Replace(word)
	out := make([]byte, 0, len(word))
	for i := range len(word) {
		if i > 0 && word[i] == word[i-1] {
			continue
		}
		out = append(out, word[i])
	}
	return string(out)
}

// slavicEnding writes the ending of names such as Kaspersky in one way.
func slavicEnding(word string) string {
	for _, ending := range slavicEndings {
		if stem, ok := strings.CutSuffix(word, ending); ok && len(stem) > 2 {
			return stem + "y"
		}
	}
	return word
}
