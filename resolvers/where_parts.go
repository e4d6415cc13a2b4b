package resolvers

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// kind reads the comparisons of a node's concrete type.
func (r *whereReader) kind(v any, on graph.TypeName, path string, negate bool) (plan.Filter, error) {
	return r.comparisons(v, path, negate, func(name string, v any, path string) (plan.Filter, error) {
		not, err := isExclusion(name, path)
		if err != nil {
			return nil, err
		}
		if v == nil {
			return nil, wrongKind(path, oneOrList(name, "a kind", "a list of kinds"), nil)
		}
		types, err := kinds(r.model, on, v, path)
		return plan.TypeIs{Types: types, Not: negate != not}, err
	})
}

// isExclusion reports whether a comparison with one value or several holds for all
// others.
func isExclusion(comparison, path string) (bool, error) {
	switch comparison {
	case "eq", "in":
		return false, nil
	case "ne", "notIn":
		return true, nil
	default:
		return false, graph.BadArgument(path, "is no comparison")
	}
}

// oneOrList is what a comparison is to be given.
func oneOrList(comparison, one, list string) string {
	if comparison == "eq" || comparison == "ne" {
		return one
	}
	return list
}

// kinds reads a list of names of concrete types in CONSTANT_CASE. The types come
// ordered by name, each once.
func kinds(model *graph.Model, on graph.TypeName, v any, path string) ([]*graph.Type, error) {
	var types []*graph.Type
	for i, item := range asList(v) {
		where := itemPath(v, path, i)
		name, err := asString(item, where)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(model.Concrete(on), func(t *graph.Type) bool { return graph.ConstantCase(string(t.Name)) == name })
		if at < 0 {
			return nil, graph.BadArgument(where, "is no kind of %s", on)
		}
		if t := model.Concrete(on)[at]; !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	slices.SortFunc(types, func(a, b *graph.Type) int { return a.Index - b.Index })
	return types, nil
}

// itemPath is where an item stands: in a list, or by itself.
func itemPath(v any, path string, i int) string {
	if _, list := v.([]any); list {
		return path + "." + strconv.Itoa(i)
	}
	return path
}

// quantified reads some, none and every of conditions on one of several things.
// exists makes the filter that one of them passes the condition or, with failing,
// does not pass it: "every passes" is "none fails".
func (r *whereReader) quantified(v any, path string, negate bool, exists func(condition any, path string, failing, not bool) (plan.Filter, error)) (plan.Filter, error) {
	object, err := asObject(v, path)
	if err != nil {
		return nil, err
	}
	var parts []plan.Filter
	for _, key := range slices.Sorted(maps.Keys(object)) {
		where := path + "." + key
		if object[key] == nil {
			return nil, wrongKind(where, "a condition", nil)
		}
		part, err := exists(object[key], where, key == "every", negate != (key != "some"))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return all(parts, negate), nil
}

// related reads conditions on related nodes.
func (r *whereReader) related(relation *graph.Relation, v any, path string, negate bool) (plan.Filter, error) {
	return r.quantified(v, path, negate, func(condition any, path string, failing, not bool) (plan.Filter, error) {
		filter, err := r.where(condition, relation.Target, path, failing)
		return plan.Related{
			Path: defaultPath(relation), Types: r.model.Concrete(relation.Target), Latest: isLatest(relation),
			Filter: filter, Not: not,
		}, err
	})
}

// elements reads conditions on the values of a list.
func (r *whereReader) elements(p *graph.Property, v any, path string, negate bool) (plan.Filter, error) {
	return r.quantified(v, path, negate, func(condition any, path string, failing, not bool) (plan.Filter, error) {
		filter, err := r.value(p.Value, condition, path, failing)
		return plan.Element{Property: p, Filter: filter, Not: not}, err
	})
}

// value reads the conditions on one value of a list.
func (r *whereReader) value(of *graph.ValueType, v any, path string, negate bool) (plan.Filter, error) {
	return r.object(v, path, negate, func(key string, v any, path string) (plan.Filter, error) {
		field := of.Field(key)
		if field == nil {
			return nil, graph.BadArgument(path, "is no condition on %s", of.Name)
		}
		return r.scalar(field, v, path, negate)
	}, func(v any, path string, negate bool) (plan.Filter, error) { return r.value(of, v, path, negate) })
}

// participation is what a condition asks of one participation. All of it must
// hold of the same one.
type participation struct {
	// links are the roles it may be in.
	links []*graph.LinkType
	// statuses are those it may have; nil for any.
	statuses []graph.Status
	// entity is what its entity must pass; nil for any.
	entity plan.Filter
}

// participants reads conditions on the participations of a fact.
func (r *whereReader) participants(on graph.TypeName, v any, path string, negate bool) (plan.Filter, error) {
	return r.quantified(v, path, negate, func(condition any, path string, failing, not bool) (plan.Filter, error) {
		if err := r.count(path); err != nil {
			return nil, err
		}
		roles := r.rolesOf(on)
		if !failing {
			p, err := r.participation(roles, condition, path, false)
			return r.takesPart(p, not), err
		}
		p, err := r.participation(roles, condition, path, true)
		return r.failsPart(roles, p, not), err
	})
}

// rolesOf are the roles that a fact of a type or interface can have.
func (r *whereReader) rolesOf(on graph.TypeName) []*graph.LinkType {
	var roles []*graph.LinkType
	for _, t := range r.model.Concrete(on) {
		for _, l := range t.Roles {
			if l.Participation {
				roles = append(roles, l)
			}
		}
	}
	return roles
}

// participation reads a condition on one participation. With failing, the
// condition on the entity is negated.
func (r *whereReader) participation(roles []*graph.LinkType, v any, path string, failing bool) (participation, error) {
	p := participation{links: roles}
	object, err := asObject(v, path)
	if err != nil {
		return p, err
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		where := path + "." + key
		switch given := object[key]; {
		case given == nil:
			err = wrongKind(where, "a condition", nil)
		case key == "role":
			p.links, err = r.role(roles, given, where)
		case key == "status":
			p.statuses, err = r.status(given, where)
		case key == "entity":
			p.entity, err = r.where(given, "Entity", where, failing)
		default:
			err = graph.BadArgument(where, "is no condition on a participation")
		}
		if err != nil {
			return p, err
		}
	}
	return p, nil
}

// role reads which of the roles pass.
func (r *whereReader) role(roles []*graph.LinkType, v any, path string) ([]*graph.LinkType, error) {
	names := map[string]bool{}
	for _, l := range roles {
		names[l.Field] = true
	}
	passing, err := r.choice(slices.Sorted(maps.Keys(names)), v, path, "a role here")
	return slices.DeleteFunc(slices.Clone(roles), func(l *graph.LinkType) bool { return !slices.Contains(passing, l.Field) }), err
}

// status reads which statuses pass.
func (r *whereReader) status(v any, path string) ([]graph.Status, error) {
	names := r.model.Enums["Status"].Values
	passing, err := r.choice(names, v, path, "a value of Status")
	statuses := make([]graph.Status, len(passing))
	for i, name := range passing {
		statuses[i] = graph.Status(name)
	}
	return statuses, err
}

// choice reads comparisons of what has one of a few values, and is never missing:
// which of them pass all of the comparisons. what says what the values are.
func (r *whereReader) choice(values []string, v any, path, what string) ([]string, error) {
	object, err := asObject(v, path)
	if err != nil {
		return nil, err
	}
	passing := slices.Clone(values)
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if err := r.count(path); err != nil {
			return nil, err
		}
		where := path + "." + key
		if key == "isNull" {
			missing, err := asBool(object[key], where)
			if err != nil {
				return nil, err
			}
			if missing {
				passing = passing[:0]
			}
			continue
		}
		if object[key] == nil {
			return nil, wrongKind(where, oneOrList(key, "a value", "a list of values"), nil)
		}
		named, err := namesIn(values, object[key], where, what)
		if err != nil {
			return nil, err
		}
		not, err := isExclusion(key, where)
		if err != nil {
			return nil, err
		}
		passing = slices.DeleteFunc(passing, func(value string) bool { return slices.Contains(named, value) == not })
	}
	return passing, nil
}

// namesIn reads one of the values, or a list of them.
func namesIn(values []string, v any, path, what string) ([]string, error) {
	var named []string
	for i, item := range asList(v) {
		where := itemPath(v, path, i)
		name, err := asString(item, where)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(values, name) {
			return nil, graph.BadArgument(where, "is not %s; these are: %s", what, strings.Join(values, ", "))
		}
		named = append(named, name)
	}
	return named, nil
}

// takesPart is the filter that some participation passes or, with not, that none
// does.
func (r *whereReader) takesPart(p participation, not bool) plan.Filter {
	if len(p.links) == 0 || p.statuses != nil && len(p.statuses) == 0 {
		return all(nil, !not)
	}
	return plan.Related{
		Path: plan.Path{Steps: []graph.Step{{Links: p.links}}}, Types: r.model.Concrete("Entity"),
		Statuses: p.statuses, Filter: p.entity, Not: not,
	}
}

// failsPart is the filter that some participation fails one of the conditions or,
// with not, that none does. The condition on the entity is negated already.
func (r *whereReader) failsPart(roles []*graph.LinkType, p participation, not bool) plan.Filter {
	others := slices.DeleteFunc(slices.Clone(roles), func(l *graph.LinkType) bool { return slices.Contains(p.links, l) })
	parts := []plan.Filter{r.takesPart(participation{links: others}, not)}
	if p.statuses != nil {
		failing := []graph.Status{}
		for _, name := range r.model.Enums["Status"].Values {
			if status := graph.Status(name); !slices.Contains(p.statuses, status) {
				failing = append(failing, status)
			}
		}
		parts = append(parts, r.takesPart(participation{links: roles, statuses: failing}, not))
	}
	if p.entity != nil {
		parts = append(parts, r.takesPart(participation{links: roles, entity: p.entity}, not))
	}
	return all(parts, !not)
}
