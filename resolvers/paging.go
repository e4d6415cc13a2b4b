package resolvers

import (
	"slices"
	"strconv"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// defaultPage is the size of a page when a client does not say.
const defaultPage = 25

// window reads the paging arguments of a connection.
func (p *planner) window(target graph.TypeName, args arguments) (*plan.Window, error) {
	order, err := readOrder(p.model, target, args["orderBy"])
	if err != nil {
		return nil, err
	}
	return p.page(order, args)
}

// page reads first, after, last and before for a list in the given order. An
// explicit null counts as not given: clients send `after: null` for page one.
func (p *planner) page(order []plan.Order, args arguments) (*plan.Window, error) {
	w := &plan.Window{Order: order, Limit: min(defaultPage, p.maxPage)}
	if args["first"] != nil && args["last"] != nil {
		return nil, graph.BadArgument("last", "cannot be used together with \"first\"")
	}
	for _, name := range []string{"first", "last"} {
		if args[name] == nil {
			continue
		}
		limit, err := p.pageSize(args[name], name)
		if err != nil {
			return nil, err
		}
		w.Limit, w.Backward = limit, name == "last"
	}
	var err error
	if w.After, err = position(order, args, "after"); err != nil {
		return nil, err
	}
	w.Before, err = position(order, args, "before")
	return w, err
}

func (p *planner) pageSize(v any, name string) (int, error) {
	n, err := asInt(v, name)
	switch {
	case err != nil:
		return 0, err
	case n < 0:
		return 0, graph.BadArgument(name, "must not be negative")
	case n > p.maxPage:
		return 0, limitError(name, "the page is too large", p.maxPage, n)
	}
	return n, nil
}

func position(order []plan.Order, args arguments, name string) (*plan.Position, error) {
	if args[name] == nil {
		return nil, nil
	}
	text, err := asString(args[name], name)
	if err != nil {
		return nil, err
	}
	at, err := plan.DecodeCursor(order, text)
	if err != nil {
		return nil, graph.BadArgument(name, "%s", err)
	}
	return &at, nil
}

// readOrder reads orderBy and makes the order total by ending it in the id.
func readOrder(model *graph.Model, target graph.TypeName, v any) ([]plan.Order, error) {
	var order []plan.Order
	if v != nil {
		for i, item := range asList(v) {
			term, err := readTerm(model, target, item, "orderBy."+strconv.Itoa(i))
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(order, func(o plan.Order) bool { return o.Property == term.Property }) {
				return nil, graph.BadArgument("orderBy."+strconv.Itoa(i), "the field is given twice")
			}
			order = append(order, term)
		}
	}
	// What comes after the id cannot matter: ids are unique.
	if at := slices.IndexFunc(order, func(o plan.Order) bool { return o.Property == graph.IDProperty }); at >= 0 {
		return order[:at+1], nil
	}
	return append(order, plan.Order{Property: graph.IDProperty}), nil
}

func readTerm(model *graph.Model, target graph.TypeName, v any, path string) (plan.Order, error) {
	object, err := asObject(v, path)
	if err != nil {
		return plan.Order{}, err
	}
	name, err := asString(object["field"], path+".field")
	if err != nil {
		return plan.Order{}, err
	}
	property := sortProperty(model, target, name)
	if property == nil {
		return plan.Order{}, graph.BadArgument(path+".field", "%s cannot be ordered by this", target)
	}
	direction := "ASC"
	if given, ok := object["direction"]; ok {
		if direction, err = asString(given, path+".direction"); err != nil {
			return plan.Order{}, err
		}
	}
	if direction != "ASC" && direction != "DESC" {
		return plan.Order{}, graph.BadArgument(path+".direction", "must be ASC or DESC")
	}
	return plan.Order{Property: property, Descending: direction == "DESC"}, nil
}

// sortProperty finds a sortable property by its name in CONSTANT_CASE.
func sortProperty(model *graph.Model, target graph.TypeName, name string) *graph.Property {
	if name == graph.ConstantCase(graph.IDProperty.Name) {
		return graph.IDProperty
	}
	for _, p := range model.PropertiesOf(target) {
		if p.Sortable() && graph.ConstantCase(p.Name) == name {
			return p
		}
	}
	return nil
}
