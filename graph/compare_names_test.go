package graph

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

// namePairTest is two names with what CompareNames should make of them.
type namePairTest struct{ a, b string }

// matching are pairs of names of one thing, by kind, and by what they differ in.
var matching = map[string]map[string][]namePairTest{
	"Person": {
		"nothing":        {{"Ada Lovelace", "Ada Lovelace"}, {"Sukarno", "Sukarno"}},
		"case and marks": {{"José Saramago", "JOSE SARAMAGO"}, {"Lech Wałęsa", "Lech Walesa"}, {"Søren Kierkegaard", "Soren Kierkegaard"}},
		"order":          {{"Merkel, Angela", "Angela Merkel"}, {"Nagy Imre", "Imre Nagy"}, {"bin Rashid Mohammed", "Mohammed bin Rashid"}},
		"titles": {
			{"Dr. Albert Schweitzer", "Albert Schweitzer"}, {"Sir Isaac Newton", "Isaac Newton"},
			{"Sheikh Hasina Wazed", "Hasina Wazed"}, {"Prof. Marie Curie", "Marie Curie"},
		},
		"a slip": {
			{"Hilary Clinton", "Hillary Clinton"}, {"Margaret Tatcher", "Margaret Thatcher"}, {"Emanuel Kant", "Immanuel Kant"},
			{"Winston Chruchill", "Winston Churchill"}, {"Nels0n Mandela", "Nelson Mandela"},
		},
		"spaces": {
			{"NelsonMandela", "Nelson Mandela"}, {"Ludwig van Beethoven", "Ludwig vanBeethoven"}, {"Mary Ann Evans", "Maryann Evans"},
			{"Jean-Paul Sartre", "Jean Paul Sartre"}, {"Charles de Gaulle", "Charles Degaulle"},
		},
		"particles":    {{"Otto von Bismarck", "Otto Bismarck"}, {"Anwar al-Sadat", "Anwar Sadat"}, {"Abdul Rahman Khan", "Abd al-Rahman Khan"}},
		"middle names": {{"Franklin Delano Roosevelt", "Franklin Roosevelt"}, {"Gabriel García Márquez", "Gabriel José García Márquez"}},
		"patronymics":  {{"Lev Nikolayevich Tolstoy", "Lev Tolstoy"}, {"Борис Николаевич Ельцин", "Boris Yeltsin"}},
		"initials": {
			{"J. R. R. Tolkien", "J.R.R. Tolkien"}, {"JRR Tolkien", "J.R.R. Tolkien"}, {"J. Tolkien", "John Ronald Reuel Tolkien"},
			{"John F Kennedy", "John Fitzgerald Kennedy"}, {"Tolstoy L. N.", "Lev Nikolayevich Tolstoy"}, {"W. E. B. Du Bois", "W.E.B. DuBois"},
		},
		"nicknames": {{"Bill Clinton", "William Clinton"}, {"Ted Kennedy", "Theodore Kennedy"}, {"Jim Carter", "James Carter"}},
		"romanization": {
			{"Muammar Gaddafi", "Moammar Kadafi"}, {"Yevgeny Kaspersky", "Evgeniy Kasperskiy"}, {"Usama bin Ladin", "Osama bin Laden"},
			{"Dmitri Shostakovich", "Dmitry Shostakovitch"}, {"Zhou Enlai", "Chou En-lai"}, {"Mikhail Khodorkovskij", "Mikhail Hodorkovsky"},
		},
		"Slavic endings": {
			{"Евгений Касперский", "Eugeny Kaspersky"}, {"Kasperskiy Evgeny", "Kaspersky Evgeny"}, {"Kasperskii Evgeny", "Kasperskyy Evgeny"},
			{"Андрей Громыко", "Andrei Gromyko"},
		},
		"Han characters": {
			{"习近平", "Xi Jinping"}, {"習近平", "习近平"}, {"習近平", "xijinping"}, {"習近平", "Xi Jin Ping"}, {"孙文", "Sun Wen"}, {"馬雲", "马云"}, {"孫文", "孙文"}, {"鄧小平", "邓小平"},
		},
		"other scripts": {
			{"Αλέξης Τσίπρας", "Alexis Tsipras"}, {"ედუარდ შევარდნაძე", "Eduard Shevardnadze"}, {"김대중", "Kim Dae-jung"}, {"박근혜", "Park Geun-hye"}, {"문재인", "Moon Jae-in"}, {"이명박", "Lee Myung-bak"},
			{"Նիկոլ Փաշինյան", "Nikol Pashinyan"}, {"Нурсултан Назарбаев", "Nursultan Nazarbayev"},
		},
		"Arabic letters": {{"علي الحسيني", "على الحسينى"}, {"أحمد قريع", "احمد قريع"}, {"محمود كريمي", "محمود کریمی"}, {"مـحـمـد سلام", "مُحَمَّد سلام"}},
		"short syllables": {
			{"Kim Jong-un", "Kim Jong Eun"}, {"Ban Ki-moon", "Ban Ki Mun"}, {"Mao Tse-tung", "Mao Tsetung"},
		},
	},
	"Company": {
		"legal forms": {
			{"Volkswagen AG", "Volkswagen Aktiengesellschaft"}, {"Volkswagen AG", "Volkswagen"}, {"Bosch GmbH", "Bosch G.m.b.H."},
			{"ООО Ромашка", "OOO Romashka"}, {"ООО «Ромашка»", "Romashka LLC"}, {"ПАО Лукойл", "Lukoil PJSC"}, {"Lukoil", "Open Joint Stock Company Lukoil"},
			{"Danone S.A.", "Danone SA"}, {"Maersk A/S", "Maersk AS"}, {"Allegro Sp. z o.o.", "Allegro sp. zoo"}, {"Sony K.K.", "Sony Kabushiki Kaisha"},
			{"Tata Steel Limited", "Tata Steel Ltd."}, {"Sinopec Co., Ltd.", "Sinopec Company Limited"}, {"BoschGmbH", "Bosch GmbH"},
			{"Ford Motor Co.", "Ford Motor Company"}, {"Alphabet Inc", "Alphabet Incorporatd"},
		},
		"articles":       {{"The Home Depot", "Home Depot"}, {"The Bank of England", "Bank of England"}},
		"ampersands":     {{"Procter & Gamble", "Procter and Gamble"}, {"AT&T", "AT & T"}, {"M&T Bank", "M and T Bank"}, {"S&P Global", "SP Global"}},
		"initials":       {{"A. O. Smith", "A.O. Smith"}, {"A.O. Smith", "AO Smith"}, {"J.P. Morgan", "JPMorgan"}, {"J. P. Morgan", "JP Morgan"}, {"C.H. Robinson", "CH Robinson"}},
		"spaces":         {{"bestbuy", "Best Buy"}, {"Face Book", "Facebook"}, {"Coca-Cola", "Coca Cola"}, {"Mercedes-Benz", "MercedesBenz"}},
		"a slip":         {{"Microsft", "Microsoft"}, {"Goldmann Sachs", "Goldman Sachs"}, {"Nvidai", "Nvidia"}},
		"possessives":    {{"McDonald's", "McDonalds"}, {"Macy’s", "Macys"}},
		"other scripts":  {{"華為", "Huawei"}, {"华为", "華為"}, {"Яндекс", "Yandex"}, {"Газпром", "Gazprom"}},
		"numbers":        {{"Studio 54", "Studio Fifty-Four"}, {"3M", "3M Company"}, {"Fifth Third Bank", "5th 3rd Bank"}, {"Rocky II Films", "Rocky 2 Films"}, {"Growth Fund I", "Growth Fund"}},
		"groups":         {{"HSBC Holdings plc", "HSBC"}, {"Trafigura Group", "Trafigura"}},
		"abbreviations":  {{"Deutsche Telecom", "Deutsche Telekom AG"}, {"Intl Paper", "International Paper"}, {"Bausch Bros", "Bausch Brothers"}, {"US Steel", "United States Steel"}},
		"Slavic endings": {{"Касперский", "Kaspersky"}, {"Kasperskiy", "Kaspersky"}},
	},
	"Organization": {
		"acronyms":  {{"NATO", "North Atlantic Treaty Organization"}, {"European Central Bank", "ECB"}, {"I.A.E.A.", "International Atomic Energy Agency"}},
		"spellings": {{"World Trade Organisation", "World Trade Organization"}, {"Centre for Policy Studies", "Center for Policy Studies"}},
		"states":    {{"U.S. Department of Justice", "United States Department of Justice"}, {"UN Security Council", "United Nations Security Council"}, {"Government of the USA", "Govt. of the United States of America"}},
	},
	"Vessel": {
		"prefixes": {{"MV Ever Given", "Ever Given"}, {"M/V Ever Given", "EVER GIVEN"}},
		"numbers":  {{"Ocean Star 7", "Ocean Star VII"}},
	},
	"LegalEntity": {
		"order": {{"Merkel, Angela", "Angela Merkel"}},
		"form":  {{"Gazprom OAO", "OAO Gazprom"}},
	},
	"": {
		"case": {{"KASPERSKY LAB", "Kaspersky Lab"}},
		"form": {{"Acme, Inc.", "Acme Incorporated"}},
	},
}

