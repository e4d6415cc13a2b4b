package graph

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestNormalizeText(t *testing.T) {
	tests := map[string]struct{ in, want, err string }{
		"empty":             {"", "", ""},
		"plain":             {"Kaspersky Lab\n", "Kaspersky Lab\n", ""},
		"composes":          {"Ko\u0301mi", "K\u00F3mi", ""},
		"keeps kinds apart": {"ﬁ ² ™", "ﬁ ² ™", ""},
		"keeps U+FFFD":      {"a\uFFFD", "a\uFFFD", ""},
		"U+0000":            {"é\x00b", "", "U+0000 at byte 2"},
		"not UTF-8":         {"é\xFFb", "", "invalid UTF-8 at byte 2"},
		"cut short":         {"ab\xC3", "", "invalid UTF-8 at byte 2"},
		"surrogate":         {"\xED\xA0\x80", "", "invalid UTF-8 at byte 0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := NormalizeText(test.in)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if message := errorText(err); message != test.err {
				t.Errorf("error %q, want %q", message, test.err)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestFold(t *testing.T) {
	groups := map[string]map[string]string{
		"words": {
			"":                         "",
			"Kaspersky Lab":            "kaspersky lab",
			"  Kaspersky\t\n Lab. ":    "kaspersky lab",
			"Al-Qaeda":                 "al qaeda",
			"Russia–West":              "russia west",
			"TCP/IP_stack":             "tcp ip stack",
			"kaspersky.com":            "kaspersky com",
			"CVE-2017-0144":            "cve 2017 0144",
			"18 U.S.C. §1030(a)(2)":    "18 usc 1030 a 2",
			"Kas\u00ADper\u2060sky":    "kaspersky",
			"a\u00A0b\u3000c\u200Bd":   "a b c d",
			"a\x00b\xFFc\uFFFDd":       "a b c d",
			"\U0001F642":               "",
			"–":                        "",
			"Best Buy™ and Geek Squad": "best buy and geek squad",
			"Kaspersky®Lab":            "kaspersky lab",
		},
		"apostrophes": {
			"Kaspersky's":      "kasperskys",
			"Kaspersky’s":      "kasperskys",
			"Kaspersky\u00B4s": "kasperskys",
			"Kaspersky\u1FFDs": "kasperskys",
			"Kaspersky`s":      "kasperskys",
			"Kaspersky＇s":      "kasperskys",
			"O'Brien":          "obrien",
			"Côte d’Ivoire":    "cote divoire",
			"'quoted' word":    "quoted word",
			"Hawaiʻi":          "hawaii",
			"ארה״ב":            Fold("ארהב"),
		},
		"initials": {
			"U.S.":              "us",
			"U.S":               "us",
			"u.s.a.":            "usa",
			"the U.S.-based":    "the us based",
			"U.S.Steel":         "us steel",
			"J.P. Morgan":       "jp morgan",
			"J. P. Morgan":      "j p morgan",
			"С.Ш.А.":            "ssha",
			"Mr.X":              "mr x",
			"3.5":               "3 5",
			"A..B":              "a b",
			"...and":            "and",
			"S&P 500":           "sp 500",
			"AT&T":              "att",
			"AT&T's":            "atts",
			"at＆t":              "att",
			"BB&T, PG&E":        "bbt pge",
			"A.B&C":             "abc",
			"Johnson&Johnson":   "johnson johnson",
			"Johnson & Johnson": "johnson johnson",
			"S & P":             "s p",
			"3&4":               "3 4",
			"&&.&":              "",
		},
		"Latin letters": {
			"Straße STRASSE ẞ": "strasse strasse ss",
			"Łódź":             "lodz",
			"İstanbul ıssız":   "istanbul issiz",
			"Ærø Þór Đặng":     "aero thor dang",
			"Əliyev":           "aliyev",
			"Müller":           "muller",
			"ﬁnance Ⅻ ㎏ x²":    "finance xii kg x2",
			"Ｋａｓｐｅｒｓｋｙ":        "kaspersky",
			"𝐊aspersky":        "kaspersky",
			"Z̸͎̿ǎ͜lgo":        "zalgo",
		},
		"other scripts": {
			"Касперский":              "kasperskii",
			"Лаборатория Касперского": "laboratoriya kasperskogo",
			"Королёв Королев":         "korolev korolev",
			"объект":                  "obekt",
			"Αθήνα ΑΘΗΝΑΣ":            "athina athinas",
			"ქართული ᲥᲐᲠᲗᲣᲚᲘ":         "kartuli kartuli",
			"ᏣᎳᎩ ꮳꮃꭹ":                 "tsalagi tsalagi",
			"שָׁלוֹם שלום":            "shlvm shlvm",
			"كَاسْبِرْسْكِي كاسبرسكي": "kasbrsky kasbrsky",
			"हिन्दी":                  "hindi",
			"ไทย":                     "aithy",
			"华为技术":                    "hua wei ji shu",
			"NTT東京支店":                 "ntt dong jing zhi dian",
			"カスペルスキー ｶｽﾍﾟﾙｽｷｰ":        "kasuperusuki kasuperusuki",
			"삼성전자":                    "samseongjeonja",
			"٣ ३ ３ ߃":                 "3 3 3 3",
			"北\U00020000京":            "bei he jing",
			"二〇一七年9月":                 "er 0 yi qi nian 9 yue",
			"佐々木":                     "zuo mu",
			"ישראל אברהם":             "yshral avrhm",
			"إيران ٱلله ایران":        "ayran allh ayran",
			"እስራኤል ኢትዮጵያ":             "esrael ityopya",
			"ລາວ ອາເມລິກາ":            "lav oaemlika",
			"ཨ་མེ་རི་ཀ":               "a me ri k",
			"އިންޑިއާ":                "indiaa",
			"Հայաստան":                "hayastan",
			"Әлиев":                   "aliev",
		},
		"nothing is lost": {
			"ъ":            "ъ",
			"Ъ.Ь.":         "ъь",
			"ع":            "ع",
			"々":            "々",
			"ߑ":            "ߑ",
			"xߑ":           "xߑ",
			"北\U0002A700":  "bei \U0002A700",
			"x\U0002A700y": "x \U0002A700 y",
		},
	}
	for group, tests := range groups {
		t.Run(group, func(t *testing.T) {
			for in, want := range tests {
				if got := Fold(in); got != want {
					t.Errorf("Fold(%q) is %q, want %q", in, got, want)
				}
			}
		})
	}
}

// Every assigned code point folds soundly, alone and between others, and all
// cases of a letter fold alike.
func TestFoldEveryCodePoint(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf) {
			continue
		}
		s := string(r)
		for _, text := range []string{s, "a" + s + "b", "ъ" + s + ".ع"} {
			if fault := foldFault(text); fault != "" {
				t.Errorf("%U in %q: %s", r, text, fault)
			}
		}
		if !unicode.IsLetter(r) {
			continue
		}
		for _, other := range []rune{unicode.ToLower(r), unicode.ToUpper(r), unicode.ToTitle(r)} {
			if Fold(string(other)) != Fold(s) {
				t.Errorf("%U folds to %q, its other case %U to %q", r, Fold(s), other, Fold(string(other)))
			}
		}
	}
}

// foldFault tells what a fold of s breaks of what Fold promises, "" if nothing.
func foldFault(s string) string {
	folded := Fold(s)
	switch {
	case !utf8.ValidString(folded):
		return "not UTF-8"
	case Fold(folded) != folded:
		return "not idempotent: " + folded + " then " + Fold(folded)
	case strings.Join(strings.Fields(folded), " ") != folded:
		return "not single inner spaces: " + folded
	case strings.ContainsFunc(folded, unsearchable):
		return "more than lower-case letters, digits and spaces: " + folded
	}
	return ""
}

func unsearchable(r rune) bool {
	letter := unicode.IsLetter(r) && !unicode.IsUpper(r) && !unicode.IsTitle(r)
	return !letter && !unicode.IsDigit(r) && r != ' '
}

// A letter alone is findable, whatever its script. Some that Unicode calls
// letters are apostrophes, or marks on nothing.
func TestFoldLosesNoLetter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		onNothing := !strings.ContainsFunc(norm.NFKD.String(string(r)), func(r rune) bool { return unicode.IsLetter(r) && r != 'ـ' })
		if unicode.IsLetter(r) && !isApostrophe(r) && !onNothing && Fold(string(r)) == "" {
			t.Errorf("%U %c folds to nothing", r, r)
		}
	}
}

