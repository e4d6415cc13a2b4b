package graph

import (
	"fmt"
	"strings"

	"github.com/tidwall/gjson"
)

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

// partMark starts the hidden id of a part; no public id may contain a control
// character.
const partMark = "\x01"

// PartID is the hidden id of the n-th part (from 0) of a node under a field.
func PartID(owner ID, field string, n int) ID {
	return ID(fmt.Sprintf("%s%s%s%s%06d", partMark, owner, partMark, field, n))
}

// IsPart reports whether an id is the hidden one of a part.
func IsPart(id ID) bool { return strings.HasPrefix(string(id), partMark) }

// Identifier is a key under which another collection knows an entity.
type Identifier struct{ Scheme, Value string }

// IdentifiersProperty is the property that holds an entity's further keys.
const IdentifiersProperty = "identifiers"

// Identifiers reads the further keys of a node.
func Identifiers(node *Node) []Identifier {
	if node.Type.Property(IdentifiersProperty) == nil {
		return nil
	}
	var keys []Identifier
	for _, item := range gjson.Parse(node.Values[IdentifiersProperty].Text()).Array() {
		keys = append(keys, Identifier{Scheme: item.Get("scheme").Str, Value: item.Get("value").Str})
	}
	return keys
}

// OwnerOf is the public node that an id of a part belongs to; any other id is
// its own.
func OwnerOf(id ID) ID {
	if !IsPart(id) {
		return id
	}
	// The id of an inner part holds that of its owner.
	end := strings.LastIndex(string(id), partMark)
	return OwnerOf(id[len(partMark):end])
}
