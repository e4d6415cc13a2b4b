package loader

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// syntaxProblem tells in plain words why a file is no YAML, and where.
func syntaxProblem(f File, err error) Problem {
	problem := Problem{File: f.Name, Line: 1, Column: 1, Text: "not YAML: " + err.Error()}
	fault := new(yaml.LoadError)
	if !errors.As(err, &fault) {
		return problem
	}
	at := fault.Mark
	text, atStart := explained(f, fault)
	if atStart && fault.ContextMark.Line > 0 {
		at = fault.ContextMark
	}
	problem.Line, problem.Column, problem.Text = max(at.Line, 1), max(at.Column, 1), "not YAML: "+text
	if lines := lineCount(f.Text); problem.Line > lines {
		problem.Line, problem.Column = lines, 1
	}
	return problem
}

// lineCount is how many lines have anything in them, up to the last that has.
func lineCount(text []byte) int {
	return 1 + bytes.Count(bytes.TrimRight(text, " \t\r\n"), []byte("\n"))
}

// plainWords explain what the parser says, by a part of it; %c is what stands at
// the fault. atStart says that it is to be mended where the thing starts that
// cannot be read, and not where it breaks off.
var plainWords = []struct {
	part, text string
	atStart    bool
}{
	{"tab", tabRefused, false},
	{"cannot start any token", "a value cannot start with %c; put it in quotation marks", false},
	{"mapping values are not allowed", "unexpected colon: put a value that has a colon in quotation marks, and indent a line as the fields it belongs to", false},
	{"could not find expected ':'", "a field is a name, a colon and a value (`name: value`), and this has no colon", true},
	{"end of stream", quotationRefused, true},
	{"document indicator", quotationRefused, true},
	{"expected key", "this is no field of those above it: indent it as they are, and put a value that has quotation marks inside in others", false},
	{"'-' indicator", "this is no item of the list above it: start it with - and indent it as the others are", false},
	{"node content", "a value is due before %c", false},
	{"escape character", escapeRefused, false},
	{"hexadecimal number", escapeRefused, false},
	{"unknown anchor", aliasRefused, false},
}

const (
	tabRefused       = "there is a tab here; indent lines with spaces"
	quotationRefused = "the quotation mark that opens here is never closed"
	escapeRefused    = "the character after \\ is not a valid escape: write \\\\ for a backslash, or put the text in ' marks"
)

// explained is a fault in plain words, and whether it is to be mended at its start.
func explained(f File, fault *yaml.LoadError) (text string, atStart bool) {
	found := characterAt(f.Text, fault.Mark)
	ended := fault.Mark.Line > lineCount(f.Text)
	says := func(part string) bool { return strings.Contains(fault.Message, part) }
	switch {
	case found == '\t' && says("cannot start any token"):
		return tabRefused, false
	case says("',' or '"):
		return openBracket(fault, ended)
	case ended && says("node content"):
		return "the file ends where a value is due: a bracket is never closed", false
	}
	for _, known := range plainWords {
		if says(known.part) {
			return strings.ReplaceAll(known.text, "%c", string(found)), known.atStart
		}
	}
	return fault.Message, false
}

// openBracket tells of a bracket that is not closed where it has to be.
func openBracket(fault *yaml.LoadError, ended bool) (text string, atStart bool) {
	open, closed := "[", "]"
	if strings.Contains(fault.Message, "'}'") {
		open, closed = "{", "}"
	}
	if ended {
		return fmt.Sprintf("the %s that opens here is never closed", open), true
	}
	return fmt.Sprintf("a comma or the %s is missing before this that goes with the %s of line %d", closed, open, fault.ContextMark.Line), false
}

// characterAt is what stands at a mark; a space if nothing does.
func characterAt(text []byte, mark yaml.Mark) rune {
	lines := slices.Collect(bytes.Lines(text))
	if mark.Line < 1 || mark.Line > len(lines) {
		return ' '
	}
	runes := []rune(string(lines[mark.Line-1]))
	if at := mark.Column - 1; at >= 0 && at < len(runes) && runes[at] != '\n' {
		return runes[at]
	}
	return ' '
}
