package graph

import "slices"

// ID is the permanent, public name of a node, chosen by a dataset.
// It is unique over all nodes.
type ID string

// Legible writes an id as it is, or quoted if something in it would not show.
func (id ID) Legible() string {
	if quoted := Quoted(id); quoted != `"`+string(id)+`"` {
		return quoted
	}
	return string(id)
}

// MaxIDLength is the greatest length of an ID in code points.
const MaxIDLength = 200

// TypeName names a type of the schema: a concrete one (Retailer) or an
// interface (Firm).
type TypeName string

// Model is what the hand-written schema declares, in the form that the
// planner, the stores and the loader share. It is built once by
// companygraph/schema and never changes.
type Model struct {
	// Types are the concrete types that are stored as nodes, by name.
	Types map[TypeName]*Type
	// Interfaces are the published interfaces, by name.
	Interfaces map[TypeName]*Interface
	// Ordered lists the concrete types by name; Type.Index is the place in it.
	Ordered []*Type
	// Links are all link types, ordered by name.
	Links []*LinkType
	// Participations are the link types that are roles of a fact.
	Participations []*LinkType
	// Values are the composite values stored inside a node, by name.
	Values map[TypeName]*ValueType
	// Enums by name.
	Enums map[TypeName]*Enum
	// Contributions is the field of every node that answers what datasets say
	// about it, and Dataset the value that describes one. Neither is stored in
	// the node.
	Contributions *Property
	Dataset       *ValueType
	// Match is the value that tells how a search found a node. It is not stored.
	Match *ValueType
}

// Concrete returns the concrete types a value of the named type may have,
// ordered by name; nil if the model has no such type.
func (m *Model) Concrete(name TypeName) []*Type {
	if t, ok := m.Types[name]; ok {
		return []*Type{t}
	}
	if i, ok := m.Interfaces[name]; ok {
		return i.Types
	}
	return nil
}

// PropertiesOf returns the properties of a concrete type or interface.
func (m *Model) PropertiesOf(name TypeName) []*Property {
	if t, ok := m.Types[name]; ok {
		return t.Properties
	}
	if i, ok := m.Interfaces[name]; ok {
		return i.Properties
	}
	return nil
}

// Claim returns the type of claims.
func (m *Model) Claim() *Type {
	return m.Ordered[slices.IndexFunc(m.Ordered, func(t *Type) bool { return t.Class == ClaimClass })]
}

// RelationsOf returns the relations of a concrete type or interface.
func (m *Model) RelationsOf(name TypeName) []*Relation {
	if t, ok := m.Types[name]; ok {
		return t.Relations
	}
	if i, ok := m.Interfaces[name]; ok {
		return i.Relations
	}
	return nil
}

// FacetsOf returns what lists of a concrete type or interface can be counted by.
func (m *Model) FacetsOf(name TypeName) []*Facet {
	if t, ok := m.Types[name]; ok {
		return t.Facets
	}
	if i, ok := m.Interfaces[name]; ok {
		return i.Facets
	}
	return nil
}

// Property looks a property up on a concrete type or interface; nil if there
// is none.
func (m *Model) Property(on TypeName, name string) *Property {
	return findProperty(m.PropertiesOf(on), name)
}

// Relation looks a relation up on a concrete type or interface; nil if there
// is none.
func (m *Model) Relation(on TypeName, name string) *Relation {
	return findRelation(m.RelationsOf(on), name)
}

// Type is a concrete type: what one stored node is.
type Type struct {
	Name        TypeName
	Description string
	// Index is the type's place in Model.Ordered.
	Index int
	Class NodeClass
	// Interfaces that the published type implements, ordered by name.
	Interfaces []TypeName
	// Specializes is the less specific type that this one wins over when
	// both are said of one node; empty if there is none.
	Specializes TypeName
	Properties  []*Property
	Relations   []*Relation
	// Roles are the links that start at a node of this type, in declared order.
	Roles []*LinkType
	// Facets are what lists of the type can be counted by, in published order.
	Facets []*Facet
}

// TimeProperty is the date by which facts, and claims, are put in order of time
// along a link: the type's one indexed date; nil if it has none.
func (t *Type) TimeProperty() *Property {
	for _, p := range t.Properties {
		if p.Kind == KindDate && p.Indexed {
			return p
		}
	}
	return nil
}

