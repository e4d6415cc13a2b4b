package sqlite

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"companygraph/graph"
)

// place is where a database was opened. If another file comes there, connections
// opened before and after would answer from different ones, and what is written
// to one that was removed is lost.
type place struct {
	path string
	// file is what was there.
	file os.FileInfo
	// checked is when it was last found in place, in nanoseconds since 1970.
	checked atomic.Int64
}

// checkInterval is how long connections that are open may read on from a file
// that is not in place any more: a look at it takes as long as a small statement.
const checkInterval = 100 * time.Millisecond

func newPlace(path string) (*place, error) {
	file, err := os.Stat(path)
	return &place{path: path, file: file}, err
}

// check tells whether the file that was opened is in place, with something in it.
func (p *place) check() error {
	now, err := os.Stat(p.path)
	switch {
	case err != nil:
		return graph.Unavailable(err)
	case !os.SameFile(now, p.file):
		return graph.Unavailable(fmt.Errorf("another file was put at %s: the program must be started again", p.path))
	case now.Size() == 0:
		return graph.Unavailable(fmt.Errorf("%s was emptied", p.path))
	}
	p.checked.Store(time.Now().UnixNano())
	return nil
}

// checkSometimes checks unless that was done a moment ago.
func (p *place) checkSometimes() error {
	if time.Now().UnixNano()-p.checked.Load() < int64(checkInterval) {
		return nil
	}
	return p.check()
}
