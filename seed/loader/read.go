package loader

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"

	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v3"
)

// The keys of a dataset file and of the nodes in it that are not fields of a
// published type.
const (
	datasetKey = "dataset"
	titleKey   = "title"
	sourceKey  = "source"
	omittedKey = "omitted"
	idKey      = "id"
	typeKey    = "type"
)

// section is a list of nodes of one class at the top of a file.
type section struct {
	key   string
	class graph.NodeClass
}

var sections = []section{
	{"sources", graph.SourceClass},
	{"entities", graph.EntityClass},
	{"facts", graph.FactClass},
	{"claims", graph.ClaimClass},
}

// Read reads dataset files and holds them to all rules that need no look at
// other nodes. What is wrong is in the dataset's Problems.
func Read(m *graph.Model, files []File) *Dataset {
	d := &Dataset{
		model: m, bases: map[graph.ID]spot{}, positions: map[spot]position{},
		faulty: map[spot]bool{}, unreadable: map[graph.ID]bool{},
	}
	for _, f := range files {
		d.files = append(d.files, f.Name)
		root, problems := parse(f)
		if len(problems) > 0 {
			d.problems, d.partial = append(d.problems, problems...), true
			continue
		}
		r := &reader{Dataset: d, file: f.Name}
		r.document(root)
	}
	d.dropUnreadable()
	d.problems = append(d.problems, d.place(graph.Validate(m, d.Batch()))...).sorted(d.files)
	return d
}

// dropUnreadable leaves out links to nodes that could not be made, so that
// they are not reported as unknown as well.
func (d *Dataset) dropUnreadable() {
	for _, n := range d.nodes {
		n.Links = slices.DeleteFunc(n.Links, func(l graph.Link) bool {
			if d.unreadable[l.To] {
				d.faulty[d.bases[n.ID].field(l.Type.Field)] = true
			}
			return d.unreadable[l.To]
		})
	}
}

// reader reads one file into the dataset.
type reader struct {
	*Dataset
	file string
	// source is what claims and quotations are of that name none.
	source graph.ID
}

// fault reports a problem at a YAML node.
func (r *reader) fault(at spot, n *yaml.Node, format string, args ...any) {
	r.problems = append(r.problems, Problem{
		File: r.file, Line: n.Line, Column: n.Column, Field: at.path, Text: fmt.Sprintf(format, args...),
	})
}

// at is a field at the top of the file.
func (r *reader) at(key string) spot { return spot{file: r.file, path: key} }

func (r *reader) mark(at spot, n *yaml.Node) {
	r.positions[at] = position{r.file, n.Line, n.Column}
}

func (r *reader) document(root *yaml.Node) {
	r.mark(r.at(""), root)
	top, ok := r.mapping(r.at(""), root)
	if !ok {
		return
	}
	r.header(root, top)
	for _, s := range sections {
		r.topList(top, s.key, func(at spot, item *yaml.Node) {
			r.node(at, item, origin{class: s.class, keep: true})
		})
	}
	r.topList(top, omittedKey, r.omission)
	r.refuseOthers(top, topKeys())
}

// topList goes over a list at the top of a file, which may be missing.
func (r *reader) topList(top mapping, key string, read func(spot, *yaml.Node)) {
	n := top.values[key]
	if n == nil {
		return
	}
	at := r.at(key)
	nodes, _ := r.list(at, n)
	for i, item := range nodes {
		read(at.item(i), item)
	}
}

func topKeys() []string {
	keys := []string{datasetKey, titleKey, sourceKey}
	for _, s := range sections {
		keys = append(keys, s.key)
	}
	return append(keys, omittedKey)
}

func (r *reader) header(root *yaml.Node, top mapping) {
	name, ok := r.optionalText(top, datasetKey)
	switch {
	case !ok:
	case name == "":
		r.fault(r.at(datasetKey), root, "a file says which dataset it is part of")
	case !slices.Contains(r.datasets, name):
		r.datasets = append(r.datasets, name)
	}
	r.optionalText(top, titleKey)
	source, _ := r.optionalText(top, sourceKey)
	r.source = graph.ID(source)
}

// optionalText reads text at the top of a file that may be missing; ok is
// false if it is faulty.
func (r *reader) optionalText(top mapping, key string) (text string, ok bool) {
	n := top.values[key]
	if n == nil {
		return "", true
	}
	return r.text(r.at(key), n)
}

// origin is what is known of a node from where it is written.
type origin struct {
	class graph.NodeClass
	// under is the node that it is nested in, and by which link it leads
	// there; nil at the top of a file.
	under *graph.Link
	// keep is false if the node is only read for the problems it has.
	keep bool
}

// draft is a node in the making.
type draft struct {
	node *graph.Node
	// at is what problems call the node.
	at   spot
	keep bool
}

// node reads a node that has an id.
func (r *reader) node(at spot, n *yaml.Node, from origin) {
	m, ok := r.mapping(at, n)
	if !ok {
		return
	}
	d := &draft{node: &graph.Node{Values: map[string]graph.Value{}}, at: at}
	id, named := r.id(at, n, m)
	if named {
		d.node.ID, d.at, d.keep = id, spot{id: id}, from.keep
	}
	d.node.Type = r.typeOf(d.at, n, m, from.class)
	if d.node.Type == nil {
		r.unreadable[id] = named
		return
	}
	if from.under != nil {
		d.node.Links = append(d.node.Links, *from.under)
		if again := m.take(from.under.Type.Field); again != nil {
			r.fault(d.at.field(from.under.Type.Field), again, "it follows from the place of the %s and is not said again", d.node.Type.Name)
		}
	}
	r.enter(d, n)
	r.fields(d, m)
}

