// Package schema holds the hand-written declarations of all types, one a file,
// and reads them: into the model that planner, stores and loader share, and,
// for `go generate ./...`, into the published schema.
package schema

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

//go:embed *.graphql
var files embed.FS

// Document is the parsed declarations with `extend` folded in.
type Document struct {
	// Definitions in the order of file names and, in a file, as written;
	// without directive definitions and what only those use.
	Definitions []*ast.Definition
	byName      map[string]*ast.Definition
}

// Parse reads the declarations that are part of this package.
func Parse() (*Document, error) { return ParseFS(files) }

// ParseFS reads the declarations in the *.graphql files of a folder.
func ParseFS(folder fs.FS) (*Document, error) {
	names, err := fs.Glob(folder, "*.graphql")
	if err != nil {
		return nil, err
	}
	var sources []*ast.Source
	for _, name := range names {
		if name == "directives.graphql" {
			continue
		}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(text)})
	}
	parsed, err := parser.ParseSchemas(sources...)
	if err != nil {
		return nil, err
	}
	return fold(parsed)
}

func fold(parsed *ast.SchemaDocument) (*Document, error) {
	doc := &Document{byName: map[string]*ast.Definition{}}
	for _, def := range parsed.Definitions {
		if doc.byName[def.Name] != nil {
			return nil, declarationError(def.Position, "%s is declared twice", def.Name)
		}
		doc.byName[def.Name] = def
		doc.Definitions = append(doc.Definitions, def)
	}
	for _, ext := range parsed.Extensions {
		def := doc.byName[ext.Name]
		if def == nil {
			return nil, declarationError(ext.Position, "extends %s, which is not declared", ext.Name)
		}
		for _, field := range ext.Fields {
			if def.Fields.ForName(field.Name) != nil {
				return nil, declarationError(field.Position, "%s.%s is declared twice", ext.Name, field.Name)
			}
			def.Fields = append(def.Fields, field)
		}
	}
	return doc, nil
}

// Definition returns the named declaration, or nil.
func (d *Document) Definition(name string) *ast.Definition { return d.byName[name] }

// Ancestors returns the interfaces a declaration implements, directly or
// through others, from the most general (Node) to the most specific.
func (d *Document) Ancestors(def *ast.Definition) []*ast.Definition {
	var all []*ast.Definition
	for _, name := range def.Interfaces {
		parent := d.byName[name]
		if parent == nil {
			continue
		}
		for _, a := range append(d.Ancestors(parent), parent) {
			if !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	return all
}

// Fields returns all fields of a declaration, inherited ones first.
func (d *Document) Fields(def *ast.Definition) []*ast.FieldDefinition {
	var all []*ast.FieldDefinition
	for _, a := range d.Ancestors(def) {
		all = append(all, a.Fields...)
	}
	return append(all, def.Fields...)
}

// declarationError says where in the declarations something is wrong.
func declarationError(at *ast.Position, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if at == nil || at.Src == nil {
		return fmt.Errorf("schema: %s", text)
	}
	return fmt.Errorf("schema/%s:%d: %s", at.Src.Name, at.Line, text)
}

// stringArg returns a string argument of a directive, "" if it is not given.
func stringArg(dir *ast.Directive, name string) string {
	if dir == nil {
		return ""
	}
	if arg := dir.Arguments.ForName(name); arg != nil {
		return arg.Value.Raw
	}
	return ""
}

// RootNames returns the names of the root fields that answer one node and a
// connection of a concrete type or interface.
func RootNames(def *ast.Definition) (singular, plural string) {
	if root := def.Directives.ForName("root"); root != nil {
		return stringArg(root, "singular"), stringArg(root, "plural")
	}
	singular = strings.ToLower(def.Name[:1]) + def.Name[1:]
	return singular, pluralOf(singular)
}

// pluralOf applies the regular English rule.
func pluralOf(word string) string {
	stem, isY := strings.CutSuffix(word, "y")
	switch {
	case isY && !strings.ContainsAny(stem[len(stem)-1:], "aeiou"):
		return stem + "ies"
	case strings.HasSuffix(word, "s"), strings.HasSuffix(word, "x"), strings.HasSuffix(word, "ch"), strings.HasSuffix(word, "sh"):
		return word + "es"
	default:
		return word + "s"
	}
}
