package loader

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

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
	if above, cause, found := withoutColon(f, fault); found {
		at, text = above, cause
	} else if above, cause, found := withoutQuote(f, fault); found {
		at, text = above, cause
	} else if text == colonMissing && hasColon(f.Text, at) {
		text = spaceMissing
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
	{"mapping values are not allowed", "unexpected colon: quote values that contain a colon, and align the fields of a node", false},
	{"could not find expected ':'", colonMissing, true},
	{"end of stream", quotationRefused, true},
	{"document indicator", quotationRefused, true},
	{"expected key", "this line does not fit the fields above it: check its indentation, and the quotation marks around the value", false},
	{"'-' indicator", "this line does not fit the list above it: start each item with -, and align its fields", false},
	{"block sequence entries", "a list starts on the line below its field", false},
	{"node content", "a value is missing before %c", false},
	{"escape character", escapeRefused, false},
	{"hexadecimal number", escapeRefused, false},
	{"unknown anchor", aliasRefused, false},
	{"<document start>", "this line is indented less than the first one: align the fields", false},
	{"comment or line break", "a text after | or > starts on the next line", false},
	{"max depth", fmt.Sprintf("nested more than %d deep", maxDepth), false},
	{"incompatible", "this version of YAML is not known: write 1.2, or leave the line out", false},
}

const (
	tabRefused       = "there is a tab here; indent lines with spaces"
	colonMissing     = "a field is a name, a colon and a value (`name: value`), and this has no colon"
	spaceMissing     = "a space is missing after the colon"
	quotationRefused = "the quotation mark that opens here is never closed"
	escapeRefused    = "the character after \\ is not a valid escape: write \\\\ for a backslash, or put the text in ' marks"
	unknownFault     = "this line cannot be read: check its indentation, quotation marks and brackets, and those of the lines above it"
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
	case (found == '}' || found == ']') && says("did not find expected"):
		return fmt.Sprintf("this %c closes no bracket: remove it, or quote the value that has it", found), false
	}
	for _, known := range plainWords {
		if says(known.part) {
			return strings.ReplaceAll(known.text, "%c", string(found)), known.atStart
		}
	}
	return unknownFault, false
}

// withoutColon finds the line that the parser took for the beginning of a text which
// goes on to an unexpected colon: the one before it, if that is no field because its
// colon, or the space after it, is missing.
func withoutColon(f File, fault *yaml.LoadError) (at yaml.Mark, text string, found bool) {
	if !strings.Contains(fault.Message, "mapping values are not allowed") && !strings.Contains(fault.Message, "<document start>") {
		return yaml.Mark{}, "", false
	}
	lines := slices.Collect(bytes.Lines(f.Text))
	for n := min(fault.Mark.Line, len(lines)) - 1; n > 0; n-- {
		line := bytes.TrimRight(lines[n-1], " \r\n")
		start := bytes.TrimLeft(line, " ")
		switch {
		case len(start) == 0 || start[0] == '#':
			continue
		case bytes.Contains(start, []byte(": ")) || bytes.HasSuffix(start, []byte(":")) || start[0] == '-':
			return yaml.Mark{}, "", false
		}
		at = yaml.Mark{Line: n, Column: 1 + len(line) - len(start)}
		if bytes.Contains(start, []byte(":")) {
			return at, spaceMissing, true
		}
		return at, colonMissing, true
	}
	return yaml.Mark{}, "", false
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
	return fmt.Sprintf("before this, a comma is missing, or the %s that closes the %s of line %d", closed, open, fault.ContextMark.Line), false
}

// withoutQuote finds the line in which a quotation mark is missing, if the next one
// after it, in the line of a fault, has closed the text that it should have closed.
func withoutQuote(f File, fault *yaml.LoadError) (at yaml.Mark, text string, found bool) {
	if !strings.Contains(fault.Message, "did not find expected") {
		return yaml.Mark{}, "", false
	}
	lines := slices.Collect(bytes.Lines(f.Text))
	unpaired := func(n int) bool {
		return (bytes.Count(lines[n-1], []byte(`"`))-bytes.Count(lines[n-1], []byte(`\"`)))%2 == 1
	}
	last, open := min(fault.Mark.Line, len(lines)), 0
	for n := 1; n < last; n++ {
		switch {
		case !unpaired(n):
		case open == 0:
			open = n
		default: // a text of several lines
			open = 0
		}
	}
	if open == 0 {
		return yaml.Mark{}, "", false
	}
	column := 1 + utf8.RuneCount(lines[open-1][:bytes.LastIndexByte(lines[open-1], '"')])
	return yaml.Mark{Line: open, Column: column}, fmt.Sprintf("a quotation mark is missing in this line, or in line %d", last), true
}

// hasColon tells whether there is a colon in the line of a mark.
func hasColon(text []byte, mark yaml.Mark) bool {
	lines := slices.Collect(bytes.Lines(text))
	return mark.Line >= 1 && mark.Line <= len(lines) && bytes.Contains(lines[mark.Line-1], []byte(":"))
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
