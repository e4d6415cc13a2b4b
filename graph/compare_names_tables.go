package graph

import (
	"strings"
	"unicode"
)

// alikeLetters are groups of letters that spell like sounds in one or another
// romanization, and of digits that are typed for letters.
var alikeLetters = []string{
	"ae", "ei", "iy", "ou", "ao", "bp", "dt", "fvw", "gkqc", "jyg", "sz", "cs", "xs", "lr",
	"0o", "1i", "1l", "3e", "4a", "5s", "7t", "8b", "9g",
}

// slavicEndings are the ways to write -ий, -ый and their like, longest first.
var slavicEndings = []string{"iyi", "ii", "iy", "ij", "yi", "yy", "yj", "ey", "ei", "ej", "i"}

// likeSounds writes groups of letters that stand for one sound in one way.
var likeSounds = strings.NewReplacer(
	"shch", "s", "sch", "s", "tch", "ch", "sh", "s", "ch", "ch",
	"kh", "h", "gh", "g", "dh", "d", "th", "t", "ph", "f", "zh", "j", "dj", "j", "dzh", "j",
	"ts", "z", "tz", "z", "ck", "k", "cq", "k", "q", "k", "x", "ks", "w", "v",
	"oo", "u", "ou", "u", "ee", "i", "ie", "i", "ye", "e", "ya", "ia", "ja", "ia", "yu", "iu", "ju", "iu", "y", "i",
)

// particles are the words of people's names that some writers leave out.
var particles = wordSet(`al el ul ur ad as ash az bin ibn ben bint binti abu abou of the
	de du des di da del della do dos der den dem le la les los las lo van von zu zum zur ten ter und and`)

// arabicArticles are the ways to write the one article.
var arabicArticles = wordSet("al el ul ur")

// sonOf are the particles between a son and his father.
var sonOf = wordSet("bin ibn ben")

// articles are the words of other names that some writers leave out.
var articles = wordSet(`the a an and of for in at on to de du des di da del della do dos der die das dem den
	le la les el los las il lo al et und y e i van von zu zur fur pour para per`)

// honorifics are titles that people are given.
var honorifics = wordSet(`mr mrs ms miss mx dr prof professor doctor sir lord lady dame
	president prasident presidente chancellor minister premier governor gov senator sen congressman
	representative rep general gen admiral adm colonel col major maj captain capt cpt lieutenant lt
	sergeant sgt commander cdr brigadier brig judge ambassador amb
	sheikh shaikh shaykh sheik cheikh haji hajji hajj hadji alhaj alhaji mullah mulla maulavi mawlawi maulana mawlana
	molvi qari ayatollah hojatoleslam imam mufti sayyed sayyid seyed
	king queen prince princess emperor baron duke rev reverend father bishop archbishop pope rabbi
	herr frau monsieur madame mme mlle senor senora sra signor signora
	hon honourable honorable comrade esq phd md mba dipl shri sri smt dato datuk gospodin`)

// generations are what tells a son from his father, where it stands last.
var generations = map[string]string{"jr": "jr", "jnr": "jr", "junior": "jr", "sr": "sr", "snr": "sr", "senior": "sr", "ii": "2", "iii": "3", "iv": "4", "viii": "8"}

// vesselPrefixes say what kind of ship a ship is.
var vesselPrefixes = wordSet(`mv mt ms ss mts fv sv my rv hms uss lng lpg`)

// commonWords are words that say what kind of thing an organization is, and
// tell it from others less than its own name does.
var commonWords = wordSet(`agency airlines airways association aviation banco bank banking banque business capital center
	club commercial commission committee communications construction consulting council department development
	electric electronics energy engineering enterprise enterprises estate finance financial food foods foundation
	fund gas general global industrial industry institute insurance
	international invest investment investments laboratory logistics management marine media mining ministry motor
	motors national office oil organization partner partners petroleum pharmaceutical power properties property real
	resources securities service shipping society solutions steel system technology telecommunications trade
	trading trust union university world worldwide`)

// groupWords are words that say of a firm that it has others, and are left out
// nearly like legal forms.
var groupWords = wordSet("group groupe gruppe grupo holding")

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// leadingForms are the legal forms of two letters that names can start with.
var leadingForms = wordSet("ao pt")

// unitedNames are the short forms of names that start with United.
var unitedNames = map[string]string{"states": "us", "kingdom": "uk", "nations": "un"}

// sameWords are abbreviations and spellings of words in names of organizations.
var sameWords = map[string]string{
	"assn": "association", "assoc": "association", "bros": "brothers", "centre": "center", "coop": "cooperative",
	"dept": "department", "dev": "development", "eng": "engineering", "govt": "government", "grp": "group",
	"hldgs": "holding", "holdings": "holding", "industries": "industry", "int": "international", "intl": "international",
	"lab": "laboratory", "labs": "laboratory", "laboratories": "laboratory", "mfg": "manufacturing", "mgmt": "management",
	"mount": "mt", "natl": "national", "organisation": "organization", "org": "organization", "pharma": "pharmaceutical",
	"pharmaceuticals": "pharmaceutical", "rly": "railway", "saint": "st", "services": "service", "svc": "service",
	"svcs": "service", "sys": "system", "systems": "system", "tech": "technology", "technologies": "technology",
	"telecom": "telecommunications", "telekom": "telecommunications", "univ": "university", "usa": "us",
}

