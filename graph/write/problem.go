package write

import (
	"errors"
	"fmt"
	"strings"

	"companygraph/graph"
)

// ProblemCode says what kind of thing is wrong with an input.
type ProblemCode string

// The codes. They are those of UserError in the published schema.
const (
	// NotFound: an id leads to no node.
	NotFound ProblemCode = "NOT_FOUND"
	// AlreadyExists: what is to be created is there.
	AlreadyExists ProblemCode = "ALREADY_EXISTS"
	// Invalid: a value, or what several say together, cannot be stored.
	Invalid ProblemCode = "INVALID"
	// Referenced: something that stays leads to what is to go.
	Referenced ProblemCode = "REFERENCED"
	// Conflict: the node is not as the caller last saw it.
	Conflict ProblemCode = "CONFLICT"
	// KeyReused: an idempotency key came with another input than before.
	KeyReused ProblemCode = "IDEMPOTENCY_KEY_REUSED"
)

// Problem is one thing wrong with what is to be written.
type Problem struct {
	Code ProblemCode
	// ID is the node it is about, by the id that the input has; "" if it is
	// about none.
	ID graph.ID
	// Field is where in the node it is, such as `quotations[0].text`; "" if it
	// is about the whole.
	Field string
	Text  string
	// Node is another node that has to do with it, such as who refers; "" if
	// there is none.
	Node graph.ID
}

func (p Problem) Error() string {
	switch {
	case p.ID == "" && p.Field == "":
		return p.Text
	case p.Field == "":
		return fmt.Sprintf("%s: %s", p.ID.Legible(), p.Text)
	}
	return fmt.Sprintf("%s: %s: %s", p.ID.Legible(), p.Field, p.Text)
}

// Problems is all that is wrong with an input, found in one go.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// orNil is the problems as an error; nil if there are none.
func (p Problems) orNil() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// legible is an identifier as messages have it.
func legible(key graph.Identifier) string { return key.Scheme + " " + graph.Quoted(key.Value) }

// problemsIn takes problems out of an error.
func problemsIn(err error) (Problems, error) {
	var problems Problems
	if errors.As(err, &problems) {
		return problems, nil
	}
	return nil, err
}
