package main

import (
	"fmt"
	"strings"

	"companygraph/graph"
	"companygraph/schema"

	"github.com/vektah/gqlparser/v2/ast"
)

// where derives the filter input of a type or interface, and the scalar
// filters it is the first to use.
func (p *publisher) where(name string) []*ast.Definition {
	w := &ast.Definition{
		Kind: ast.InputObject, Name: name + "Where",
		Description: fmt.Sprintf("Conditions on %s; all given conditions must hold. A comparison with a missing value is false; `not` is the exact complement.", withArticle(name)),
	}
	var defs []*ast.Definition
	add := func(field, filter, description string, makeFilter func() []*ast.Definition) {
		w.Fields = append(w.Fields, &ast.FieldDefinition{Name: field, Type: named(filter), Description: description})
		if !p.filters[filter] {
			p.filters[filter] = true
			defs = append(defs, makeFilter()...)
		}
	}
	if iface := p.model.Interfaces[graph.TypeName(name)]; iface != nil {
		add("kind", name+"KindFilter", "A condition on the concrete type.", func() []*ast.Definition { return kindFilter(name, iface.Types) })
	}
	properties := append([]*graph.Property{graph.IDProperty}, p.model.PropertiesOf(graph.TypeName(name))...)
	if t := p.model.Types[graph.TypeName(name)]; t != nil && t.Class == graph.ClaimClass {
		live := *graph.LiveProperty
		live.Description = p.doc.Definition(name).Fields.ForName(live.Name).Description
		properties = append(properties, &live)
	}
	for _, property := range properties {
		if property.Filterable() {
			filter := filterName(property)
			add(property.Name, filter, about(property.Name, property.Description), func() []*ast.Definition { return scalarFilter(filter, property) })
		}
		if property.FilterableByElement() {
			value := string(property.Value.Name)
			add(property.Name, value+"ListFilter", about(property.Name, property.Description), func() []*ast.Definition { return p.listFilter(property.Value) })
		}
	}
	for _, r := range p.model.RelationsOf(graph.TypeName(name)) {
		if r.Hidden || !p.isPublicNode(r.Target) {
			continue
		}
		if r.Cardinality == graph.Participants {
			add(r.Name, "ParticipantsFilter", about(r.Name, r.Description), participantsFilter)
			continue
		}
		w.Fields = append(w.Fields, &ast.FieldDefinition{
			Name: r.Name, Type: named(string(r.Target) + "RelationFilter"), Description: about(r.Name, r.Description),
		})
	}
	w.Fields = append(w.Fields, logic(w.Name)...)
	return append(defs, w)
}

// about describes a condition by what the field means.
func about(field, description string) string {
	return strings.TrimSpace(fmt.Sprintf("A condition on `%s`. %s", field, description))
}

// logic has the fields that join conditions.
func logic(where string) ast.FieldList {
	return ast.FieldList{
		{Name: "and", Type: listOf(where), Description: "All of these must hold; an empty list always holds."},
		{Name: "or", Type: listOf(where), Description: "At least one of these must hold; an empty list never holds."},
		{Name: "not", Type: named(where), Description: "This must not hold."},
	}
}

// quantifiers has the fields that say of how many a condition must hold.
func quantifiers(where, things string) ast.FieldList {
	return ast.FieldList{
		{Name: "some", Type: named(where), Description: "At least one meets the conditions."},
		{Name: "none", Type: named(where), Description: fmt.Sprintf("None meets the conditions; also holds if there are no %s.", things)},
		{Name: "every", Type: named(where), Description: fmt.Sprintf("All meet the conditions; also holds if there are no %s.", things)},
	}
}

// listFilter derives the conditions on the values of a list.
func (p *publisher) listFilter(of *graph.ValueType) []*ast.Definition {
	name := string(of.Name)
	w := &ast.Definition{
		Kind: ast.InputObject, Name: name + "Where",
		Description: fmt.Sprintf("Conditions on one value of type %s; all given conditions must hold for it.", name),
	}
	var defs []*ast.Definition
	for _, field := range of.Fields {
		filter := filterName(field)
		w.Fields = append(w.Fields, &ast.FieldDefinition{Name: field.Name, Type: named(filter), Description: about(field.Name, field.Description)})
		if !p.filters[filter] {
			p.filters[filter] = true
			defs = append(defs, scalarFilter(filter, field)...)
		}
	}
	w.Fields = append(w.Fields, logic(w.Name)...)
	return append(defs, w, &ast.Definition{
		Kind: ast.InputObject, Name: name + "ListFilter", Description: fmt.Sprintf("A condition on a list of values of type %s.", name),
		Fields: quantifiers(w.Name, "values"),
	})
}