func FuzzNormalizeText(f *testing.F) {
	for _, s := range []string{"", "Ko\u0301mi", "a\x00", "\xFF", "\u1FFD\u0344" + strings.Repeat("\u0301", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, err := NormalizeText(s)
		if refused := !utf8.ValidString(s) || strings.Contains(s, "\x00"); refused != (err != nil) {
			t.Fatalf("error %v", err)
		}
		if !norm.NFC.IsNormalString(text) {
			t.Errorf("%q is not in normalization form C", text)
		}
		if again, err := NormalizeText(text); again != text || err != nil {
			t.Errorf("again: %q and %v, first %q", again, err, text)
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{
		"Kaspersky Lab", "AT&T's U.S.-based", "Лаборатория Касперского", "ъ.ع&a", "カスペルスキー", "ᄒ\u0301ᅡᆫ",
		"हिन्दी", "\u1FFD\u2122\xFF", "北\U00020000", "ᾳ΅", "z" + strings.Repeat("\u0316\u0301", 40),
		"000 ー", "a ъ. ъ b", "北𠀺",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if fault := foldFault(s); fault != "" {
			t.Error(fault)
		}
		if traced, from, until := tracedMarks(s); traced != stripMarks(s) || len(from) != len(traced) || len(until) != len(traced) {
			t.Errorf("traced it is %q, of %d and %d, not %q", traced, len(from), len(until), stripMarks(s))
		}
		text := SearchedText{s, NameField}
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if other := (SearchedText{form.String(s), NameField}); !slices.Equal(tokensOf(text), tokensOf(other)) {
				t.Errorf("tokens are %q, of another normalization form %q", tokensOf(text), tokensOf(other))
			}
		}
		for _, token := range tokensOf(text) {
			if again := tokensOf(SearchedText{token, TitleField}); !slices.Contains(again, token) {
				t.Errorf("token %q has tokens %q", token, again)
			}
		}
	})
}

func BenchmarkFold(b *testing.B) {
	texts := map[string]string{
		"name":         "Kaspersky Lab",
		"CyrillicName": "Лаборатория Касперского",
		"8KB":          strings.Repeat("Kaspersky Lab's U.S. unit said: no. ", 228)[:8192],
		"Cyrillic8KB":  strings.Repeat("Лаборатория Касперского ", 178),
	}
	for name, text := range texts {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(text)
			}
		})
	}
}
