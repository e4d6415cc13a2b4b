package resolvers

import (
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// collect merges what a selection set asks of an object of one type: a field
// for each response key, in the order of first mention. gqlgen's function of
// this purpose keeps apart what is asked under one key of two interfaces of
// which neither implements the other.
func (p *planner) collect(set ast.SelectionSet, satisfies ...string) []graphql.CollectedField {
	c := &collector{planner: p, satisfies: satisfies, visited: map[string]bool{}}
	c.add(set)
	return c.fields
}

// collector follows CollectFields of the specification.
type collector struct {
	planner   *planner
	satisfies []string
	visited   map[string]bool
	fields    []graphql.CollectedField
}

func (c *collector) add(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if c.included(s.Directives) {
				c.field(s)
			}
		case *ast.InlineFragment:
			if c.included(s.Directives) && c.applies(s.TypeCondition) {
				c.add(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if c.included(s.Directives) && !c.visited[s.Name] && c.applies(s.Definition.TypeCondition) {
				c.visited[s.Name] = true
				c.add(s.Definition.SelectionSet)
			}
		}
	}
}

func (c *collector) applies(condition string) bool {
	return condition == "" || slices.Contains(c.satisfies, condition)
}

// included answers @skip and @include, whose conditions validation and the
// coercion of variables have made Booleans.
func (c *collector) included(directives ast.DirectiveList) bool {
	return !c.condition(directives.ForName("skip"), false) && c.condition(directives.ForName("include"), true)
}

func (c *collector) condition(directive *ast.Directive, absent bool) bool {
	if directive == nil {
		return absent
	}
	value, _ := c.planner.valueOf(directive.Arguments.ForName("if").Value)
	yes, _ := value.(bool)
	return yes
}

// field adds a field, or its selections to those of the same key: validation
// has made sure that both ask for the same.
func (c *collector) field(field *ast.Field) {
	same := slices.IndexFunc(c.fields, func(f graphql.CollectedField) bool { return f.Alias == field.Alias })
	if same < 0 {
		c.fields = append(c.fields, graphql.CollectedField{Field: field, Selections: slices.Clip(field.SelectionSet)})
		return
	}
	c.fields[same].Selections = append(c.fields[same].Selections, field.SelectionSet...)
}
