// Package loader reads datasets in the native format, YAML that people write
// by hand (docs/datasets.md), and loads them into a store.
//
// The fields of a node are those of its published type, read from the model:
// there is no code per type here. All problems are reported at once, with file,
// line and column; nothing is written then.
package loader

import (
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"
)

// Datasets are what files say together: one dataset, or several that may build
// on each other.
type Datasets struct {
	model *graph.Model
	// files are the names of the files, all the datasets that they are part of,
	// both in the order given.
	files []string
	all   []*Dataset
	// unreadable ids are of nodes that could not be made; links to them are
	// left out.
	unreadable map[graph.ID]bool
	// partial is true if a whole file could not be read, so that what others
	// refer to may be in it.
	partial  bool
	problems Problems
}

// Dataset is what the files of one dataset say.
type Dataset struct {
	// Name is "" for files that do not say which dataset they are part of, which
	// is a problem.
	Name  string
	set   *Datasets
	files []string
	// header has what the files say of the dataset itself.
	header graph.Composite
	nodes  []*graph.Node
	// bases has where each node is written; parts have no id of their own there.
	bases     map[graph.ID]spot
	positions map[spot]position
	// faulty fields have been reported and are missing from the nodes.
	faulty  map[spot]bool
	omitted []citation
}

// spot is a field of a node, as in `evidence[0].start` of a claim, or the node
// itself if path is empty. What belongs to no node with an id is in a file.
type spot struct {
	file string
	id   graph.ID
	path string
}

type position struct {
	file         string
	line, column int
	// to is where a link leads that is written there.
	to graph.ID
}

// named returns the dataset of a name, which is a new one at first.
func (s *Datasets) named(name string) *Dataset {
	for _, d := range s.all {
		if d.Name == name {
			return d
		}
	}
	d := &Dataset{
		Name: name, set: s, header: graph.Composite{},
		bases: map[graph.ID]spot{}, positions: map[spot]position{}, faulty: map[spot]bool{},
	}
	s.all = append(s.all, d)
	return d
}

// All returns the datasets in the order in which they were first named.
func (s *Datasets) All() []*Dataset { return s.all }

// Nodes are what is to be written, parts among them. They are complete only if
// there are no Problems.
func (s *Datasets) Nodes() []*graph.Node {
	var nodes []*graph.Node
	for _, d := range s.all {
		nodes = append(nodes, d.nodes...)
	}
	return nodes
}

// Count returns how many nodes there are, without parts.
func (d *Dataset) Count() int {
	n := 0
	for _, node := range d.nodes {
		if node.Type.Class != graph.PartClass {
			n++
		}
	}
	return n
}

// Problems returns what is wrong with the files by themselves, as an error of
// type [Problems]; nil if nothing is.
func (s *Datasets) Problems() error { return s.problems.orNil() }

// Check returns what is wrong with the files where no others are known: the
// Problems, and references to what the files do not have.
func (s *Datasets) Check() error {
	if s.partial {
		return s.Problems()
	}
	known := map[graph.ID]*graph.Node{}
	for _, n := range slices.Backward(s.Nodes()) {
		known[n.ID] = n
	}
	look := func(id graph.ID) *graph.Node { return known[id] }
	problems := slices.Concat(s.problems, s.omittedOfUnknown())
	for _, d := range s.all {
		wrong := slices.DeleteFunc(write.ValidateReferences(d.nodes, look), s.taken)
		problems = append(problems, d.place(wrong)...)
	}
	return problems.sorted(s.files).orNil()
}

// taken reports whether a problem is that a claim is about a participation that is
// not in the fact, though another dataset says of the same fact that it is.
func (s *Datasets) taken(p write.Problem) bool {
	if p.Field != participantField || p.Code == write.NotFound {
		return false
	}
	claims := func(n *graph.Node) bool { return n.ID == p.ID && n.Type.Class == graph.ClaimClass }
	nodes := s.Nodes()
	claim := nodes[slices.IndexFunc(nodes, claims)]
	return slices.ContainsFunc(nodes, func(n *graph.Node) bool {
		return n.ID == claim.Target(graph.FactLink) && n.Takes(graph.ParticipationOf(claim))
	})
}

const participantField = "on.entity"

// place finds where in the files problems come from. It leaves out what only
// follows from a field that is faulty and has been reported.
func (d *Dataset) place(errs write.Problems) Problems {
	var problems Problems
	for _, e := range errs {
		at := spot{id: e.ID, path: e.Field}
		if d.followsFromFault(at) {
			continue
		}
		problems = append(problems, d.problem(at, e.Text))
	}
	return problems
}

func (d *Dataset) followsFromFault(at spot) bool {
	for ; at.path != ""; at = at.parent() {
		if d.faulty[at] {
			return true
		}
	}
	return false
}

// problem puts a text at the field it is about or, if that is not written, at
// what it is missing from. A node that the files do not have is named.
func (d *Dataset) problem(at spot, text string) Problem {
	p := Problem{File: d.files[0], Line: 1, Column: 1, Field: at.path, Text: text}
	for {
		if found, ok := d.positions[at]; ok {
			p.File, p.Line, p.Column = found.file, found.line, found.column
			return p
		}
		if at.path == "" {
			break
		}
		at = at.parent()
	}
	if at.id != "" {
		p.Text = fmt.Sprintf("of the node %s: %s", graph.Quoted(at.id), text)
	}
	return p
}

func (s spot) field(name string) spot {
	if s.path != "" {
		name = s.path + "." + name
	}
	s.path = name
	return s
}

// inside is the field of a spot; an empty path is the spot itself.
func (s spot) inside(path string) spot {
	if path == "" {
		return s
	}
	return s.field(path)
}

func (s spot) item(i int) spot {
	s.path = fmt.Sprintf("%s[%d]", s.path, i)
	return s
}

// parent is what the last field or list index of the path is in.
func (s spot) parent() spot {
	s.path = s.path[:max(strings.LastIndexAny(s.path, ".["), 0)]
	return s
}
