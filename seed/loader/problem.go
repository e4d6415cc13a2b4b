package loader

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with a dataset, and where to mend it.
type Problem struct {
	// File is the name under which the file was handed over; Line and Column
	// start at 1 and count characters.
	File         string
	Line, Column int
	// Field is the path inside the node, such as `evidence[0].start`; empty
	// where the problem is not with a field.
	Field string
	Text  string
}

func (p Problem) Error() string {
	at := fmt.Sprintf("%s:%d:%d: ", p.File, p.Line, p.Column)
	if p.Field != "" {
		at += p.Field + ": "
	}
	return at + p.Text
}

// Warning is the text of what is likely a mistake and can be meant all the same.
func (p Problem) Warning() string {
	text := fmt.Sprintf("%s:%d: warning: ", p.File, p.Line)
	if p.Field != "" {
		text += p.Field + ": "
	}
	return text + p.Text
}

// Problems is all that is wrong, in the order of files and positions.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// orNil is nil as an error where there are no problems.
func (p Problems) orNil() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// sorted puts problems in the order of the given files and of positions.
func (p Problems) sorted(files []string) Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(slices.Index(files, a.File), slices.Index(files, b.File)),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
		)
	})
	return p
}
