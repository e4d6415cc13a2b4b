package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"companygraph/graph"
	"companygraph/schema"

	"github.com/vektah/gqlparser/v2/ast"
)

// publisher derives the published schema from the declarations.
type publisher struct {
	doc   *schema.Document
	model *graph.Model
	out   *ast.SchemaDocument
	// filters are the scalar filter inputs that the where inputs use.
	filters map[string]bool
}

func publish(doc *schema.Document) (*ast.SchemaDocument, error) {
	model, err := doc.Model()
	if err != nil {
		return nil, err
	}
	p := &publisher{doc: doc, model: model, out: &ast.SchemaDocument{}, filters: map[string]bool{}}
	p.add(p.query())
	for _, def := range doc.Definitions {
		p.declared(def)
	}
	p.add(nodeKind(model), orderDirection(), pageInfo(), dateRange(), facet(), bucket(), interval())
	p.add(p.searchConnection()...)
	p.add(p.connection(contradiction, contradiction, nil)...)
	if err := p.checkNames(); err != nil {
		return nil, err
	}
	p.dropUnused()
	return p.out, nil
}

func (p *publisher) add(defs ...*ast.Definition) {
	p.out.Definitions = append(p.out.Definitions, defs...)
}

// checkNames refuses a declaration whose derived types have the name of another type.
func (p *publisher) checkNames() error {
	seen := map[string]bool{}
	for _, def := range p.out.Definitions {
		if seen[def.Name] {
			return fmt.Errorf("two published types have the name %s", def.Name)
		}
		seen[def.Name] = true
		fields := map[string]bool{}
		for _, f := range def.Fields {
			if fields[f.Name] {
				return fmt.Errorf("%s has two fields of the name %s", def.Name, f.Name)
			}
			fields[f.Name] = true
		}
	}
	return nil
}

// dropUnused takes out what is derived for every type and used for some: the
// connection of a type that has no plural root field, relation filters.
func (p *publisher) dropUnused() {
	used := map[string]bool{}
	var use func(def *ast.Definition)
	use = func(def *ast.Definition) {
		if def == nil || used[def.Name] {
			return
		}
		used[def.Name] = true
		for _, field := range def.Fields {
			use(p.out.Definitions.ForName(field.Type.Name()))
			for _, argument := range field.Arguments {
				use(p.out.Definitions.ForName(argument.Type.Name()))
			}
		}
	}
	use(p.out.Definitions.ForName("Query"))
	for _, def := range p.doc.Definitions {
		use(p.out.Definitions.ForName(def.Name))
	}
	p.out.Definitions = slices.DeleteFunc(p.out.Definitions, func(def *ast.Definition) bool { return !used[def.Name] })
}

// declared publishes one declaration with all that is derived from it.
func (p *publisher) declared(def *ast.Definition) {
	if p.isInlined(graph.TypeName(def.Name)) {
		return
	}
	out := &ast.Definition{Kind: def.Kind, Name: def.Name, Description: def.Description, EnumValues: def.EnumValues}
	if def.Kind == ast.Object {
		for _, a := range p.doc.Ancestors(def) {
			out.Interfaces = append(out.Interfaces, a.Name)
		}
	}
	for _, field := range p.doc.Fields(def) {
		if field.Directives.ForName("hidden") == nil {
			out.Fields = append(out.Fields, p.field(def, field))
		}
	}
	p.add(out)
	name := graph.TypeName(def.Name)
	if !p.isPublicNode(name) {
		return
	}
	if def.Name != "Node" {
		p.add(p.connection(def.Name, def.Name, nil)...)
		p.add(p.facets(def.Name))
		p.add(p.order(def.Name)...)
		p.add(p.relationFilter(def.Name))
		p.add(p.where(def.Name)...)
	}
	for _, field := range def.Fields {
		if r := p.model.Relation(name, field.Name); r != nil && r.Edged() {
			p.add(p.connection(def.Name+title(field.Name), string(r.Target), r)...)
		}
	}
}

// isInlined tells whether the name is that of a part which is published as a value.
func (p *publisher) isInlined(name graph.TypeName) bool {
	return slices.ContainsFunc(p.model.Ordered, func(t *graph.Type) bool {
		r := t.Inlined()
		return r != nil && r.Target == name
	})
}

