package resolvers

import (
	"math"

	"companygraph/graph"
	"companygraph/graph/answer"
	"companygraph/graph/plan"
	"companygraph/schema"

	"github.com/99designs/gqlgen/graphql"
)

// The published bounds of a search for paths.
const (
	maxHops  = 8
	maxPaths = 100
)

// fetchPaths plans the root field that finds how two entities are connected.
func (p *planner) fetchPaths(field graphql.CollectedField, args arguments) (*plan.Fetch, answer.Answer, error) {
	match, err := p.pathMatch(args)
	if err != nil {
		return nil, nil, err
	}
	planning := &pathPlanner{planner: p, entities: newShape(), facts: newShape(), skipped: newShape(), match: match}
	planning.types = p.model.Concrete(p.typeOf("Hop", "from"))
	match.NodeTypes, match.FactTypes = p.model.Concrete("Node"), p.model.Concrete(p.typeOf("Hop", "fact"))
	fields, err := p.each(field, planning.result)
	if err != nil {
		return nil, nil, err
	}
	match.FactShape = planning.facts.shape
	return &plan.Fetch{Match: *match, Types: planning.types, Shape: planning.entities.shape}, answer.Paths{Fields: fields}, nil
}

// typeOf is the published type of a field.
func (p *planner) typeOf(on, field string) graph.TypeName {
	return graph.TypeName(p.schema.Types[on].Fields.ForName(field).Type.Name())
}

// pathMatch reads the arguments.
func (p *planner) pathMatch(args arguments) (*plan.ByPaths, error) {
	from, err := asID(args["from"], "from")
	if err != nil {
		return nil, err
	}
	to, err := asID(args["to"], "to")
	if err != nil {
		return nil, err
	}
	match := &plan.ByPaths{From: graph.ID(from), To: graph.ID(to)}
	if match.MaxHops, err = args.number("maxHops", schema.DefaultHops, maxHops); err != nil {
		return nil, err
	}
	if match.First, err = args.number("first", schema.DefaultPaths, min(maxPaths, p.maxPage)); err != nil {
		return nil, err
	}
	if args["maxDegree"] != nil {
		if match.MaxDegree, err = args.number("maxDegree", 0, math.MaxInt32); err != nil {
			return nil, err
		}
	}
	if v, given := args["avoid"]; given {
		if match.Avoid, err = asIDs(v, "avoid", maxListItems); err != nil {
			return nil, err
		}
	}
	match.Filter, err = p.conditions(p.typeOf("Hop", "fact"), args)
	return match, err
}

// number reads a whole number from 1 to a greatest one.
func (args arguments) number(name string, absent, greatest int) (int, error) {
	v, given := args[name]
	if !given {
		return absent, nil
	}
	n, err := asInt(v, name)
	if err == nil && (n < 1 || n > greatest) {
		return 0, graph.BadArgument(name, "must be from 1 to %d", greatest)
	}
	return n, err
}

// pathPlanner plans what is selected of the paths that a search finds.
type pathPlanner struct {
	*planner
	match *plan.ByPaths
	// types are those of entities.
	types                    []*graph.Type
	entities, facts, skipped *shapeBuilder
}

func (p *pathPlanner) result(field graphql.CollectedField) (answer.Answer, error) {
	switch field.Name {
	case "paths":
		fields, err := p.each(field, p.path)
		return answer.PathList{Fields: fields}, err
	case "truncated":
		fields, err := p.each(field, p.truncation)
		return answer.Truncated{Fields: fields}, err
	default:
		return answer.TypeName{Name: field.ObjectDefinition.Name}, nil
	}
}

func (p *pathPlanner) truncation(field graphql.CollectedField) (answer.Answer, error) {
	switch field.Name {
	case "reason":
		return answer.TruncationReason{}, nil
	case "skipped":
		p.match.SkippedShape = p.skipped.shape
		selection, err := p.selection(field.Selections, p.types, p.skipped)
		return answer.Skipped{Selection: selection}, err
	default:
		return answer.TypeName{Name: field.ObjectDefinition.Name}, nil
	}
}

func (p *pathPlanner) path(field graphql.CollectedField) (answer.Answer, error) {
	switch field.Name {
	case "length":
		return answer.PathLength{}, nil
	case "weakestStatus":
		return answer.WeakestStatus{}, nil
	case "heldTogether":
		fact := p.match.FactTypes[0]
		return answer.HeldTogether{
			Phase: p.facts.property(fact.Property(graph.PhaseProperty)), Date: p.facts.property(fact.Property(graph.DateProperty)),
		}, nil
	case "hops":
		fields, err := p.each(field, p.hop)
		return answer.Hops{Fields: fields}, err
	default:
		return answer.TypeName{Name: field.ObjectDefinition.Name}, nil
	}
}

func (p *pathPlanner) hop(field graphql.CollectedField) (answer.Answer, error) {
	switch field.Name {
	case "from":
		selection, err := p.selection(field.Selections, p.types, p.entities)
		return answer.HopFrom{Selection: selection}, err
	case "to":
		selection, err := p.selection(field.Selections, p.types, p.entities)
		return answer.HopTo{Selection: selection}, err
	case "fact":
		selection, err := p.selection(field.Selections, p.match.FactTypes, p.facts)
		return answer.HopFact{Selection: selection}, err
	case "fromRole":
		return answer.FromRole{}, nil
	case "toRole":
		return answer.ToRole{}, nil
	case "status":
		return answer.Status{}, nil
	default:
		return answer.TypeName{Name: field.ObjectDefinition.Name}, nil
	}
}
