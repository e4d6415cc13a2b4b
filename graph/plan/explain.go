package plan

import (
	"slices"
	"strings"

	"companygraph/graph"
)

// Explain writes the plan as text: a line for each fetch and follow, indented
// under what it starts from, with everything that changes what a store does.
// The text of a plan is always the same; it is for goldens and people, and
// nothing reads it back.
func (p *Plan) Explain(m *graph.Model) string { return p.explain(m, true) }

// ExplainShape is Explain with ? for what clients compare with, look up, search
// for and continue from. It is fit for logs.
func (p *Plan) ExplainShape(m *graph.Model) string { return p.explain(m, false) }

func (p *Plan) explain(m *graph.Model, values bool) string {
	e := &explainer{model: m, values: values}
	for _, f := range p.Fetches {
		e.fetch(f)
	}
	if p.Datasets {
		e.text("datasets\n")
	}
	return e.b.String()
}

type explainer struct {
	b     strings.Builder
	model *graph.Model
	// values reports whether to write values or ? in place of them.
	values bool
	depth  int
}

func (e *explainer) text(words ...string) {
	for _, word := range words {
		e.b.WriteString(word)
	}
}

func (e *explainer) value(v graph.Value) {
	if !e.values {
		e.text("?")
		return
	}
	e.b.Write(v.AppendJSON(nil))
}

func (e *explainer) start(name string) {
	e.text(strings.Repeat("  ", e.depth), name)
}

func (e *explainer) fetch(f *Fetch) {
	e.start(f.Name)
	e.text(" = ")
	e.match(f.Match)
	e.text(" ")
	e.types(f.Types)
	if match, ok := f.Match.(ByType); ok {
		e.where(match.Filter)
	}
	if f.Window != nil {
		e.window(f.Window)
	} else if _, lists := f.Match.(ByType); lists {
		e.text(noRows)
	}
	e.count(f.Count)
	if f.Matches {
		e.text(" matches")
	}
	match, paths := f.Match.(ByPaths)
	if paths {
		e.limits(match)
	}
	e.shape(f.Shape, f.Types)
	if paths {
		e.onPaths("facts", match.FactTypes, match.FactShape)
		e.onPaths("skipped", f.Types, match.SkippedShape)
	}
	e.counted(&f.Counted)
}

// limits are those of a search for paths.
func (e *explainer) limits(m ByPaths) {
	number := func(word string, n int) {
		e.text(word)
		e.b.Write(graph.Int(int64(n)).AppendJSON(nil))
	}
	number(" hops ", m.MaxHops)
	number(" first ", m.First)
	if m.MaxDegree > 0 {
		number(" degree ", m.MaxDegree)
	}
	if len(m.Avoid) > 0 {
		e.text(" avoid ")
		e.ids(m.Avoid)
	}
	e.where(m.Filter)
}

// onPaths writes what is needed of some of the nodes that a search for paths finds.
func (e *explainer) onPaths(name string, types []*graph.Type, shape *Shape) {
	if shape == nil {
		return
	}
	e.depth++
	e.start(name)
	e.text(" ")
	e.types(types)
	e.shape(shape, types)
	e.depth--
}

func (e *explainer) ids(ids []graph.ID) {
	e.list(len(ids), func(i int) { e.value(graph.Text(string(ids[i]))) })
}

const noRows = " no rows"

func (e *explainer) match(match Match) {
	switch match := match.(type) {
	case ByID:
		e.text("ByID ")
		e.ids(match.IDs)
	case ByIdentifier:
		e.text("ByIdentifier ")
		e.list(2, func(i int) { e.value(graph.Text([]string{match.Identifier.Scheme, match.Identifier.Value}[i])) })
	case ByType:
		e.text("ByType")
	case ByWords:
		e.text("ByWords ")
		e.list(len(match.Words), func(i int) { e.value(graph.Text(match.Words[i].Token)) })
	case ByPaths:
		e.text("ByPaths ")
		e.ids([]graph.ID{match.From, match.To})
	default:
		panic("graph: unknown match")
	}
}

// list writes values in parentheses. How many there are is itself one of the
// values that are left out.
func (e *explainer) list(n int, item func(i int)) {
	if !e.values {
		e.text("(?)")
		return
	}
	e.text("(")
	for i := range n {
		if i > 0 {
			e.text(", ")
		}
		item(i)
	}
	e.text(")")
}

