package write

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"companygraph/graph"
)

// A record in the file of an import is written as bytes that are read back in a
// fraction of the time that JSON takes. Nothing else reads them: types,
// properties and links are their places in the model of this program. What a
// record is searched and identified by is in it, and is not worked out again.

// appendBytes appends a record.
func (r *Record) appendBytes(b []byte) []byte {
	b = appendNodeBytes(b, r.Node)
	b = appendAll(b, r.Parts, appendNodeBytes)
	b = appendNumber(b, r.flags())
	b = appendText(appendText(b, r.Dataset), string(r.About))
	b = appendAll(b, r.Aliases, func(b []byte, id graph.ID) []byte { return appendText(b, string(id)) })
	b = appendAll(b, r.Removed, appendText)
	b = appendAll(b, r.tokens, func(b []byte, t graph.SearchToken) []byte { return append(appendText(b, t.Token), byte(t.Field)) })
	return appendAll(b, r.keys, func(b []byte, key graph.Identifier) []byte { return appendText(appendText(b, key.Scheme), key.Value) })
}

// What is true or false of a record.
const (
	partialFlag = 1 << iota
	foldedFlag
)

func (r *Record) flags() int {
	flags := 0
	if r.Partial {
		flags |= partialFlag
	}
	if r.keys != nil {
		flags |= foldedFlag
	}
	return flags
}

func appendNodeBytes(b []byte, n *graph.Node) []byte {
	b = appendText(appendNumber(b, n.Type.Index), string(n.ID))
	for at, p := range n.Type.Properties {
		if v := n.Values[p.Name]; !v.Missing() && !p.Derived {
			b = appendValue(appendNumber(b, at+1), v)
		}
	}
	// Behind what is last comes a place that nothing has.
	b = appendNumber(b, 0)
	for _, l := range n.Links {
		// A link of another type's would have been refused when the record was made.
		if at := slices.IndexFunc(n.Type.Roles, func(own *graph.LinkType) bool { return own.Field == l.Type.Field }); at >= 0 {
			b = appendText(appendNumber(b, at+1), string(l.To))
		}
	}
	return appendNumber(b, 0)
}

// The kinds of value that are told apart.
const (
	textBytes = iota
	intBytes
	floatBytes
	boolBytes
)

func appendValue(b []byte, v graph.Value) []byte {
	switch v := v.Any().(type) {
	case int64:
		return binary.AppendVarint(append(b, intBytes), v)
	case float64:
		return binary.LittleEndian.AppendUint64(append(b, floatBytes), math.Float64bits(v))
	case bool:
		if v {
			return append(b, boolBytes, 1)
		}
		return append(b, boolBytes, 0)
	case string:
		return appendText(append(b, textBytes), v)
	}
	return b // of a value that is missing, which none of these is
}

func appendNumber(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n)) }

func appendText(b []byte, s string) []byte { return append(appendNumber(b, len(s)), s...) }

func appendAll[T any](b []byte, all []T, one func([]byte, T) []byte) []byte {
	b = appendNumber(b, len(all))
	for _, v := range all {
		b = one(b, v)
	}
	return b
}

// recordFrom reads what appendBytes wrote.
func recordFrom(m *graph.Model, text string) (*Record, error) {
	p := &recordReader{model: m, left: text}
	r := &Record{Node: p.node()}
	r.Parts = readAll(p, p.node)
	flags := p.number()
	r.Partial = flags&partialFlag != 0
	r.Dataset, r.About = p.text(), p.id()
	r.Aliases = readAll(p, p.id)
	r.Removed = readAll(p, p.text)
	r.tokens = readAll(p, func() graph.SearchToken { return graph.SearchToken{Token: p.text(), Field: graph.TokenField(p.byte())} })
	r.keys = readAll(p, func() graph.Identifier { return graph.Identifier{Scheme: p.text(), Value: p.text()} })
	if flags&foldedFlag != 0 && r.keys == nil {
		r.keys = []graph.Identifier{}
	}
	if p.broken || p.left != "" {
		return nil, errBrokenRecord
	}
	return r, nil
}

var errBrokenRecord = errors.New("the temporary file of the import was changed by something else")

// recordReader reads a record from the beginning of a text. Its texts are parts
// of that one, which are not copied.
type recordReader struct {
	model *graph.Model
	left  string
	// broken is true if something is not as it was written.
	broken bool
}

func (p *recordReader) take(n int) string {
	if n < 0 || n > len(p.left) {
		p.broken, p.left = true, ""
		return ""
	}
	taken := p.left[:n]
	p.left = p.left[n:]
	return taken
}

func (p *recordReader) byte() byte {
	if b := p.take(1); b != "" {
		return b[0]
	}
	return 0
}

func (p *recordReader) uvarint() uint64 {
	var n uint64
	for shift := 0; shift < 64; shift += 7 {
		b := p.byte()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
	p.broken = true
	return 0
}

func (p *recordReader) number() int { return int(p.uvarint()) }

func (p *recordReader) text() string { return p.take(p.number()) }

func (p *recordReader) id() graph.ID { return graph.ID(p.text()) }

// readAll reads a list; nil if it is empty.
func readAll[T any](p *recordReader, one func() T) []T {
	n := p.number()
	// Each takes a byte at least.
	if n < 0 || n > len(p.left) {
		p.broken = true
	}
	if n == 0 || p.broken {
		return nil
	}
	all := make([]T, n)
	for i := range all {
		all[i] = one()
	}
	return all
}

func (p *recordReader) node() *graph.Node {
	n := &graph.Node{Type: at(p, p.model.Ordered, p.number()), ID: p.id(), Values: map[string]graph.Value{}}
	if p.broken {
		return n
	}
	for place := p.number(); place > 0 && !p.broken; place = p.number() {
		if property := at(p, n.Type.Properties, place-1); property != nil {
			n.Values[property.Name] = p.value()
		}
	}
	for place := p.number(); place > 0 && !p.broken; place = p.number() {
		n.Links = append(n.Links, graph.Link{Type: at(p, n.Type.Roles, place-1), To: p.id()})
	}
	return n
}

// at is what has a place.
func at[T any](p *recordReader, all []*T, place int) *T {
	if place < 0 || place >= len(all) {
		p.broken = true
		return nil
	}
	return all[place]
}

func (p *recordReader) value() graph.Value {
	switch p.byte() {
	case intBytes:
		n := p.uvarint()
		return graph.Int(int64(n>>1) ^ -int64(n&1))
	case floatBytes:
		b := p.take(8)
		if p.broken {
			return graph.Value{}
		}
		return graph.Float(math.Float64frombits(binary.LittleEndian.Uint64([]byte(b))))
	case boolBytes:
		return graph.Bool(p.byte() != 0)
	default:
		return graph.Text(p.text())
	}
}
