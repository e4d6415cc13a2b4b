package write

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"slices"

	"companygraph/graph"
)

// spool keeps the records of an import while it is checked: the first ones in
// memory and, if there are more, all of them in a file that is gone when it is
// closed.
type spool struct {
	model *graph.Model
	// inMemory is how many records are held without a file.
	inMemory int
	records  []*Record
	file     *os.File
	out      *bufio.Writer
	offsets  offsets
	buffer   []byte
	// block has the records from one to before another as they are in the file:
	// most are read in the order in which they were written.
	block    []byte
	from, to int32
	// removed is true if the file has no name any more.
	removed bool
}

func newSpool(m *graph.Model, inMemory int) *spool {
	return &spool{model: m, inMemory: inMemory, offsets: offsets{bases: []int64{0}, beyond: []uint32{0}}}
}

func (s *spool) len() int {
	if s.file == nil {
		return len(s.records)
	}
	return s.offsets.len() - 1
}

func (s *spool) add(r *Record) error {
	if s.file == nil && len(s.records) < s.inMemory {
		s.records = append(s.records, r)
		return nil
	}
	if s.file == nil {
		if err := s.spill(); err != nil {
			return err
		}
	}
	return s.write(r)
}

// spill moves what is in memory to a file.
func (s *spool) spill() error {
	var err error
	if s.file, err = os.CreateTemp("", "companygraph-import-*"); err != nil {
		return err
	}
	// Where a file that is open may lose its name, a program that is killed
	// leaves none behind.
	s.removed = os.Remove(s.file.Name()) == nil
	s.out = bufio.NewWriterSize(s.file, 1<<20)
	for _, r := range s.records {
		if err := s.write(r); err != nil {
			return err
		}
	}
	s.records = nil
	return nil
}

func (s *spool) write(r *Record) error {
	s.buffer = r.appendBytes(s.buffer[:0])
	if len(s.buffer) > maxSpooled {
		return fmt.Errorf("%s: a record of more than %d bytes cannot be imported", r.Node.ID.Legible(), maxSpooled)
	}
	s.offsets.add(s.offsets.at(int32(s.len())) + int64(len(s.buffer)))
	_, err := s.out.Write(s.buffer)
	return err
}

// flush makes what was added readable.
func (s *spool) flush() error {
	if s.out == nil {
		return nil
	}
	return s.out.Flush()
}

// get reads a record. It may be called from one goroutine at a time.
func (s *spool) get(i int32) (*Record, error) {
	if s.file == nil {
		return s.records[i], nil
	}
	text, err := s.bytes(i)
	if err != nil {
		return nil, err
	}
	// A copy, so that what keeps an id keeps no block in memory.
	return recordFrom(s.model, string(text))
}

// blockSize is how much of the file is read at once.
const blockSize = 256 << 10

// bytes are those of a record. The first record, and what comes behind the block,
// are read with the next block; what lies elsewhere, by itself.
func (s *spool) bytes(i int32) ([]byte, error) {
	var err error
	switch {
	case s.from <= i && i < s.to:
	case i == 0, i == s.to:
		err = s.readBlock(i)
	default:
		s.buffer, err = s.between(s.buffer, i, i+1)
		return s.buffer, err
	}
	if err != nil {
		return nil, err
	}
	start := s.offsets.at(s.from)
	return s.block[s.offsets.at(i)-start : s.offsets.at(i+1)-start], nil
}

func (s *spool) readBlock(from int32) (err error) {
	to := from + 1
	for int(to) < s.len() && s.offsets.at(to+1)-s.offsets.at(from) <= blockSize {
		to++
	}
	s.from, s.to = from, from
	s.block, err = s.between(s.block, from, to)
	if err == nil {
		s.to = to
	}
	return err
}

// between reads the bytes of some records into a buffer, or a larger one.
func (s *spool) between(b []byte, from, to int32) ([]byte, error) {
	start := s.offsets.at(from)
	size := int(s.offsets.at(to) - start)
	b = slices.Grow(b[:0], size)[:size]
	_, err := s.file.ReadAt(b, start)
	return b, err
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if !s.removed {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	return err
}

// maxSpooled is how many bytes a record may take in a file.
const maxSpooled = 256 << 20

// offsets are where records begin in a file, in little more than four bytes each:
// how far beyond that of the first of a few.
type offsets struct {
	bases  []int64
	beyond []uint32
}

// perBase is how many offsets have a base. That many records of the greatest size
// are not beyond what four bytes count.
const perBase = 15

func (o *offsets) len() int { return len(o.beyond) }

func (o *offsets) at(i int32) int64 { return o.bases[i/perBase] + int64(o.beyond[i]) }

func (o *offsets) add(offset int64) {
	if len(o.beyond)%perBase == 0 {
		o.bases = append(o.bases, offset)
	}
	o.beyond = append(o.beyond, uint32(offset-o.bases[len(o.bases)-1]))
}
