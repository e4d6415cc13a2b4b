package differ

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"
)

// vocabulary is the values that a graph and the operations on it are made of.
// It is small, so that values meet: names are alike, dates fall together, and
// what a filter compares with is there.
type vocabulary struct{ names []string }

// allNames are texts that stores are known to compare, escape or order in ways
// of their own: ties, case, scripts, what surrounds the surrogates (U+D7FF,
// U+E000, U+FFFF, U+10000), and what is syntax somewhere.
var allNames = []string{
	"Same", "Same", "same", "Same Ltd", "SAME", "Zebra", "zebra crossing", "A", "a", "b B", "1", "10", "9",
	"Éclair", "eclair", "İstanbul", "ß", "ﬀ", "Á á", "שלום עולם", "مرحبا", "日本語", "Ωmega", "क्षि", "กำ",
	"\uD7FF", "\uD7FFa", "\uE000", "\uE000b", "\uFFFD", "\uFFFF", "\U00010000", "🦊", "🦊 Fox", "a🦊", "a\uFFFF", "\U0010FFFF",
	"O'Brien \"B\" \\c", "100%_x", "_", "%", "* NEAR (", "$p0 {{}} // */ --", "'; DROP TABLE node", "`n`", "[a-c]*", "x\ty\nz", "U.S. S&P", "a\u0001b",
	"Best Buy", "bestbuy", "A. O. Smith", "AO Smith", "Касперский", "Kasperskiy", "Kaspersky Lab", "習近平", "Xi Jinping", "Tom & Jerry",
}

func newVocabulary(random *rand.Rand) *vocabulary {
	const names = 9
	v := &vocabulary{names: []string{"Same", "same"}}
	for range names {
		v.names = append(v.names, pick(random, allNames))
	}
	return v
}

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// chance is true in so many cases of a hundred.
func chance(random *rand.Rand, percent int) bool { return random.IntN(100) < percent }

// formatted has values of the texts that have a format, by the name of the property.
var formatted = map[string][]string{
	"country":  {"US", "DE", "GR", "ZW"},
	"language": {"en", "de", "pt-BR", "zh-Hant"},
	"role":     {"targets", "targets", "subjects", "advocates", "suspects", "supplier"},
	"scheme":   {"lei", "wikidata"},
	"sha256":   {strings.Repeat("0", 64), strings.Repeat("a1", 32), strings.Repeat("f", 64)},
	"url":      {"https://example.org/", "http://example.org/a?b=c#d", "https://example.org/é"},
}

// text is a value that may be stored under a name.
func (v *vocabulary) text(random *rand.Rand, name string) string {
	switch values := formatted[name]; {
	case values != nil:
		return pick(random, values)
	case write.TextPattern(name) != "":
		panic("differ: there are no values for the format of " + name)
	default:
		return pick(random, v.names)
	}
}

// operand is a text to compare one of that name with: itself, a part of it, or
// what cannot be stored.
func (v *vocabulary) operand(random *rand.Rand, name string) string {
	text := []rune(v.text(random, name))
	switch random.IntN(20) {
	case 0:
		return ""
	case 1:
		return "e\u0301"
	case 2:
		return string(text) + "\x00"
	case 3:
		return strings.ToUpper(string(text))
	case 4, 5, 6, 7:
		from := random.IntN(len(text))
		return string(text[from : from+1+random.IntN(len(text)-from)])
	default:
		return string(text)
	}
}

// words are what somebody may search for.
func (v *vocabulary) words(random *rand.Rand) string {
	text := v.operand(random, "name")
	if chance(random, 25) {
		text += " " + v.operand(random, "name")
	}
	if chance(random, 25) {
		text = misspelt(random, text)
	}
	if len(graph.QueryWords(text)) == 0 {
		return "a"
	}
	return text
}

// misspelt is a text with a letter left out, doubled or in the place of another.
func misspelt(random *rand.Rand, text string) string {
	letters := []rune(text)
	if len(letters) < 2 {
		return text
	}
	at := random.IntN(len(letters) - 1)
	switch random.IntN(3) {
	case 0:
		letters = slices.Delete(letters, at, at+1)
	case 1:
		letters = slices.Insert(letters, at, letters[at])
	default:
		letters[at], letters[at+1] = letters[at+1], letters[at]
	}
	return string(letters)
}

// The years that dates fall into.
const firstYear, years = 2015, 4

func year(random *rand.Rand) string { return fmt.Sprint(firstYear + random.IntN(years)) }

func month(random *rand.Rand) string { return fmt.Sprintf("%s-%02d", year(random), 1+3*random.IntN(4)) }

// day is a day at the start or the end of a month.
func day(random *rand.Rand) string {
	return month(random) + pick(random, []string{"-01", "-01", "-15", "-30"})
}

// plainDate is a date that may stand in an interval.
func plainDate(random *rand.Rand) string {
	return pick(random, []func(*rand.Rand) string{year, month, day})(random)
}

// dateForms are all forms of dates that are not intervals.
var dateForms = []func(*rand.Rand) string{
	plainDate, plainDate, plainDate,
	func(r *rand.Rand) string { return plainDate(r) + pick(r, []string{"~", "?", "%"}) },
	func(r *rand.Rand) string { return pick(r, []string{"201X", "20XX", "19XX"}) },
	func(r *rand.Rand) string { return year(r) + pick(r, []string{"-XX", "-XX-XX", "-21", "-24", "-04-XX"}) },
	func(r *rand.Rand) string { return "[" + year(r) + ".." + year(r) + "]" },
	func(r *rand.Rand) string { return "[.." + plainDate(r) + "]" },
	func(r *rand.Rand) string { return "[" + plainDate(r) + "..]" },
}

func interval(random *rand.Rand) string {
	end := func() string {
		return plainDate(random) + pick(random, []string{"", "", "", "~"})
	}
	switch random.IntN(5) {
	case 0:
		return pick(random, []string{"../", "/"}) + end()
	case 1:
		return end() + pick(random, []string{"/..", "/"})
	default:
		return end() + "/" + end()
	}
}

// date is a valid date, as EDTF.
func date(random *rand.Rand, onlyIntervals bool) string {
	for {
		edtf := interval(random)
		if !onlyIntervals && chance(random, 70) {
			edtf = pick(random, dateForms)(random)
		}
		if _, err := graph.ParsePartialDate(edtf); err == nil {
			return edtf
		}
	}
}

// newID is an id that is not taken. Ids begin with what is hard to order.
func newID(random *rand.Rand, taken func(graph.ID) bool) graph.ID {
	for {
		start := pick(random, []string{"a", "a", "a", "B", "é", "🦊", "\uE000", "\uFFFF", "\uD7FF", "'\"\\", "%_", "日"})
		if id := graph.ID(fmt.Sprintf("%s%d", start, random.IntN(100))); !taken(id) {
			return id
		}
	}
}

// someID is the id of one of the nodes or, rarely, of none.
func someID(random *rand.Rand, nodes []*graph.Node) string {
	public := slices.DeleteFunc(slices.Clone(nodes), func(n *graph.Node) bool { return n.Type.Class == graph.PartClass })
	if len(public) == 0 || chance(random, 8) {
		return pick(random, []string{"nobody", "", "a0", "\x00", "\x01a\x01quotations000000"})
	}
	return string(pick(random, public).ID)
}