// participantsFilter derives the conditions on the participations of a fact.
func participantsFilter() []*ast.Definition {
	const where, role = "ParticipationWhere", "RoleFilter"
	return []*ast.Definition{
		{
			Kind: ast.InputObject, Name: role,
			Description: "Conditions on a role, by the name of its field, such as `targets`; all given conditions must hold.", Fields: choices("String"),
		},
		{
			Kind: ast.InputObject, Name: where, Description: "Conditions on one participation; all given conditions must hold for the same one.",
			Fields: ast.FieldList{
				{Name: "role", Type: named(role), Description: "A condition on the role, such as `{ in: [\"targets\", \"subjects\"] }`."},
				{Name: "status", Type: named("StatusFilter"), Description: "A condition on the status of the participation."},
				{Name: "entity", Type: named("EntityWhere"), Description: "A condition on who or what takes part."},
			},
		},
		{
			Kind: ast.InputObject, Name: "ParticipantsFilter", Description: "A condition on who takes part in a fact, and in which role.",
			Fields: quantifiers(where, "participants"),
		},
	}
}

func (p *publisher) relationFilter(name string) *ast.Definition {
	return &ast.Definition{
		Kind: ast.InputObject, Name: name + "RelationFilter", Description: fmt.Sprintf("A condition on related nodes of type %s.", name),
		Fields: quantifiers(name+"Where", "related nodes"),
	}
}

func kindEnum(name string, types []*graph.Type) *ast.Definition {
	kinds := &ast.Definition{Kind: ast.Enum, Name: name + "Kind", Description: fmt.Sprintf("The concrete types of %s.", withArticle(name))}
	for _, t := range types {
		kinds.EnumValues = append(kinds.EnumValues, &ast.EnumValueDefinition{Name: graph.ConstantCase(string(t.Name)), Description: t.Description})
	}
	return kinds
}

func kindFilter(name string, types []*graph.Type) []*ast.Definition {
	filter := &ast.Definition{
		Kind: ast.InputObject, Name: name + "KindFilter", Description: fmt.Sprintf("A condition on the concrete type of %s.", withArticle(name)),
		Fields: choices(name + "Kind"),
	}
	return []*ast.Definition{kindEnum(name, types), filter}
}

// choices has the comparisons of what is never missing and has one of few values.
func choices(of string) ast.FieldList {
	return ast.FieldList{
		{Name: "eq", Type: named(of), Description: "Equal to this."},
		{Name: "ne", Type: named(of), Description: "Not equal to this."},
		{Name: "in", Type: listOf(of), Description: "One of these; an empty list never holds."},
		{Name: "notIn", Type: listOf(of), Description: "None of these; an empty list always holds."},
	}
}

// filterName is the input type that compares a property.
func filterName(p *graph.Property) string { return schema.ValueTypeName(p) + "Filter" }

// scalarFilter derives the comparisons that fit a kind of value.
func scalarFilter(name string, p *graph.Property) []*ast.Definition {
	filter := &ast.Definition{Kind: ast.InputObject, Name: name, Description: fmt.Sprintf("Conditions on a value of type %s; all given conditions must hold.", schema.ValueTypeName(p))}
	for _, c := range schema.Comparisons(p.Kind) {
		t := named(schema.ValueTypeName(p))
		switch c.Operand {
		case schema.OperandList:
			t = listOf(schema.ValueTypeName(p))
		case schema.OperandBoolean:
			t = named("Boolean")
		case schema.OperandDay:
			t = named("Date")
		case schema.OperandDays:
			t = named("DateRange")
		}
		filter.Fields = append(filter.Fields, &ast.FieldDefinition{Name: c.Name, Type: t, Description: c.Description})
	}
	return []*ast.Definition{filter}
}