// isPublicNode tells whether the name is an interface, or a type with public ids.
func (p *publisher) isPublicNode(name graph.TypeName) bool {
	if t := p.model.Types[name]; t != nil {
		return t.Class != graph.PartClass
	}
	return p.model.Interfaces[name] != nil
}

// field publishes a declared field: a connection where it leads to many.
func (p *publisher) field(def *ast.Definition, field *ast.FieldDefinition) *ast.FieldDefinition {
	out := &ast.FieldDefinition{Name: field.Name, Description: field.Description, Type: field.Type, Arguments: field.Arguments}
	r := p.model.Relation(graph.TypeName(def.Name), field.Name)
	if r == nil {
		return out
	}
	if r.Inlined != nil {
		out.Type = named(schema.ValueTypeName(r.Inlined))
	}
	if r.Cardinality != graph.Paged {
		if r.Via != nil {
			out.Arguments = p.timeArguments(r.Via.Interface)
		}
		return out
	}
	name := string(r.Target)
	if r.Edged() {
		name = p.declarer(def, field) + title(field.Name)
	}
	out.Type = required(named(name + "Connection"))
	out.Arguments = p.pageArguments(string(r.Target))
	if r.DefaultPhases != nil {
		out.Arguments = append(out.Arguments, &ast.ArgumentDefinition{
			Name: "phases", Type: listOf("Phase"),
			Description: "Only facts in these phases; by default `[OCCURRED, ONGOING]`, and `ENDED` with `validAt`.",
		})
	}
	if r.Via != nil {
		out.Arguments = append(out.Arguments, p.timeArguments(r.Via.Interface)...)
	}
	return out
}

// timeArguments limit facts, if the target is some, to those that hold on a day.
func (p *publisher) timeArguments(target graph.TypeName) ast.ArgumentDefinitionList {
	if types := p.model.Concrete(target); types[0].Class != graph.FactClass {
		return nil
	}
	return ast.ArgumentDefinitionList{
		{
			Name: "validAt", Type: named("Date"),
			Description: "Only facts that happened or held on this day, such as `2017-09-13`, or possibly did: those whose `holdsAt` is not `NO`. Without it, facts of all times.",
		},
		{
			Name: "certain", Type: required(named("Boolean")), DefaultValue: &ast.Value{Raw: "false", Kind: ast.BooleanValue},
			Description: "With `validAt`: only facts that certainly did, whose `holdsAt` is `YES`.",
		},
	}
}

// declarer is the type or interface in which a field was written.
func (p *publisher) declarer(def *ast.Definition, field *ast.FieldDefinition) string {
	for _, a := range append(p.doc.Ancestors(def), def) {
		if slices.Contains(a.Fields, field) {
			return a.Name
		}
	}
	return def.Name
}

func (p *publisher) pageArguments(target string) ast.ArgumentDefinitionList {
	where, order := p.examples(target)
	return append(ast.ArgumentDefinitionList{
		{Name: "first", Type: named("Int"), Description: "Take this many from the start; 25 if neither `first` nor `last` is given, 100 at most."},
		{Name: "after", Type: named("String"), Description: "Start after this cursor: the `endCursor` of the previous page, requested with the same `orderBy`."},
		{Name: "last", Type: named("Int"), Description: "Take this many from the end; 100 at most."},
		{Name: "before", Type: named("String"), Description: "End before this cursor: the `startCursor` of the next page, requested with the same `orderBy`."},
		{Name: "where", Type: named(target + "Where"), Description: fmt.Sprintf("Only nodes that meet these conditions, such as `%s`.", where)},
		{Name: "orderBy", Type: listOf(target + "Order"), Description: fmt.Sprintf("The order, such as `%s`; ties are broken by id. Missing values come last in both directions.", order)},
	}, p.timeArguments(graph.TypeName(target))...)
}

// examples show how a type or interface is filtered and ordered: by a date if
// it has one, else by its first text.
func (p *publisher) examples(target string) (where, order string) {
	shown := graph.IDProperty
	for _, property := range p.model.PropertiesOf(graph.TypeName(target)) {
		switch {
		case !property.Sortable() || !property.Filterable():
		case property.Kind == graph.KindDate:
			return fmt.Sprintf(`{ %s: { after: "2016-12-31" } }`, property.Name),
				fmt.Sprintf("[{ field: %s, direction: DESC }]", graph.ConstantCase(property.Name))
		case property.Kind == graph.KindString && shown == graph.IDProperty:
			shown = property
		}
	}
	return fmt.Sprintf(`{ %s: { startsWith: "K" } }`, shown.Name), fmt.Sprintf("[{ field: %s }]", graph.ConstantCase(shown.Name))
}

