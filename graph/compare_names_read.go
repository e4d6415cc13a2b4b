package graph

import (
	"slices"
	"strconv"
	"strings"
)

// joinArticles makes one word of Abd and the article after it.
func (n *comparedName) joinArticles() {
	for i := 0; i+1 < len(n.words); i++ {
		if n.words[i].text == "abd" && arabicArticles[n.words[i+1].text] {
			n.words[i].text = "abdul"
			n.words = slices.Delete(n.words, i+1, i+2)
		}
	}
}

// familyNameLast puts Jr. and the like before the name, and marks them: they
// are others or the same, as numbers are.
func (n *comparedName) familyNameLast() {
	var suffixes, words []nameWord
	for i, w := range n.words {
		if generation, ok := generations[w.text]; ok && i > 0 {
			suffixes = append(suffixes, nameWord{text: generation, number: true})
		} else {
			words = append(words, w)
		}
	}
	n.words = slices.Concat(suffixes, words)
}

// spellKorean writes the family name as Koreans do, if it is in Hangul.
func (n *comparedName) spellKorean() {
	if len(n.words) < 2 || n.words[1].syllable == 0 {
		return
	}
	if family, ok := koreanFamilyNames[n.words[0].syllable]; ok {
		n.words[0].text = family
	}
}

// joinPrefix makes one word of the M/V before the name of a ship.
func (n *comparedName) joinPrefix() {
	if n.kind != kindOfVessel || len(n.words) < 3 || len(n.words[0].text) > 1 {
		return
	}
	if prefix := n.words[0].text + n.words[1].text; vesselPrefixes[prefix] {
		n.words[0].text = prefix
		n.words = slices.Delete(n.words, 1, 2)
	}
}

// abbreviate writes words that names have in several forms in one of them.
func (n *comparedName) abbreviate() {
	for i := 0; i < len(n.words); i++ {
		if same, ok := sameWords[n.words[i].text]; ok {
			n.words[i].text = same
		}
		if n.words[i].text != "united" || i+1 == len(n.words) {
			continue
		}
		if short, ok := unitedNames[n.words[i+1].text]; ok {
			n.words[i].text = short
			end := i + 2
			if end+1 < len(n.words) && n.words[end].text == "of" && n.words[end+1].text == "america" {
				end += 2
			}
			n.words = slices.Delete(n.words, i+1, end)
		}
	}
}

// readNumbers marks numbers, in digits, in words or Roman.
func (n *comparedName) readNumbers() {
	var words []nameWord
	for i := 0; i < len(n.words); i++ {
		word := n.words[i]
		value, ok := numberOf(word.text, i > 0 && word.script == nil)
		if !ok || word.syllable != 0 {
			words = append(words, word)
			continue
		}
		if i+1 < len(n.words) && value >= 20 && value < 100 && numberWords[word.text] != 0 {
			if unit := numberWords[n.words[i+1].text]; unit > 0 && unit < 10 {
				value += unit
				i++
			}
		}
		text := strconv.Itoa(value)
		words = append(words, nameWord{text: text, number: true, first: word.text == "i"})
		n.numbers = append(n.numbers, text)
	}
	n.words = words
	slices.Sort(n.numbers)
}

// numberOf reads a number of at most nine digits. Roman ones never stand first.
func numberOf(word string, roman bool) (int, bool) {
	if value, ok := numberWords[word]; ok {
		return value, true
	}
	if value, ok := romanNumbers[word]; ok && roman {
		return value, true
	}
	digits := word
	for _, ending := range []string{"st", "nd", "rd", "th"} {
		if stem, ok := strings.CutSuffix(word, ending); ok {
			digits = stem
			break
		}
	}
	if len(digits) > 9 {
		return 0, false
	}
	value, err := strconv.Atoi(digits)
	return value, err == nil
}

// readLegalForms finds the legal forms: long ones anywhere, those of up to three
// letters at either end.
func (n *comparedName) readLegalForms() {
	texts := make([]string, len(n.words))
	for i, w := range n.words {
		texts[i] = w.text
	}
	leading := true
	for i := 0; i < len(texts); {
		form, taken := legalFormAt(texts[i:])
		leading = leading && taken > 0 && (len(texts[i]) > 2 || taken > 1 || leadingForms[texts[i]])
		if taken == 0 || !leading && taken == 1 && len(texts[i]) < 4 && !areLegalForms(texts[i:]) {
			leading = false
			i++
			continue
		}
		if form != company {
			n.forms = append(n.forms, form)
		}
		for range taken {
			n.words[i].legal = true
			i++
		}
	}
}
