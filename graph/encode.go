package graph

import (
	"slices"
	"strconv"

	"github.com/tidwall/gjson"
)

// FieldError says that a value which must be there is not: the store holds
// less than the schema promises.
type FieldError struct {
	// Path leads from the root field to the value: response keys and list places.
	Path []any
}

func (e *FieldError) Error() string { return "a required value is missing" }

// Encode makes the document of a fetch from its rows. Where a required value
// is missing, the nearest enclosing nullable one is null and an error says
// which. If that is the root field itself, the document is nil. A document of
// more than maxBytes does not fit, and there is none.
func Encode(f *Fetch, rows *Rows, maxBytes int) (document Document, errs []*FieldError, fits bool) {
	e := &encoder{b: make([]byte, 0, bytesPerRow*(1+countRows(rows))), maxBytes: maxBytes}
	missing := e.root(f, rows)
	if e.full() {
		return nil, nil, false
	}
	if missing == nil {
		return e.b, e.reversed(), true
	}
	e.errors = append(e.errors, missing)
	return nil, e.reversed(), true
}

// bytesPerRow is a little more than a row of a few fields takes.
const bytesPerRow = 128

// countRows counts the rows and all that they lead to.
func countRows(rows *Rows) int {
	if rows == nil {
		return 0
	}
	n := len(rows.Rows)
	for _, row := range rows.Rows {
		if row == nil {
			continue
		}
		for _, follow := range row.Follows {
			n += countRows(follow)
		}
	}
	return n
}

// encoder appends JSON. A method that finds a required value missing returns
// an error; its callers truncate and pass it on up to the nearest nullable
// value. The path is put together backwards on the way up, so that encoding
// without errors need not know it.
type encoder struct {
	b      []byte
	errors []*FieldError
	// maxBytes ends the writing of objects and lists: what is there then is of
	// no use.
	maxBytes int
}

func (e *encoder) full() bool { return len(e.b) > e.maxBytes }

func (e *encoder) reversed() []*FieldError {
	for _, err := range e.errors {
		slices.Reverse(err.Path)
	}
	return e.errors
}

func (e *encoder) null() { e.b = append(e.b, "null"...) }

func (e *encoder) root(f *Fetch, rows *Rows) *FieldError {
	switch a := f.Answer.(type) {
	case AnswerNode:
		return e.single(rows, a)
	case AnswerNodes:
		return e.nullableNodes(rows, a.Selection)
	case AnswerConnection:
		return e.page(rows, a.Page)
	default:
		panic("graph: a root field is a node, a list of nodes or a connection")
	}
}

// nullable writes null in place of what write appended if that lacks a
// required value, and notes the error.
func (e *encoder) nullable(write func() *FieldError) {
	start := len(e.b)
	if err := write(); err != nil {
		e.b = e.b[:start]
		e.null()
		e.errors = append(e.errors, err)
	}
}

// enclose puts a step in front of the paths of what was found missing inside of
// it: of the error passed on, and of those noted since there were as many.
// It is generic so that a step, of which every field and item has one, is made
// an `any` only if there is an error.
func enclose[Step string | int](e *encoder, noted int, passed *FieldError, step Step) {
	for _, err := range e.errors[noted:] {
		err.Path = append(err.Path, step)
	}
	if passed != nil {
		passed.Path = append(passed.Path, step)
	}
}

// object writes an object, asking value for each entry.
func (e *encoder) object(fields []Field, value func(Answer) *FieldError) *FieldError {
	e.b = append(e.b, '{')
	for i := range fields {
		if e.full() {
			return nil
		}
		if i > 0 {
			e.b = append(e.b, ',')
		}
		e.b = append(e.b, fields[i].Key...)
		noted := len(e.errors)
		err := value(fields[i].Answer)
		enclose(e, noted, err, fields[i].Name)
		if err != nil {
			return err
		}
	}
	e.b = append(e.b, '}')
	return nil
}

