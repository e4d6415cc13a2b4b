package sqlite

import (
	"context"

	"companygraph/graph/store"
)

// rowsPerLook is for how many rows of tables and indexes the engine may have run
// between two looks at the context: it looks after 1,000 instructions, of which
// a row takes ten, or a few less or more.
const rowsPerLook = 100

// steps is the context of a plan that also ends when the engine has looked
// through more rows than the plan lets it. It is used by one goroutine.
type steps struct {
	context.Context
	// limit is in rows; 0 is none.
	limit int
	// looks is how often the context was looked at while the engine ran.
	looks int
}

// Err implements context.Context.
func (s *steps) Err() error {
	if err := s.Context.Err(); err != nil {
		return err
	}
	s.looks++
	if scanned := s.scanned(); s.limit > 0 && scanned > s.limit {
		return store.ScannedTooMuch(scanned, s.limit)
	}
	return nil
}

// skip takes off a look that was not for the engine's instructions, such as the
// one before each result.
func (s *steps) skip() {
	if s != nil {
		s.looks--
	}
}

// apart leaves out what is done until the function it returns is called: preparing
// a statement runs instructions, too.
func (s *steps) apart() func() {
	if s == nil {
		return func() {}
	}
	looks := s.looks
	return func() { s.looks = looks }
}

// scanned is about how many rows the engine has looked through.
func (s *steps) scanned() int { return s.looks * rowsPerLook }
