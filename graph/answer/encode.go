package answer

import (
	"slices"
	"strconv"

	"companygraph/graph"
	"companygraph/graph/plan"

	"github.com/tidwall/gjson"
)

// FieldError says that a value which must be there is not: the store holds
// less than the schema promises.
type FieldError struct {
	// Path leads from the root field to the value: response keys and list places.
	Path []any
}

func (e *FieldError) Error() string { return "a required value is missing" }

// Encode makes the document of a root field from the rows of its fetch; those
// are the rows of the answer itself, whose Follow is unused. Where a required value
// is missing, the nearest enclosing nullable one is null and an error says
// which. If that is the root field itself, the document is nil. A document of
// more than maxBytes does not fit, and there is none.
func Encode(root Answer, rows *plan.Rows, maxBytes int) (document Document, errs []*FieldError, fits bool) {
	e := &encoder{b: make([]byte, 0, bytesPerRow*(1+countRows(rows))), maxBytes: maxBytes}
	missing := e.root(root, rows)
	if e.full() {
		return nil, nil, false
	}
	if missing == nil {
		return e.b, e.reversed(), true
	}
	e.errors = append(e.errors, missing)
	return nil, e.reversed(), true
}

// EncodeDatasets makes the document of the list of datasets from its JSON.
func EncodeDatasets(fields []Field, list string, maxBytes int) (document Document, errs []*FieldError, fits bool) {
	e := &encoder{maxBytes: maxBytes}
	missing := e.values(nil, list, fields)
	if missing != nil {
		e.errors = append(e.errors, missing)
		e.b = nil
	}
	return e.b, e.reversed(), !e.full()
}

// bytesPerRow is a little more than a row of a few fields takes.
const bytesPerRow = 128

