package graph

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Beyond these bounds names are equal or they are not: what comparing them
// costs grows with the product of their words.
const (
	maxComparedRunes = 1_000
	maxComparedWords = 64
	// maxComparedLetters is of a name in Latin letters, which can be more than
	// its code points.
	maxComparedLetters = 2_000
)

// How much a word tells of whose name it is. Articles, particles, titles and
// legal forms tell nothing, any other word 1.
const (
	familyWeight = 1.5
	commonWeight = 0.5
	groupWeight  = 0.15
)

// What differs between two names takes away from their score. A name that is
// as different as one and the same may be has a score of 0.7.
const (
	// budgetSpent is what all the edits allowed take away.
	budgetSpent = 0.3
	// contradiction is the factor for each word that the other name has another
	// one for, in names of people: other given names are other people.
	contradiction = 0.65
	// guessedName is the factor for each initial and nickname.
	guessedName = 0.95
	// lone is the score at most of names of people with one word in common.
	lone = 0.6
	// missingInPerson and missingInBody are what a word that one name lacks costs,
	// compared with one that both have. People leave names out, firms that differ
	// by a word are others.
	missingInPerson = 0.25
	missingInBody   = 2
	// otherForm and missingForm are the factors for legal forms.
	otherForm   = 0.9
	missingForm = 0.98
	// otherOrder is the factor for words in another order.
	otherOrder = 0.98
	// otherNumber is the score at most of names with different numbers.
	otherNumber = 0.6
	// acronym is the score of an acronym and what it is of.
	acronym = 0.72
)

// CompareNames tells how likely two names are those of one thing, from 0 to 1;
// from 0.7 on they match. It is symmetric, needs no data but the names, and
// answers the same every time.
//
// The kind says what the names are of: Person, Company, Organization or Vessel.
// LegalEntity, "" and any other say that it is not known, and the rules are those
// for a company. For a narrower type, give the kind that it is of: Person for a
// senator.
//
//   - Case, diacritics, signs and spaces do not count (Best Buy is bestbuy), nor do
//     titles, particles, articles and the prefixes of ships. The order of words
//     hardly does.
//   - Other scripts are compared in Latin letters, and names of one script in its
//     own. A Han or Hangul character is equal to another one or is not; a
//     simplified Han character is the traditional one that sounds like it.
//   - A word of three letters may differ by one edit, of six by two, of fourteen by
//     three. A whole name of a person may do so by one edit if it has five letters,
//     two of seven, three of fourteen, four of twenty; one of a company by half an
//     edit if it has five, one of six, two of nine, three of sixteen. Spellings of
//     one sound, doubled letters and swapped ones are half an edit.
//   - Initials and nicknames stand for given names, acronyms of three letters and
//     more for names of organizations.
//   - People: a word that one name lacks costs little, one that contradicts makes
//     other people of them. One word in common is not enough, unless it is all.
//   - Others: a word that one name lacks tells them apart, one that many names
//     have (Bank, Energy) half as much, and Group little. Numbers, in digits, words or Roman, must
//     agree; the first of a series may lack its number. Legal forms count least.
//
// Limits: a name is a weak key. Fathers and sons share theirs, and one letter can
// tell firms apart. Arabic and Hebrew are written without vowels and rarely match
// Latin names; Japanese names in Han characters come out as Chinese ones; nothing
// is translated. Of names of more than 1,000 code points, 64 words or 2,000 Latin
// letters the score is 1 if they are equal when folded, and else 0. A name without
// letters or digits is equal to itself alone.
//
// On half of the 826 labelled pairs of nomenklatura's name_bench, which it was
// made with, F1 is 0.92; bench/results/names.md has the figures.
func CompareNames(a, b, kind string) float64 {
	if max(utf8.RuneCountInString(a), utf8.RuneCountInString(b)) > maxComparedRunes {
		return equalOrNot(a, b)
	}
	k := nameKindOf(kind)
	m, n := readName(a, k), readName(b, k)
	if m.text == "" || n.text == "" || m.isTooLong() || n.isTooLong() {
		return equalOrNot(a, b)
	}
	if cmp.Or(strings.Compare(m.text, n.text), strings.Compare(a, b)) > 0 {
		m, n = n, m // whatever is decided by order is decided alike both ways
	}
	if m.text == n.text && !haveOtherNumbers(m, n) && !haveOtherSyllables(m, n) {
		return 1
	}
	c := newNameComparison(m, n)
	if k == kindOfPerson {
		return c.personScore()
	}
	return c.bodyScore()
}

// equalOrNot is the score of names that are not compared word by word.
func equalOrNot(a, b string) float64 {
	if folded := Fold(a); a == b && a != "" || folded != "" && folded == Fold(b) {
		return 1
	}
	return 0
}