// query derives the root fields.
func (p *publisher) query() *ast.Definition {
	q := &ast.Definition{Kind: ast.Object, Name: "Query", Description: "The root of every query."}
	idArgument := ast.ArgumentDefinitionList{{Name: "id", Type: required(named("ID")), Description: "A permanent id, such as `kaspersky-lab`."}}
	q.Fields = append(q.Fields,
		&ast.FieldDefinition{Name: schema.NodeField, Description: "The node with this id; null if there is none.", Type: named("Node"), Arguments: idArgument},
		&ast.FieldDefinition{
			Name: schema.NodesField, Description: "The nodes with these ids, in the same order; null for each that does not exist. At most 100 ids.",
			Type: required(ast.ListType(named("Node"), nil)),
			Arguments: ast.ArgumentDefinitionList{
				{Name: "ids", Type: required(listOf("ID")), Description: "Permanent ids, such as `kaspersky-lab`."},
			},
		},
		&ast.FieldDefinition{
			Name: schema.SearchField, Description: "Finds entities, facts and sources by words in their names, aliases, titles and quotations; a quotation finds its Statement. Case, accents and script are ignored, and words may stand in any order. Words of 4 to 7 letters may have one misspelling, longer ones two. Best first: fewest misspelt words, whole words before beginnings, names before aliases before titles before quotations, entities before facts before sources.",
			Type: required(named("SearchConnection")),
			Arguments: ast.ArgumentDefinitionList{
				{Name: "query", Type: required(named("String")), Description: "The words or beginnings of words, such as `kasper ban`; a node must have all of them, but for legal forms and articles such as `Ltd` and `the`. At least one letter or digit, and at most 64 different words."},
				{Name: "types", Type: listOf("NodeKind"), Description: "Only nodes of these types, such as `[COMPANY, BAN]`."},
				{Name: "first", Type: named("Int"), Description: "Take this many; 25 if not given, 100 at most."},
				{Name: "after", Type: named("String"), Description: "Start after this cursor: the `endCursor` of the previous page."},
			},
		},
		&ast.FieldDefinition{
			Name: schema.IdentifiedField, Type: named("Entity"),
			Description: "The entity with this identifier; null if there is none.",
			Arguments: ast.ArgumentDefinitionList{
				{Name: "scheme", Type: required(named("String")), Description: "The collection that the key is from, such as `wikidata` or `lei`."},
				{Name: "value", Type: required(named("String")), Description: "The key in that collection, such as `Q95`."},
			},
		},
		p.contradictions(),
		&ast.FieldDefinition{
			Name: schema.DatasetsField, Type: required(listOf(string(p.model.Dataset.Name))),
			Description: "The datasets that contribute to nodes, ordered by name.",
		},
		p.paths())
	for _, def := range p.rootDefinitions() {
		singular, plural := schema.RootNames(def)
		q.Fields = append(q.Fields,
			&ast.FieldDefinition{
				Name: singular, Type: named(def.Name), Arguments: idArgument,
				Description: fmt.Sprintf("The %s with this id; null if there is none, or if the node has another type.", def.Name),
			},
			&ast.FieldDefinition{
				Name: plural, Type: required(named(def.Name + "Connection")), Arguments: p.pageArguments(def.Name),
				Description: p.pluralDescription(def),
			})
	}
	return q
}

// paths derives the root field that finds how two entities are connected.
func (p *publisher) paths() *ast.FieldDefinition {
	number := func(n int) *ast.Value { return &ast.Value{Raw: strconv.Itoa(n), Kind: ast.IntValue} }
	where, _ := p.examples("Fact")
	return &ast.FieldDefinition{
		Name: schema.PathsField, Type: required(named("PathResult")),
		Description: "How two entities are connected: the shortest chains of facts that lead from one to the other, with the evidence on each hop. Facts of every status count unless `where` says otherwise.",
		Arguments: append(ast.ArgumentDefinitionList{
			{Name: "from", Type: required(named("ID")), Description: "The entity to start from, such as `kaspersky-lab`."},
			{Name: "to", Type: required(named("ID")), Description: "The entity to lead to: another one."},
			{Name: "maxHops", Type: required(named("Int")), DefaultValue: number(schema.DefaultHops), Description: "How many facts a path may have: 1 to 8."},
			{Name: "first", Type: required(named("Int")), DefaultValue: number(schema.DefaultPaths), Description: "How many of the shortest paths to answer: 1 to 100."},
			{Name: "where", Type: named("FactWhere"), Description: fmt.Sprintf("Only over facts that meet these conditions, such as `%s`.", where)},
			{Name: "avoid", Type: required(listOf("ID")), DefaultValue: &ast.Value{Kind: ast.ListValue}, Description: "Entities and facts that no path may have, such as `[\"united-states\"]`."},
			{Name: "maxDegree", Type: named("Int"), Description: "Not through entities in more facts than this, which connect nearly everything: paths may only start and end there. 1 or more; without it, through any."},
		}, p.timeArguments("Fact")...),
	}
}

