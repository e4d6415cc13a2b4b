package graph

import (
	"fmt"
	"strings"
)

// Batch is a change to the graph that is made wholly or not at all.
type Batch struct {
	// Nodes are written: created, or replaced as wholes where the id or one
	// of the identifiers is known. Parts are among them, under their owners.
	Nodes []*Node
	// Deletes are removed; unknown ids are no error.
	Deletes []ID
	// Seeding also marks the store as seeded, in the same transaction.
	Seeding bool
}

// Node is the whole state of a node as it is to be stored.
type Node struct {
	ID   ID
	Type *Type
	// Values by property name; dates are valid EDTF, composite values JSON
	// objects with the fields in declared order.
	Values map[string]Value
	// Links start at this node, in order.
	Links []Link
}

// Link leads from a node to another.
type Link struct {
	Type *LinkType
	To   ID
	// Status is that of a participation, "" for other links. Like the status
	// in a fact's values it is set by Apply and empty in what is handed to it.
	Status string
}

// Applied tells what a batch did.
type Applied struct {
	// Revision is the store's newest revision.
	Revision int64
	// Created, Updated, Deleted and Unchanged count nodes without parts.
	Created, Updated, Deleted, Unchanged int
	// parts is true if a part was written.
	parts bool
}

// Changed tells whether anything was written.
func (a Applied) Changed() bool { return a.Created+a.Updated+a.Deleted > 0 || a.parts }

// BatchError is one thing wrong with one node of a batch.
type BatchError struct {
	ID    ID
	Field string
	Text  string
}

func (e BatchError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s: %s", legible(e.ID), e.Text)
	}
	return fmt.Sprintf("%s: %s: %s", legible(e.ID), e.Field, e.Text)
}

// legible writes an id as it is, or quoted if something in it would not show.
func legible(id ID) string {
	if quoted := shown(id); quoted != `"`+string(id)+`"` {
		return quoted
	}
	return string(id)
}

// BatchErrors is all that is wrong with a batch, found in one go.
type BatchErrors []BatchError

func (e BatchErrors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// partMark starts the hidden id of a part; no public id may contain a control
// character.
const partMark = "\x01"

// PartID is the hidden id of the n-th part (from 0) of a node under a field.
func PartID(owner ID, field string, n int) ID {
	return ID(fmt.Sprintf("%s%s%s%s%06d", partMark, owner, partMark, field, n))
}

func isPart(id ID) bool { return strings.HasPrefix(string(id), partMark) }
