package loader

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"companygraph/graph"
)

// A verifiedText is what a file may have as the text of a source, in the forms in
// which the text may have been cited: as it is, and with other line ends or byte
// order mark. If one of them has the digest of the source, it is the only one.
type verifiedText []string

// newVerifiedText reads the text of a source with a digest from a file.
func newVerifiedText(content []byte, digest string) verifiedText {
	forms := verifiedText{inUTF8(content)}
	for _, v := range variants(content) {
		if !slices.Contains(forms, v.text) {
			forms = append(forms, v.text)
		}
	}
	for _, form := range forms {
		if graph.SHA256(form) == digest {
			return verifiedText{form}
		}
	}
	return forms
}

// verify finds a span. A passage that is not at its place in any of the forms is
// looked for in the first that has it.
func (t verifiedText) verify(span graph.Span) graph.Verification {
	found := graph.Verification{Span: span, State: graph.Orphaned}
	for _, form := range t {
		if _, ok := graph.ExcerptOf(form, span.Start, span.End, span.SHA256); ok {
			found.State = graph.Exact
			return found
		}
	}
	for _, form := range t {
		passage, at := findPassage(form, span)
		if at < 0 {
			continue
		}
		if again := at + 1; strings.Contains(form[again:], passage) {
			found.State = graph.Ambiguous
			return found
		}
		found.State = graph.Moved
		found.Start = utf8.RuneCountInString(form[:at])
		found.End = found.Start + span.End - span.Start
		return found
	}
	return found
}

// findPassage finds the first passage of a text that has the length and the digest of a
// span. The passage itself is not known, so that one digest is computed for each code
// point of the text. at counts bytes, and is -1 if there is none.
func findPassage(text string, span graph.Span) (passage string, at int) {
	digest, err := hex.DecodeString(span.SHA256)
	first, _, long := graph.CutCodePoints(text, span.End-span.Start)
	if err != nil || !long {
		return "", -1
	}
	content := []byte(text)
	for start, end := 0, len(first); ; {
		if sum := sha256.Sum256(content[start:end]); bytes.Equal(sum[:], digest) {
			return text[start:end], start
		}
		if end == len(text) {
			return "", -1
		}
		_, size := utf8.DecodeRuneInString(text[start:])
		start += size
		_, size = utf8.DecodeRuneInString(text[end:])
		end += size
	}
}
