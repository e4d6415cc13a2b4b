package graph

import "strings"

// legalForm is a class of legal forms: those that stand for each other in
// translation are one.
type legalForm string

const (
	// company is a word that says no more than that it is one.
	company     legalForm = "company"
	stock       legalForm = "stock"
	limited     legalForm = "limited"
	partnership legalForm = "partnership"
	foundation  legalForm = "foundation"
	society     legalForm = "society"
	state       legalForm = "state"
)

// legalForms has the class of each legal form, as [Fold] writes it.
var legalForms = classify(map[legalForm][]string{
	company: {"co", "company", "cie", "compagnie", "corporate"},
	stock: {
		"inc", "incorporated", "corp", "corporation", "plc", "public limited company",
		"jsc", "joint stock company", "joint stock co", "ojsc", "open joint stock company", "cjsc",
		"closed joint stock company", "pjsc", "public joint stock company",
		"ag", "aktiengesellschaft", "kgaa", "se", "societas europaea",
		"ao", "oao", "pao", "zao", "pat", "prat", "aktsionernoe obshchestvo", "otkrytoe aktsionernoe obshchestvo",
		"publichnoe aktsionernoe obshchestvo", "zakrytoe aktsionernoe obshchestvo",
		"sa", "s a", "societe anonyme", "sociedad anonima", "sociedade anonima", "sab", "sab de cv", "sa de cv",
		"spa", "societa per azioni", "nv", "n v", "naamloze vennootschap",
		"ab", "aktiebolag", "publ", "a s", "as", "aksjeselskap", "aktieselskab", "asa", "oyj",
		"kk", "kabushiki kaisha", "tbk", "bhd", "berhad", "ad", "aktsionerno druzhestvo", "dd", "sha", "spolka akcyjna",
		"akciova spolecnost", "rt", "nyrt", "zrt", "anonim sirketi", "anonim ortakligi",
		"gu fen you xian gong si", "zhu shi hui she", "jusighoesa",
	},
	limited: {
		"ltd", "limited", "co ltd", "company limited", "llc", "limited liability company", "limited liability co", "lc",
		"gmbh", "gesellschaft mit beschrankter haftung", "mbh", "ug",
		"ooo", "obshchestvo s ogranichennoy otvetstvennostyu", "obshchestvo s ogranichennoi otvetstvennostyu",
		"tov", "too", "srl", "societatea cu raspundere limitata", "societa a responsabilita limitata",
		"sarl", "s a r l", "societe a responsabilite limitee", "sas", "sasu", "sl", "s l", "sociedad limitada", "slu",
		"bv", "b v", "bvba", "besloten vennootschap", "aps", "oy", "osakeyhtio", "pty", "pty ltd", "pte", "pte ltd",
		"pvt", "pvt ltd", "private limited", "private ltd", "sdn bhd", "sdn", "lda", "ltda", "limitada",
		"sro", "s r o", "doo", "d o o", "kft", "eood", "ood", "sp z oo", "sp z o o", "sp zoo", "spolka z oo",
		"spolka z ograniczona odpowiedzialnoscia", "uab", "sia", "ou", "yk", "gk", "limited sirketi", "fzco", "fze", "fzc",
		"wll", "you xian gong si", "you xian ze ren gong si", "yuhanhoesa", "pt", "perseroan terbatas",
	},
	partnership: {
		"lp", "limited partnership", "llp", "limited liability partnership", "lllp", "kg", "kommanditgesellschaft",
		"gmbh co kg", "gmbh and co kg", "ohg", "snc", "scs", "cv", "vof", "kd",
	},
	//nolint:misspell // Dutch
	foundation: {"stiftung", "stichting", "fondation", "fundacion", "fundacja"},
	society:    {"ev", "e v", "eg", "asbl", "vzw"},
	state:      {"fgup", "gup", "mup", "state unitary enterprise", "federal state unitary enterprise"},
})

// maxLegalWords is how many words the longest legal form has.
const maxLegalWords = 5

func classify(forms map[legalForm][]string) map[string]legalForm {
	classes := map[string]legalForm{}
	for class, phrases := range forms {
		for _, phrase := range phrases {
			classes[phrase] = class
		}
	}
	return classes
}

// legalFormAt returns the legal form that words start with and how many of
// them it takes, 0 if there is none. The longest one counts. A long word may
// have a slip of the pen.
func legalFormAt(words []string) (form legalForm, taken int) {
	for n := min(maxLegalWords, len(words)); n > 0; n-- {
		if form, ok := legalForms[strings.Join(words[:n], " ")]; ok {
			return form, n
		}
	}
	if len(words) > 0 && len(words[0]) >= 6 {
		return misspeltLegalForm(words[0])
	}
	return "", 0
}

func misspeltLegalForm(word string) (form legalForm, taken int) {
	for _, known := range misspellable {
		if word[0] == known[0] && editDistance([]rune(word), []rune(known), 1) <= 1 {
			return legalForms[known], 1
		}
	}
	return "", 0
}

// areLegalForms reports whether words are legal forms, and nothing else.
func areLegalForms(words []string) bool {
	for len(words) > 0 {
		_, taken := legalFormAt(words)
		if taken == 0 {
			return false
		}
		words = words[taken:]
	}
	return true
}

// misspellable are the long words among the legal forms.
var misspellable = []string{"company", "corporation", "incorporated", "limited", "aktiengesellschaft", "aktiebolag", "partnership"}