// list writes a list, asking item for each of n entries.
func (e *encoder) list(n int, item func(i int) *FieldError) *FieldError {
	e.b = append(e.b, '[')
	for i := range n {
		if e.full() {
			return nil
		}
		if i > 0 {
			e.b = append(e.b, ',')
		}
		noted := len(e.errors)
		err := item(i)
		enclose(e, noted, err, i)
		if err != nil {
			return err
		}
	}
	e.b = append(e.b, ']')
	return nil
}

func (e *encoder) node(row *Row, selection Selection) *FieldError {
	return e.object(selection[row.Type.Index].Fields, func(a Answer) *FieldError { return e.field(row, a) })
}

// field writes the value of one field of a node, or of a value inside it that
// another link of the node answers.
func (e *encoder) field(row *Row, answer Answer) *FieldError {
	switch a := answer.(type) {
	case AnswerProperty:
		return e.property(row, a)
	case AnswerID:
		e.b = AppendString(e.b, string(row.ID))
	case AnswerTypeName:
		e.typeName(a, row)
	case AnswerNode:
		if a.Required {
			return e.single(row.Follows[a.Follow], a)
		}
		e.nullable(func() *FieldError { return e.single(row.Follows[a.Follow], a) })
	case AnswerNodes:
		return e.nodes(row.Follows[a.Follow], a.Selection)
	case AnswerParticipants:
		rows := row.Follows[a.Follow].Rows
		return e.list(len(rows), func(i int) *FieldError { return e.participation(rows[i], a.Fields) })
	case AnswerConnection:
		return e.page(row.Follows[a.Follow], a.Page)
	default:
		panic("graph: no answer of a node")
	}
	return nil
}

func (e *encoder) typeName(a AnswerTypeName, row *Row) {
	name := a.Name
	if name == "" {
		name = string(row.Type.Name)
	}
	e.b = AppendString(e.b, name)
}

// single writes the one row there is, or null. Where null is not allowed, or
// the row lacks a required value, it returns an error.
func (e *encoder) single(rows *Rows, a AnswerNode) *FieldError {
	if len(rows.Rows) > 0 && rows.Rows[0] != nil {
		return e.node(rows.Rows[0], a.Selection)
	}
	if a.Required {
		return &FieldError{}
	}
	e.null()
	return nil
}

// nodes writes a list of rows, of which none may be null.
func (e *encoder) nodes(rows *Rows, selection Selection) *FieldError {
	return e.list(len(rows.Rows), func(i int) *FieldError { return e.node(rows.Rows[i], selection) })
}

// nullableNodes writes a list with null for a nil row, of an id that does not
// exist, and for a row that lacks a required value.
func (e *encoder) nullableNodes(rows *Rows, selection Selection) *FieldError {
	return e.list(len(rows.Rows), func(i int) *FieldError {
		if rows.Rows[i] == nil {
			e.null()
			return nil
		}
		e.nullable(func() *FieldError { return e.node(rows.Rows[i], selection) })
		return nil
	})
}

func (e *encoder) participation(row *Row, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case AnswerRole:
			e.b = AppendString(e.b, row.Role)
		case AnswerStatus:
			e.b = AppendString(e.b, row.Status)
		case AnswerParticipant:
			return e.node(row, a.Selection)
		case AnswerTypeName:
			e.typeName(a, row)
		default:
			panic("graph: no answer of a participation")
		}
		return nil
	})
}

// property writes a stored value.
func (e *encoder) property(row *Row, a AnswerProperty) *FieldError {
	v := row.Values[a.Index]
	if v.Missing() {
		return e.absent(a.Property)
	}
	if a.Property.Kind != KindValue {
		return e.scalar(row, a.Property, v, a.Fields)
	}
	value := gjson.Parse(v.Text())
	if !a.Property.List {
		return e.composite(row, a.Property, value, a.Fields)
	}
	items := value.Array()
	return e.list(len(items), func(i int) *FieldError { return e.value(row, items[i], a.Fields) })
}

// composite writes a single value with fields; it is null if it may be and
// lacks a required value of its own.
func (e *encoder) composite(row *Row, p *Property, value gjson.Result, fields []Field) *FieldError {
	if p.Required {
		return e.value(row, value, fields)
	}
	e.nullable(func() *FieldError { return e.value(row, value, fields) })
	return nil
}

