package search

import (
	"math/bits"
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"companygraph/graph"
)

// Dictionary has the tokens that a search may have misspelt. It is kept in memory:
// a look at all of them takes a few nanoseconds each, and they are far fewer than
// nodes. A store adds those that were written since; none is taken out, since one
// that no node has any more finds nothing.
type Dictionary struct {
	lock  sync.RWMutex
	known map[string]bool
	last  int64
	// entries are by the number of their letters.
	entries [graph.MaxTokenLength + 1][]entry
}

// entry is a token with which letters it has.
type entry struct {
	token   string
	letters uint64
}

// IsTerm tells whether a token belongs into the dictionary: digits are never taken
// for others, and short words are not misspelt.
func IsTerm(token string) bool {
	letters := 0
	for _, r := range token {
		if !unicode.IsDigit(r) {
			letters++
		}
	}
	return letters > 0 && utf8.RuneCountInString(token) >= shortest-1
}

// Refresh adds the terms that read reads, which are those behind a number; it tells
// the number of each.
func (d *Dictionary) Refresh(read func(after int64, each func(number int64, term string)) error) error {
	d.lock.RLock()
	after := d.last
	d.lock.RUnlock()
	var numbers []int64
	var terms []string
	err := read(after, func(number int64, term string) { numbers, terms = append(numbers, number), append(terms, term) })
	if err != nil || len(terms) == 0 {
		return err
	}
	d.lock.Lock()
	defer d.lock.Unlock()
	for i, term := range terms {
		d.add(term)
		d.last = max(d.last, numbers[i])
	}
	return nil
}

func (d *Dictionary) add(term string) {
	n := utf8.RuneCountInString(term)
	if d.known[term] || n >= len(d.entries) {
		return
	}
	if d.known == nil {
		d.known = map[string]bool{}
	}
	d.known[term] = true
	d.entries[n] = append(d.entries[n], entry{term, lettersOf(term)})
}

// lettersOf has a bit for each letter of a token.
func lettersOf(token string) uint64 {
	set := uint64(0)
	for _, r := range token {
		set |= 1 << (r % 64)
	}
	return set
}

// Words are the words of a search with the terms that they may misspell.
func (d *Dictionary) Words(words []graph.QueryWord) Words {
	d.lock.RLock()
	defer d.lock.RUnlock()
	all := make(Words, len(words))
	for i, w := range words {
		all[i] = Word{QueryWord: w, Near: d.near(w)}
	}
	return all
}

// near are the terms that a word may misspell. Those that it finds anyway are not
// among them.
func (d *Dictionary) near(w graph.QueryWord) []string {
	word := []rune(w.Token)
	limit := allowedEdits(w)
	if limit == 0 {
		return nil
	}
	letters := lettersOf(w.Token)
	found := Word{QueryWord: w}
	var near []string
	for n := len(word) - limit; n <= min(len(word)+limit, graph.MaxTokenLength); n++ {
		for _, e := range d.entries[n] {
			// An edit takes one letter away and adds one, at most.
			if bits.OnesCount64(letters^e.letters) <= 2*limit && isMisspelling(word, []rune(e.token), limit) && found.match(e.token) == 0 {
				near = append(near, e.token)
			}
		}
	}
	slices.Sort(near)
	return near
}

// shortest is how many letters a word must have for one edit, long for two.
const shortest, long = 4, 8

// allowedEdits is how many edits may lie between a word and what it misspells.
func allowedEdits(w graph.QueryWord) int {
	switch n := utf8.RuneCountInString(w.Token); {
	case n < shortest || w.Filler || !IsTerm(w.Token):
		return 0
	case n < long:
		return 1
	default:
		return 2
	}
}

// isMisspelling tells whether at most so many edits make one word of another. A
// letter put in, left out or replaced is one, and so are two neighbours that have
// changed places. Digits stay.
func isMisspelling(a, b []rune, limit int) bool {
	return slices.Equal(digitsOf(a), digitsOf(b)) && edits(a, b, limit) <= limit
}

func digitsOf(word []rune) []rune {
	if !slices.ContainsFunc(word, unicode.IsDigit) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(word), func(r rune) bool { return !unicode.IsDigit(r) })
}

// edits is the optimal string alignment distance of two words, or more than the
// limit if it is more.
func edits(a, b []rune, limit int) int {
	var rows [3][graph.MaxTokenLength + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differ(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit+1 {
			return least
		}
	}
	return row[len(b)]
}

func differ(x, y rune) int {
	if x == y {
		return 0
	}
	return 1
}