// follow writes the line of a follow from rows of the given types.
func (e *explainer) follow(f *Follow, from []*graph.Type) {
	e.start(f.Name)
	e.text(" = Follow ")
	e.path(f.Path)
	e.text(" ")
	e.types(f.Types)
	if !sameTypes(f.Parents, from) {
		e.text(" from ")
		e.types(f.Parents)
	}
	e.where(f.Filter)
	e.extent(f.Extent)
	e.count(f.Count)
	e.shape(f.Shape, f.Types)
	if f.ViaShape != nil {
		e.depth++
		e.start("via")
		e.shape(f.ViaShape, e.model.Concrete(f.Path.Via.Interface))
		e.depth--
	}
	e.counted(&f.Counted)
}

// counted writes a line for each facet and histogram, below what they count.
func (e *explainer) counted(c *Counted) {
	e.depth++
	for _, f := range c.Facets {
		e.start("facet by ")
		e.facetBy(f)
		e.where(f.Filter)
		if f.Limit > 0 {
			e.text(" first ")
			e.b.Write(graph.Int(int64(f.Limit)).AppendJSON(nil))
		}
		e.count(f.Count)
		if f.Shape == nil {
			e.text("\n")
			continue
		}
		e.text(" ")
		e.types(f.Types)
		e.shape(f.Shape, f.Types)
	}
	for _, h := range c.Histograms {
		e.start("histogram by ")
		e.text(h.By.String(), " of ", h.Property.Name, "\n")
	}
	e.depth--
}

func (e *explainer) facetBy(f *Facet) {
	switch by := f.By.(type) {
	case graph.ByKind:
		e.text("type")
	case graph.ByProperty:
		e.text(by.Property.Name)
	case graph.ByYear:
		e.text("YEAR of ", by.Property.Name)
	case graph.ByNodes:
		e.path(f.Path)
		if only := by.OnlyLast; only != nil {
			e.text(" the last if ", only.Property.Name, " in ")
			e.list(len(only.Values), func(i int) { e.value(only.Values[i]) })
		}
	case graph.ByDataset:
		e.text("dataset")
	default:
		panic("graph: unknown facet")
	}
}

func (e *explainer) extent(extent Extent) {
	switch extent := extent.(type) {
	case Stored:
		e.text(" stored")
	case Latest:
		e.text(" latest")
	case NoRows:
		e.text(noRows)
	case *Window:
		e.window(extent)
	default:
		panic("graph: unknown extent")
	}
}

func (e *explainer) count(asked bool) {
	if asked {
		e.text(" count")
	}
}

// shape ends a line with the properties, and writes the follows below it.
func (e *explainer) shape(s *Shape, types []*graph.Type) {
	if len(s.Properties) > 0 {
		e.text(" {")
		for i, p := range s.Properties {
			if i > 0 {
				e.text(" ")
			}
			e.text(p.Name)
		}
		e.text("}")
	}
	if s.Contributions {
		e.text(" contributions")
	}
	if s.Verifications {
		e.text(" verifications")
	}
	e.text("\n")
	e.depth++
	for _, f := range s.Follows {
		e.follow(f, types)
	}
	e.depth--
}

// types writes an interface where they are all of its types, else each.
func (e *explainer) types(types []*graph.Type) {
	e.text("[", e.typeNames(types), "]")
}

func (e *explainer) typeNames(types []*graph.Type) string {
	if name := e.interfaceOf(types); name != "" {
		return name
	}
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t.Name)
	}
	return strings.Join(names, " ")
}

func (e *explainer) interfaceOf(types []*graph.Type) string {
	if len(types) < 2 {
		return ""
	}
	for _, name := range types[0].Interfaces {
		if sameTypes(e.model.Concrete(name), types) {
			return string(name)
		}
	}
	return ""
}

func sameTypes(a, b []*graph.Type) bool {
	for _, t := range a {
		if !slices.Contains(b, t) {
			return false
		}
	}
	return len(a) == len(b)
}

func (e *explainer) path(p Path) {
	for i, step := range p.Steps {
		if i == 1 {
			e.via(p.Via)
		}
		e.step(step)
	}
}

func (e *explainer) via(m *ViaFacts) {
	e.text(" ")
	if m == nil {
		return
	}
	e.text("over ", string(m.Interface))
	if m.Filter != nil {
		e.text(" (")
		e.filter(m.Filter)
		e.text(")")
	}
	e.text(" ")
}

// step writes the links of a step, with > at those taken from their start and
// < at those taken from their end.
func (e *explainer) step(s graph.Step) {
	switch starts := e.starts(s.Links); {
	case s.AnyRole:
		e.text("any role of ", e.typeNames(starts))
	case len(s.Links) > 1 && sameLinks(s.Links, e.roles(starts)):
		e.text("all roles of ", e.typeNames(starts))
	default:
		for i, l := range s.Links {
			if i > 0 {
				e.text("|")
			}
			e.text(l.Name)
		}
	}
	if s.Reverse {
		e.text(" <")
	} else {
		e.text(" >")
	}
}