func (e *encoder) absent(p *Property) *FieldError {
	if p.Required {
		return &FieldError{}
	}
	e.null()
	return nil
}

func (e *encoder) scalar(row *Row, p *Property, v Value, fields []Field) *FieldError {
	if p.Kind == KindDate {
		return e.date(row, p, v.Text(), fields)
	}
	e.b = v.AppendJSON(e.b)
	return nil
}

// value writes a composite value from its stored JSON, the leaves as they stand.
func (e *encoder) value(row *Row, value gjson.Result, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		a, inside := answer.(AnswerField)
		if !inside {
			return e.field(row, answer)
		}
		field := value.Get(a.Property.Name)
		switch {
		case !field.Exists():
			return e.absent(a.Property)
		case a.Property.Kind == KindDate:
			return e.date(row, a.Property, field.Str, a.Fields)
		default:
			e.b = append(e.b, field.Raw...)
			return nil
		}
	})
}

// date writes a partial date, computed from its EDTF.
func (e *encoder) date(row *Row, p *Property, edtf string, fields []Field) *FieldError {
	date, err := ParsePartialDate(edtf)
	if err != nil {
		return e.absent(p)
	}
	return e.object(fields, func(answer Answer) *FieldError {
		a, inside := answer.(AnswerField)
		if !inside {
			return e.field(row, answer)
		}
		e.datePart(date, a.Property.Name)
		return nil
	})
}

func (e *encoder) datePart(d PartialDate, part string) {
	switch part {
	case "edtf":
		e.b = AppendString(e.b, d.EDTF)
	case "earliest":
		e.bound(d.Earliest)
	case "latest":
		e.bound(d.Latest)
	case "certainFrom":
		e.bound(d.CertainFrom)
	case "certainUntil":
		e.bound(d.CertainUntil)
	case "precision":
		e.b = AppendString(e.b, string(d.Precision))
	case "approximate":
		e.b = strconv.AppendBool(e.b, d.Approximate)
	default:
		panic("graph: a partial date has no " + part)
	}
}

// bound writes a day, or null for the absence of one.
func (e *encoder) bound(day string) {
	if day == "" {
		e.null()
		return
	}
	e.b = AppendString(e.b, day)
}

// page writes a connection.
func (e *encoder) page(rows *Rows, page *Page) *FieldError {
	return e.object(page.Fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case AnswerEdges:
			return e.list(len(rows.Rows), func(i int) *FieldError { return e.edge(rows.Rows[i], page, a.Fields) })
		case AnswerPageNodes:
			return e.nodes(rows, a.Selection)
		case AnswerTotalCount:
			e.b = strconv.AppendInt(e.b, int64(rows.Total), 10)
		case AnswerPageInfo:
			return e.pageInfo(rows, page, a.Fields)
		case AnswerTypeName:
			e.b = AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of a connection")
		}
		return nil
	})
}

func (e *encoder) edge(row *Row, page *Page, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case AnswerCursor:
			e.cursor(row, page)
		case AnswerEdgeNode:
			return e.node(row, a.Selection)
		case AnswerEdgeFact:
			return e.node(row.Middle, a.Selection)
		case AnswerTypeName:
			e.b = AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of an edge")
		}
		return nil
	})
}

func (e *encoder) cursor(row *Row, page *Page) {
	position := PositionOf(row, page.Window.Order, page.Keys)
	e.b = AppendString(e.b, EncodeCursor(page.Window.Order, position))
}

func (e *encoder) pageInfo(rows *Rows, page *Page, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case AnswerHasNextPage:
			e.b = strconv.AppendBool(e.b, rows.More)
		case AnswerHasPreviousPage:
			e.b = strconv.AppendBool(e.b, rows.Earlier)
		case AnswerStartCursor:
			e.cursorAt(rows, 0, page)
		case AnswerEndCursor:
			e.cursorAt(rows, len(rows.Rows)-1, page)
		case AnswerTypeName:
			e.b = AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of page info")
		}
		return nil
	})
}

func (e *encoder) cursorAt(rows *Rows, i int, page *Page) {
	if len(rows.Rows) == 0 {
		e.null()
		return
	}
	e.cursor(rows.Rows[i], page)
}
