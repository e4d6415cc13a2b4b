package graph

import (
	"slices"
	"strings"
	"testing"
)

// tokensOf are the distinct tokens of a text.
func tokensOf(text SearchedText) []string {
	var tokens []string
	for _, t := range text.Tokens() {
		if !slices.Contains(tokens, t.Token) {
			tokens = append(tokens, t.Token)
		}
	}
	return tokens
}

func TestTokens(t *testing.T) {
	long := strings.Repeat("x", MaxTokenLength)
	tests := map[string]struct {
		in   string
		want string
	}{
		"none":               {"–", ""},
		"nothing but signs":  {"& & &", ""},
		"in order":           {"Lab Kaspersky", "lab kaspersky"},
		"an ampersand":       {"Johnson & Johnson", "johnson and"},
		"initials":           {"AT&T, S&P, U.S.", "att sp us"},
		"initials apart":     {"A. O. Smith", "a o smith ao"},
		"three of them":      {"J. R. R. Tolkien", "j r tolkien jrr"},
		"longest":            {long, long},
		"cut":                {long + "y " + long + "z", long},
		"cut by code points": {strings.Repeat("ع", 65), strings.Repeat("ع", 64)},
		"however many":       {numbered(200), numbered(200)},
		"Cyrillic endings":   {"Касперский, Белый", "kasperskii kaspersky belyi bely"},
		"Latin endings":      {"Zelenskiy Zelenskyy Zelensky", "zelenskiy zelensky zelenskyy"},
		"short endings":      {"Yi Wii", "yi wii"},
		"Han":                {"華為 習近平", "hua wei xi jin ping huawei xijin xijinping jinping"},
		"Han at most four":   {"一二三四五", "yi er san si wu yier yiersan yiersansi ersan ersansi ersansiwu sansi sansiwu siwu"},
		"Arabic yeh":         {"على علي", "ly"},
		"Arabic endings":     {"شركة شركه", "shrkh"},
		"a lengthened word":  {"محـــمد محمد", "mhmd"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tokensOf(SearchedText{test.in, TitleField}); !slices.Equal(got, strings.Fields(test.want)) {
				t.Errorf("got %q, want %q", got, strings.Fields(test.want))
			}
		})
	}
}

// numbered returns n different words.
func numbered(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = "w" + string(rune('a'+i/26)) + string(rune('a'+i%26))
	}
	return strings.Join(words, " ")
}

// answers tells whether tokens answer all words of a search without a misspelling.
func answers(query string, tokens []string) bool {
	for _, w := range QueryWords(query) {
		if !w.Filler && !slices.ContainsFunc(tokens, func(token string) bool {
			return slices.Contains(w.Exact, token) || slices.ContainsFunc(w.Begin, func(begin string) bool { return strings.HasPrefix(token, begin) })
		}) {
			return false
		}
	}
	return true
}

// Each of the spellings finds each of them as a name.
func TestSpellingsFindEachOther(t *testing.T) {
	for _, alike := range [][]string{
		{"A. O. Smith", "A.O. Smith", "AO Smith", "a o smith"},
		{"J.P. Morgan", "JP Morgan", "JPMorgan", "J. P. Morgan"},
		{"Касперский", "Kaspersky", "Kasperskiy", "Kasperskii", "КАСПЕРСКИЙ"},
		{"习近平", "Xi Jinping", "xijinping", "習近平"},
		{"華為", "Huawei", "华为", "hua wei"},
		{"阿里巴巴", "Alibaba"},
		{"Best Buy", "bestbuy", "BestBuy", "best-buy"},
		{"Marks & Spencer", "Marks and Spencer", "Marks&Spencer"},
		{"مصطفى", "مصطفي"},
		{"Škoda", "Skoda", "s\u030Ckoda"},
	} {
		for _, name := range alike {
			for _, query := range alike {
				if tokens := tokensOf(SearchedText{name, NameField}); !answers(query, tokens) {
					t.Errorf("%q does not find %q, which has %q", query, name, tokens)
				}
			}
		}
	}
}

// As somebody types a name, all that is typed so far finds it.
func TestBeginningsFindNames(t *testing.T) {
	for _, name := range []string{"Kaspersky Lab", "J.P. Morgan", "Best Buy Co., Inc.", "Xi Jinping", "Marks & Spencer", "Лаборатория Касперского"} {
		tokens := tokensOf(SearchedText{name, NameField})
		for at := range name {
			if query := name[:at]; len(QueryWords(query)) > 0 && !answers(query, tokens) {
				t.Errorf("%q does not find %q", query, name)
			}
		}
	}
}

func TestFillersAreOptional(t *testing.T) {
	tests := map[string]string{
		"the ban of Kaspersky":     "ban kaspersky",
		"Kaspersky Ltd":            "kaspersky",
		"ООО Касперский":           "kasperskii",
		"the":                      "the",
		"of the":                   "of the",
		"Kaspersky kaspersky, Lab": "kaspersky lab",
	}
	for query, want := range tests {
		var got []string
		for _, w := range QueryWords(query) {
			if !w.Filler {
				got = append(got, w.Token)
			}
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q needs %q, want %q", query, got, want)
		}
	}
}
