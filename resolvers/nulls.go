package resolvers

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// checkNulls refuses a variable that is null where it stands in a position that
// does not take null. Such a variable has a default, so that validation lets it
// stand there, and the specification has the request refused.
func checkNulls(doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	c := nullChecker{doc: doc, null: map[string]bool{}, visited: map[string]bool{}}
	for _, definition := range op.VariableDefinitions {
		if value, given := variables[definition.Variable]; given && value == nil {
			c.null[definition.Variable] = true
		}
	}
	if len(c.null) == 0 {
		return nil
	}
	c.directives(op.Directives)
	c.selections(op.SelectionSet)
	return c.found
}

type nullChecker struct {
	doc *ast.QueryDocument
	// null has the variables that are null, visited the fragments that were seen.
	null, visited map[string]bool
	found         *gqlerror.Error
}

func (c *nullChecker) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			c.arguments(s.Arguments)
			c.directives(s.Directives)
			c.selections(s.SelectionSet)
		case *ast.InlineFragment:
			c.directives(s.Directives)
			c.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			c.directives(s.Directives)
			if !c.visited[s.Name] {
				c.visited[s.Name] = true
				c.selections(c.doc.Fragments.ForName(s.Name).SelectionSet)
			}
		}
	}
}

func (c *nullChecker) directives(list ast.DirectiveList) {
	for _, directive := range list {
		c.arguments(directive.Arguments)
	}
}

func (c *nullChecker) arguments(list ast.ArgumentList) {
	for _, argument := range list {
		c.value(argument.Value)
	}
}

// value looks at a value and those in it; validation has noted the type that is
// expected of each.
func (c *nullChecker) value(v *ast.Value) {
	if v.Kind == ast.Variable && c.null[v.Raw] && v.ExpectedType != nil && v.ExpectedType.NonNull && c.found == nil {
		c.found = validationError(v.Position, fmt.Sprintf("variable $%s is null, but its place needs %s", v.Raw, v.ExpectedType))
	}
	for _, child := range v.Children {
		c.value(child.Value)
	}
}
