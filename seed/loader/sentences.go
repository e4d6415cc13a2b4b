package loader

import "unicode"

// sentence is a span of a text, in code points, without surrounding white space.
type sentence struct{ start, end int }

// sentences splits a text in a simple way. A sentence ends at a blank line, and
// after a full stop, question or exclamation mark, together with the closing
// quotation marks and brackets that follow it, if white space comes next and
// after that no small letter. What has neither a letter nor a digit is no
// sentence. An abbreviation such as "U.S." before a capital letter splits a
// sentence in two; a span over the whole of it touches both.
func (t sourceText) sentences() []sentence {
	var found []sentence
	start := 0
	for at := range t {
		if t.endsAt(at) {
			found = t.appendSentence(found, start, at)
			start = at
		}
	}
	return t.appendSentence(found, start, len(t))
}

// endsAt reports whether a sentence ends before the code point at an offset,
// which is white space then.
func (t sourceText) endsAt(at int) bool {
	if !unicode.IsSpace(t[at]) {
		return false
	}
	last := at - 1
	for last >= 0 && isCloser(t[last]) {
		last--
	}
	ended := last >= 0 && unicode.Is(unicode.STerm, t[last])
	return ended && !t.goesOnAt(at) || t.blankLineAt(at)
}

// goesOnAt reports whether the first thing after white space is a small letter.
func (t sourceText) goesOnAt(at int) bool {
	for _, r := range t[at:] {
		if !unicode.IsSpace(r) {
			return unicode.IsLower(r)
		}
	}
	return false
}

func isCloser(r rune) bool { return r == '"' || r == '\'' || unicode.In(r, unicode.Pe, unicode.Pf) }

// blankLineAt reports whether a line break stands at an offset and only white
// space follows it up to the next one.
func (t sourceText) blankLineAt(at int) bool {
	if t[at] != '\n' {
		return false
	}
	for _, r := range t[at+1:] {
		if r == '\n' {
			return true
		}
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return false
}

func (t sourceText) appendSentence(found []sentence, start, end int) []sentence {
	for start < end && unicode.IsSpace(t[start]) {
		start++
	}
	for start < end && unicode.IsSpace(t[end-1]) {
		end--
	}
	for _, r := range t[start:end] {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return append(found, sentence{start, end})
		}
	}
	return found
}
