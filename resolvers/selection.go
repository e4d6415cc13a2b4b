package resolvers

import (
	"slices"

	"companygraph/graph"
	"companygraph/graph/answer"
	"companygraph/graph/plan"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// shapeBuilder gathers what all selections on the same rows need.
type shapeBuilder struct {
	shape   *plan.Shape
	planned []plannedField
	// excerpts are where the texts that excerpts are of are read, by the relation
	// that leads to the node with the text; nil if there are none.
	excerpts map[string]answer.Excerpt
}

// plannedField is a relation already planned for some type of the rows, to be
// shared by further types that are asked for the very same field.
type plannedField struct {
	field  graphql.CollectedField
	follow *plan.Follow
	answer answer.Answer
}

func newShape() *shapeBuilder { return &shapeBuilder{shape: &plan.Shape{}} }

// property returns the place of a property among those read, adding it.
func (s *shapeBuilder) property(p *graph.Property) int {
	for i, have := range s.shape.Properties {
		if have.Name == p.Name {
			return i
		}
	}
	s.shape.Properties = append(s.shape.Properties, p)
	return len(s.shape.Properties) - 1
}

// follow adds a follow and returns its place.
func (s *shapeBuilder) follow(f *plan.Follow) int {
	s.shape.Follows = append(s.shape.Follows, f)
	return len(s.shape.Follows) - 1
}

// sameField reports whether two types are asked for a field by the very same
// selections, so that one follow can serve both.
func sameField(a, b graphql.CollectedField) bool {
	return a.Field == b.Field && slices.Equal(a.Selections, b.Selections)
}

func union(a, b []*graph.Type) []*graph.Type {
	for _, t := range b {
		if !slices.Contains(a, t) {
			a = append(a, t)
		}
	}
	return a
}

// selection plans what is selected of rows that may be of several types.
func (p *planner) selection(set ast.SelectionSet, types []*graph.Type, shape *shapeBuilder) (answer.Selection, error) {
	selection := make(answer.Selection, len(p.model.Ordered))
	if len(types) > 0 && !p.dependsOnType(set, types) {
		object, err := p.object(set, types, shape)
		for _, t := range types {
			selection[t.Index] = object
		}
		return selection, err
	}
	for _, t := range types {
		object, err := p.object(set, []*graph.Type{t}, shape)
		if err != nil {
			return nil, err
		}
		selection[t.Index] = object
	}
	return selection, nil
}

// dependsOnType reports whether a fragment applies to some of the types only.
func (p *planner) dependsOnType(set ast.SelectionSet, types []*graph.Type) bool {
	return slices.ContainsFunc(set, func(s ast.Selection) bool {
		switch s := s.(type) {
		case *ast.InlineFragment:
			return !coversAll(s.TypeCondition, types) || p.dependsOnType(s.SelectionSet, types)
		case *ast.FragmentSpread:
			return !coversAll(s.Definition.TypeCondition, types) || p.dependsOnType(s.Definition.SelectionSet, types)
		default:
			return false
		}
	})
}

func coversAll(condition string, types []*graph.Type) bool {
	return condition == "" || !slices.ContainsFunc(types, func(t *graph.Type) bool { return !t.Implements(graph.TypeName(condition)) })
}

// object plans the selection on one type, or on several for which it is the same.
func (p *planner) object(set ast.SelectionSet, types []*graph.Type, shape *shapeBuilder) (*answer.Object, error) {
	satisfies := []string{string(types[0].Name)}
	for _, name := range types[0].Interfaces {
		satisfies = append(satisfies, string(name))
	}
	object := &answer.Object{}
	for _, field := range p.collect(set, satisfies...) {
		a, err := p.nodeField(field, types, shape)
		if err != nil {
			return nil, at(field.Field, err)
		}
		object.Fields = append(object.Fields, entry(field, a))
	}
	return object, nil
}

func entry(field graphql.CollectedField, a answer.Answer) answer.Field {
	return answer.Field{
		Key:  append(graph.AppendString(nil, field.Alias), ':'),
		Name: field.Alias, Answer: a,
	}
}

// nodeField plans one field of a node.
func (p *planner) nodeField(field graphql.CollectedField, types []*graph.Type, shape *shapeBuilder) (answer.Answer, error) {
	switch field.Name {
	case "__typename":
		return answer.TypeName{}, nil
	case "id":
		return answer.ID{}, nil
	case graph.LiveProperty.Name:
		if types[0].Class == graph.ClaimClass {
			return answer.Property{Index: shape.property(graph.LiveProperty), Property: graph.LiveProperty}, nil
		}
	case holdsAtField:
		if types[0].Class == graph.FactClass {
			return p.holdsAt(field, types[0], shape)
		}
	case p.model.Contributions.Name:
		shape.shape.Contributions = true
		fields, err := p.valueFields(field, p.model.Contributions, types, shape)
		return answer.Contributions{Fields: fields}, err
	}
	if property := types[0].Property(field.Name); property != nil {
		fields, err := p.valueFields(field, property, types, shape)
		return answer.Property{Index: shape.property(property), Property: property, Fields: fields}, err
	}
	if r := types[0].Relation(field.Name); r.Inlined != nil {
		return answer.Inlined{Follow: p.followInlined(r, types, shape), Property: r.Inlined}, nil
	}
	for _, planned := range shape.planned {
		if sameField(planned.field, field) {
			planned.follow.Parents = union(planned.follow.Parents, types)
			return planned.answer, nil
		}
	}
	follow, answer, err := p.follow(field, types[0].Relation(field.Name), shape)
	if err != nil {
		return nil, err
	}
	follow.Parents = slices.Clone(types)
	shape.planned = append(shape.planned, plannedField{field: field, follow: follow, answer: answer})
	return answer, nil
}

// follow plans a field that leads to other nodes, and adds it to the shape.
func (p *planner) follow(field graphql.CollectedField, r *graph.Relation, shape *shapeBuilder) (*plan.Follow, answer.Answer, error) {
	follow := &plan.Follow{Name: field.Alias, Path: plan.PathOf(r), Types: p.model.Concrete(r.Target), Extent: plan.Stored{One: r.Cardinality == graph.One}}
	place := shape.follow(follow)
	switch r.Cardinality {
	case graph.Paged:
		page, err := p.followPage(field, r, follow)
		return follow, answer.Connection{Follow: place, Page: page}, err
	case graph.Participants:
		nodes := newShape()
		fields, err := p.participationFields(field, follow.Types, nodes)
		follow.Shape = nodes.shape
		return follow, answer.Participants{Follow: place, Fields: fields}, err
	}
	if isLatest(r) {
		var err error
		if follow.Path, err = pathFor(p.model, r, p.arguments(field.Field)); err != nil {
			return nil, nil, err
		}
		follow.Extent = plan.Latest{}
	}
	nodes := newShape()
	selection, err := p.selection(field.Selections, follow.Types, nodes)
	follow.Shape = nodes.shape
	if r.Cardinality == graph.Many {
		return follow, answer.Nodes{Follow: place, Selection: selection}, err
	}
	return follow, answer.Node{Follow: place, Selection: selection, Required: r.Required}, err
}

func (p *planner) participationFields(field graphql.CollectedField, types []*graph.Type, shape *shapeBuilder) ([]answer.Field, error) {
	return p.each(field, func(inner graphql.CollectedField) (answer.Answer, error) {
		switch inner.Name {
		case "role":
			return answer.Role{}, nil
		case "status":
			return answer.Status{}, nil
		case "entity":
			selection, err := p.selection(inner.Selections, types, shape)
			return answer.Participant{Selection: selection}, err
		default:
			return typeNameOf(field), nil
		}
	})
}

// each plans the fields selected of an object that is no node.
func (p *planner) each(field graphql.CollectedField, answerOf func(graphql.CollectedField) (answer.Answer, error)) ([]answer.Field, error) {
	var fields []answer.Field
	for _, inner := range p.collect(field.Selections, field.Definition.Type.Name()) {
		a, err := answerOf(inner)
		if err != nil {
			return nil, at(inner.Field, err)
		}
		fields = append(fields, entry(inner, a))
	}
	return fields, nil
}

// typeNameOf answers __typename inside an object that is no node.
func typeNameOf(field graphql.CollectedField) answer.Answer {
	return answer.TypeName{Name: field.Definition.Type.Name()}
}

// valueFields plans what is selected of a date or composite value; nil for scalars.
func (p *planner) valueFields(field graphql.CollectedField, property *graph.Property, types []*graph.Type, shape *shapeBuilder) ([]answer.Field, error) {
	return p.each(field, func(inner graphql.CollectedField) (answer.Answer, error) {
		switch {
		case inner.Name == "__typename":
			return typeNameOf(field), nil
		case property.Kind == graph.KindDate:
			return answer.Part{Property: &graph.Property{Name: inner.Name}}, nil
		}
		if link, ok := property.Value.OwnerLinks[inner.Name]; ok {
			return p.ownerNode(inner, link, types, shape)
		}
		if link, ok := property.Value.ExcerptOf[inner.Name]; ok {
			return p.excerpt(inner, types[0].Relation(link), types, shape)
		}
		if v := property.Value.Verification; v != nil && v.Name == inner.Name {
			shape.shape.Verifications = true
			fields, err := p.valueFields(inner, v, types, shape)
			return answer.Verification{Fields: fields}, err
		}
		part := property.Value.Field(inner.Name)
		fields, err := p.valueFields(inner, part, types, shape)
		return answer.Part{Property: part, Fields: fields}, err
	})
}

// ownerNode plans a field of a value that a link of the node answers.
func (p *planner) ownerNode(field graphql.CollectedField, link string, types []*graph.Type, shape *shapeBuilder) (answer.Answer, error) {
	relation := types[0].Relation(link)
	follow, a, err := p.follow(field, relation, shape)
	if err != nil {
		return nil, err
	}
	follow.Parents = types
	node, _ := a.(answer.Node)
	node.Required = field.Definition.Type.NonNull
	return node, nil
}

// excerpt plans a field of a value that answers a passage of the text of another node.
func (p *planner) excerpt(field graphql.CollectedField, r *graph.Relation, types []*graph.Type, shape *shapeBuilder) (answer.Answer, error) {
	a := p.followText(r, types, shape)
	var err error
	a.Fields, err = p.each(field, func(inner graphql.CollectedField) (answer.Answer, error) {
		if inner.Name == "__typename" {
			return typeNameOf(field), nil
		}
		return answer.Part{Property: &graph.Property{Name: inner.Name}}, nil
	})
	return a, err
}

// followText reads the text of another node, once however many excerpts are asked for.
func (p *planner) followText(r *graph.Relation, types []*graph.Type, shape *shapeBuilder) answer.Excerpt {
	if a, planned := shape.excerpts[r.Name]; planned {
		follow := shape.shape.Follows[a.Follow]
		follow.Parents = union(follow.Parents, types)
		return a
	}
	follow, holder := p.newFollow(r, types), newShape()
	follow.Shape = holder.shape
	a := answer.Excerpt{Follow: shape.follow(follow), Text: p.followInlined(follow.Types[0].Inlined(), follow.Types, holder)}
	if shape.excerpts == nil {
		shape.excerpts = map[string]answer.Excerpt{}
	}
	shape.excerpts[r.Name] = a
	return a
}

// followInlined reads a value that is kept in a part, once however often it is asked for.
func (p *planner) followInlined(r *graph.Relation, types []*graph.Type, shape *shapeBuilder) int {
	for i, have := range shape.shape.Follows {
		if have.Name == r.Name && have.Types[0].Name == r.Target {
			have.Parents = union(have.Parents, types)
			return i
		}
	}
	follow := p.newFollow(r, types)
	follow.Shape = &plan.Shape{Properties: []*graph.Property{r.Inlined}}
	return shape.follow(follow)
}

// newFollow leads to the single node at the end of a relation.
func (p *planner) newFollow(r *graph.Relation, types []*graph.Type) *plan.Follow {
	return &plan.Follow{Name: r.Name, Parents: slices.Clone(types), Path: plan.PathOf(r), Types: p.model.Concrete(r.Target), Extent: plan.Stored{One: true}}
}
