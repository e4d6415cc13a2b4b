package schema

import (
	"companygraph/graph"

	"github.com/vektah/gqlparser/v2/ast"
)

func (b *modelBuilder) relations() error {
	return b.eachFields(func(def *ast.Definition, fields []*ast.FieldDefinition) error {
		var relations []*graph.Relation
		for _, field := range fields {
			if !leadsOn(field) {
				continue
			}
			r, err := b.relation(def, field)
			if err != nil {
				return err
			}
			relations = append(relations, r)
		}
		if t := b.model.Types[graph.TypeName(def.Name)]; t != nil {
			t.Relations = relations
		} else {
			b.model.Interfaces[graph.TypeName(def.Name)].Relations = relations
		}
		return nil
	})
}

func (b *modelBuilder) relation(def *ast.Definition, field *ast.FieldDefinition) (*graph.Relation, error) {
	r := &graph.Relation{
		Name: field.Name, Description: field.Description,
		Target:   graph.TypeName(field.Type.Name()),
		Required: field.Type.NonNull,
		Hidden:   field.Directives.ForName("hidden") != nil,
	}
	var err error
	switch {
	case field.Directives.ForName("participants") != nil:
		b.participants(r)
	case field.Directives.ForName("via") != nil:
		err = b.shortCut(r, field)
	case isForward(field):
		b.forward(r, def, field)
	default:
		err = b.wayBack(r, field)
	}
	if err != nil {
		return nil, err
	}
	if len(b.model.Concrete(r.Target)) == 0 {
		return nil, declarationError(field.Position, "%s.%s leads to %s, which no stored type is", def.Name, field.Name, r.Target)
	}
	if field.Directives.ForName("inlined") != nil {
		err = b.inline(r, def, field)
	}
	return r, err
}

// inline has a single part published as the value of its one property.
func (b *modelBuilder) inline(r *graph.Relation, def *ast.Definition, field *ast.FieldDefinition) error {
	part := b.model.Types[r.Target]
	if part == nil || part.Class != graph.PartClass || r.Cardinality != graph.One || len(part.Properties) != 1 || len(part.Roles) > 0 {
		return declarationError(field.Position, "%s.%s: what is inlined is a single part that has one property and nothing else", def.Name, field.Name)
	}
	r.Inlined = part.Properties[0]
	return nil
}

func (b *modelBuilder) participants(r *graph.Relation) {
	r.Target = entityInterface
	r.Cardinality = graph.Participants
	r.Steps = []graph.Step{{Links: b.model.Participations}}
}

func (b *modelBuilder) forward(r *graph.Relation, def *ast.Definition, field *ast.FieldDefinition) {
	r.Cardinality = graph.One
	if field.Type.Elem != nil {
		r.Cardinality = graph.Many
	}
	link := b.model.Types[graph.TypeName(def.Name)].Link(field.Name)
	r.Steps = []graph.Step{{Links: []*graph.LinkType{link}}}
}

// wayBack reads `@role(of:)` and `@link(of:)`. The facts lie between the entity
// and what `then` names, and are the target where there is no `then`.
func (b *modelBuilder) wayBack(r *graph.Relation, field *ast.FieldDefinition) error {
	r.Cardinality = graph.Paged
	dir := field.Directives.ForName("role")
	role := dir != nil
	if !role {
		dir = field.Directives.ForName("link")
	}
	of, then := stringArg(dir, "of"), stringArg(dir, "then")
	facts := r.Target
	if then != "" {
		facts = factInterface
	}
	step := graph.Step{Links: b.linksOf(facts, of, role), Reverse: true, AnyRole: of == "*"}
	if len(step.Links) == 0 {
		return declarationError(field.Position, "%s: %s has no role or link %q", field.Name, facts, of)
	}
	r.Steps = []graph.Step{step}
	if then == "" {
		return nil
	}
	next := b.doc.Definition(factInterface).Fields.ForName(then)
	if next == nil {
		return declarationError(field.Position, "%s: %s has no field %q", field.Name, factInterface, then)
	}
	rest, err := b.relation(b.doc.Definition(factInterface), next)
	if err != nil {
		return err
	}
	r.Steps = append(r.Steps, rest.Steps...)
	return nil
}

// linksOf returns the links under the named field (`*`: every role) that start
// at types which are, or implement, from.
func (b *modelBuilder) linksOf(from graph.TypeName, field string, role bool) []*graph.LinkType {
	var links []*graph.LinkType
	for _, l := range b.model.Links {
		if b.model.Types[l.From].Implements(from) && l.Participation == role && (field == "*" || l.Field == field) {
			links = append(links, l)
		}
	}
	return links
}

func (b *modelBuilder) shortCut(r *graph.Relation, field *ast.FieldDefinition) error {
	via := field.Directives.ForName("via")
	var in, out []*graph.LinkType
	for _, child := range via.Arguments.ForName("facts").Value.Children {
		fact := graph.TypeName(child.Value.Raw)
		from := b.linksOf(fact, stringArg(via, "from"), true)
		to := b.linksOf(fact, stringArg(via, "to"), true)
		if len(from) == 0 || len(to) == 0 {
			return declarationError(field.Position, "%s: %s lacks the role %q or %q", field.Name, fact, stringArg(via, "from"), stringArg(via, "to"))
		}
		in, out = append(in, from...), append(out, to...)
	}
	r.Steps = []graph.Step{{Links: in, Reverse: true}, {Links: out}}
	r.Via = &graph.Via{Interface: factInterface}
	r.Cardinality = graph.One
	if field.Type.Elem != nil {
		r.Cardinality = graph.Paged
		r.DefaultPhases = defaultPhases
	}
	if only := via.Arguments.ForName("only"); only != nil {
		return b.narrow(r, in[0].From, only.Value, field)
	}
	return nil
}

// narrow turns `only` into a filter on the facts of a short cut.
func (b *modelBuilder) narrow(r *graph.Relation, fact graph.TypeName, only *ast.Value, field *ast.FieldDefinition) error {
	name := only.Children.ForName("property").Raw
	p := b.model.Types[fact].Property(name)
	if p == nil {
		return declarationError(field.Position, "%s: %s has no property %q", field.Name, fact, name)
	}
	values := &graph.Only{Property: p}
	for _, v := range only.Children.ForName("in").Children {
		values.Values = append(values.Values, graph.Text(v.Value.Raw))
	}
	r.Via.Only = values
	return nil
}