// numberWords are the numbers and ordinals that are written in words.
var numberWords = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	//nolint:misspell // people do
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60,
	"seventy": 70, "eighty": 80, "ninety": 90,
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
	"tenth": 10, "eleventh": 11, "twelfth": 12, "twentieth": 20,
}

// romanNumbers are those that names are numbered with.
var romanNumbers = map[string]int{
	"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
	"xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21, "xxii": 22,
	"xxiii": 23, "xxiv": 24, "xxv": 25, "xxx": 30,
}

// nicknames are the names that short forms are of.
var nicknames = pairNicknames(`abby:abigail alex:alexander al:albert andy:andrew barry:barack ben:benjamin bernie:bernard
	beth:elizabeth betty:elizabeth bill:william billy:william bob:robert bobby:robert cathy:catherine charlie:charles
	chris:christopher chuck:charles cindy:cynthia dan:daniel danny:daniel dave:david dick:richard don:donald doug:douglas
	ed:edward eddie:edward fred:frederick gene:eugene greg:gregory hank:henry harry:henry jack:john jake:jacob jeff:jeffrey
	jenny:jennifer jerry:gerald jim:james jimmy:james joe:joseph joey:joseph josh:joshua ken:kenneth kate:katherine
	kathy:katherine larry:lawrence liz:elizabeth lou:louis maggie:margaret matt:matthew meg:margaret mick:michael
	mike:michael mickey:michael nick:nicholas pat:patrick peggy:margaret pete:peter phil:philip ray:raymond rich:richard
	rick:richard rob:robert ron:ronald sam:samuel sandy:alexander steve:stephen sue:susan ted:theodore teddy:theodore
	tim:timothy toby:tobias tom:thomas tommy:thomas tony:anthony vince:vincent walt:walter will:william
	sasha:aleksandr sasha:alexander vova:vladimir volodya:vladimir misha:mikhail kolya:nikolai dima:dmitry lyosha:aleksei
	zhenya:evgeny kostya:konstantin grisha:grigory tolya:anatoly slava:vyacheslav lena:elena natasha:natalia
	pepe:jose paco:francisco pancho:francisco beto:alberto lalo:eduardo hans:johannes fritz:friedrich sepp:josef
	max:maximilian val:valerie eli:elijah greg:gregorio hal:harold jan:janice kat:katherine nick:nicolas
	alex:alejandro alex:alexandra randy:randall chuy:jesus`)

func pairNicknames(pairs string) map[[2]string]bool {
	set := map[[2]string]bool{}
	for pair := range strings.FieldsSeq(pairs) {
		short, long, _ := strings.Cut(pair, ":")
		set[[2]string{short, long}] = true
		set[[2]string{long, short}] = true
	}
	return set
}

// comparedScripts are those in which names of one script are compared, rather
// than in Latin letters. Han and Hangul are not among them: their characters are
// words, see [areOtherSyllables].
var comparedScripts = []*unicode.RangeTable{
	unicode.Cyrillic, unicode.Arabic, unicode.Greek, unicode.Hebrew, unicode.Devanagari, unicode.Bengali,
	unicode.Thai, unicode.Khmer, unicode.Ethiopic, unicode.Georgian, unicode.Armenian, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Gujarati, unicode.Gurmukhi, unicode.Sinhala, unicode.Myanmar,
	unicode.Lao, unicode.Tibetan, unicode.Mongolian, unicode.Katakana, unicode.Hiragana,
}

// koreanFamilyNames are those that are written otherwise than they would be
// transliterated.
var koreanFamilyNames = map[rune]string{
	'이': "lee", '리': "ri", '박': "park", '김': "kim", '최': "choi", '정': "jung", '조': "cho", '강': "kang", '윤': "yoon",
	'장': "jang", '임': "lim", '림': "rim", '신': "shin", '오': "oh", '안': "ahn", '유': "yoo", '노': "roh", '문': "moon", '우': "woo",
	'구': "koo", '백': "paik", '권': "kwon", '심': "shim", '양': "yang",
}

// hangulDigraphs writes Korean vowels as names mostly have them.
var hangulDigraphs = strings.NewReplacer("eo", "o", "eu", "u")

// arabicLetter returns the letter that r is written for in Arabic, Persian or
// Urdu: keyboards and habits differ. It leaves out the sign that only stretches
// a word.
func arabicLetter(r rune) rune {
	switch r {
	case 'ٱ':
		return 'ا'
	case 'ى', 'ی', 'ې', 'ے':
		return 'ي'
	case 'ک', 'ڪ':
		return 'ك'
	case 'ة', 'ە', 'ہ', 'ھ':
		return 'ه'
	case 'ـ':
		return -1
	}
	return r
}
