package commands

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"companygraph/seed/loader"
)

// receipt is a file that receipts are written to: as a whole or, on failure, not
// at all. What is no regular file, such as a pipe, is written to as it is.
type receipt struct {
	name string
	// part becomes the file; nil for what is no regular file, or no receipt.
	part *os.File
}

// newReceipt makes sure that a receipt can be written before anything is loaded. The
// files that the load reads and writes are refused.
func newReceipt(name string, inUse []string) (*receipt, error) {
	if name == "" {
		return &receipt{}, nil
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, usageError{fmt.Errorf("--receipt %s: %w", name, causeOf(err))}
	case info.IsDir():
		return nil, usageError{fmt.Errorf("--receipt %s: it is a folder", name)}
	case !info.Mode().IsRegular():
		return &receipt{name: name}, nil
	}
	for _, other := range inUse {
		if isSameFile(name, info, other) {
			return nil, usageError{fmt.Errorf("--receipt %s: the load reads or writes this file; name another", name)}
		}
	}
	part, err := os.OpenFile(fmt.Sprintf("%s.%d.part", name, os.Getpid()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) //nolint:gosec // others may read it, as the umask has it
	if err != nil {
		return nil, usageError{fmt.Errorf("--receipt %s: %w", name, causeOf(err))}
	}
	return &receipt{name, part}, nil
}

// isSameFile reports whether a file, of which info is nil if it is not there yet, is
// the other one.
func isSameFile(name string, info fs.FileInfo, other string) bool {
	if info == nil {
		return name == other
	}
	there, err := os.Stat(other)
	return err == nil && os.SameFile(info, there)
}

// write writes the receipts of a load.
func (r *receipt) write(loaded []loader.Loaded, rehearsed bool) error {
	lines := make([]any, len(loaded))
	for i, l := range loaded {
		lines[i] = l.Receipt(rehearsed)
	}
	return r.writeLines(lines...)
}

// writeLines writes values as JSON, one a line.
func (r *receipt) writeLines(values ...any) error {
	if r.name == "" {
		return nil
	}
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	lines.SetEscapeHTML(false)
	for _, v := range values {
		if err := lines.Encode(v); err != nil {
			return receiptError{r.name, err}
		}
	}
	if err := r.put(text.Bytes()); err != nil {
		return receiptError{r.name, causeOf(err)}
	}
	return nil
}

func (r *receipt) put(text []byte) error {
	if r.part == nil {
		return os.WriteFile(r.name, text, 0) // it is there
	}
	_, err := r.part.Write(text)
	if err := errors.Join(err, r.part.Sync(), r.part.Close()); err != nil {
		return err
	}
	if err := os.Rename(r.part.Name(), r.name); err != nil {
		return err
	}
	r.part = nil
	return nil
}

// drop removes what was not written to the end.
func (r *receipt) drop() {
	if r.part != nil {
		_ = r.part.Close() // it may be closed
		_ = os.Remove(r.part.Name())
	}
}

// receiptError says that a receipt could not be written, whatever became of the
// load.
type receiptError struct {
	name  string
	cause error
}

func (e receiptError) Error() string {
	return fmt.Sprintf("--receipt %s could not be written: %s; this changes nothing about what was loaded", e.name, e.cause)
}