// enter puts a node into the dataset. Its fields are read afterwards, so that
// it comes before what is nested in it.
func (r *reader) enter(d *draft, n *yaml.Node) {
	r.mark(d.at, n)
	if d.keep {
		r.nodes = append(r.nodes, d.node)
		r.bases[d.node.ID] = d.at
	}
}

// id reads the id of a node; ok is false if it has none of its own.
func (r *reader) id(at spot, n *yaml.Node, m mapping) (id graph.ID, ok bool) {
	at = at.field(idKey)
	value := m.values[idKey]
	if value == nil {
		r.fault(at, n, "a node needs an id")
		return "", false
	}
	text, ok := r.text(at, value)
	if !ok {
		return "", false
	}
	id = graph.ID(text)
	if first, taken := r.positions[spot{id: id}]; taken {
		r.fault(at, value, "the id is taken by the node at %s:%d:%d", first.file, first.line, first.column)
		return "", false
	}
	r.mark(spot{id: id, path: idKey}, value)
	return id, true
}

// typeOf finds the type that a node says it has. It may be left out where the
// section has one type only.
func (r *reader) typeOf(at spot, n *yaml.Node, m mapping, class graph.NodeClass) *graph.Type {
	types := typesOf(r.model, class)
	value := m.values[typeKey]
	at = at.field(typeKey)
	if value == nil {
		if len(types) == 1 {
			return types[0]
		}
		r.fault(at, n, "a node says which type it has: %s", strings.Join(typeNames(types), ", "))
		return nil
	}
	name, ok := r.text(at, value)
	if !ok {
		return nil
	}
	t := r.model.Types[graph.TypeName(name)]
	if t == nil || !slices.Contains(types, t) {
		r.fault(at, value, "%q is none of the types that stand here: %s", name, strings.Join(typeNames(types), ", "))
		return nil
	}
	return t
}

func typesOf(m *graph.Model, class graph.NodeClass) []*graph.Type {
	return slices.DeleteFunc(slices.Clone(m.Ordered), func(t *graph.Type) bool { return t.Class != class })
}

func typeNames(types []*graph.Type) []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t.Name)
	}
	return names
}

// mapping is the keys and values of a YAML mapping.
type mapping struct {
	keys   []*yaml.Node
	values map[string]*yaml.Node
}

// take removes a field and returns its value; nil if it is not there.
func (m *mapping) take(name string) *yaml.Node {
	value := m.values[name]
	m.keys = slices.DeleteFunc(m.keys, func(key *yaml.Node) bool { return key.Value == name })
	delete(m.values, name)
	return value
}

// mapping reads a YAML mapping with distinct keys that are text.
func (r *reader) mapping(at spot, n *yaml.Node) (m mapping, ok bool) {
	if n.Kind != yaml.MappingNode {
		r.fault(at, n, "fields are due here (`name: value`), not %s", describe(n))
		return mapping{}, false
	}
	m.values = make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag == "!!null":
			r.fault(at, key, "a field has a name, not %s", describe(key))
		case m.values[key.Value] != nil:
			r.fault(at.field(key.Value), key, "the field is there twice")
		default:
			m.keys = append(m.keys, key)
			m.values[key.Value] = value
		}
	}
	return m, true
}

func (r *reader) list(at spot, n *yaml.Node) (items []*yaml.Node, ok bool) {
	if n.Kind != yaml.SequenceNode {
		r.fault(at, n, "a list is due here, not %s", describe(n))
		return nil, false
	}
	return n.Content, true
}

// describe names what stands where something else is due.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "fields"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	case n.Tag == "!!bool":
		return "true or false"
	case n.Tag == "!!int", n.Tag == "!!float":
		return "a number"
	default:
		return "text"
	}
}

// refuseOthers reports the keys at the top of a file that are not known.
func (r *reader) refuseOthers(top mapping, known []string) {
	for _, key := range top.keys {
		if !slices.Contains(known, key.Value) {
			r.refuseUnknown(r.at(""), key, known)
		}
	}
}

func (r *reader) refuseUnknown(at spot, key *yaml.Node, known []string) {
	if closest := closestTo(key.Value, known); closest != "" {
		r.fault(at.field(key.Value), key, "there is no field of this name here; did you mean %s?", closest)
		r.faulty[at.field(closest)] = true // do not report it as missing as well
		return
	}
	r.fault(at.field(key.Value), key, "there is no field of this name here, but: %s", strings.Join(known, ", "))
}

// closestTo returns the one of the known names that a mistyped one is most like;
// "" if it is like none.
func closestTo(name string, known []string) string {
	const longest = 40 // the distance takes time in proportion to the length
	if len(known) == 0 || len(name) > longest {
		return ""
	}
	distance := func(to string) int { return levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(to)) }
	closest := slices.MinFunc(known, func(a, b string) int { return cmp.Compare(distance(a), distance(b)) })
	if distance(closest) > max(1, len(name)/3) {
		return ""
	}
	return closest
}
