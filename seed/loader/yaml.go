package loader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
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
	decoder := yaml.NewDecoder(bytes.NewReader(f.Text))
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
	w := plainWalker{file: f.Name}
	w.walk(root, 1)
	return root, w.problems
}

// unreadable tells of a file that the YAML parser should not even see.
func unreadable(f File) *Problem {
	if len(f.Text) > MaxFileSize {
		return &Problem{f.Name, 1, 1, "", fmt.Sprintf("the file is larger than %d MiB; split it", MaxFileSize>>20)}
	}
	if utf8.Valid(f.Text) {
		return nil
	}
	line, column := firstInvalid(f.Text)
	return &Problem{File: f.Name, Line: line, Column: column, Text: "the file is not UTF-8"}
}

// firstInvalid finds the first byte that is not UTF-8.
func firstInvalid(text []byte) (line, column int) {
	line, column = 1, 1
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			break
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
		text = text[size:]
	}
	return line, column
}

// errorLine finds the line in an error of the YAML parser, which leaves out
// the first line's number.
var errorLine = regexp.MustCompile(`^line (\d+): `)

func syntaxProblem(f File, err error) Problem {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if found := errorLine.FindStringSubmatch(text); found != nil {
		line, _ = strconv.Atoi(found[1])
		text = text[len(found[0]):]
	}
	return Problem{File: f.Name, Line: line, Column: 1, Text: "not YAML: " + text}
}

// plainWalker finds what makes a YAML document more than plain data: anchors
// and aliases, by which a file of a kilobyte unfolds into gigabytes ("billion
// laughs"), merge keys, which hide what a node says, and tags.
type plainWalker struct {
	file     string
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
		w.refuse(n, "aliases (*) are refused, because nested ones make a small file unfold without end; write the value out")
	case n.Anchor != "":
		w.refuse(n, "anchors (&) are refused, as are the aliases they are for; write the value out")
	case n.Tag == "!!merge":
		w.refuse(n, "merge keys (<<) are refused; write the fields out")
	case n.Style&yaml.TaggedStyle != 0:
		w.refuse(n, "tags (!) are refused; what a value is follows from its field")
	}
	for _, child := range n.Content {
		w.walk(child, depth+1)
	}
}
