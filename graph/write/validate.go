package write

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"companygraph/graph"
)

// Validate tells what is wrong with nodes by themselves; [ValidateReferences]
// tells what takes a look at other nodes. The loader's check and every store
// go through both, so that one refuses what the other does. No type and link
// type may be nil.
//
// Problems come in the order of the nodes and of the declared fields. A part has
// no public id: what is wrong with it is reported of the node it belongs to,
// under a field such as `quotations[0].text`.
func Validate(m *graph.Model, nodes []*graph.Node) Problems {
	owners, twice := ownersOf(nodes), usedTwice(m, nodes)
	found := make([]Problems, len(nodes)/minParallel+1)
	inParallel(len(nodes), func(piece, from, to int) {
		v := &validator{report: report{owners: owners}, model: m}
		for i := from; i < to; i++ {
			v.twice = twice[i]
			v.node(nodes[i])
		}
		found[piece] = v.problems
	})
	return slices.Concat(found...)
}

// usedTwice tells of each node whether an earlier one has its id.
func usedTwice(m *graph.Model, nodes []*graph.Node) []bool {
	met, twice := make(map[graph.ID]bool, len(nodes)), make([]bool, len(nodes))
	for i, n := range nodes {
		if inSchema(m, n) {
			twice[i], met[n.ID] = met[n.ID], true
		}
	}
	return twice
}

// inSchema reports whether the type of a node is one of the schema.
func inSchema(m *graph.Model, n *graph.Node) bool { return m.Types[n.Type.Name] == n.Type }

// report collects problems and puts them under public ids.
type report struct {
	owners   owners
	problems Problems
}

func (r *report) add(n *graph.Node, field, format string, args ...any) {
	id, prefix := r.owners.public(n.ID)
	if r.owners[n.ID].value {
		field = ""
	}
	path := strings.TrimSuffix(prefix+field, ".")
	r.problems = append(r.problems, Problem{Code: Invalid, ID: id, Field: path, Text: fmt.Sprintf(format, args...)})
}

// owners tells where parts belong.
type owners map[graph.ID]owner

// owner is a field of a node, such as `quotations[0]`.
type owner struct {
	node  *graph.Node
	field string
	// value tells that the part is published as the value of the field.
	value bool
}

func ownersOf(nodes []*graph.Node) owners {
	p := owners{}
	for _, n := range nodes {
		for _, l := range numberLinks(n) {
			if l.Type.Part && l.To == l.partID(n) {
				r := n.Type.Relation(l.Type.Field)
				p[l.To] = owner{n, l.path(), r != nil && r.Inlined != nil}
			}
		}
	}
	return p
}

// public returns the id under which errors of a node are reported, and what
// comes before the names of its fields. It ends because a part's id contains
// its owner's.
func (p owners) public(id graph.ID) (public graph.ID, prefix string) {
	for at, owned := p[id]; owned; at, owned = p[id] {
		id, prefix = at.node.ID, at.field+"."+prefix
	}
	return id, prefix
}

// numberedLink is a link and its index among those of its field.
type numberedLink struct {
	graph.Link
	from *graph.Type
	n    int
}

func numberLinks(node *graph.Node) []numberedLink {
	links := make([]numberedLink, len(node.Links))
	count := map[*graph.LinkType]int{}
	for i, l := range node.Links {
		links[i] = numberedLink{l, node.Type, count[l.Type]}
		count[l.Type]++
	}
	return links
}

func (l numberedLink) partID(owner *graph.Node) graph.ID {
	return graph.PartID(owner.ID, l.Type.Field, l.n)
}

// path is where the link is written, such as `targets[1]` or `on.entity`.
func (l numberedLink) path() string {
	if l.Type.List {
		return fmt.Sprintf("%s[%d]", l.Type.Field, l.n)
	}
	return l.from.PublicField(l.Type.Field)
}

type validator struct {
	report
	model *graph.Model
	// twice reports whether an earlier node has the id of the one at hand.
	twice bool
}

