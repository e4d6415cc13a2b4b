package graph

import (
	"cmp"
	"slices"
)

// maxSpan is how many words of one name may be one word of the other.
const maxSpan = 4

// joining is the cost of taking words for one. It only decides which of several
// pairs is the surest.
const joining = 0.01

// guess orders pairs of a name with an initial or a nickname, as if they were
// so many edits.
const guess = slight

// wordRange is n words from at on.
type wordRange struct{ at, n int }

func (r wordRange) end() int { return r.at + r.n }

// mark sets what belongs to the range.
func (r wordRange) mark(words []bool) {
	for i := r.at; i < r.end(); i++ {
		words[i] = true
	}
}

func (r wordRange) isMarked(words []bool) bool { return slices.Contains(words[r.at:r.end()], true) }

// namePair says that words of one name are words of the other.
type namePair struct {
	a, b wordRange
	// edits is how much the two differ.
	edits float64
	// letters is how long the shorter of them is.
	letters int
	// guessed says that one is an initial of the other, or a nickname for it.
	guessed bool
}

// align pairs the words of two names, the surest pairs first. No word is in two
// pairs. Words that have no counterpart are in none.
func align(a, b comparedName) []namePair {
	all := candidates(a, b)
	slices.SortFunc(all, surerFirst)
	inA, inB := make([]bool, len(a.words)), make([]bool, len(b.words))
	var chosen []namePair
	for _, p := range all {
		if p.a.isMarked(inA) || p.b.isMarked(inB) {
			continue
		}
		p.a.mark(inA)
		p.b.mark(inB)
		chosen = append(chosen, p)
	}
	return chosen
}

// surerFirst orders pairs: few edits, long words, near places.
func surerFirst(p, q namePair) int {
	return cmp.Or(
		cmp.Compare(p.edits, q.edits),
		cmp.Compare(q.letters, p.letters),
		cmp.Compare(p.shift(), q.shift()),
		cmp.Compare(p.a.at, q.a.at), cmp.Compare(p.b.at, q.b.at),
		cmp.Compare(p.a.n, q.a.n), cmp.Compare(p.b.n, q.b.n))
}

// shift is by how many places the words stand elsewhere.
func (p namePair) shift() int { return max(p.a.at-p.b.at, p.b.at-p.a.at) }

// candidates are all pairs of words that could be the same.
func candidates(a, b comparedName) []namePair {
	var all []namePair
	spansA, spansB := a.spans(), b.spans()
	for i := range spansA {
		for j := range spansB {
			s, t := &spansA[i], &spansB[j]
			if s.n > 1 && t.n > 1 {
				continue
			}
			pair := namePair{a: s.wordRange, b: t.wordRange, letters: min(len(s.letters), len(t.letters))}
			var ok bool
			if pair.edits, ok = compareSpans(s, t); !ok {
				pair.guessed = a.kind == kindOfPerson && areGivenNamesOfOne(s, t)
				pair.edits = guess
			}
			if ok || pair.guessed {
				all = append(all, pair)
			}
		}
	}
	return all
}

// span is words of a name, written as one.
type span struct {
	wordRange
	// nameWord is all of them, with their weights added up; it is a syllable if the
	// first one is.
	nameWord
	// sound is how it is spelt by sound, nil if nobody asked yet.
	sound []rune
}

// spans are all words, and all runs of words that may be one.
func (n comparedName) spans() []span {
	var all []span
	for at, w := range n.words {
		all = append(all, span{wordRange: wordRange{at, 1}, nameWord: w})
		for i := at + 1; i < min(len(n.words), at+maxSpan); i++ {
			next := n.words[i]
			if w.number || next.number {
				break
			}
			w.letters = slices.Concat(w.letters, next.letters)
			w.original = slices.Concat(w.original, next.original)
			w.weight += next.weight
			if w.script != next.script {
				w.script = nil
			}
			all = append(all, span{wordRange: wordRange{at, i - at + 1}, nameWord: w})
		}
	}
	return all
}

// compareSpans tells by how many edits two spans differ, and whether they can be
// the same at all.
func compareSpans(s, t *span) (edits float64, ok bool) {
	hasNumber := s.number || t.number
	if slices.Equal(s.letters, t.letters) {
		mayBeSame := s.n == 1 && t.n == 1 || !hasNumber
		return joining * float64(s.n+t.n-2), mayBeSame && !areOtherSyllables(s.nameWord, t.nameWord)
	}
	if hasNumber || s.weight == 0 || t.weight == 0 || s.syllable != 0 && t.syllable != 0 {
		return 0, false
	}
	edits, limit := editsBetween(s, t)
	return edits, edits <= limit
}

// editsBetween returns the edits between two spans and how many are allowed. In
// one script they are compared as they are written.
func editsBetween(s, t *span) (edits, limit float64) {
	if s.script != nil && s.script == t.script {
		limit = allowedEdits(min(len(s.original), len(t.original)))
		return editDistance(s.original, t.original, limit), limit
	}
	limit = allowedEdits(min(len(s.letters), len(t.letters)))
	return wordDistance(s, t, limit), limit
}

// areGivenNamesOfOne reports whether one word is an initial of the other, or a
// nickname for it.
func areGivenNamesOfOne(s, t *span) bool {
	switch {
	case s.n > 1 || t.n > 1 || s.weight == 0 || t.weight == 0 || s.number || t.number:
		return false
	case s.isInitial() || t.isInitial():
		return s.letters[0] == t.letters[0]
	}
	return nicknames[[2]string{s.text, t.text}]
}

// wordDistance is the least number of edits between two words, as they are
// written or as they sound.
func wordDistance(s, t *span, limit float64) float64 {
	edits := editDistance(s.letters, t.letters, limit)
	if limit < slight || edits <= slight {
		return edits
	}
	return min(edits, slight+editDistance(s.spelling(), t.spelling(), limit-slight))
}

func (s *span) spelling() []rune {
	if s.sound == nil {
		s.sound = []rune(spellingOf(string(s.letters)))
	}
	return s.sound
}
