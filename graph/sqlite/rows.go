package sqlite

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// A rowSet is rows in memory that a statement reads as the table rows(?), where
// the parameter is a pointer to it: one statement then writes them all, or reads
// what belongs to all. That takes two thirds of the time of a statement for each row, which opens and
// closes its tables every time.
type rowSet struct {
	width int
	cells []cell
	// ended tells why no more rows are wanted; nil where they always are.
	ended func() error
}

// newRowSet makes a set of n rows, which bind gives their values.
func newRowSet(n, width int, bind func(b *binder, i int)) *rowSet {
	set := &rowSet{width: width, cells: make([]cell, 0, n*width)}
	b := binder{set: set}
	for i := range n {
		bind(&b, i)
	}
	return set
}

// cell is one value of a row.
type cell struct {
	kind cellKind
	// n is an integer, or the bits of a floating-point number.
	n int64
	s string
}

type cellKind uint8

const (
	nullCell cellKind = iota
	intCell
	floatCell
	textCell
)

// maxWidth is how many columns rows(?) has: c0, c1 and so on.
const maxWidth = 100

// registerRows makes rows(?) known to a connection.
func registerRows(c *sqlite3.Conn) error {
	//nolint:staticcheck // its successor is a generic method, which needs a newer Go than go.mod asks for
	return sqlite3.CreateModule(c, "rows", nil, func(c *sqlite3.Conn, _, _, _ string, _ ...string) (rowsTable, error) {
		return rowsTable{}, c.DeclareVTab(fmt.Sprintf("CREATE TABLE x (%s, source HIDDEN)", rowColumns(maxWidth)))
	})
}

// rowColumns lists the first columns of rows(?).
func rowColumns(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint("c", i)
	}
	return strings.Join(names, ", ")
}

// rowsTable is the virtual table behind rows(?).
type rowsTable struct{}

// BestIndex implements sqlite3.VTab: it can be read if its parameter is known.
func (rowsTable) BestIndex(index *sqlite3.IndexInfo) error {
	for i, constraint := range index.Constraint {
		if constraint.Column == maxWidth && constraint.Op == sqlite3.INDEX_CONSTRAINT_EQ && constraint.Usable {
			index.ConstraintUsage[i] = sqlite3.IndexConstraintUsage{Omit: true, ArgvIndex: 1}
			return nil
		}
	}
	return sqlite3.CONSTRAINT
}

// Open implements sqlite3.VTab.
func (rowsTable) Open() (sqlite3.VTabCursor, error) { return &rowCursor{}, nil }

// rowCursor goes over the rows of a set.
type rowCursor struct {
	set *rowSet
	row int
}

// Filter implements sqlite3.VTabCursor: it begins.
func (c *rowCursor) Filter(_ int, _ string, args ...sqlite3.Value) error {
	set, ok := args[0].Pointer().(*rowSet)
	if !ok {
		return errors.New("rows: the argument is no set of rows")
	}
	c.set, c.row = set, 0
	return nil
}

// Next implements sqlite3.VTabCursor.
func (c *rowCursor) Next() error {
	c.row++
	if c.row%endedEvery == 0 && c.set.ended != nil {
		return c.set.ended()
	}
	return nil
}

// EOF implements sqlite3.VTabCursor.
func (c *rowCursor) EOF() bool { return c.row*c.set.width >= len(c.set.cells) }

// RowID implements sqlite3.VTabCursor.
func (c *rowCursor) RowID() (int64, error) { return int64(c.row), nil }

// Column implements sqlite3.VTabCursor.
func (c *rowCursor) Column(result sqlite3.Context, n int) error {
	switch v := &c.set.cells[c.row*c.set.width+n]; v.kind {
	case nullCell:
		result.ResultNull()
	case intCell:
		result.ResultInt64(v.n)
	case floatCell:
		result.ResultFloat(math.Float64frombits(uint64(v.n)))
	case textCell:
		result.ResultText(v.s)
	}
	return nil
}
