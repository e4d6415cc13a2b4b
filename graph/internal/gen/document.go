package main

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// documentPlugin makes gqlgen generate an executor whose root fields return
// ready JSON. For code generation only, it gives every composite root field
// the scalar type Document, takes its arguments off (the planner reads them
// from the operation) and drops the types that are then out of reach. The
// schema that is served, validated against and introspected stays whole.
type documentPlugin struct{}

const documentScalar = "Document"

func (documentPlugin) Name() string { return "document" }

// MutateSchema implements gqlgen's plugin.SchemaMutator.
func (documentPlugin) MutateSchema(s *ast.Schema) error {
	s.Types[documentScalar] = &ast.Definition{Kind: ast.Scalar, Name: documentScalar}
	for _, root := range []*ast.Definition{s.Query, s.Mutation, s.Subscription} {
		if root == nil {
			continue
		}
		for _, field := range root.Fields {
			if def := s.Types[field.Type.Name()]; def != nil && def.IsCompositeType() && !strings.HasPrefix(field.Name, "__") {
				field.Type = ast.NamedType(documentScalar, field.Position)
				field.Arguments = nil
			}
		}
	}
	prune(s)
	return nil
}

// prune drops what no root field, argument or directive reaches.
func prune(s *ast.Schema) {
	reached := map[string]bool{documentScalar: true}
	var reach func(name string)
	reach = func(name string) {
		def := s.Types[name]
		if def == nil || reached[name] {
			return
		}
		reached[name] = true
		for _, field := range def.Fields {
			reach(field.Type.Name())
			for _, arg := range field.Arguments {
				reach(arg.Type.Name())
			}
		}
	}
	for _, root := range []*ast.Definition{s.Query, s.Mutation, s.Subscription} {
		if root != nil {
			reach(root.Name)
		}
	}
	for _, dir := range s.Directives {
		for _, arg := range dir.Arguments {
			reach(arg.Type.Name())
		}
	}
	for name, def := range s.Types {
		if !reached[name] && !def.BuiltIn {
			delete(s.Types, name)
			delete(s.PossibleTypes, name)
			delete(s.Implements, name)
		}
	}
}

var _ interface{ MutateSchema(*ast.Schema) error } = documentPlugin{}