// different are pairs of names of two things.
var different = map[string]map[string][]namePairTest{
	"Person": {
		"given names":   {{"George Bush", "Barbara Bush"}, {"Heinrich Mann", "Thomas Mann"}, {"Indira Gandhi", "Rajiv Gandhi"}},
		"family names":  {{"Angela Merkel", "Angela Davis"}, {"Thomas Mann", "Thomas Müntzer"}, {"Anwar al-Sadat", "Anwar al-Awlaki"}},
		"middle names":  {{"Carl Philipp Emanuel Bach", "Carl Philipp Gottfried Bach"}, {"Sergei Ivanovich Petrov", "Sergei Olegovich Petrov"}},
		"one word":      {{"Obama", "Barack Obama"}, {"Angela", "Angela Merkel"}},
		"sons":          {{"Omar bin Abdullah", "Abdullah bin Omar"}},
		"initials":      {{"J. Kennedy", "Robert Kennedy"}, {"Brian Jack", "Brian J. Mast"}, {"Robert Garcia", "Sylvia R. Garcia"}, {"George W. Bush", "George H. Bush"}},
		"characters":    {{"김정일", "김정은"}, {"习近平", "习仲勋"}, {"王小明", "王大明"}, {"王毅", "王义"}, {"김정은", "김종은"}},
		"short names":   {{"Kim Jong-il", "Kim Jong-un"}, {"Li Na", "Li Wei"}, {"Wu Lei", "Hu Bo"}, {"Kim Jong Il", "Kim Il Sung"}},
		"generations":   {{"Louis Renault II", "Louis Renault III"}, {"Henry Ford Jr.", "Henry Ford Sr."}},
		"first words":   {{"Le Van Minh", "Do Van Minh"}},
		"a long letter": {{"Ivan Petrenko", "Ivan Petrosyan"}},
		"nothing":       {{"Ada Lovelace", ""}, {"Ada Lovelace", "–"}, {"", ""}},
	},
	"Company": {
		"words":       {{"General Motors", "General Electric"}, {"Delta Air Lines", "Delta Faucet"}, {"Morgan Stanley", "Morgan Lewis"}},
		"places":      {{"Bank of Ireland", "Bank of Cyprus"}, {"Toyota Canada Inc.", "Toyota France Inc."}},
		"one more":    {{"Siemens", "Siemens Healthineers"}, {"Bank of America", "Bank of North America Trust Kansas"}},
		"numbers":     {{"Growth Fund II", "Growth Fund III"}, {"Growth Fund I", "Growth Fund II"}, {"Fund 2004-1 Master Issuer Trust", "Fund 2005-1 Master Issuer Trust"}, {"Growth Fund", "Growth Fund II"}},
		"One":         {{"Capital One", "Capital"}, {"Formula One", "Formula"}},
		"common only": {{"Bank Group", "Holding Bank"}, {"Capital Partners", "Capital Management"}},
		"short names": {{"BMW", "BMO"}, {"Sysco", "Cisco"}, {"Cigna", "Ciena"}, {"A.B.C. Company", "C.B.A. Company"}},
		"form only":   {{"Acme Ltd", "Zenith Ltd"}, {"Ltd", "Inc"}},
	},
	"Organization": {"words": {{"World Health Organization", "World Trade Organization"}, {"Ministry of Finance", "Ministry of Defence"}}},
	"Vessel":       {"numbers": {{"Ocean Star 7", "Ocean Star 8"}}, "words": {{"Ocean Star", "Ocean Pride"}, {"Snow", "Slow"}}},
	"LegalEntity":  {"words": {{"Merkel, Angela", "Merkel, Ulrich"}}},
	"":             {"words": {{"Kaspersky Lab", "Kaspersky Museum"}}},
}