// starts are the types at which links start.
func (e *explainer) starts(links []*graph.LinkType) []*graph.Type {
	var types []*graph.Type
	for _, l := range links {
		if t := e.model.Types[l.From]; !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}

// roles are all roles of some types.
func (e *explainer) roles(types []*graph.Type) []*graph.LinkType {
	var links []*graph.LinkType
	for _, l := range e.model.Participations {
		if slices.Contains(types, e.model.Types[l.From]) {
			links = append(links, l)
		}
	}
	return links
}

func sameLinks(a, b []*graph.LinkType) bool {
	for _, l := range a {
		if !slices.Contains(b, l) {
			return false
		}
	}
	return len(a) == len(b)
}

func (e *explainer) window(w *Window) {
	e.text(" order ")
	for i, term := range w.Order {
		if i > 0 {
			e.text(", ")
		}
		e.text(term.Property.Name)
		if term.Descending {
			e.text(" desc")
		}
	}
	if w.Backward {
		e.text(" last ")
	} else {
		e.text(" first ")
	}
	e.b.Write(graph.Int(int64(w.Limit)).AppendJSON(nil))
	e.cut(" after ", w.After)
	e.cut(" before ", w.Before)
	for _, side := range w.Probes {
		e.text(map[Side]string{Ahead: " probe ahead", Behind: " probe behind"}[side])
	}
}

func (e *explainer) cut(word string, at *Position) {
	if at == nil {
		return
	}
	e.text(word)
	e.list(len(*at), func(i int) { e.value((*at)[i]) })
}

func (e *explainer) where(f Filter) {
	if f != nil {
		e.text(" where ")
		e.filter(f)
	}
}

func (e *explainer) filter(f Filter) {
	switch f := f.(type) {
	case And:
		e.join(f, " and ", "true")
	case Or:
		e.join(f, " or ", "false")
	case Compare:
		e.leaf(f.Not, f.Property.Name, opWords[f.Op])
		e.value(f.Value)
	case OneOf:
		e.leaf(f.Not, f.Property.Name, "in")
		e.list(len(f.Values), func(i int) { e.value(f.Values[i]) })
	case IsMissing:
		e.not(f.Not)
		e.text(f.Property.Name, " is missing")
	case DateWithin:
		e.leaf(f.Not, f.Property.Name, dateOpWords[f.Op])
		e.days(f)
	case TypeIs:
		e.leaf(f.Not, "type", "in")
		e.types(f.Types)
	case Related:
		e.related(f)
	case Element:
		e.not(f.Not)
		e.text("some of ", f.Property.Name)
		e.passing(f.Filter)
	case nil:
		e.text("true")
	default:
		panic("graph: unknown filter")
	}
}

func (e *explainer) not(not bool) {
	if not {
		e.text("not ")
	}
}

func (e *explainer) leaf(not bool, left, operator string) {
	e.not(not)
	e.text(left, " ", operator, " ")
}

var opWords = map[Op]string{
	Equal: "=", Less: "<", LessOrEqual: "<=", Greater: ">", GreaterOrEqual: ">=",
	Contains: "contains", StartsWith: "starts with",
}

var dateOpWords = map[DateOp]string{Before: "before", After: "after", During: "during", Overlaps: "overlaps", Certainly: "certainly holds on"}

func (e *explainer) days(f DateWithin) {
	e.value(graph.Text(f.From))
	if f.Until != "" {
		e.text("..")
		e.value(graph.Text(f.Until))
	}
}

func (e *explainer) join(parts []Filter, operator, empty string) {
	if len(parts) == 0 {
		e.text(empty)
		return
	}
	for i, part := range parts {
		if i > 0 {
			e.text(operator)
		}
		if joined(part) {
			e.text("(")
			e.filter(part)
			e.text(")")
		} else {
			e.filter(part)
		}
	}
}

// joined reports whether a filter is written with an operator between its parts.
func joined(f Filter) bool {
	switch f := f.(type) {
	case And:
		return len(f) > 0
	case Or:
		return len(f) > 0
	default:
		return false
	}
}

func (e *explainer) related(f Related) {
	e.not(f.Not)
	e.text("some ")
	if f.Latest {
		e.text("latest ")
	}
	e.path(f.Path)
	e.text(" ")
	e.types(f.Types)
	if f.Statuses != nil {
		e.text(" of status ")
		e.list(len(f.Statuses), func(i int) { e.text(string(f.Statuses[i])) })
	}
	e.passing(f.Filter)
}

func (e *explainer) passing(f Filter) {
	if f == nil {
		return
	}
	e.text(" where (")
	e.filter(f)
	e.text(")")
}
