package loader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// maxDepth is how deep lists and mappings may be nested. The deepest that a
// dataset has (a piece of evidence of a quotation of a statement) is 8.
const maxDepth = 32

// parse reads the YAML of a file: one document of plain mappings, lists and
// scalars, or the problems that keep it from being read at all.
func parse(f File) (*yaml.Node, Problems) {
	if problem := unreadable(f); problem != nil {
		return nil, Problems{*problem}
	}
	text, restore := withoutBreaks(withoutVersion(f.Text))
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, Problems{{f.Name, 1, 1, "", "the file is empty"}}
	} else if err != nil {
		return nil, Problems{syntaxProblem(f, err)}
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, Problems{{f.Name, second.Line, second.Column, "", "a file is one YAML document, and here starts another"}}
	} else if !errors.Is(err, io.EOF) {
		return nil, Problems{syntaxProblem(f, err)}
	}
	root := document.Content[0]
	w := plainWalker{file: f.Name, restore: restore}
	w.walk(root, 1)
	return root, w.problems
}

// unreadable tells of a file that the YAML parser should not even see.
func unreadable(f File) *Problem {
	if len(f.Text) > MaxFileSize {
		return &Problem{f.Name, 1, 1, "", fmt.Sprintf("the file is larger than %d MiB; split it", MaxFileSize>>20)}
	}
	if name := encodingName(f.Text); name != "" {
		line, column := firstInvalid(f.Text)
		return &Problem{File: f.Name, Line: line, Column: column, Text: fmt.Sprintf("the file is not UTF-8 but %s; save it as UTF-8", name)}
	}
	if at := bytes.IndexFunc(f.Text, isForbidden); at >= 0 {
		line, column := place(f.Text[:at])
		r, _ := utf8.DecodeRune(f.Text[at:])
		return &Problem{File: f.Name, Line: line, Column: column, Text: fmt.Sprintf("the control character %U is not allowed in YAML; remove it", r)}
	}
	return nil
}

// isForbidden reports whether YAML has no place for a character, not even in
// quotation marks.
func isForbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7F || r > 0x7F && r < 0xA0 && r != nextLine || r == 0xFFFE || r == 0xFFFF
}

// firstInvalid finds the first byte that is not UTF-8.
func firstInvalid(text []byte) (line, column int) {
	valid := 0
	for valid < len(text) {
		r, size := utf8.DecodeRune(text[valid:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		valid += size
	}
	return place(text[:valid])
}

// place is where a text ends.
func place(text []byte) (line, column int) {
	start := bytes.LastIndexByte(text, '\n') + 1
	return 1 + bytes.Count(text, []byte("\n")), 1 + utf8.RuneCount(text[start:])
}

// versionDirective is what the parser refuses for all versions but 1.1, though
// a plain document means the same in 1.2.
var versionDirective = regexp.MustCompile(`^(\x{FEFF}?(?:[ \t]*(?:#[^\n]*)?\r?\n)*)%(YAML[ \t]+1\.[0-9]+)`)

// withoutVersion makes a comment of a version directive.
func withoutVersion(text []byte) []byte {
	return versionDirective.ReplaceAll(text, []byte("${1}#${2}"))
}

// nextLine, and the separators of lines and paragraphs, end a line for the
// parser, which then makes a space or \n of it. Nobody who writes text means
// that, and editors count no lines by it.
const nextLine = '\u0085'

var oldBreaks = []rune{nextLine, '\u2028', '\u2029'}

// withoutBreaks puts letters that the text does not have in the place of old
// line breaks; restore takes that back.
func withoutBreaks(text []byte) (plain []byte, restore *strings.Replacer) {
	standIn := '\uE000' // the first that is for private use
	var there, back []string
	for _, r := range oldBreaks {
		if !bytes.ContainsRune(text, r) {
			continue
		}
		for bytes.ContainsRune(text, standIn) {
			standIn++
		}
		there = append(there, string(r), string(standIn))
		back = append(back, string(standIn), string(r))
		standIn++
	}
	if there == nil {
		return text, nil
	}
	return []byte(strings.NewReplacer(there...).Replace(string(text))), strings.NewReplacer(back...)
}

// plainWalker finds what makes a YAML document more than plain data: anchors
// and aliases, by which a file of a kilobyte unfolds into gigabytes ("billion
// laughs"), merge keys, which hide what a node says, and tags.
type plainWalker struct {
	file string
	// restore puts back what was taken out of texts; nil if nothing was.
	restore  *strings.Replacer
	problems Problems
}

func (w *plainWalker) refuse(n *yaml.Node, text string) {
	w.problems = append(w.problems, Problem{File: w.file, Line: n.Line, Column: n.Column, Text: text})
}

func (w *plainWalker) walk(n *yaml.Node, depth int) {
	switch {
	case depth > maxDepth:
		w.refuse(n, fmt.Sprintf("nested more than %d deep", maxDepth))
		return
	case n.Kind == yaml.AliasNode:
		w.refuse(n, aliasRefused)
	case n.Anchor != "":
		w.refuse(n, "anchors (&) are refused, as are the aliases they are for; write the value out")
	case n.Tag == "!!merge":
		w.refuse(n, "merge keys (<<) are refused; write the fields out")
	case n.Style&yaml.TaggedStyle != 0:
		w.refuse(n, "tags (!) are refused; what a value is follows from its field")
	}
	if w.restore != nil {
		n.Value = w.restore.Replace(n.Value)
	}
	for _, child := range n.Content {
		w.walk(child, depth+1)
	}
}

const aliasRefused = "aliases (*) are refused, because nested ones make a small file unfold without end; write the value out"