func TestCompareNames(t *testing.T) {
	check := func(tables map[string]map[string][]namePairTest, match bool) {
		for kind, table := range tables {
			for what, pairs := range table {
				for _, p := range pairs {
					score := CompareNames(p.a, p.b, kind)
					if (score >= 0.7) != match {
						t.Errorf("%s, %s: %q and %q have %.3f", kind, what, p.a, p.b, score)
					}
					if fault := scoreFault(p.a, p.b, kind, score); fault != "" {
						t.Errorf("%s: %q and %q: %s", kind, p.a, p.b, fault)
					}
				}
			}
		}
	}
	check(matching, true)
	check(different, false)
}

// scoreFault tells what a score breaks of what CompareNames promises of all, ""
// if nothing.
func scoreFault(a, b, kind string, score float64) string {
	switch {
	case math.IsNaN(score) || score < 0 || score > 1:
		return "not from 0 to 1"
	case CompareNames(b, a, kind) != score:
		return "not symmetric"
	case CompareNames(a, b, kind) != score:
		return "another score the second time"
	case a == b && a != "" && score != 1:
		return "not equal to itself"
	}
	return ""
}

// The better two names fit, the higher they score.
func TestCompareNamesRanks(t *testing.T) {
	tests := map[string]struct {
		kind, name string
		best       []string // falling
	}{
		"person":  {"Person", "Barack Obama", []string{"Obama, Barack", "Barack Hussein Obama", "Barak Obana", "Barack Smith", "Angela Merkel"}},
		"company": {"Company", "Gazprom Neft AG", []string{"Gazprom Neft Aktiengesellschaft", "Gazprom Neft", "Gazprom Neft GmbH", "Gasprom Nefft GmbH", "Gazprom Media AG", "Zenith Bank AG"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			last := 2.0
			for _, other := range test.best {
				score := CompareNames(test.name, other, test.kind)
				if score >= last {
					t.Errorf("%q has %.3f, the one before it %.3f", other, score, last)
				}
				last = score
			}
		})
	}
}

