package graph

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// comparedName is a name read for comparing it.
type comparedName struct {
	kind  nameKind
	words []nameWord
	// text is the words without spaces.
	text string
	// forms are the classes of its legal forms.
	forms []legalForm
	// numbers are those in it, in one order.
	numbers []string
}

// nameWord is one word of a name.
type nameWord struct {
	// text is the word as [Fold] writes it.
	text    string
	letters []rune
	// script is the one that the word is written in, nil if that is Latin or
	// several, and original the word in it.
	script   *unicode.RangeTable
	original []rune
	// syllable is the character of a word that is a single Han or Hangul one, else 0.
	syllable rune
	// number marks a word that is a number; text then is its digits.
	number bool
	// first marks the I of the first of a series, which it may lack.
	first bool
	// legal marks a word of a legal form.
	legal bool
	// weight is how much the word tells of whose name it is, 0 to 1.
	weight float64
}

// nameKind is what names are of, as far as comparing them differs.
type nameKind int

const (
	kindOfAny nameKind = iota
	kindOfPerson
	kindOfBody
	kindOfVessel
)

func nameKindOf(kind string) nameKind {
	switch kind {
	case "Person":
		return kindOfPerson
	case "Company", "Organization":
		return kindOfBody
	case "Vessel":
		return kindOfVessel
	}
	return kindOfAny
}

// readName splits a name into its words and weighs them.
func readName(name string, kind nameKind) comparedName {
	if kind == kindOfPerson {
		name = givenNameFirst(name)
	}
	n := comparedName{kind: kind, words: splitName(name, kind)}
	if kind == kindOfPerson {
		n.joinArticles()
		n.familyNameLast()
		n.spellKorean()
	} else {
		n.joinPrefix()
		n.abbreviate()
		n.readNumbers()
		n.readLegalForms()
	}
	n.weigh()
	for _, w := range n.words {
		n.text += w.text
	}
	return n
}

// givenNameFirst turns "Putin, Vladimir" round, and takes the dots from
// initials, which then are words.
func givenNameFirst(name string) string {
	if family, given, ok := strings.Cut(name, ","); ok && !strings.Contains(given, ",") {
		name = given + " " + family
	}
	return strings.ReplaceAll(name, ".", " ")
}

// splitName returns the words of a name. Each Han and Hangul character is one.
func splitName(name string, kind nameKind) []nameWord {
	name = strings.Map(arabicLetter, stripMarks(name))
	if kind != kindOfPerson {
		name = strings.ReplaceAll(name, "&", " & ")
	}
	var words []nameWord
	for run := range strings.FieldsFuncSeq(name, splits) {
		for run = strings.TrimLeft(run, joints); run != ""; run = strings.TrimLeft(run, joints) {
			end := wordEnd(run)
			words = appendNameWords(words, run[:end])
			run = run[end:]
		}
	}
	return words
}

// appendNameWords appends what word is, which may be several words.
func appendNameWords(words []nameWord, word string) []nameWord {
	for word != "" {
		end := strings.IndexFunc(word, isSyllable)
		switch {
		case end < 0:
			end = len(word)
		case end == 0:
			_, end = utf8.DecodeRuneInString(word)
		}
		words = appendNameWord(words, word[:end])
		word = word[end:]
	}
	return words
}

func appendNameWord(words []nameWord, original string) []nameWord {
	text := strings.ReplaceAll(Fold(original), " ", "")
	if text == "" {
		return words
	}
	w := nameWord{text: text, script: scriptOf(original)}
	if w.script != nil {
		w.original = []rune(strings.ToLower(strings.ReplaceAll(original, ".", "")))
	}
	if r, _ := utf8.DecodeRuneInString(original); isSyllable(r) {
		w.syllable = r
		if unicode.Is(unicode.Hangul, r) {
			w.text = hangulDigraphs.Replace(w.text)
		}
	}
	return append(words, w)
}

// isSyllable reports whether r alone is a syllable, or a word, that may be part of
// a longer one.
func isSyllable(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hangul) }

// scriptOf returns the script of all letters of word, nil if it is Latin or they
// are of several.
func scriptOf(word string) *unicode.RangeTable {
	if strings.IndexFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return nil
	}
	for _, script := range comparedScripts {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(script, r) }) {
			if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(script, r) }) {
				return nil
			}
			return script
		}
	}
	return nil
}

// weigh says how much each word counts. In a name without words that count, all
// do.
func (n *comparedName) weigh() {
	total := 0.0
	for i := range n.words {
		w := &n.words[i]
		w.letters = []rune(w.text)
		w.weight = n.weightAt(i)
		total += w.weight
	}
	if total > 0 {
		return
	}
	for i := range n.words {
		n.words[i].weight = 1
	}
}

func (n *comparedName) weightAt(i int) float64 {
	w := n.words[i]
	switch {
	case w.first:
		return 0
	case w.syllable != 0 || w.number:
		return 1
	case n.kind == kindOfPerson:
		return weightInPerson(w.text, i == 0, i == len(n.words)-1)
	case n.saysWhatItIs(i), w.legal, articles[w.text]:
		return 0
	case commonWords[w.text]:
		return commonWeight
	case groupWords[w.text]:
		return groupWeight
	}
	return 1
}

// weightInPerson is the weight of a word in the name of a person. The last one
// is the family name, mostly. What stands first is a name, also if it is spelt
// like a particle: Vietnamese names start with Le and Do, and Ben is one.
func weightInPerson(word string, first, last bool) float64 {
	switch {
	case last:
		return familyWeight
	case honorifics[word], particles[word] && !first:
		return 0
	}
	return 1
}

// saysWhatItIs reports whether a word is a prefix of ships, or a title of somebody
// who may be a person.
func (n *comparedName) saysWhatItIs(i int) bool {
	text := n.words[i].text
	switch n.kind {
	case kindOfVessel:
		return i == 0 && vesselPrefixes[text]
	case kindOfAny:
		return i == 0 && len(n.words) > 1 && honorifics[text]
	}
	return false
}

// isInitial reports whether the word is a single letter.
func (w nameWord) isInitial() bool { return len(w.letters) == 1 && !w.number && w.syllable == 0 }

// isTooLong reports whether the name is compared as a whole.
func (n comparedName) isTooLong() bool {
	return len(n.words) > maxComparedWords || len(n.text) > maxComparedLetters
}

// weightOf is the weight of the words in r, weightOfAll that of the words at
// these places.
func (n comparedName) weightOf(r wordRange) float64 {
	weight := 0.0
	for _, w := range n.words[r.at:r.end()] {
		weight += w.weight
	}
	return weight
}

func (n comparedName) weightOfAll(places []int) float64 {
	weight := 0.0
	for _, at := range places {
		weight += n.words[at].weight
	}
	return weight
}

// unmarked are the places of the words that count and are not marked.
func (n comparedName) unmarked(marked []bool) []int {
	var places []int
	for at, w := range n.words {
		if !marked[at] && w.weight > 0 {
			places = append(places, at)
		}
	}
	return places
}

// isAcronymOf reports whether the name is one word, of three letters or more,
// which has the first letters of the other one.
func (n comparedName) isAcronymOf(long comparedName) bool {
	word := ""
	for _, w := range n.words {
		if w.weight == 0 {
			continue
		}
		if word != "" {
			return false
		}
		word = w.text
	}
	var initials strings.Builder
	for _, w := range long.words {
		if w.weight > 0 {
			initials.WriteRune(w.letters[0])
		}
	}
	return len(word) >= 3 && word == initials.String()
}
