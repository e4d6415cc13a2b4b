package differ

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"companygraph/graph"
	"companygraph/graph/graphtest"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/txtar"
)

// text writes the difference as a case of the conformance suite: batches, the
// operation, and the answer of the naive store.
func (d *difference) text() string {
	a := &txtar.Archive{Comment: fmt.Appendf(nil, "%s differed: it had\n%s\n", d.side.Name, d.got)}
	add := func(name string, data []byte) {
		if len(data) > 0 && data[len(data)-1] != '\n' {
			data = append(data, '\n')
		}
		a.Files = append(a.Files, txtar.File{Name: name, Data: data})
	}
	for _, batch := range d.batches {
		add("data", dataset(batch))
		if len(batch.Deletes) > 0 {
			add("delete", deletes(batch.Deletes))
		}
	}
	if d.operation == nil {
		add("applied", d.want)
		return string(txtar.Format(a))
	}
	add("query it", []byte(d.operation.query))
	if len(d.operation.variables) > 0 {
		variables, err := json.Marshal(d.operation.variables)
		if err != nil {
			panic(err) // there is nothing in it that JSON cannot say
		}
		add("variables it", variables)
	}
	add("answer it", d.want)
	return string(txtar.Format(a))
}

// deletes writes ids, one a line, as JSON.
func deletes(ids []graph.ID) []byte {
	var b []byte
	for _, id := range ids {
		b = append(graph.AppendString(b, string(id)), '\n')
	}
	return b
}

// dataset writes nodes in the native format, without its header.
func dataset(batch graphtest.Batch) []byte {
	w := &datasetWriter{parts: map[graph.ID]*graph.Node{}}
	for _, node := range batch.Nodes {
		w.parts[node.ID] = node
	}
	for _, section := range []struct {
		key   string
		class graph.NodeClass
	}{
		{"sources", graph.SourceClass}, {"entities", graph.EntityClass}, {"facts", graph.FactClass}, {"claims", graph.ClaimClass},
	} {
		heading := section.key + ":\n"
		for _, node := range batch.Nodes {
			if node.Type.Class == section.class {
				w.WriteString(heading + "  - " + w.node(node) + "\n")
				heading = ""
			}
		}
	}
	return w.Bytes()
}

type datasetWriter struct {
	bytes.Buffer
	parts map[graph.ID]*graph.Node
}

// node writes a node on one line.
func (w *datasetWriter) node(node *graph.Node) string {
	var fields []string
	add := func(name, value string) { fields = append(fields, name+": "+value) }
	if node.Type.Class != graph.PartClass {
		add("id", quoted(string(node.ID)))
		add("type", string(node.Type.Name))
	}
	for _, p := range node.Type.Properties {
		if v := node.Values[p.Name]; !v.Missing() {
			add(p.Name, w.property(node, p, v))
		}
	}
	for _, l := range node.Type.Roles {
		var ends []string
		for _, link := range node.Links {
			if link.Type == l {
				ends = append(ends, w.end(node, link))
			}
		}
		switch {
		case len(ends) == 0, node.Type.PublicField(l.Field) != l.Field:
		case l.List:
			add(l.Field, "["+strings.Join(ends, ", ")+"]")
		default:
			add(l.Field, ends[0])
		}
	}
	return "{ " + strings.Join(fields, ", ") + " }"
}

// end writes what a link leads to: an id, or the part itself.
func (w *datasetWriter) end(from *graph.Node, l graph.Link) string {
	if value := from.Type.Relation(l.Type.Field).Inlined; value != nil {
		return scalar(w.parts[l.To].Values[value.Name])
	}
	if l.Type.Part {
		return w.node(w.parts[l.To])
	}
	return quoted(string(l.To))
}

// property writes a value, with those of its fields that hidden links answer.
func (w *datasetWriter) property(node *graph.Node, p *graph.Property, v graph.Value) string {
	if p.Kind != graph.KindValue {
		return scalar(v)
	}
	composites, err := p.Composites(v.Text())
	if err != nil {
		panic(err) // a store would not have taken it
	}
	var items []string
	for _, c := range composites {
		var fields []string
		for _, f := range p.Value.Fields {
			if !c[f.Name].Missing() {
				fields = append(fields, f.Name+": "+scalar(c[f.Name]))
			}
		}
		for _, l := range node.Links {
			if owner, field, hidden := strings.Cut(node.Type.PublicField(l.Type.Field), "."); hidden && owner == p.Name {
				fields = append(fields, field+": "+quoted(string(l.To)))
			}
		}
		items = append(items, "{ "+strings.Join(fields, ", ")+" }")
	}
	if p.List {
		return "[" + strings.Join(items, ", ") + "]"
	}
	return items[0]
}

func scalar(v graph.Value) string {
	if text, ok := v.Any().(string); ok {
		return quoted(text)
	}
	return string(v.AppendJSON(nil))
}

// quoted writes text as YAML has it, in double quotes. What YAML or people
// could not read is escaped, as in Go.
func quoted(s string) string { return strconv.Quote(s) }

// ownerOf is the node that a part belongs to.
func ownerOf(id graph.ID) (owner graph.ID, part bool) {
	pieces := strings.Split(string(id), "\x01")
	if len(pieces) != 3 {
		return "", false
	}
	return graph.ID(pieces[1]), true
}

// literalOf writes the value of a variable as a literal of a type.
func literalOf(value any, def *ast.Definition) *ast.Value {
	switch v := value.(type) {
	case nil:
		return &ast.Value{Kind: ast.NullValue, Raw: "null"}
	case bool:
		return &ast.Value{Kind: ast.BooleanValue, Raw: strconv.FormatBool(v)}
	case json.Number:
		return &ast.Value{Kind: ast.IntValue, Raw: v.String()}
	case string:
		if def != nil && def.Kind == ast.Enum {
			return &ast.Value{Kind: ast.EnumValue, Raw: v}
		}
		return &ast.Value{Kind: ast.StringValue, Raw: v}
	case []any:
		list := &ast.Value{Kind: ast.ListValue}
		for _, item := range v {
			list.Children = append(list.Children, &ast.ChildValue{Value: literalOf(item, def)})
		}
		return list
	case map[string]any:
		object := &ast.Value{Kind: ast.ObjectValue}
		var names []string
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			object.Children = append(object.Children, &ast.ChildValue{Name: name, Value: literalOf(v[name], nil)})
		}
		return object
	default:
		panic(fmt.Sprintf("differ: a variable of type %T", value))
	}
}