// countRows counts the rows and all that they lead to.
func countRows(rows *plan.Rows) int {
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

func (e *encoder) root(answer Answer, rows *plan.Rows) *FieldError {
	switch a := answer.(type) {
	case Node:
		return e.single(rows, a)
	case Nodes:
		return e.nullableNodes(rows, a.Selection)
	case Connection:
		return e.page(rows, a.Page)
	case Paths:
		return e.paths(rows.Paths, a.Fields)
	default:
		panic("graph: a root field is a node, a list of nodes, a connection or paths")
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

func (e *encoder) node(row *plan.Row, selection Selection) *FieldError {
	return e.object(selection[row.Type.Index].Fields, func(a Answer) *FieldError { return e.field(row, a) })
}

// field writes the value of one field of a node, or of a value inside it that
// another link of the node answers.
func (e *encoder) field(row *plan.Row, answer Answer) *FieldError {
	switch a := answer.(type) {
	case Property:
		return e.property(row, a)
	case ID:
		e.b = graph.AppendString(e.b, string(row.ID))
	case TypeName:
		e.typeName(a, row)
	case HoldsAt:
		// Validated before; a date that cannot be read is not known.
		date, _ := graph.ParsePartialDate(row.Values[a.Date].Text())
		e.b = graph.AppendString(e.b, string(graph.FactHoldsAt(row.Values[a.Phase].Text(), date, a.Day)))
	case Inlined:
		return e.inlined(row.Follows[a.Follow], a.Property)
	case Node:
		if a.Required {
			return e.single(row.Follows[a.Follow], a)
		}
		e.nullable(func() *FieldError { return e.single(row.Follows[a.Follow], a) })
	case Nodes:
		return e.nodes(row.Follows[a.Follow], a.Selection)
	case OfFirst:
		return e.field(row.Follows[a.Follow].Rows[0], a.Answer)
	case EdgeFact:
		return e.node(row.Via, a.Selection)
	case Contributions:
		return e.values(row, row.Contributions, a.Fields)
	case Participants:
		rows := row.Follows[a.Follow].Rows
		return e.list(len(rows), func(i int) *FieldError { return e.participation(rows[i], a.Fields) })
	case Connection:
		return e.page(row.Follows[a.Follow], a.Page)
	default:
		panic("graph: no answer of a node")
	}
	return nil
}

func (e *encoder) typeName(a TypeName, row *plan.Row) {
	name := a.Name
	if name == "" {
		name = string(row.Type.Name)
	}
	e.b = graph.AppendString(e.b, name)
}

// single writes the one row there is, or null. Where null is not allowed, or
// the row lacks a required value, it returns an error.
func (e *encoder) single(rows *plan.Rows, a Node) *FieldError {
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
func (e *encoder) nodes(rows *plan.Rows, selection Selection) *FieldError {
	return e.list(len(rows.Rows), func(i int) *FieldError { return e.node(rows.Rows[i], selection) })
}

// nullableNodes writes a list with null for a nil row, of an id that does not
// exist, and for a row that lacks a required value.
func (e *encoder) nullableNodes(rows *plan.Rows, selection Selection) *FieldError {
	return e.list(len(rows.Rows), func(i int) *FieldError {
		if rows.Rows[i] == nil {
			e.null()
			return nil
		}
		e.nullable(func() *FieldError { return e.node(rows.Rows[i], selection) })
		return nil
	})
}

func (e *encoder) participation(row *plan.Row, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case Role:
			e.b = graph.AppendString(e.b, row.Role)
		case Status:
			e.b = graph.AppendString(e.b, row.Status)
		case Participant:
			return e.node(row, a.Selection)
		case TypeName:
			e.typeName(a, row)
		default:
			panic("graph: no answer of a participation")
		}
		return nil
	})
}

// property writes a stored value.
func (e *encoder) property(row *plan.Row, a Property) *FieldError {
	v := row.Values[a.Index]
	if v.Missing() {
		return e.absent(a.Property)
	}
	if a.Property.Kind != graph.KindValue {
		return e.scalar(row, a.Property, v, a.Fields)
	}
	if a.Property.List {
		return e.values(row, v.Text(), a.Fields)
	}
	return e.composite(row, a.Property, gjson.Parse(v.Text()), a.Fields)
}

// values writes a list of composite values from its JSON.
func (e *encoder) values(row *plan.Row, list string, fields []Field) *FieldError {
	items := gjson.Parse(list).Array()
	return e.list(len(items), func(i int) *FieldError { return e.value(row, items[i], fields) })
}

// composite writes a single value with fields; it is null if it may be and
// lacks a required value of its own.
func (e *encoder) composite(row *plan.Row, p *graph.Property, value gjson.Result, fields []Field) *FieldError {
	if p.Required {
		return e.value(row, value, fields)
	}
	e.nullable(func() *FieldError { return e.value(row, value, fields) })
	return nil
}

func (e *encoder) absent(p *graph.Property) *FieldError {
	if p.Required {
		return &FieldError{}
	}
	e.null()
	return nil
}

func (e *encoder) scalar(row *plan.Row, p *graph.Property, v graph.Value, fields []Field) *FieldError {
	if p.Kind == graph.KindDate {
		return e.date(row, p, v.Text(), fields)
	}
	e.b = v.AppendJSON(e.b)
	return nil
}

// value writes a composite value from its stored JSON, the leaves as they stand.
func (e *encoder) value(row *plan.Row, value gjson.Result, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch cited := answer.(type) {
		case Excerpt:
			return e.excerpt(row, value, cited)
		case Verification:
			return e.verification(row, value, cited)
		}
		a, inside := answer.(Part)
		if !inside {
			return e.field(row, answer)
		}
		field := value.Get(a.Property.Name)
		switch {
		case !field.Exists():
			return e.absent(a.Property)
		case a.Property.Kind == graph.KindDate:
			return e.date(row, a.Property, field.Str, a.Fields)
		case a.Property.Kind == graph.KindValue && a.Property.List:
			return e.values(row, field.Raw, a.Fields)
		case a.Property.Kind == graph.KindValue:
			return e.composite(row, a.Property, field, a.Fields)
		default:
			e.b = append(e.b, field.Raw...)
			return nil
		}
	})
}