// contradiction is the published type of what is disputed.
const contradiction = "Contradiction"

// contradictions derives the root field that lists what is disputed.
func (p *publisher) contradictions() *ast.FieldDefinition {
	field := &ast.FieldDefinition{
		Name: schema.ContradictionsField, Type: required(named(contradiction + "Connection")),
		Description: "What is disputed: facts, and single participations in facts, that some speakers support and others oppose. Ordered by the fact's id; the whole fact comes before its participations.",
		Arguments:   ast.ArgumentDefinitionList{{Name: "about", Type: named("ID"), Description: "Only facts in which the entity with this id takes part, such as `kaspersky-lab`."}},
	}
	for _, argument := range p.pageArguments("Fact") {
		switch argument.Name {
		case "where":
			argument.Description = "Only facts that meet these conditions, such as `{ date: { after: \"2016-12-31\" } }`."
		case "first", "after", "last", "before":
			argument.Description = strings.ReplaceAll(argument.Description, ", requested with the same `orderBy`", "")
		default:
			continue
		}
		field.Arguments = append(field.Arguments, argument)
	}
	return field
}

func (p *publisher) pluralDescription(def *ast.Definition) string {
	if def.Kind == ast.Object {
		return fmt.Sprintf("All nodes whose type is %s.", def.Name)
	}
	return fmt.Sprintf("All nodes of the interface %s: %s.", def.Name, strings.Join(typeNames(p.model.Interfaces[graph.TypeName(def.Name)].Types), ", "))
}

// rootDefinitions are the types and interfaces with root fields: all public
// ones but Node, and but those whose names another one claims by @root.
func (p *publisher) rootDefinitions() []*ast.Definition {
	claimed := map[string]bool{}
	for _, def := range p.doc.Definitions {
		if def.Directives.ForName("root") != nil {
			singular, _ := schema.RootNames(def)
			claimed[singular] = true
		}
	}
	var roots []*ast.Definition
	for _, def := range p.doc.Definitions {
		singular, _ := schema.RootNames(def)
		if !p.isPublicNode(graph.TypeName(def.Name)) || def.Name == "Node" || (def.Directives.ForName("root") == nil && claimed[singular]) {
			continue
		}
		roots = append(roots, def)
	}
	return roots
}

// connection derives a connection and its edge; those of a short cut carry the fact.
func (p *publisher) connection(name, target string, via *graph.Relation) []*ast.Definition {
	edge := &ast.Definition{
		Kind: ast.Object, Name: name + "Edge", Description: fmt.Sprintf("%s and its cursor on a page.", title(withArticle(target))),
		Fields: ast.FieldList{
			{Name: "cursor", Type: required(named("String")), Description: "Its place, for `after` and `before` with the same `orderBy`. Opaque: do not rely on its content."},
			{Name: "node", Type: required(named(target)), Description: fmt.Sprintf("The %s.", target)},
		},
	}
	if via != nil {
		edge.Fields = append(edge.Fields, &ast.FieldDefinition{
			Name: "fact", Type: required(named(string(via.Via.Interface))),
			Description: "The fact that connects the two; the latest if there are several.",
		})
	}
	connection := &ast.Definition{
		Kind: ast.Object, Name: name + "Connection", Description: fmt.Sprintf("A page of nodes of type %s.", target),
		Fields: ast.FieldList{
			{Name: "edges", Type: required(listOf(name + "Edge")), Description: "The nodes with their cursors."},
			{Name: "nodes", Type: required(listOf(target)), Description: "The nodes alone."},
			{Name: "pageInfo", Type: required(named("PageInfo")), Description: "Whether there are more pages, and where they start."},
			{Name: "totalCount", Type: required(named("Int")), Description: "The number of nodes on all pages together."},
		},
	}
	connection.Fields = append(connection.Fields, p.countedFields(target)...)
	return []*ast.Definition{connection, edge}
}

