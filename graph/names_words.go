package graph

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// foldedWord is a word of a text.
type foldedWord struct {
	text string
	// from and to are its place in the text without marks, in bytes.
	from, to int
	// han tells that it is one Han character, sign that it is an ampersand.
	han, sign bool
}

// folder folds a text without marks.
type folder struct {
	// signs tells that an ampersand between words is the word and.
	signs bool
	text  string
	out   []byte
	words []foldedWord
	ends  []int
}

// foldWords folds a text without marks, and finds its words. A text of nothing but
// signs has none.
func foldWords(text string, signs bool) (string, []foldedWord) {
	f := folder{signs: signs, text: text, out: make([]byte, 0, len(text))}
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if splits(r) {
			at += size
			continue
		}
		end := len(text)
		if n := strings.IndexFunc(text[at:], splits); n >= 0 {
			end = at + n
		}
		f.run(at, end)
		at = end
	}
	return f.folded()
}

// run adds the words of a part of the text which only joints may divide.
func (f *folder) run(at, end int) {
	for at < end {
		switch f.text[at] {
		case '&':
			if f.signs {
				f.out = append(f.out, "and"...)
				f.end(foldedWord{from: at, to: at + 1, sign: true})
			}
			at++
		case '.':
			at++
		default:
			to := at + wordEnd(f.text[at:end])
			f.word(at, to)
			at = to
		}
	}
}

// word adds a word, which may be several words, as every Han character is one.
func (f *folder) word(from, to int) {
	before := len(f.words)
	start := from
	for i, r := range f.text[from:to] {
		at := from + i
		if unicode.Is(unicode.Han, r) {
			f.end(foldedWord{from: start, to: at})
			start = at + utf8.RuneLen(r)
			f.out = appendLetter(f.out, r)
			f.end(foldedWord{from: at, to: start, han: true})
			continue
		}
		f.out = appendLetter(f.out, r)
	}
	f.end(foldedWord{from: start, to: to})
	if len(f.words) > before {
		return
	}
	for _, r := range f.text[from:to] {
		f.out = appendOriginal(f.out, r)
	}
	f.end(foldedWord{from: from, to: to})
}

// end ends a word, if there is one to end.
func (f *folder) end(w foldedWord) {
	if len(f.out) == 0 || f.out[len(f.out)-1] == ' ' {
		return
	}
	f.words = append(f.words, w)
	f.ends = append(f.ends, len(f.out))
	f.out = append(f.out, ' ')
}

func (f *folder) folded() (string, []foldedWord) {
	text, start, onlySigns := string(f.out), 0, true
	for i, end := range f.ends {
		f.words[i].text = text[start:end]
		start = end + 1
		onlySigns = onlySigns && f.words[i].sign
	}
	if onlySigns {
		return "", nil
	}
	return text[:len(text)-1], f.words
}
