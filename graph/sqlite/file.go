package sqlite

import (
	"errors"
	"fmt"
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
func (f *file) checkLength(bytes int64) error {
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
	if there += own.Size(); there < bytes {
		return graph.Unavailable(fmt.Errorf("%s was cut off: it has %d of %d bytes", f.path, there, bytes))
	}
	return nil
}

// checkSometimes checks unless that was done a moment ago.
func (f *file) checkSometimes() error {
	if time.Now().UnixNano()-f.checked.Load() < int64(checkInterval) {
		return nil
	}
	return f.check()
}