// Implements reports whether the published type is, or implements, name.
func (t *Type) Implements(name TypeName) bool {
	return t.Name == name || slices.Contains(t.Interfaces, name)
}

// Property returns the named property, or nil.
func (t *Type) Property(name string) *Property { return findProperty(t.Properties, name) }

// Relation returns the relation published under the named field, or nil.
func (t *Type) Relation(name string) *Relation { return findRelation(t.Relations, name) }

// Inlined returns the relation of the type that is published as a value, or nil.
func (t *Type) Inlined() *Relation {
	for _, r := range t.Relations {
		if r.Inlined != nil {
			return r
		}
	}
	return nil
}

// Link returns the link type that the named field of this type declares, or nil.
func (t *Type) Link(field string) *LinkType {
	for _, l := range t.Roles {
		if l.Field == field {
			return l
		}
	}
	return nil
}

func findProperty(all []*Property, name string) *Property {
	for _, p := range all {
		if p.Name == name {
			return p
		}
	}
	return nil
}

func findRelation(all []*Relation, name string) *Relation {
	for _, r := range all {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Interface is a published interface and the concrete types behind it.
type Interface struct {
	Name        TypeName
	Description string
	Types       []*Type
	Properties  []*Property
	Relations   []*Relation
	Facets      []*Facet
}

// Kind is what sort of value a property holds.
type Kind uint8

// The kinds of value. There is no useful zero value.
const (
	KindString Kind = iota + 1
	KindID
	KindInt
	KindFloat
	KindBoolean
	KindEnum
	// KindDate is a PartialDate, stored as its EDTF text.
	KindDate
	// KindValue is a composite value, stored as JSON.
	KindValue
)

// Property is a value that a node carries itself. Types that share a property
// name share its kind, so that a store can keep one column for it.
type Property struct {
	Name        string
	Description string
	Kind        Kind
	List        bool
	Required    bool
	// Enum is set for KindEnum, Value for KindValue.
	Enum  *Enum
	Value *ValueType
	// MaxLength is the greatest length in code points, 0 if only the general
	// limit applies.
	MaxLength int
	// Indexed asks stores to make look-ups by this property fast.
	Indexed bool
	// Searched says as what the text enters the token index; 0 if it does not.
	Searched TokenField
	// Derived properties are set by the writer and never by a dataset.
	Derived bool
	// Verbatim text is kept code point by code point: offsets into it must hold.
	Verbatim bool
}

// Sortable reports whether connections can be ordered by the property.
func (p *Property) Sortable() bool {
	return !p.List && p.Kind != KindValue && p.Kind != KindEnum && p.Kind != KindBoolean
}

// Filterable reports whether a where input compares the property.
func (p *Property) Filterable() bool { return !p.List && p.Kind != KindValue }

// FilterableByElement reports whether a where input has conditions on the values
// of the list that the property is: stores keep lists of text in a form in which
// they can compare them.
func (p *Property) FilterableByElement() bool {
	return p.List && p.Kind == KindValue && !slices.ContainsFunc(p.Value.Fields, func(f *Property) bool {
		return f.List || f.Kind != KindString && f.Kind != KindEnum
	})
}

// IDProperty is the id seen as a property, for filters and orders.
var IDProperty = &Property{Name: "id", Kind: KindID, Required: true}

// LiveProperty is whether a claim counts, seen as a property: no store keeps it, but
// all can tell it by what the claim's speaker said, see [Counting].
var LiveProperty = &Property{Name: "live", Kind: KindBoolean, Required: true}

// DisputesProperty is in how many parts a fact is disputed, seen as a property: in
// whole, or in participations by claims about these. No store keeps it.
var DisputesProperty = &Property{Name: "disputes", Kind: KindInt, Required: true}

// ValueType is a composite value without identity, such as a Quantity.
type ValueType struct {
	Name   TypeName
	Fields []*Property
	// OwnerLinks maps a field to the owner's link field that answers it, such
	// as the source of a piece of evidence, which is that of its claim.
	OwnerLinks map[string]string
	// ExcerptOf maps a field that answers a passage of a text to the owner's link
	// field that leads to the node with the text.
	ExcerptOf map[string]string
	// Verification is the field that answers what the last check of a span found;
	// nil if there is none.
	Verification *Property
	// FieldOrder is the declared order of all fields.
	FieldOrder []string
}

// Field returns the named stored field, or nil.
func (v *ValueType) Field(name string) *Property { return findProperty(v.Fields, name) }

// Enum is an enumeration and its values in declared order.
type Enum struct {
	Name   TypeName
	Values []string
}

// LinkType is a kind of directed connection between stored nodes: a role of a
// fact, or another reference such as a claim's source.
type LinkType struct {
	// Name is unique: declaring type and field, as in "Ban.targets".
	Name string
	// From declares the link (a concrete type), Field is its field there.
	From  TypeName
	Field string
	// To is the declared type of the field: concrete or an interface.
	To       TypeName
	List     bool
	Required bool
	// Participation is true for roles: links from a fact to an entity.
	Participation bool
	// Part is true if the target belongs to the node and lives and dies with it.
	Part bool
}

// Cardinality is how many results a relation has and how they are answered.
type Cardinality uint8

// The cardinalities. There is no useful zero value.
const (
	// One is an object or null.
	One Cardinality = iota + 1
	// Many is a plain list, in stored order.
	Many
	// Paged is a Relay connection.
	Paged
	// Participants is the list of a fact's participations, over all its roles.
	Participants
)

// Relation is a published field that leads to other nodes.
type Relation struct {
	Name        string
	Description string
	// Steps lead from the node to the related ones: one, or two.
	Steps []Step
	// Via describes the node between two steps of a short cut. It is nil for a
	// relation of one step, and for one whose facts are only passed through.
	Via *Via
	// Target is the declared type of the results: concrete or an interface.
	Target      TypeName
	Cardinality Cardinality
	Required    bool
	// DefaultPhases limit a short cut to facts in these phases; nil if the
	// relation is no short cut or takes any phase.
	DefaultPhases []string
	// Hidden relations answer fields of values inside the node and are no
	// field of their own.
	Hidden bool
	// Inlined is set for a part that is published as the value of its one
	// property, and kept apart from the node because that is large.
	Inlined *Property
}

// Edged reports whether the relation's edges carry the fact they run over.
func (r *Relation) Edged() bool { return r.Cardinality == Paged && r.Via != nil }

// Via says which nodes the two steps of a short cut meet at: facts, which its
// edges carry.
type Via struct {
	// Interface is the published type of these nodes.
	Interface TypeName
	// Only limits them to those whose property is one of the values; nil does not.
	Only *Only
}

// Only is a condition that the schema itself sets: the property is one of the
// values.
type Only struct {
	Property *Property
	Values   []Value
}

// Step is one hop along a link, from its start or, reversed, from its end.
type Step struct {
	// Links are the link types that may be taken; all of them lead to nodes
	// whose published types the relation's target covers.
	Links   []*LinkType
	Reverse bool
	// AnyRole is true if Links are all the roles there are, so that a node is
	// found once whatever number of roles it plays.
	AnyRole bool
}

// NodeClass is the broad class of a stored node. The order is that of search
// results of equal match; claims and parts are not searched.
type NodeClass uint8

// The classes. There is no useful zero value.
const (
	EntityClass NodeClass = iota + 1
	FactClass
	SourceClass
	ClaimClass
	// PartClass nodes belong to another node and have no public id.
	PartClass
)

// PublicField returns the name that the field of a link has for people. That
// of a hidden one is the field of the value through which it is read, such as
// `on.entity`.
func (t *Type) PublicField(link string) string {
	for _, p := range t.Properties {
		if name := t.HiddenField(p, link); name != "" {
			return p.Name + "." + name
		}
	}
	return link
}

// HiddenField returns the field of the property's value that the hidden link
// answers, or "".
func (t *Type) HiddenField(p *Property, link string) string {
	if p.Kind != KindValue {
		return ""
	}
	if r := t.Relation(link); r == nil || !r.Hidden {
		return ""
	}
	for field, owner := range p.Value.OwnerLinks {
		if owner == link {
			return field
		}
	}
	return ""
}