// haveOtherNumbers reports whether two names that have numbers have others.
func haveOtherNumbers(m, n comparedName) bool {
	return len(m.numbers) > 0 && len(n.numbers) > 0 && !slices.Equal(m.numbers, n.numbers)
}

// haveOtherSyllables reports whether two names that are alike in Latin letters
// differ in Han or Hangul.
func haveOtherSyllables(m, n comparedName) bool {
	if len(m.words) != len(n.words) {
		return false
	}
	for i := range m.words {
		if areOtherSyllables(m.words[i], n.words[i]) {
			return true
		}
	}
	return false
}

// nameComparison is two names with their words aligned.
type nameComparison struct {
	a, b  comparedName
	pairs []namePair
	// lacksA and lacksB are the words without a counterpart that count.
	lacksA, lacksB []int
	// common is the weight of the words that both have, and whole how many they
	// are; edits and letters are by how much they differ, and how long they are.
	common  float64
	whole   int
	edits   float64
	letters float64
	// guessed is how many words are initials or nicknames of the other's.
	guessed int
}

func newNameComparison(a, b comparedName) nameComparison {
	c := nameComparison{a: a, b: b, pairs: align(a, b)}
	if a.kind == kindOfPerson {
		c.checkInitials()
		c.joinSyllables()
	}
	c.count()
	return c
}

// count adds up what the names have in common and what they lack.
func (c *nameComparison) count() {
	for _, p := range c.pairs {
		weightA, weightB := c.a.weightOf(p.a), c.b.weightOf(p.b)
		if weightA+weightB == 0 {
			continue
		}
		c.common += (weightA + weightB) / 2
		c.whole += max(p.a.n, p.b.n)
		if p.guessed {
			c.guessed++
			continue
		}
		c.edits += p.edits
		c.letters += float64(p.letters) * min(1, max(weightA/float64(p.a.n), weightB/float64(p.b.n)))
	}
	c.lacksA, c.lacksB = c.lacking()
}

// lacking are the words of a and of b that count and have no counterpart.
func (c *nameComparison) lacking() (ofA, ofB []int) {
	inA, inB := make([]bool, len(c.a.words)), make([]bool, len(c.b.words))
	for _, p := range c.pairs {
		p.a.mark(inA)
		p.b.mark(inB)
	}
	return c.a.unmarked(inA), c.b.unmarked(inB)
}

// personScore is the score of two names of people.
func (c *nameComparison) personScore() float64 {
	if c.common == 0 {
		return 0
	}
	missing := c.a.weightOfAll(c.lacksA) + c.b.weightOfAll(c.lacksB)
	score := c.common / (c.common + missingInPerson*missing) * c.orderScore()
	score *= editScore(c.edits, editsInPerson(c.letters))
	score *= math.Pow(guessedName, float64(c.guessed))
	score *= math.Pow(contradiction, float64(min(len(c.lacksA), len(c.lacksB))))
	if c.isTurnedRound() {
		score *= contradiction
	}
	if c.whole < 2 && len(c.lacksA)+len(c.lacksB) > 0 || c.sharesGivenNameOnly() {
		score = min(score, lone)
	}
	return score
}

// bodyScore is the score of two names that are not of people.
func (c *nameComparison) bodyScore() float64 {
	score := 0.0
	if c.common > 0 {
		missing := c.a.weightOfAll(c.lacksA) + c.b.weightOfAll(c.lacksB)
		score = c.common / (c.common + missingInBody*missing) * c.orderScore()
		score *= editScore(c.edits, editsInBody(c.letters))
	}
	if c.a.isAcronymOf(c.b) || c.b.isAcronymOf(c.a) {
		score = max(score, acronym)
	}
	if haveOtherNumbers(c.a, c.b) {
		score = min(score, otherNumber)
	}
	return score * formScore(c.a.forms, c.b.forms)
}

// orderScore is the factor for the order of the words.
func (c *nameComparison) orderScore() float64 {
	inOrder := slices.SortedFunc(slices.Values(c.pairs), func(p, q namePair) int { return cmp.Compare(p.a.at, q.a.at) })
	if slices.IsSortedFunc(inOrder, func(p, q namePair) int { return cmp.Compare(p.b.at, q.b.at) }) {
		return 1
	}
	return otherOrder
}

// editScore is the factor for edits of which so many are allowed.
func editScore(edits, allowed float64) float64 {
	if edits < slight {
		return 1 - budgetSpent*edits // words that are written as one
	}
	if allowed == 0 {
		return 1 - 2*budgetSpent
	}
	return max(0, 1-budgetSpent*edits/allowed)
}

// formScore is the factor for two lists of legal forms.
func formScore(a, b []legalForm) float64 {
	switch {
	case len(a) == 0 && len(b) == 0:
		return 1
	case len(a) == 0 || len(b) == 0:
		return missingForm
	case slices.ContainsFunc(a, func(f legalForm) bool { return slices.Contains(b, f) }):
		return 1
	}
	return otherForm
}