// Names beyond the bounds are equal or not, and nobody waits for long.
func TestCompareNamesBeyondBounds(t *testing.T) {
	tests := map[string]struct {
		a, b string
		want float64
	}{
		"code points, folded alike":  {strings.Repeat("É", 1001), strings.Repeat("e", 1001), 1},
		"code points, one more":      {strings.Repeat("e", 1001), strings.Repeat("e", 1000), 0},
		"words, folded alike":        {nearlyAlike(65), strings.ToUpper(nearlyAlike(65)), 1},
		"words, one edit":            {nearlyAlike(65), nearlyAlike(65) + "x", 0},
		"as many words as go":        {nearlyAlike(64), nearlyAlike(64) + "x", 0.9},
		"letters in Latin":           {strings.Repeat("\uFDFA", 200), strings.Repeat("\uFDFA", 200) + "x", 0},
		"a million code points":      {strings.Repeat("Aé b", 250_000), strings.Repeat("Aé b", 250_000) + "c", 0},
		"no letters, the same":       {"–", "–", 1},
		"no letters, different":      {"–", "—", 0},
		"no letters, and some":       {"–", "a", 0},
		"not UTF-8":                  {"\xFF\xFE", "\xFF\xFE", 1},
		"not UTF-8 between letters":  {"Acme\xFF", "Acme", 1},
		"marks on nothing":           {strings.Repeat("\u0301", 1000), "a", 0},
		"numbers that run together":  {"Fund 1 1", "Fund 11", 1.0 / 13},
		"a number of many digits":    {"Fund " + strings.Repeat("9", 400), "Fund " + strings.Repeat("9", 400), 1},
		"particles and articles":     {"The The", "The The", 1},
		"particles and nothing else": {"bin al", "von der", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := CompareNames(test.a, test.b, "Company")
			if math.Abs(got-test.want) > 1e-9 {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

// Every pair of names in the tests, whatever they are of, keeps the promises.
func TestCompareNamesPromises(t *testing.T) {
	var names []string
	for _, tables := range []map[string]map[string][]namePairTest{matching, different} {
		for _, table := range tables {
			for _, pairs := range table {
				names = append(names, pairs[0].a)
			}
		}
	}
	for _, kind := range []string{"Person", "Company", "Vessel", ""} {
		for _, a := range names {
			for _, b := range names {
				if fault := scoreFault(a, b, kind, CompareNames(a, b, kind)); fault != "" {
					t.Errorf("%s: %q and %q: %s", kind, a, b, fault)
				}
			}
		}
	}
}

func FuzzCompareNames(f *testing.F) {
	for _, p := range [][3]string{
		{"Vladimir Putin", "Путин, Владимир Владимирович", "Person"}, {"J.-C. Juncker", "Jean-Claude Juncker", "Person"},
		{"Omar bin Abdullah", "Abdullah bin Omar al", "Person"}, {"Kim Jong-un", "김정은", "Person"}, {"習近平", "xijinping", ""},
		{"A&B Co., Ltd. 4th XX", "the 44 forty four ooo", "Company"}, {"M/V Ocean I", "ocean\xFF 1", "Vessel"},
		{"United States of", "us abd al", "Organization"}, {"ㄱᄀ가\u11A8", "\uFDFA\u0301ъ", "LegalEntity"},
	} {
		f.Add(p[0], p[1], p[2])
	}
	f.Fuzz(func(t *testing.T, a, b, kind string) {
		if fault := scoreFault(a, b, kind, CompareNames(a, b, kind)); fault != "" {
			t.Error(fault)
		}
		if score := CompareNames(a, a, kind); a != "" && score != 1 {
			t.Errorf("%q is %v like itself", a, score)
		}
		if score := CompareNames(a, strings.ToUpper(a), kind); utf8.ValidString(a) && Fold(a) != "" && Fold(strings.ToUpper(a)) == Fold(a) && score < 0.7 {
			t.Errorf("%q is %v like itself in capitals", a, score)
		}
	})
}

func BenchmarkCompareNames(b *testing.B) {
	pairs := map[string][3]string{
		"Equal":     {"Best Buy", "bestbuy", "Company"},
		"Person":    {"Vladimir Vladimirovich Putin", "Wladimir Putin", "Person"},
		"Company":   {"Samsung Electronics Co., Ltd.", "Samsong Electronics Company Limited", "Company"},
		"Different": {"Caterpillar Inc.", "JPMorgan Chase & Co.", "Company"},
		"Cyrillic":  {"Лаборатория Касперского", "Лаборатория Касперскова", "Company"},
		"Longest":   {nearlyAlike(maxComparedWords), nearlyAlike(maxComparedWords) + "x", "Organization"},
	}
	for name, p := range pairs {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				CompareNames(p[0], p[1], p[2])
			}
		})
	}
}

// nearlyAlike returns n words of the same length that differ by a letter, so
// that every one may be every other.
func nearlyAlike(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = "abcdefghijk" + string(rune('a'+i%26)) + string(rune('b'+i/26))
	}
	return strings.Join(words, " ")
}
