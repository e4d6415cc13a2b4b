package schema

import (
	"fmt"

	"companygraph/graph"
)

// facets finds what the nodes of each type and interface can be counted by.
func (b *modelBuilder) facets() error {
	for _, t := range b.model.Ordered {
		if t.Class == graph.PartClass {
			continue
		}
		t.Facets = b.facetsOf(t.Name, t.Class)
		if err := b.checkFacets(t.Name, t.Facets); err != nil {
			return err
		}
	}
	for name, i := range b.model.Interfaces {
		if name == nodeInterface || len(i.Types) == 0 {
			continue
		}
		byKind := &graph.Facet{Name: "KIND", Description: fmt.Sprintf("By the concrete type; the values are constants of `%sKind`.", name), By: graph.ByKind{}}
		i.Facets = append([]*graph.Facet{byKind}, b.facetsOf(name, i.Types[0].Class)...)
		if err := b.checkFacets(name, i.Facets); err != nil {
			return err
		}
	}
	return nil
}

// facetsOf are those that follow from the fields of a type or interface.
func (b *modelBuilder) facetsOf(name graph.TypeName, class graph.NodeClass) []*graph.Facet {
	var all []*graph.Facet
	add := func(name, description string, by graph.FacetBy) {
		all = append(all, &graph.Facet{Name: name, Description: description, By: by})
	}
	for _, p := range b.model.PropertiesOf(name) {
		switch {
		case p.Kind == graph.KindEnum, p.Kind == graph.KindString && p.Indexed:
			add(graph.ConstantCase(p.Name), fmt.Sprintf("By `%s`.", p.Name), graph.ByProperty{Property: p})
		case p.Kind == graph.KindDate && p.Indexed && class == graph.FactClass:
			add("YEAR", fmt.Sprintf("By the year of `%s`, such as `2017`: that of its earliest day, or of the latest if that is unbounded.", p.Name), graph.ByYear{Property: p})
		}
	}
	for _, r := range b.model.RelationsOf(name) {
		switch {
		case r.Cardinality == graph.Participants:
			add("PARTICIPANT", "By the entities that take part in it, in any role; the values are their ids.", graph.ByNodes{Steps: r.Steps, Targets: []graph.TypeName{r.Target}})
		case isRole(r):
			add(graph.ConstantCase(r.Name), fmt.Sprintf("By `%s`; the values are ids.", r.Name), graph.ByNodes{Steps: r.Steps, Targets: []graph.TypeName{r.Target}})
		}
	}
	all = append(all, b.facetsOfClaims(class)...)
	add("DATASET", "By the datasets that contribute to it; the values are their names.", graph.ByDataset{})
	return all
}

// facetsOfClaims are those that go by the claims about facts, or by who makes claims.
// Only claims that count are taken into account.
func (b *modelBuilder) facetsOfClaims(class graph.NodeClass) []*graph.Facet {
	claim := b.model.Claim()
	about, source, actor := claim.Link(graph.FactLink), claim.Link(graph.ClaimSourceLink), claim.Link(graph.AttributedToLink)
	step := func(links ...*graph.LinkType) graph.Step { return graph.Step{Links: links} }
	switch class {
	case graph.FactClass:
		return []*graph.Facet{{
			Name: "SOURCE", Description: "By the sources of its claims that count (see `Claim.live`); the values are their ids.",
			By: graph.ByNodes{Steps: []graph.Step{{Links: []*graph.LinkType{about}, Reverse: true}, step(source)}, Targets: []graph.TypeName{source.To}, Live: true},
		}}
	case graph.ClaimClass:
		return []*graph.Facet{
			{
				Name: "SOURCE", Description: "By `source`; the values are ids. Claims that do not count (see `live`) are left out.",
				By: graph.ByNodes{Steps: []graph.Step{step(source)}, Targets: []graph.TypeName{source.To}, Live: true},
			},
			{
				Name:        "SPEAKER",
				Description: "By who speaks: the actor in `attributedTo`, or the source that speaks itself. The values are ids; null is for speakers whom the source does not name. Claims that do not count (see `live`) are left out.",
				By: graph.ByNodes{
					Steps: []graph.Step{step(actor, source)}, Targets: []graph.TypeName{actor.To, source.To}, Live: true,
					OnlyLast: &graph.Only{Property: claim.Property(graph.AttributionProperty), Values: []graph.Value{graph.Text(string(graph.AttributionSource))}},
				},
			},
		}
	default:
		return nil
	}
}

// isRole reports whether a relation leads from a fact to those in one role.
func isRole(r *graph.Relation) bool {
	step := r.Steps[0]
	return len(r.Steps) == 1 && !step.Reverse && step.Links[0].Participation
}

// checkFacets refuses two facets of one name, such as those of a role and a
// property that are written alike in capitals.
func (b *modelBuilder) checkFacets(name graph.TypeName, all []*graph.Facet) error {
	seen := map[string]bool{}
	for _, f := range all {
		if seen[f.Name] {
			return declarationError(b.doc.Definition(string(name)).Position, "%s: two of its fields make a facet of the name %s", name, f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}
