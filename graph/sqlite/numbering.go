package sqlite

import (
	"errors"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// numbering gives types and links their numbers in this database.
type numbering struct {
	types map[*graph.Type]int
	links map[*graph.LinkType]int
	// typeOf and linkOf lead back from numbers to types and links.
	typeOf map[int]*graph.Type
	linkOf map[int]*graph.LinkType
}

// numberRange is how many numbers there are for links, from 1, and then for the
// types of each class: the types of a class are those between two numbers.
const numberRange = 1000

func firstNumber(class graph.NodeClass) int { return numberRange * int(class) }

// number reads the numbers of types and links, and gives new ones theirs. They
// are never changed or given again: rows and their history hold them.
func number(c *sqlite3.Conn, m *graph.Model) (*numbering, error) {
	n := &numbering{
		types: map[*graph.Type]int{}, links: map[*graph.LinkType]int{},
		typeOf: map[int]*graph.Type{}, linkOf: map[int]*graph.LinkType{},
	}
	for _, t := range m.Ordered {
		no, err := numberOf(c, string(t.Name), firstNumber(t.Class))
		if err != nil {
			return nil, err
		}
		n.types[t], n.typeOf[no] = no, t
	}
	for _, l := range m.Links {
		no, err := numberOf(c, l.Name, 0)
		if err != nil {
			return nil, err
		}
		n.links[l], n.linkOf[no] = no, l
	}
	return n, nil
}

// numberOf is the number of a name, which is the next of its range if it is new.
func numberOf(c *sqlite3.Conn, name string, first int) (int, error) {
	const text = `INSERT INTO number (number, name)
SELECT ifnull(max(number), ?2) + 1, ?1 FROM number WHERE number BETWEEN ?2 + 1 AND ?2 + ?3 - 1
ON CONFLICT (name) DO UPDATE SET name = name RETURNING number`
	s, _, err := c.Prepare(text)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	if err := errors.Join(s.BindText(1, name), s.BindInt(2, first), s.BindInt(3, numberRange)); err != nil {
		return 0, err
	}
	if !s.Step() {
		return 0, errors.Join(s.Err(), errors.New("no number"))
	}
	no := s.ColumnInt(0)
	return no, s.Reset()
}
