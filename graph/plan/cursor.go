package plan

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"companygraph/graph"
)

// RankProperty represents the rank of search results as a property, for the
// order of their cursors.
var RankProperty = &graph.Property{Name: "relevance", Kind: graph.KindString, Required: true}

// errCursor tells nothing of the inside of a cursor: it is opaque to clients.
var errCursor = errors.New("is not a cursor of this list")

// errCursorOrder helps those who changed orderBy between two pages.
var errCursorOrder = errors.New("is a cursor of another order; start again from the first page")

// EncodeCursor makes the opaque text of a position in an order.
func EncodeCursor(order []Order, position Position) string {
	b := append([]byte{'['}, graph.AppendString(nil, orderSignature(order))...)
	for _, v := range position {
		b = v.AppendJSON(append(b, ','))
	}
	return base64.RawURLEncoding.EncodeToString(append(b, ']'))
}

// DecodeCursor reads a cursor back. A text that EncodeCursor did not make for
// the same order is an error that is fit for clients.
func DecodeCursor(order []Order, cursor string) (Position, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || !utf8.Valid(raw) {
		return nil, errCursor
	}
	var parts []any
	if json.Unmarshal(raw, &parts) != nil || len(parts) < 2 {
		return nil, errCursor
	}
	signature, ok := parts[0].(string)
	if !ok {
		return nil, errCursor
	}
	if signature != orderSignature(order) {
		return nil, errCursorOrder
	}
	if len(parts) != len(order)+1 {
		return nil, errCursor
	}
	position := make(Position, len(order))
	for i, term := range order {
		if position[i], ok = cursorValue(term.Property, parts[i+1]); !ok {
			return nil, errCursor
		}
	}
	// Base64 and JSON can say the same in several ways; one position has one cursor.
	if EncodeCursor(order, position) != cursor {
		return nil, errCursor
	}
	return position, nil
}

// orderSignature tells two orders apart: "date-,id+".
func orderSignature(order []Order) string {
	var b strings.Builder
	for i, term := range order {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(term.Property.Name)
		if term.Descending {
			b.WriteByte('-')
		} else {
			b.WriteByte('+')
		}
	}
	return b.String()
}

func cursorValue(p *graph.Property, part any) (graph.Value, bool) {
	switch v := part.(type) {
	case nil:
		return graph.Value{}, p != graph.IDProperty && p != RankProperty
	case string:
		return graph.Text(v), p.Kind != graph.KindInt && p.Kind != graph.KindFloat && !strings.Contains(v, "\x00")
	case float64:
		return graph.Float(v), p.Kind == graph.KindInt || p.Kind == graph.KindFloat
	default:
		return graph.Value{}, false
	}
}

// PositionOf is the place of a row in an order; keys are the places of the
// order's properties in the row's values.
func PositionOf(row *Row, order []Order, keys []int) Position {
	position := make(Position, len(order))
	for i, term := range order {
		switch term.Property {
		case graph.IDProperty:
			position[i] = graph.Text(string(row.ID))
		case RankProperty:
			position[i] = graph.Text(row.Rank)
		default:
			position[i] = SortValue(term.Property, row.Values[keys[i]])
		}
	}
	return position
}

// SortValue is what a property's value sorts by.
func SortValue(p *graph.Property, v graph.Value) graph.Value {
	if p.Kind != graph.KindDate || v.Missing() {
		return v
	}
	date, err := graph.ParsePartialDate(v.Text())
	if err != nil || date.SortKey() == "" {
		return graph.Value{}
	}
	return graph.Text(date.SortKey())
}
