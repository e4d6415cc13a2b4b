// Package loader reads datasets in the native format, YAML that people write
// by hand (docs/datasets.md), and loads them into a store.
//
// The fields of a node are those of its published type, read from the model:
// there is no code per type here. Whatever is wrong is reported in one go, with
// file, line and column, and then nothing is written.
package loader

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"companygraph/graph"
)

// Dataset is what one or more dataset files say together.
type Dataset struct {
	model *graph.Model
	// files are the names of the files, datasets those of the datasets they
	// are part of, each once, in the order given.
	files    []string
	datasets []string
	nodes    []*graph.Node
	// bases has where each node is written; parts have no id of their own there.
	bases     map[graph.ID]spot
	positions map[spot]position
	// faulty fields have been reported and are missing from the nodes.
	faulty map[spot]bool
	// unreadable ids are of nodes that could not be made; links to them are
	// left out.
	unreadable map[graph.ID]bool
	omitted    []citation
	// partial is true if a whole file could not be read, so that what others
	// refer to may be in it.
	partial  bool
	problems Problems
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
}

// Names returns the names of the datasets that the files are part of.
func (d *Dataset) Names() []string { return d.datasets }

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

// Batch returns what is to be written. It is complete only if there are no
// Problems.
func (d *Dataset) Batch() graph.Batch { return graph.Batch{Nodes: d.nodes} }

// Problems returns what is wrong with the files by themselves, as an error of
// type [Problems]; nil if nothing is.
func (d *Dataset) Problems() error { return d.problems.orNil() }

// Check returns what is wrong with the files where no others are known: the
// Problems, and references to what the files do not have.
func (d *Dataset) Check() error {
	if d.partial {
		return d.Problems()
	}
	unknown := func(graph.ID) *graph.Node { return nil }
	problems := slices.Concat(d.problems, d.place(graph.ValidateReferences(d.Batch(), unknown)), d.omittedOfUnknown())
	return problems.sorted(d.files).orNil()
}

// Load writes all that the files say in one batch: everything, or nothing if
// there is any problem, which is then the error, of type [Problems]. What the
// store has already is left as it is.
func (d *Dataset) Load(ctx context.Context, store graph.Store) (graph.Applied, error) {
	return d.apply(ctx, store, d.Batch())
}

// Seed is Load, and marks the store as seeded in the same transaction.
func (d *Dataset) Seed(ctx context.Context, store graph.Store) (graph.Applied, error) {
	batch := d.Batch()
	batch.Seeding = true
	return d.apply(ctx, store, batch)
}

func (d *Dataset) apply(ctx context.Context, store graph.Store, batch graph.Batch) (graph.Applied, error) {
	if err := d.Problems(); err != nil {
		return graph.Applied{}, err
	}
	applied, err := store.Apply(ctx, batch)
	if wrong := (graph.BatchErrors{}); errors.As(err, &wrong) {
		err = d.place(wrong).sorted(d.files)
	}
	return applied, err
}

// place finds where in the files the errors of a batch come from. It leaves out
// what only follows from a field that is faulty and has been reported.
func (d *Dataset) place(errs graph.BatchErrors) Problems {
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
// what it is missing from.
func (d *Dataset) problem(at spot, text string) Problem {
	p := Problem{File: d.files[0], Line: 1, Column: 1, Field: at.path, Text: text}
	for {
		if found, ok := d.positions[at]; ok {
			p.File, p.Line, p.Column = found.file, found.line, found.column
			return p
		}
		if at.path == "" {
			return p
		}
		at = at.parent()
	}
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
