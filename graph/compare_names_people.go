package graph

import (
	"slices"
)

// checkInitials drops the pairs of an initial with a name it cannot stand for.
func (c *nameComparison) checkInitials() {
	lacksA, lacksB := c.lacking()
	c.pairs = slices.DeleteFunc(c.pairs, func(p namePair) bool {
		v, w := c.a.words[p.a.at], c.b.words[p.b.at]
		switch {
		case p.a.n > 1 || p.b.n > 1 || v.isInitial() == w.isInitial():
			return false
		case v.isInitial():
			return !c.a.mayAbbreviate(p.a.at, lacksA, c.b, p.b.at)
		default:
			return !c.b.mayAbbreviate(p.b.at, lacksB, c.a, p.a.at)
		}
	})
}

// mayAbbreviate reports whether the initial at this place can stand for the given
// word of the other name: a family name is not abbreviated, and after a given
// name that the other one lacks an initial is one of its own (Robert Garcia is
// not Sylvia R. Garcia).
func (n comparedName) mayAbbreviate(at int, lacks []int, other comparedName, word int) bool {
	if word == len(other.words)-1 && at < len(n.words)-1 {
		return false
	}
	return !slices.ContainsFunc(lacks, func(i int) bool { return i < at && !n.words[i].isInitial() })
}

// sharesGivenNameOnly reports whether all that the names share is a word that is
// not the family name of both, and initials.
func (c *nameComparison) sharesGivenNameOnly() bool {
	full, family, abbreviated := 0, false, false
	for _, p := range c.pairs {
		v, w := c.a.words[p.a.at], c.b.words[p.b.at]
		switch {
		case c.a.weightOf(p.a) == 0:
		case v.isInitial() != w.isInitial():
			abbreviated = true
			family = family || p.a.end() == len(c.a.words) || p.b.end() == len(c.b.words)
		default:
			full += max(p.a.n, p.b.n)
			family = family || p.a.end() == len(c.a.words) && p.b.end() == len(c.b.words)
		}
	}
	return abbreviated && full < 2 && !family
}

// isTurnedRound reports whether one name is that of a son of whom the other is the
// father: Omar bin Abdullah is not Abdullah bin Omar.
func (c *nameComparison) isTurnedRound() bool {
	counterpart := map[int]int{}
	for _, p := range c.pairs {
		if p.a.n == 1 && p.b.n == 1 {
			counterpart[p.a.at] = p.b.at
		}
	}
	others := c.b.fathers()
	for son, father := range c.a.fathers() {
		s, okS := counterpart[son]
		f, okF := counterpart[father]
		if grandfather, ok := others[f]; okS && okF && ok && grandfather == s {
			return true
		}
	}
	return false
}

// fathers are the places of sons and their fathers in names such as Abdullah
// bin Omar.
func (n comparedName) fathers() map[int]int {
	found := map[int]int{}
	for at, w := range n.words {
		if w.weight > 0 || !sonOf[w.text] || at == 0 {
			continue
		}
		for father := at + 1; father < len(n.words); father++ {
			if n.words[father].weight > 0 {
				found[at-1] = father
				break
			}
		}
	}
	return found
}

// joinSyllables pairs what is left of two names of three short words, as Korean
// and Chinese ones are: the two syllables of the given name, which stand last, are
// one word, and have the edits of one.
func (c *nameComparison) joinSyllables() {
	lacksA, lacksB := c.lacking()
	if !c.a.isThreeSyllables() || !c.b.isThreeSyllables() || len(lacksA) != 1 || len(lacksB) != 1 || lacksA[0] != lacksB[0] {
		return
	}
	v, w := c.a.words[lacksA[0]], c.b.words[lacksB[0]]
	if lacksA[0] == 0 || v.number || w.number || v.syllable != 0 && w.syllable != 0 {
		return
	}
	short := min(len(v.letters), len(w.letters))
	allowed := min(allowedEdits(6), float64(short)-slight) // not all letters
	if edits := editDistance(v.letters, w.letters, allowed); edits <= allowed {
		c.pairs = append(c.pairs, namePair{
			a: wordRange{lacksA[0], 1}, b: wordRange{lacksB[0], 1}, edits: edits, letters: short,
		})
	}
}

func (n comparedName) isThreeSyllables() bool {
	long := func(w nameWord) bool { return len(w.letters) > 5 }
	return len(n.words) == 3 && !slices.ContainsFunc(n.words, long)
}
