package resolvers

import (
	"companygraph/graph"
	"companygraph/graph/answer"
	"companygraph/graph/plan"

	"github.com/99designs/gqlgen/graphql"
)

// where reads the argument of this name, on nodes of a type or interface; nil if it is
// not given.
func (p *planner) where(on graph.TypeName, args arguments) (plan.Filter, error) {
	if args["where"] == nil {
		return nil, nil
	}
	return readWhere(p.model, p.ids, on, args["where"])
}

// conditions reads all arguments that limit a list of nodes of a type or interface.
func (p *planner) conditions(on graph.TypeName, args arguments) (plan.Filter, error) {
	where, err := p.where(on, args)
	if err != nil {
		return nil, err
	}
	holds, err := holding(p.model, on, args)
	return both(where, holds), err
}

// holding reads validAt and certain: a condition on facts of a type or interface;
// nil if neither is given.
func holding(model *graph.Model, facts graph.TypeName, args arguments) (plan.Filter, error) {
	certain := false
	if v, given := args["certain"]; given {
		var err error
		if certain, err = asBool(v, "certain"); err != nil {
			return nil, err
		}
	}
	if args["validAt"] == nil {
		if certain {
			return nil, graph.BadArgument("certain", "needs \"validAt\", the day on which facts must certainly hold")
		}
		return nil, nil
	}
	day, err := asDay(args["validAt"], "validAt")
	if err != nil {
		return nil, err
	}
	unreal := plan.OneOf{Property: model.Property(facts, graph.PhaseProperty), Not: true}
	for _, phase := range graph.UnrealPhases {
		unreal.Values = append(unreal.Values, graph.Text(phase))
	}
	return plan.And{unreal, onDay(model.Property(facts, graph.DateProperty), day, certain)}, nil
}

// onDay is the condition that what has a date holds on a day: certainly, or at
// least possibly, as it does where the date is not known.
func onDay(date *graph.Property, day string, certain bool) plan.Filter {
	if certain {
		return plan.DateWithin{Property: date, Op: plan.Certainly, From: day}
	}
	return plan.Or{plan.IsMissing{Property: date}, plan.DateWithin{Property: date, Op: plan.Overlaps, From: day, Until: day}}
}

// holdsAtField is the field of facts that answers whether they hold on a day.
const holdsAtField = "holdsAt"

func (p *planner) holdsAt(field graphql.CollectedField, fact *graph.Type, shape *shapeBuilder) (answer.Answer, error) {
	day, err := asDay(p.arguments(field.Field)["date"], "date")
	return answer.HoldsAt{
		Phase: shape.property(fact.Property(graph.PhaseProperty)), Date: shape.property(fact.Property(graph.DateProperty)), Day: day,
	}, err
}

// both joins two conditions, each of which may be none.
func both(a, b plan.Filter) plan.Filter {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return plan.And{a, b}
}
