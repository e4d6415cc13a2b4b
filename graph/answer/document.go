package answer

import (
	"errors"
	"io"
)

// Document is a finished JSON value: what a root field answers. nil is null.
type Document []byte

// MarshalGQL writes the document as it is. (gqlgen calls it.)
func (d Document) MarshalGQL(w io.Writer) {
	if d == nil {
		d = Document("null")
	}
	// gqlgen writes to a buffer, which does not fail.
	_, _ = w.Write(d)
}

// IsNull reports whether the value is null.
func (d Document) IsNull() bool { return d == nil || string(d) == "null" }

// UnmarshalGQL refuses: a document is never an input. (gqlgen's binder wants it.)
func (d *Document) UnmarshalGQL(any) error {
	return errors.New("a document cannot be an input")
}
