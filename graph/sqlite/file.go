package sqlite

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"companygraph/graph"
)

// file is where a database was opened. If another file comes there, connections
// opened before and after would answer from different ones, and what is written
// to one that was removed is lost.
type file struct {
	path string
	// opened is what was there.
	opened os.FileInfo
	// checked is when it was last found there, in nanoseconds since 1970.
	checked atomic.Int64
}

// checkInterval is how long connections that are open may read on from a file
// that is not there any more: a look at it takes as long as a small statement.
const checkInterval = 100 * time.Millisecond

func newFile(path string) (*file, error) {
	opened, err := os.Stat(path)
	return &file{path: path, opened: opened}, err
}

// check tells whether the file that was opened is there, with something in it.
func (f *file) check() error {
	now, err := os.Stat(f.path)
	switch {
	case err != nil:
		return graph.Unavailable(err)
	case !os.SameFile(now, f.opened):
		return graph.Unavailable(fmt.Errorf("another file was put at %s: the program must be started again", f.path))
	case now.Size() == 0:
		return graph.Unavailable(fmt.Errorf("%s was emptied", f.path))
	}
	f.checked.Store(time.Now().UnixNano())
	return nil
}

// checkLength tells whether the file, with what is still in its log, can have the
// bytes of the database that a connection sees. The engine notices that it was cut
// off only when it reads what is missing. Inside the connection's transaction
// bytes only move from the log to the file, so the log is looked at first.
func (f *file) checkLength(size int64) error {
	var there int64
	log, err := os.Stat(f.path + "-wal")
	switch {
	case err == nil:
		there = log.Size()
	case !errors.Is(err, fs.ErrNotExist):
		return graph.Unavailable(err)
	}
	own, err := os.Stat(f.path)
	if err != nil {
		return graph.Unavailable(err)
	}
	if there += own.Size(); there < size {
		return graph.Unavailable(fmt.Errorf("%s was cut off: it has %d of %d bytes", f.path, there, size))
	}
	return nil
}

// checkWhole tells whether a file that has no log ends with a whole page. The engine
// takes what is missing of the last page for zeros.
func checkWhole(path string) error {
	const header = 18
	own, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && own.Size() < header {
		return nil // the engine creates it, or says what is wrong
	}
	if err != nil {
		return err
	}
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return nil // the rest of the page may be in it
	}
	begin := make([]byte, header)
	opened, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.ReadFull(opened, begin)
	if err := errors.Join(err, opened.Close()); err != nil {
		return err
	}
	// The size of a page is a power of two; 1 stands for 65536.
	page := int64(binary.BigEndian.Uint16(begin[header-2:]))
	if page == 1 {
		page = 1 << 16
	}
	if !bytes.HasPrefix(begin, []byte("SQLite format 3\x00")) || page == 0 || own.Size()%page == 0 {
		return nil
	}
	return fmt.Errorf("is damaged: it was cut off in the middle of a page of %d bytes; restore a backup, or load the data into a new database", page)
}

// checkSometimes checks unless that was done a moment ago.
func (f *file) checkSometimes() error {
	if time.Now().UnixNano()-f.checked.Load() < int64(checkInterval) {
		return nil
	}
	return f.check()
}