// searchConnection derives that of search results, whose edges tell how each was found.
func (p *publisher) searchConnection() []*ast.Definition {
	defs := p.connection("Search", "Node", nil)
	edge := defs[1]
	edge.Fields = append(edge.Fields, &ast.FieldDefinition{
		Name: "match", Type: required(named(string(p.model.Match.Name))), Description: "How it was found.",
	})
	return defs
}

// order derives the order input of a type and the enum of what it can be ordered by.
func (p *publisher) order(name string) []*ast.Definition {
	fields := &ast.Definition{Kind: ast.Enum, Name: name + "OrderField", Description: fmt.Sprintf("What a list of %s can be ordered by.", name)}
	add := func(property *graph.Property, description string) {
		fields.EnumValues = append(fields.EnumValues, &ast.EnumValueDefinition{Name: graph.ConstantCase(property.Name), Description: description})
	}
	add(graph.IDProperty, "By id.")
	for _, property := range p.model.PropertiesOf(graph.TypeName(name)) {
		if property.Sortable() {
			add(property, fmt.Sprintf("By `%s`.%s", property.Name, orderNote(property)))
		}
	}
	return []*ast.Definition{fields, {
		Kind: ast.InputObject, Name: name + "Order", Description: fmt.Sprintf("One term in the order of a list of %s.", name),
		Fields: ast.FieldList{
			{Name: "field", Type: required(named(fields.Name)), Description: "What to order by."},
			{
				Name: "direction", Type: required(named("OrderDirection")), Description: "In which direction.",
				DefaultValue: &ast.Value{Raw: "ASC", Kind: ast.EnumValue},
			},
		},
	}}
}

func orderNote(p *graph.Property) string {
	if p.Kind == graph.KindDate {
		return " Dates sort by their earliest day, or by the latest if that is unbounded."
	}
	return ""
}

func nodeKind(model *graph.Model) *ast.Definition {
	return kindEnum("Node", model.Interfaces["Node"].Types)
}

func orderDirection() *ast.Definition {
	return &ast.Definition{
		Kind: ast.Enum, Name: "OrderDirection", Description: "The direction of an order.",
		EnumValues: ast.EnumValueList{
			{Name: "ASC", Description: "Smallest, earliest, first in code point order first."},
			{Name: "DESC", Description: "Largest, latest, last in code point order first."},
		},
	}
}

func pageInfo() *ast.Definition {
	return &ast.Definition{
		Kind: ast.Object, Name: "PageInfo", Description: "Whether there are more pages, and where they start.",
		Fields: ast.FieldList{
			{Name: "hasNextPage", Type: required(named("Boolean")), Description: "Whether nodes follow the last one of the page."},
			{Name: "hasPreviousPage", Type: required(named("Boolean")), Description: "Whether nodes precede the first one of the page."},
			{Name: "startCursor", Type: named("String"), Description: "The cursor of the first node; null if the page is empty."},
			{Name: "endCursor", Type: named("String"), Description: "The cursor of the last node; null if the page is empty."},
		},
	}
}

func dateRange() *ast.Definition {
	return &ast.Definition{
		Kind: ast.InputObject, Name: "DateRange", Description: "A span of days, both ends included.",
		Fields: ast.FieldList{
			{Name: "from", Type: required(named("Date")), Description: "The first day, such as `2017-01-01`."},
			{Name: "until", Type: required(named("Date")), Description: "The last day, such as `2017-12-31`; not before the first."},
		},
	}
}

func named(name string) *ast.Type  { return ast.NamedType(name, nil) }
func listOf(name string) *ast.Type { return ast.ListType(required(named(name)), nil) }
func title(name string) string     { return string(unicode.ToUpper(rune(name[0]))) + name[1:] }
func withArticle(name string) string {
	if strings.ContainsRune("AEIO", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}
func required(t *ast.Type) *ast.Type {
	c := *t
	c.NonNull = true
	return &c
}

func typeNames(types []*graph.Type) []string {
	var names []string
	for _, t := range types {
		names = append(names, string(t.Name))
	}
	return names
}