func (v *validator) node(n *graph.Node) {
	if !inSchema(v.model, n) {
		v.add(n, "", "%s is not a type of the schema", graph.Quoted(n.Type.Name))
		return
	}
	v.id(n)
	v.unknownProperties(n)
	for _, p := range n.Type.Properties {
		v.property(n, p)
	}
	v.links(n)
	v.hiddenLinks(n)
	v.relationship(n)
	v.attribution(n)
	v.digest(n)
}

func (v *validator) id(n *graph.Node) {
	if v.twice {
		v.add(n, "id", "the id %s is used twice; it must be unique over all nodes", graph.Quoted(n.ID))
	}
	_, owned := v.owners[n.ID]
	switch {
	case n.Type.Class != graph.PartClass:
		if problem := idProblem(n.ID); problem != "" {
			v.add(n, "id", "%s", problem)
		}
	case !owned:
		v.add(n, "", "%s belongs to a node that is written with it, and none has it", n.Type.Name)
	}
}

// idProblem says what keeps text from being a public id; "" if nothing does.
func idProblem(id graph.ID) string {
	if id == "" {
		return "a node needs an id that is not empty"
	}
	return keyProblem("an id", string(id))
}

// DatasetProblem says why text cannot be the name of a loaded dataset; "" if it
// can.
func DatasetProblem(name string) string {
	switch name {
	case "":
		return "a dataset needs a name that is not empty"
	case Edits:
		return `"edits" is reserved for edits, which no file makes; choose another name`
	}
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }) {
		return "the name of a dataset must not have characters that change the direction of the text"
	}
	return keyProblem("the name of a dataset", name)
}

// keyProblem says what keeps text from naming something for good.
func keyProblem(what, text string) string {
	switch normal, err := graph.NormalizeText(text); {
	case err != nil:
		return err.Error()
	case normal != text:
		return notNormal
	case strings.ContainsFunc(text, unicode.IsControl):
		return what + " must not have control characters"
	case invisible(text):
		return what + " needs at least one visible character"
	case strings.TrimSpace(text) != text:
		return what + " must not start or end with a space"
	case utf8.RuneCountInString(text) > graph.MaxIDLength:
		return fmt.Sprintf("%s has at most %d characters", what, graph.MaxIDLength)
	}
	return ""
}

func (v *validator) unknownProperties(n *graph.Node) {
	for _, name := range slices.Sorted(maps.Keys(n.Values)) {
		if n.Type.Property(name) == nil {
			v.add(n, name, "%s has no property of this name", n.Type.Name)
		}
	}
}

func (v *validator) property(n *graph.Node, p *graph.Property) {
	value := n.Values[p.Name]
	switch {
	case p.Derived:
		if !value.Missing() {
			v.add(n, p.Name, "it is derived and cannot be set")
		}
	case value.Missing():
		if p.Required {
			v.add(n, p.Name, isRequired)
		}
	case p.Kind == graph.KindValue:
		v.composites(n, p, value)
	default:
		if problem := scalarProblem(p, value, limitOf(p)); problem != "" {
			v.add(n, p.Name, "%s", problem)
		}
	}
}

func (v *validator) composites(n *graph.Node, p *graph.Property, stored graph.Value) {
	list, err := p.Composites(stored.Text())
	if err != nil {
		v.add(n, p.Name, "%s", err)
		return
	}
	keys := map[graph.Identifier]bool{}
	for i, c := range list {
		path := p.Name
		if p.List {
			path = fmt.Sprintf("%s[%d]", p.Name, i)
		}
		for _, e := range ValidateComposite(p.Value, c) {
			v.add(n, joinPath(path, e.Field), "%s", e.Text)
		}
		if key := (graph.Identifier{Scheme: c["scheme"].Text(), Value: c["value"].Text()}); p.Name == graph.IdentifiersProperty {
			if keys[key] {
				v.add(n, path, "the identifier is given twice")
			}
			keys[key] = true
		}
	}
}

func joinPath(path, field string) string {
	if field == "" {
		return path
	}
	return path + "." + field
}

