package graph

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"github.com/tidwall/gjson"
)

// Identifier is a key under which another collection knows an entity.
type Identifier struct{ Scheme, Value string }

// identifiersProperty is the property that holds an entity's further keys.
const identifiersProperty = "identifiers"

// Identifiers reads the further keys of a node.
func Identifiers(node *Node) []Identifier {
	if node.Type.Property(identifiersProperty) == nil {
		return nil
	}
	var keys []Identifier
	for _, item := range gjson.Parse(node.Values[identifiersProperty].Text()).Array() {
		keys = append(keys, Identifier{Scheme: item.Get("scheme").Str, Value: item.Get("value").Str})
	}
	return keys
}

// identify enters the batch's nodes, those that the store has under another id
// with the same identifier under that id: the batch then speaks of those.
func (a *applier) identify(batch Batch) error {
	owners := map[Identifier]ID{}
	for _, node := range batch.Nodes {
		for _, key := range Identifiers(node) {
			owners[key] = node.ID
		}
	}
	known, err := a.tx.Identified(slices.Collect(maps.Keys(owners)))
	if err != nil {
		return err
	}
	stored, err := a.storedIDs(owners, known)
	if err != nil {
		return err
	}
	if errs := a.enter(batch, stored); len(errs) > 0 {
		return errs
	}
	for _, id := range batch.Deletes {
		a.deletes[id] = true
	}
	return nil
}

// storedIDs tells for each node that the store has under another id which one
// that is. A node whose own id is stored too cannot also be another.
func (a *applier) storedIDs(owners, known map[Identifier]ID) (map[ID]ID, error) {
	stored := map[ID]ID{}
	var errs BatchErrors
	for _, key := range slices.SortedFunc(maps.Keys(known), compareIdentifiers) {
		from, to := owners[key], known[key]
		if from == to {
			continue
		}
		if other, twice := stored[from]; twice && other != to {
			errs = append(errs, BatchError{from, identifiersProperty, "they belong to two stored nodes, " + shown(other) + " and " + shown(to)})
		}
		stored[from] = to
	}
	own, err := a.tx.Load(slices.Sorted(maps.Keys(stored)))
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(own)) {
		errs = append(errs, BatchError{id, identifiersProperty, "one of them is that of another stored node, " + shown(stored[id])})
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return stored, nil
}

func compareIdentifiers(x, y Identifier) int {
	return cmp.Or(cmp.Compare(x.Scheme, y.Scheme), cmp.Compare(x.Value, y.Value))
}

// enter copies the batch's nodes, with stored ids in place of given ones.
func (a *applier) enter(batch Batch, stored map[ID]ID) BatchErrors {
	var errs BatchErrors
	rename := func(id ID) ID { return cmp.Or(stored[id], id) }
	for _, node := range batch.Nodes {
		own := &Node{ID: rename(node.ID), Type: node.Type, Values: map[string]Value{}, Links: inDeclaredOrder(node)}
		maps.Copy(own.Values, node.Values)
		for i := range own.Links {
			own.Links[i].To = rename(own.Links[i].To)
		}
		errs = append(errs, doubled(node, own.Links)...)
		if a.nodes[own.ID] != nil {
			errs = append(errs, BatchError{node.ID, identifiersProperty, "it is stored as " + shown(own.ID) + ", which the batch also writes"})
			continue
		}
		a.nodes[own.ID], a.given[own.ID] = own, node.ID
		a.order = append(a.order, own.ID)
	}
	return errs
}

// doubled finds links that lead to one stored node by two ids of the batch.
func doubled(node *Node, links []Link) BatchErrors {
	var errs BatchErrors
	for i, link := range links {
		if slices.ContainsFunc(links[:i], func(l Link) bool { return l.Type == link.Type && l.To == link.To }) {
			errs = append(errs, BatchError{node.ID, link.Type.Field, "two of the ids stand for the stored node " + shown(link.To)})
		}
	}
	return errs
}

// asGiven puts errors under the ids that the batch has.
func (a *applier) asGiven(err error) error {
	var errs BatchErrors
	if !errors.As(err, &errs) {
		return err
	}
	for i := range errs {
		errs[i].ID = cmp.Or(a.given[errs[i].ID], errs[i].ID)
	}
	return errs
}

// inDeclaredOrder returns a node's links in the order in which its type
// declares them, which is that of a fact's participants.
func inDeclaredOrder(node *Node) []Link {
	links := slices.Clone(node.Links)
	slices.SortStableFunc(links, func(x, y Link) int {
		return cmp.Compare(slices.Index(node.Type.Roles, x.Type), slices.Index(node.Type.Roles, y.Type))
	})
	return links
}
