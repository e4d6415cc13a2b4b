package main

import (
	"fmt"

	"companygraph/graph"

	"github.com/vektah/gqlparser/v2/ast"
)

// countedFields are the fields of a connection that count all its nodes by values
// and by time.
func (p *publisher) countedFields(target string) ast.FieldList {
	all := p.model.FacetsOf(graph.TypeName(target))
	if len(all) == 0 {
		return nil
	}
	by := &ast.ArgumentDefinition{
		Name: "by", Type: required(named(target + "Facet")), Description: fmt.Sprintf("What to count by, such as `%s`.", all[0].Name),
	}
	fields := ast.FieldList{
		{
			Name: "facets", Type: required(listOf("Facet")), Arguments: ast.ArgumentDefinitionList{by, {
				Name: "first", Type: required(named("Int")), Description: "Take this many values, from 1 to 100; the default is 10.",
				DefaultValue: &ast.Value{Raw: "10", Kind: ast.IntValue},
			}},
			Description: "How the nodes on all pages together spread over values: the greatest count first, equal counts by value, and those without a value last. A node with several values counts once for each.",
		},
		{
			Name: "facetCount", Type: required(named("Int")), Arguments: ast.ArgumentDefinitionList{by},
			Description: "How many values `facets` has in all, however few it was asked for; null, for nodes without a value, counts as one.",
		},
	}
	types := p.model.Concrete(graph.TypeName(target))
	if types[0].Class != graph.FactClass {
		return fields
	}
	return append(fields, &ast.FieldDefinition{
		Name: "histogram", Type: required(listOf("Bucket")), Arguments: ast.ArgumentDefinitionList{
			{Name: "by", Type: required(named("Interval")), Description: "How long a bucket is, such as `YEAR`."},
		},
		Description: "How the nodes on all pages together spread over time. A fact is in the bucket of its earliest day, or of the latest if that is unbounded; facts without a date are in none. Buckets without facts are there, too, between the first and the last. At most 1,000 buckets; if there would be more, the operation fails.",
	})
}

// facets derives the enum of what a list of some type can be counted by.
func (p *publisher) facets(name string) *ast.Definition {
	facets := &ast.Definition{Kind: ast.Enum, Name: name + "Facet", Description: fmt.Sprintf("What a list of %s can be counted by.", name)}
	for _, f := range p.model.FacetsOf(graph.TypeName(name)) {
		facets.EnumValues = append(facets.EnumValues, &ast.EnumValueDefinition{Name: f.Name, Description: f.Description})
	}
	return facets
}

func facet() *ast.Definition {
	return &ast.Definition{
		Kind: ast.Object, Name: "Facet", Description: "A value, and how many nodes of a list have it.",
		Fields: ast.FieldList{
			{Name: "value", Type: named("String"), Description: "The value, such as `US`, `OCCURRED` or an id; null for the nodes that have none."},
			{Name: "count", Type: required(named("Int")), Description: "How many nodes have it."},
			{Name: "node", Type: named("Node"), Description: "The node whose id the value is; null if the value is no id."},
		},
	}
}

func bucket() *ast.Definition {
	return &ast.Definition{
		Kind: ast.Object, Name: "Bucket", Description: "A span of days, and how many facts of a list fall into it.",
		Fields: ast.FieldList{
			{Name: "from", Type: required(named("Date")), Description: "Its first day, such as `2017-01-01`."},
			{Name: "until", Type: required(named("Date")), Description: "Its last day, such as `2017-12-31`."},
			{Name: "count", Type: required(named("Int")), Description: "How many facts fall into it."},
		},
	}
}

func interval() *ast.Definition {
	return &ast.Definition{
		Kind: ast.Enum, Name: "Interval", Description: "How long the buckets of a histogram are.",
		EnumValues: ast.EnumValueList{
			{Name: "DAY", Description: "A day: at most some three years."},
			{Name: "MONTH", Description: "A month: at most some eighty years."},
			{Name: "YEAR", Description: "A year."},
			{Name: "DECADE", Description: "Ten years, such as 2010 to 2019."},
		},
	}
}