func (v *validator) links(n *graph.Node) {
	seen := map[graph.Link]bool{}
	count := map[*graph.LinkType]int{}
	for _, l := range numberLinks(n) {
		count[l.Type]++
		switch {
		case n.Type.Link(l.Type.Field) != l.Type:
			v.add(n, l.Type.Field, "%s has no link of this name", n.Type.Name)
		case !l.Type.List && l.n == 1:
			v.add(n, l.path(), "it can lead to one node only")
		case l.Type.Part && l.To != l.partID(n):
			v.add(n, l.path(), "a part has the id that PartID makes")
		case seen[l.Link]:
			v.add(n, l.path(), "%s is given twice", graph.Quoted(l.To))
		case l.Status != "":
			v.add(n, l.path(), "the status of a participation is derived and cannot be set")
		}
		seen[l.Link] = true
	}
	for _, l := range n.Type.Roles {
		if l.Required && count[l] == 0 {
			v.add(n, n.Type.PublicField(l.Field), isRequired)
		}
	}
}

// hiddenLinks ensures that a value and the hidden link that answers one of
// its fields are both there or both not.
func (v *validator) hiddenLinks(n *graph.Node) {
	for _, p := range n.Type.Properties {
		for _, l := range n.Type.Roles {
			if n.Type.HiddenField(p, l.Field) == "" {
				continue
			}
			switch value, linked := n.Values[p.Name], n.Target(l.Field) != ""; {
			case linked && value.Missing():
				v.add(n, p.Name, "it is required with %s", n.Type.PublicField(l.Field))
			case !linked && !value.Missing():
				v.add(n, n.Type.PublicField(l.Field), isRequired)
			}
		}
	}
}

// digestProperty has the digest of the whole text of a node.
const digestProperty = "sha256"

// digest holds a text that is kept to the digest that its node gives.
func (v *validator) digest(n *graph.Node) {
	owner := v.owners[n.ID]
	if !owner.value || owner.node.Type.Property(digestProperty) == nil {
		return
	}
	text := n.Values[n.Type.Properties[0].Name].Text()
	switch due := owner.node.Values[digestProperty].Text(); {
	case text == "": // which is reported
	case due == "":
		v.add(n, "", "a text is kept only with its sha256 beside it")
	case graph.SHA256(text) != due:
		v.add(n, "", "the text is not the one whose sha256 is given: its own is %s", graph.SHA256(text))
	}
}

// relationshipInterface is what facts that hold for a time implement.
const relationshipInterface = "Relationship"

// relationship ensures that the date of what holds for a time is an interval.
func (v *validator) relationship(n *graph.Node) {
	if !n.Type.Implements(relationshipInterface) {
		return
	}
	date, err := graph.ParsePartialDate(n.Values["date"].Text())
	if err == nil && date.Precision != graph.PrecisionInterval {
		v.add(n, "date", "%s holds for a time: its date is an interval such as 2005/.. or 2016/2018", n.Type.Name)
	}
}

// attribution ensures that a claim names its speaker if and only if it is made in
// the name of an actor, and gives a voice only of somebody without a name.
func (v *validator) attribution(n *graph.Node) {
	if n.Type.Class != graph.ClaimClass {
		return
	}
	attribution := n.Values["attribution"].Text()
	byActor := attribution == string(graph.AttributionActor)
	switch named := n.Target(graph.AttributedToLink) != ""; {
	case byActor && !named:
		v.add(n, graph.AttributedToLink, "attribution %s needs the actor who says so", graph.AttributionActor)
	case !byActor && named && attribution != "":
		v.add(n, graph.AttributedToLink, "it is only for attribution %s, and this claim's is %s", graph.AttributionActor, graph.Quoted(attribution))
	}
	if attribution != "" && attribution != string(graph.AttributionUnnamed) && !n.Values[graph.VoiceProperty].Missing() {
		v.add(n, graph.VoiceProperty, "it is only for attribution %s, and this claim's is %s", graph.AttributionUnnamed, graph.Quoted(attribution))
	}
}
