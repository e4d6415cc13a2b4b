package differ

import (
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// shrinkOperation drops parts of the operation while the answers differ.
func (s *shrinker) shrinkOperation() {
	if s.operation == nil {
		return
	}
	schema := publishedSchema()
	s.on(s.batches, func(want, got *world) {
		for at := 0; ; {
			smaller, there := dropped(schema, *s.operation, at)
			if !there {
				return
			}
			if smaller == nil || !s.try(want, got, s.batches, smaller) {
				at++
			}
		}
	})
}

// dropped is the operation without the part at a place, nil if it would not be
// valid; there is false if there is no such place.
func dropped(schema *ast.Schema, op operation, at int) (smaller *operation, there bool) {
	doc := parse(schema, op.query)
	d := &dropper{left: at, variables: maps.Clone(op.variables)}
	d.document(doc)
	if d.left >= 0 {
		return nil, false
	}
	d.prune(doc)
	smaller = &operation{query: format(doc), variables: d.variables}
	if smaller.query == op.query || parse(schema, smaller.query) == nil {
		return nil, true
	}
	return smaller, true
}

// dropper walks a document and drops the part that it comes to when left is 0.
type dropper struct {
	left      int
	variables map[string]any
}

// here tells whether this is the part to drop.
func (d *dropper) here() bool {
	d.left--
	return d.left == -1
}

// drop walks a list and drops an item of it.
func drop[T any](d *dropper, list []T, inside func(T)) []T {
	for i, item := range list {
		if d.here() {
			return slices.Delete(list, i, i+1)
		}
		inside(item)
		if d.left < 0 {
			return list
		}
	}
	return list
}

func (d *dropper) document(doc *ast.QueryDocument) {
	for _, op := range doc.Operations {
		op.SelectionSet = d.selections(op.SelectionSet)
		for _, v := range op.VariableDefinitions {
			if v.DefaultValue != nil && d.here() {
				v.DefaultValue = nil
			}
		}
	}
	for _, f := range doc.Fragments {
		f.SelectionSet = d.selections(f.SelectionSet)
	}
}

func (d *dropper) selections(set ast.SelectionSet) ast.SelectionSet {
	for i, selection := range set {
		if inside := contentOf(selection); inside != nil && d.here() {
			return slices.Replace(set, i, i+1, inside...)
		}
	}
	return drop(d, set, func(selection ast.Selection) {
		switch s := selection.(type) {
		case *ast.Field:
			s.SelectionSet = d.selections(s.SelectionSet)
			s.Arguments = drop(d, s.Arguments, func(a *ast.Argument) { a.Value = d.value(a.Value) })
			s.Directives = drop(d, s.Directives, func(*ast.Directive) {})
			if s.Alias != s.Name && d.here() {
				s.Alias = s.Name
			}
		case *ast.InlineFragment:
			s.SelectionSet = d.selections(s.SelectionSet)
			s.Directives = drop(d, s.Directives, func(*ast.Directive) {})
		case *ast.FragmentSpread:
			s.Directives = drop(d, s.Directives, func(*ast.Directive) {})
		}
	})
}

// contentOf is what a fragment stands for; nil for a field.
func contentOf(selection ast.Selection) ast.SelectionSet {
	switch s := selection.(type) {
	case *ast.InlineFragment:
		return s.SelectionSet
	case *ast.FragmentSpread:
		return s.Definition.SelectionSet
	default:
		return nil
	}
}

// value drops parts of a value, and puts what a variable holds in its place.
func (d *dropper) value(v *ast.Value) *ast.Value {
	if v.Kind == ast.Variable && d.here() {
		return d.held(v)
	}
	for _, child := range v.Children {
		// `not: { … }`, and the only item of `and: […]`, for what is around it.
		if v.Definition != nil && child.Value.Definition == v.Definition && child.Value.Kind == ast.ObjectValue && d.here() {
			return child.Value
		}
	}
	v.Children = drop(d, v.Children, func(child *ast.ChildValue) { child.Value = d.value(child.Value) })
	return v
}

// held is the value that a variable stands for, as a literal.
func (d *dropper) held(v *ast.Value) *ast.Value {
	value, provided := d.variables[v.Raw]
	switch {
	case provided:
		return literalOf(value, v.Definition)
	case v.VariableDefinition.DefaultValue != nil:
		return v.VariableDefinition.DefaultValue
	default:
		return v
	}
}

// prune drops fragments and variables that are no longer used.
func (d *dropper) prune(doc *ast.QueryDocument) {
	for before := -1; before != len(doc.Fragments); {
		before = len(doc.Fragments)
		text := format(doc)
		doc.Fragments = slices.DeleteFunc(doc.Fragments, func(f *ast.FragmentDefinition) bool {
			return !strings.Contains(text, "..."+f.Name+"\n") && !strings.Contains(text, "... "+f.Name+"\n") && !strings.Contains(text, "... "+f.Name+" ")
		})
	}
	for _, op := range doc.Operations {
		definitions := op.VariableDefinitions
		op.VariableDefinitions = nil
		text := format(doc)
		for _, v := range definitions {
			if usesVariable(text, v.Variable) {
				op.VariableDefinitions = append(op.VariableDefinitions, v)
			} else {
				delete(d.variables, v.Variable)
			}
		}
	}
}

// usesVariable looks for a variable, whose name may begin that of another.
func usesVariable(text, name string) bool {
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "$"+name)
		if !found {
			return false
		}
		if after == "" || after[0] < '0' || after[0] > '9' {
			return true
		}
		rest = after
	}
}
