package schema

import (
	"cmp"
	"slices"
	"strconv"
	"sync"

	"companygraph/graph"

	"github.com/vektah/gqlparser/v2/ast"
)

// Model returns the model of the declarations that are part of this package.
var Model = sync.OnceValue(func() *graph.Model {
	doc, err := Parse()
	if err == nil {
		var m *graph.Model
		if m, err = doc.Model(); err == nil {
			return m
		}
	}
	// The files are compiled in and `make test` reads them: this is a broken build.
	panic(err)
})

// Model builds the model of the declarations, or says what is wrong with them.
func (d *Document) Model() (*graph.Model, error) {
	b := &modelBuilder{doc: d, model: &graph.Model{
		Types:      map[graph.TypeName]*graph.Type{},
		Interfaces: map[graph.TypeName]*graph.Interface{},
		Values:     map[graph.TypeName]*graph.ValueType{},
		Enums:      map[graph.TypeName]*graph.Enum{},
	}}
	for _, step := range []func() error{b.enums, b.values, b.types, b.links, b.properties, b.contributions, b.relations, b.facets} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return b.model, nil
}

// The interfaces and types that the domain itself is made of.
const (
	nodeInterface   = "Node"
	entityInterface = "Entity"
	factInterface   = "Fact"
	claimType       = "Claim"
	sourceType      = "Source"
	datasetValue    = "Dataset"
	matchValue      = "SearchMatch"
)

// The root fields that are not derived from a type.
const (
	// NodeField and NodesField look up nodes of any type by id.
	NodeField, NodesField = "node", "nodes"
	// SearchField searches names and titles.
	SearchField = "search"
	// IdentifiedField looks up an entity by an identifier.
	IdentifiedField = "identified"
	// ContradictionsField lists what is disputed.
	ContradictionsField = "contradictions"
	// DatasetsField lists datasets.
	DatasetsField = "datasets"
	// PathsField finds how two entities are connected.
	PathsField = "paths"
)

// What a client gets that does not say how long paths may be and how many it wants.
const (
	DefaultHops  = 4
	DefaultPaths = 10
)

// defaultPhases limit the edges of a short cut: what happened or goes on.
var defaultPhases = []string{"OCCURRED", "ONGOING"}

type modelBuilder struct {
	doc   *Document
	model *graph.Model
}

func (b *modelBuilder) enums() error {
	for _, def := range b.doc.Definitions {
		if def.Kind != ast.Enum {
			continue
		}
		e := &graph.Enum{Name: graph.TypeName(def.Name)}
		for _, v := range def.EnumValues {
			e.Values = append(e.Values, v.Name)
		}
		b.model.Enums[e.Name] = e
	}
	return nil
}

func isValue(def *ast.Definition) bool { return def.Directives.ForName("value") != nil }

// isNodeType reports whether the definition is a type stored as a node.
func isNodeType(def *ast.Definition) bool {
	return def.Kind == ast.Object && !isValue(def) &&
		def.Directives.ForName("participation") == nil && def.Directives.ForName("computed") == nil
}

func (b *modelBuilder) values() error {
	for _, def := range b.doc.Definitions {
		if isValue(def) {
			b.model.Values[graph.TypeName(def.Name)] = &graph.ValueType{
				Name: graph.TypeName(def.Name), OwnerLinks: map[string]string{}, ExcerptOf: map[string]string{},
			}
		}
	}
	for _, def := range b.doc.Definitions {
		if !isValue(def) {
			continue
		}
		v := b.model.Values[graph.TypeName(def.Name)]
		for _, field := range def.Fields {
			v.FieldOrder = append(v.FieldOrder, field.Name)
			if owner := field.Directives.ForName("ofOwner"); owner != nil {
				v.OwnerLinks[field.Name] = stringArg(owner, "link")
				continue
			}
			if excerpt := field.Directives.ForName("excerpt"); excerpt != nil {
				v.ExcerptOf[field.Name] = stringArg(excerpt, "of")
				continue
			}
			p, err := b.property(field)
			if err != nil {
				return err
			}
			if field.Directives.ForName("verification") != nil {
				v.Verification = p
				continue
			}
			v.Fields = append(v.Fields, p)
		}
	}
	return nil
}

