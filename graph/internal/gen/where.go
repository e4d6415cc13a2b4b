package main

import (
	"fmt"

	"companygraph/graph"
	"companygraph/schema"

	"github.com/vektah/gqlparser/v2/ast"
)

// where derives the filter input of a type or interface, and the scalar
// filters it is the first to use.
func (p *publisher) where(name string) []*ast.Definition {
	w := &ast.Definition{
		Kind: ast.InputObject, Name: name + "Where",
		Description: fmt.Sprintf("Conditions on %s; all given ones must hold. A comparison with a missing value is false, and `not` makes the exact complement.", withArticle(name)),
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
		add("kind", name+"KindFilter", "On its concrete type.", func() []*ast.Definition { return kindFilter(name, iface.Types) })
	}
	for _, property := range append([]*graph.Property{graph.IDProperty}, p.model.PropertiesOf(graph.TypeName(name))...) {
		if property.Filterable() {
			filter := filterName(property)
			add(property.Name, filter, fmt.Sprintf("On `%s`.", property.Name), func() []*ast.Definition { return scalarFilter(filter, property) })
		}
	}
	for _, r := range p.model.RelationsOf(graph.TypeName(name)) {
		if r.Hidden || r.Cardinality == graph.Participants || !p.isPublicNode(r.Target) {
			continue
		}
		w.Fields = append(w.Fields, &ast.FieldDefinition{
			Name: r.Name, Type: named(string(r.Target) + "RelationFilter"), Description: fmt.Sprintf("On the nodes of `%s`.", r.Name),
		})
	}
	w.Fields = append(w.Fields,
		&ast.FieldDefinition{Name: "and", Type: listOf(w.Name), Description: "All of these hold; an empty list holds."},
		&ast.FieldDefinition{Name: "or", Type: listOf(w.Name), Description: "At least one of these holds; an empty list does not."},
		&ast.FieldDefinition{Name: "not", Type: named(w.Name), Description: "This does not hold."})
	return append(defs, w)
}

func (p *publisher) relationFilter(name string) *ast.Definition {
	return &ast.Definition{
		Kind: ast.InputObject, Name: name + "RelationFilter", Description: fmt.Sprintf("A condition on related nodes of type %s.", name),
		Fields: ast.FieldList{
			{Name: "some", Type: named(name + "Where"), Description: "At least one passes."},
			{Name: "none", Type: named(name + "Where"), Description: "None passes; holds where there are no related nodes."},
			{Name: "every", Type: named(name + "Where"), Description: "All pass; holds where there are no related nodes."},
		},
	}
}

func kindEnum(name string, types []*graph.Type) *ast.Definition {
	kinds := &ast.Definition{Kind: ast.Enum, Name: name + "Kind", Description: fmt.Sprintf("The concrete types of %s.", withArticle(name))}
	for _, t := range types {
		kinds.EnumValues = append(kinds.EnumValues, &ast.EnumValueDefinition{Name: schema.ConstantCase(string(t.Name)), Description: t.Description})
	}
	return kinds
}

func kindFilter(name string, types []*graph.Type) []*ast.Definition {
	filter := &ast.Definition{
		Kind: ast.InputObject, Name: name + "KindFilter", Description: fmt.Sprintf("A condition on the concrete type of %s.", withArticle(name)),
		Fields: ast.FieldList{{Name: "in", Type: listOf(name + "Kind"), Description: "It is one of these; an empty list never holds."}},
	}
	return []*ast.Definition{kindEnum(name, types), filter}
}

// filterName is the input type that compares a property.
func filterName(p *graph.Property) string { return schema.ValueTypeName(p) + "Filter" }

// scalarFilter derives the comparisons that fit a kind of value.
func scalarFilter(name string, p *graph.Property) []*ast.Definition {
	filter := &ast.Definition{Kind: ast.InputObject, Name: name, Description: fmt.Sprintf("Conditions on a value of type %s; all given ones must hold.", schema.ValueTypeName(p))}
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
