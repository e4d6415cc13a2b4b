package loader

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"

	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v4"
)

// The keys of a dataset file and of the nodes in it that are not fields of a
// published type.
const (
	datasetKey  = "dataset"
	titleKey    = "title"
	priorityKey = "priority"
	sourceKey   = "source"
	omittedKey  = "omitted"
	idKey       = "id"
	typeKey     = "type"
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
// other nodes. What is wrong is in the Problems of the result.
func Read(m *graph.Model, files []File) *Datasets {
	s := &Datasets{model: m, unreadable: map[graph.ID]bool{}}
	for _, f := range files {
		s.files = append(s.files, f.Name)
		root, problems := parse(f)
		if len(problems) > 0 {
			s.problems, s.partial = append(s.problems, problems...), true
			s.named(f.Dataset).add(f)
			continue
		}
		r := &reader{set: s, file: f}
		r.document(root)
	}
	s.dropUnreadable()
	for _, d := range s.all {
		s.problems = append(s.problems, d.place(write.Validate(m, d.nodes))...)
	}
	s.problems = s.problems.sorted(s.files)
	return s
}

func (d *Dataset) add(f File) { d.files = append(d.files, f.Name) }

// dropUnreadable leaves out links to nodes that could not be made, so that
// they are not reported as unknown as well.
func (s *Datasets) dropUnreadable() {
	for _, d := range s.all {
		for _, n := range d.nodes {
			n.Links = slices.DeleteFunc(n.Links, func(l graph.Link) bool {
				if s.unreadable[l.To] {
					d.faulty[d.bases[n.ID].field(l.Type.Field)] = true
				}
				return s.unreadable[l.To]
			})
		}
	}
}

// reader reads one file into its dataset.
type reader struct {
	*Dataset
	set  *Datasets
	file File
	// source is what claims and quotations are of that name none.
	source graph.ID
}

// fault reports a problem at a YAML node.
func (r *reader) fault(at spot, n *yaml.Node, format string, args ...any) {
	r.set.problems = append(r.set.problems, Problem{
		File: r.file.Name, Line: n.Line, Column: n.Column, Field: at.path, Text: fmt.Sprintf(format, args...),
	})
}

// at is a field at the top of the file.
func (r *reader) at(key string) spot { return spot{file: r.file.Name, path: key} }

func (r *reader) mark(at spot, n *yaml.Node) {
	r.positions[at] = position{file: r.file.Name, line: n.Line, column: n.Column}
}

func (r *reader) document(root *yaml.Node) {
	top, ok := r.mapping(r.at(""), root)
	r.Dataset = r.set.named(r.datasetName(root, top))
	r.add(r.file)
	r.mark(r.at(""), root)
	if !ok {
		return
	}
	r.readHeader(top)
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
	keys := []string{datasetKey, titleKey, priorityKey, sourceKey}
	for _, s := range sections {
		keys = append(keys, s.key)
	}
	return append(keys, omittedKey)
}

// datasetName reads which dataset the file is part of; "" if that is not known.
func (r *reader) datasetName(root *yaml.Node, top mapping) string {
	n := top.values[datasetKey]
	if n == nil {
		if r.file.Dataset == "" && top.values != nil {
			r.fault(r.at(datasetKey), root, "a file says which dataset it is part of")
		}
		return r.file.Dataset
	}
	name, ok := r.text(r.at(datasetKey), n)
	if !ok {
		return ""
	}
	if problem := write.DatasetProblem(name); problem != "" {
		r.fault(r.at(datasetKey), n, "%s", problem)
		return ""
	}
	return name
}

// headerType is what a file says of its dataset itself.
var headerType = &graph.ValueType{
	Name: "Header",
	Fields: []*graph.Property{
		{Name: titleKey, Kind: graph.KindString, Description: "What the dataset is called for people."},
		{Name: priorityKey, Kind: graph.KindInt, Description: "Of a single value that several datasets give differently, that of the highest priority counts; 0 if no file and no load has ever said one."},
	},
}

// readHeader reads what the file says of the dataset, which must not be
// otherwise than in another file of it.
func (r *reader) readHeader(top mapping) {
	source, _ := r.optionalText(top, sourceKey)
	r.source = graph.ID(source)
	for _, field := range headerType.Fields {
		n := top.values[field.Name]
		if n == nil {
			continue
		}
		at := r.at(field.Name)
		value, ok := r.scalar(at, field.Kind, n)
		if !ok {
			continue
		}
		for _, wrong := range write.ValidateComposite(headerType, graph.Composite{field.Name: value}) {
			r.fault(at, n, "%s", wrong.Text)
		}
		if said := r.header[field.Name]; !said.Missing() && said != value {
			first := r.positions[spot{path: field.Name}]
			r.fault(at, n, "the dataset has another %s at %s:%d:%d", field.Name, first.file, first.line, first.column)
			continue
		}
		if r.header[field.Name].Missing() {
			r.header[field.Name] = value
			r.mark(spot{path: field.Name}, n)
		}
	}
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
		r.set.unreadable[id] = named
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
	types := typesOf(r.set.model, class)
	value := m.values[typeKey]
	at = at.field(typeKey)
	if value == nil {
		if len(types) == 1 {
			return types[0]
		}
		r.fault(at, n, "a node says which type it has: %s", strings.Join(typeNames(types), ", "))
		return nil
	}
	r.mark(at, value)
	name, ok := r.text(at, value)
	if !ok {
		return nil
	}
	t := r.set.model.Types[graph.TypeName(name)]
	if t == nil || !slices.Contains(types, t) {
		r.fault(at, value, "%q is not one of the types allowed here: %s", name, strings.Join(typeNames(types), ", "))
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
			r.fault(at.field(key.Value), key, "the field is given twice")
		default:
			m.keys = append(m.keys, key)
			m.values[key.Value] = value
		}
	}
	return m, true
}

func (r *reader) list(at spot, n *yaml.Node) (items []*yaml.Node, ok bool) {
	if n.Kind != yaml.SequenceNode {
		r.fault(at, n, "expected a list, not %s", describe(n))
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