func (b *modelBuilder) types() error {
	for _, def := range b.doc.Definitions {
		switch {
		case def.Kind == ast.Interface:
			b.model.Interfaces[graph.TypeName(def.Name)] = &graph.Interface{
				Name: graph.TypeName(def.Name), Description: def.Description,
			}
		case isNodeType(def):
			t, err := b.newType(def)
			if err != nil {
				return err
			}
			b.model.Types[t.Name] = t
			b.model.Ordered = append(b.model.Ordered, t)
		}
	}
	slices.SortFunc(b.model.Ordered, func(x, y *graph.Type) int { return cmp.Compare(x.Name, y.Name) })
	for i, t := range b.model.Ordered {
		t.Index = i
		for _, name := range t.Interfaces {
			iface := b.model.Interfaces[name]
			if iface == nil {
				return declarationError(b.doc.Definition(string(t.Name)).Position, "%s implements %s, which is not declared", t.Name, name)
			}
			iface.Types = append(iface.Types, t)
		}
		if t.Specializes != "" && b.model.Types[t.Specializes] == nil {
			return declarationError(b.doc.Definition(string(t.Name)).Position, "%s specializes %s, which is no type", t.Name, t.Specializes)
		}
	}
	return nil
}

func (b *modelBuilder) newType(def *ast.Definition) (*graph.Type, error) {
	t := &graph.Type{Name: graph.TypeName(def.Name), Description: def.Description}
	for _, name := range def.Interfaces {
		if b.doc.Definition(name) == nil {
			return nil, declarationError(def.Position, "%s implements %s, which is not declared", def.Name, name)
		}
	}
	for _, a := range b.doc.Ancestors(def) {
		t.Interfaces = append(t.Interfaces, graph.TypeName(a.Name))
	}
	slices.Sort(t.Interfaces)
	t.Specializes = graph.TypeName(stringArg(def.Directives.ForName("specializes"), "type"))
	switch {
	case t.Implements(entityInterface):
		t.Class = graph.EntityClass
	case t.Implements(factInterface):
		t.Class = graph.FactClass
	case def.Name == claimType:
		t.Class = graph.ClaimClass
	case def.Name == sourceType:
		t.Class = graph.SourceClass
	case def.Directives.ForName("part") != nil:
		t.Class = graph.PartClass
	default:
		return nil, declarationError(def.Position, "%s is neither an entity nor a fact, a claim, a source, a @part or a @value", def.Name)
	}
	return t, nil
}