// date writes a partial date, computed from its EDTF.
func (e *encoder) date(row *plan.Row, p *graph.Property, edtf string, fields []Field) *FieldError {
	date, err := graph.ParsePartialDate(edtf)
	if err != nil {
		return e.absent(p)
	}
	return e.object(fields, func(answer Answer) *FieldError {
		a, inside := answer.(Part)
		if !inside {
			return e.field(row, answer)
		}
		e.datePart(date, a.Property.Name)
		return nil
	})
}

func (e *encoder) datePart(d graph.PartialDate, part string) {
	switch part {
	case "edtf":
		e.b = graph.AppendString(e.b, d.EDTF)
	case "earliest":
		e.bound(d.Earliest)
	case "latest":
		e.bound(d.Latest)
	case "certainFrom":
		e.bound(d.CertainFrom)
	case "certainUntil":
		e.bound(d.CertainUntil)
	case "precision":
		e.b = graph.AppendString(e.b, string(d.Precision))
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
	e.b = graph.AppendString(e.b, day)
}

// page writes a connection.
func (e *encoder) page(rows *plan.Rows, page *Page) *FieldError {
	return e.object(page.Fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case Edges:
			return e.list(len(rows.Rows), func(i int) *FieldError { return e.edge(rows.Rows[i], page, a.Fields) })
		case PageNodes:
			return e.nodes(rows, a.Selection)
		case TotalCount:
			e.b = strconv.AppendInt(e.b, int64(rows.Total), 10)
		case Facets:
			return e.facets(rows.Facets[a.Facet].Values, a)
		case FacetCount:
			e.b = strconv.AppendInt(e.b, int64(rows.Facets[a.Facet].Total), 10)
		case Histogram:
			buckets := rows.Histograms[a.Histogram]
			return e.list(len(buckets), func(i int) *FieldError { return e.bucket(buckets[i], a.Fields) })
		case PageInfo:
			return e.pageInfo(rows, page, a.Fields)
		case TypeName:
			e.b = graph.AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of a connection")
		}
		return nil
	})
}

func (e *encoder) edge(row *plan.Row, page *Page, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case Cursor:
			e.cursor(row, page)
		case EdgeNode:
			return e.node(row, a.Selection)
		case EdgeFact:
			return e.node(row.Via, a.Selection)
		case EdgeMatch:
			return e.value(row, gjson.Parse(row.Match), a.Fields)
		case TypeName:
			e.b = graph.AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of an edge")
		}
		return nil
	})
}

func (e *encoder) cursor(row *plan.Row, page *Page) {
	position := plan.PositionOf(row, page.Window.Order, page.Keys)
	e.b = graph.AppendString(e.b, plan.EncodeCursor(page.Window.Order, position))
}

func (e *encoder) pageInfo(rows *plan.Rows, page *Page, fields []Field) *FieldError {
	return e.object(fields, func(answer Answer) *FieldError {
		switch a := answer.(type) {
		case HasNextPage:
			e.b = strconv.AppendBool(e.b, rows.More)
		case HasPreviousPage:
			e.b = strconv.AppendBool(e.b, rows.Earlier)
		case StartCursor:
			e.cursorAt(rows, 0, page)
		case EndCursor:
			e.cursorAt(rows, len(rows.Rows)-1, page)
		case TypeName:
			e.b = graph.AppendString(e.b, a.Name)
		default:
			panic("graph: no answer of page info")
		}
		return nil
	})
}

func (e *encoder) cursorAt(rows *plan.Rows, i int, page *Page) {
	if len(rows.Rows) == 0 {
		e.null()
		return
	}
	e.cursor(rows.Rows[i], page)
}