// links collects the link types: every role or link that a concrete type declares.
func (b *modelBuilder) links() error {
	for _, def := range b.doc.Definitions {
		for _, field := range def.Fields {
			if !isForward(field) {
				continue
			}
			if !isNodeType(def) {
				return declarationError(field.Position, "%s.%s: only a type that is stored has roles and links", def.Name, field.Name)
			}
			if err := b.link(def, field); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(b.model.Links, func(x, y *graph.LinkType) int { return cmp.Compare(x.Name, y.Name) })
	for _, l := range b.model.Links {
		if l.Participation {
			b.model.Participations = append(b.model.Participations, l)
		}
	}
	return b.checkSpecialized()
}

// checkSpecialized refuses @specializes where a node that changes its type
// would have to change its links.
func (b *modelBuilder) checkSpecialized() error {
	for _, t := range b.model.Ordered {
		if t.Specializes != "" && len(t.Roles)+len(b.model.Types[t.Specializes].Roles) > 0 {
			return declarationError(b.doc.Definition(string(t.Name)).Position, "%s: a type with roles or links can neither specialize nor be specialized", t.Name)
		}
	}
	return nil
}

// isForward reports whether a field declares a role or link, rather than a way back.
func isForward(field *ast.FieldDefinition) bool {
	for _, name := range []string{"role", "link"} {
		if dir := field.Directives.ForName(name); dir != nil && stringArg(dir, "of") == "" {
			return true
		}
	}
	return false
}

func (b *modelBuilder) link(def *ast.Definition, field *ast.FieldDefinition) error {
	from := b.model.Types[graph.TypeName(def.Name)]
	to := graph.TypeName(field.Type.Name())
	targets := b.model.Concrete(to)
	if len(targets) == 0 {
		return declarationError(field.Position, "%s.%s leads to %s, which no stored type is", def.Name, field.Name, to)
	}
	l := &graph.LinkType{
		Name: def.Name + "." + field.Name, From: from.Name, Field: field.Name, To: to,
		List:          field.Type.Elem != nil,
		Required:      field.Type.NonNull && field.Type.Elem == nil,
		Participation: field.Directives.ForName("role") != nil,
		Part:          targets[0].Class == graph.PartClass,
	}
	if l.Participation && (from.Class != graph.FactClass || targets[0].Class != graph.EntityClass) {
		return declarationError(field.Position, "%s: a role leads from a fact to an entity; use @link", l.Name)
	}
	from.Roles = append(from.Roles, l)
	b.model.Links = append(b.model.Links, l)
	return nil
}

// isStored reports whether a field is a property, kept in the node itself.
func isStored(field *ast.FieldDefinition) bool { return !isAnswered(field) && !leadsOn(field) }

// isAnswered reports whether a field is answered from what the node is or has
// beside its properties.
func isAnswered(field *ast.FieldDefinition) bool {
	return field.Name == "id" || field.Directives.ForName(contributionsDirective) != nil || field.Directives.ForName("computed") != nil
}

// leadsOn reports whether a field leads to other nodes.
func leadsOn(field *ast.FieldDefinition) bool {
	return slices.ContainsFunc([]string{"role", "link", "via", "participants"}, func(name string) bool { return field.Directives.ForName(name) != nil })
}

// contributionsDirective marks the one field that is read from what datasets say.
const contributionsDirective = "contributions"

// contributions finds the field of all nodes that answers what datasets say.
func (b *modelBuilder) contributions() error {
	for _, field := range b.doc.Definition(nodeInterface).Fields {
		if field.Directives.ForName(contributionsDirective) == nil {
			continue
		}
		p, err := b.property(field)
		if err != nil {
			return err
		}
		b.model.Contributions = p
	}
	b.model.Dataset, b.model.Match = b.model.Values[datasetValue], b.model.Values[matchValue]
	return nil
}

func (b *modelBuilder) properties() error {
	kinds := map[string]*graph.Property{}
	return b.eachFields(func(def *ast.Definition, fields []*ast.FieldDefinition) error {
		var properties []*graph.Property
		for _, field := range fields {
			if !isStored(field) {
				continue
			}
			p, err := b.property(field)
			if err != nil {
				return err
			}
			if other := kinds[p.Name]; other != nil && (other.Kind != p.Kind || other.List != p.List || other.Value != p.Value) {
				return declarationError(field.Position, "%s.%s: a property of this name with another kind of value exists", def.Name, field.Name)
			}
			kinds[p.Name] = p
			properties = append(properties, p)
		}
		if t := b.model.Types[graph.TypeName(def.Name)]; t != nil {
			t.Properties = properties
		} else {
			b.model.Interfaces[graph.TypeName(def.Name)].Properties = properties
		}
		return nil
	})
}

// eachFields visits every stored type and interface with all its fields.
func (b *modelBuilder) eachFields(visit func(*ast.Definition, []*ast.FieldDefinition) error) error {
	for _, def := range b.doc.Definitions {
		if def.Kind != ast.Interface && !isNodeType(def) {
			continue
		}
		if err := visit(def, b.doc.Fields(def)); err != nil {
			return err
		}
	}
	return nil
}

// scalars maps the built-in scalar types; dates are an object in the published schema.
var scalars = map[string]graph.Kind{
	"String": graph.KindString, "ID": graph.KindID, "Int": graph.KindInt,
	"Float": graph.KindFloat, "Boolean": graph.KindBoolean, "PartialDate": graph.KindDate,
	"DateTime": graph.KindString,
}

var searchFields = map[string]graph.TokenField{
	"NAME": graph.NameField, "ALIAS": graph.AliasField, "TITLE": graph.TitleField, "QUOTATION": graph.QuotationField,
}

func (b *modelBuilder) property(field *ast.FieldDefinition) (*graph.Property, error) {
	typeName := field.Type.Name()
	p := &graph.Property{
		Name: field.Name, Description: field.Description,
		List:     field.Type.Elem != nil,
		Required: field.Type.NonNull,
		Kind:     scalars[typeName],
		Enum:     b.model.Enums[graph.TypeName(typeName)],
		Value:    b.model.Values[graph.TypeName(typeName)],
		Indexed:  field.Directives.ForName("indexed") != nil,
		Derived:  field.Directives.ForName("derived") != nil,
		Verbatim: field.Directives.ForName("verbatim") != nil,
		Searched: searchFields[stringArg(field.Directives.ForName("searched"), "as")],
	}
	switch {
	case p.Enum != nil:
		p.Kind = graph.KindEnum
	case p.Value != nil:
		p.Kind = graph.KindValue
	case p.Kind == 0:
		return nil, declarationError(field.Position, "%s: %s is neither a scalar, an enum nor a @value; other nodes need @role, @link or @via", field.Name, typeName)
	}
	if p.List && p.Kind != graph.KindValue {
		return nil, declarationError(field.Position, "%s: lists hold nodes or values", field.Name)
	}
	if dir := field.Directives.ForName("maxLength"); dir != nil {
		n, err := strconv.Atoi(stringArg(dir, "codePoints"))
		if err != nil || n < 1 {
			return nil, declarationError(field.Position, "%s: codePoints must be a number above 0", field.Name)
		}
		p.MaxLength = n
	}
	return p, nil
}
