package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of what a node may hold, beside [MaxIDLength] and those the schema
// declares with @maxLength. All count Unicode code points.
const (
	// MaxShortText limits text that stores index or compare (names, titles,
	// indexed properties) and all text inside composite values. At four bytes
	// a code point it stays below the 8 KB that one entry of a Neo4j range
	// index can hold.
	MaxShortText = 1_000
	// MaxText limits all other text, such as descriptions.
	MaxText = 64 << 10
	// MaxSpan limits a span of a source's text.
	MaxSpan = 2_000
)

// Validate tells what is wrong with a batch by itself; [ValidateReferences]
// tells what takes a look at other nodes. The loader's check and every store's
// Apply go through both, so that one refuses what the other does. No type and
// link type may be nil.
//
// Errors come in the order of the batch and of the declared fields. A part has
// no public id: what is wrong with it is reported of the node it belongs to,
// under a field such as `quotations[0].text`.
func Validate(m *Model, b Batch) BatchErrors {
	v := &validator{
		report: report{places: placesOf(b)},
		model:  m, written: map[ID]bool{}, deleted: map[ID]bool{}, keyed: map[Identifier]ID{},
	}
	for _, id := range b.Deletes {
		v.deleted[id] = true
	}
	for _, n := range b.Nodes {
		v.node(n)
	}
	return v.errors
}

// report collects errors and puts them under public ids.
type report struct {
	places places
	errors BatchErrors
}

func (r *report) add(n *Node, field, format string, args ...any) {
	id, prefix := r.places.public(n.ID)
	path := strings.TrimSuffix(prefix+field, ".")
	r.errors = append(r.errors, BatchError{ID: id, Field: path, Text: fmt.Sprintf(format, args...)})
}

// places tells where the parts of a batch belong.
type places map[ID]place

// place is a field of a node, such as `quotations[0]`.
type place struct {
	owner ID
	field string
}

func placesOf(b Batch) places {
	p := places{}
	for _, n := range b.Nodes {
		for _, l := range numberLinks(n) {
			if l.Type.Part && l.To == l.partID(n) {
				p[l.To] = place{n.ID, l.path()}
			}
		}
	}
	return p
}

// public returns the id under which errors of a node are reported, and what
// comes before the names of its fields. It ends because a part's id contains
// its owner's.
func (p places) public(id ID) (owner ID, prefix string) {
	for at, isPart := p[id]; isPart; at, isPart = p[id] {
		id, prefix = at.owner, at.field+"."+prefix
	}
	return id, prefix
}

// numberedLink is a link and its place among those of its field.
type numberedLink struct {
	Link
	from *Type
	n    int
}

func numberLinks(node *Node) []numberedLink {
	links := make([]numberedLink, len(node.Links))
	count := map[*LinkType]int{}
	for i, l := range node.Links {
		links[i] = numberedLink{l, node.Type, count[l.Type]}
		count[l.Type]++
	}
	return links
}

func (l numberedLink) partID(owner *Node) ID { return PartID(owner.ID, l.Type.Field, l.n) }

// path is where the link is written, such as `targets[1]` or `on.entity`.
func (l numberedLink) path() string {
	if l.Type.List {
		return fmt.Sprintf("%s[%d]", l.Type.Field, l.n)
	}
	return l.from.PublicField(l.Type.Field)
}

// PublicField returns the name that the field of a link has for people. That
// of a hidden one is the field of the value through which it is read, such as
// `on.entity`.
func (t *Type) PublicField(link string) string {
	for _, p := range t.Properties {
		if name := t.hiddenField(p, link); name != "" {
			return p.Name + "." + name
		}
	}
	return link
}

// hiddenField returns the field of the property's value that the hidden link
// answers, or "".
func (t *Type) hiddenField(p *Property, link string) string {
	if p.Kind != KindValue {
		return ""
	}
	if r := t.Relation(link); r == nil || !r.Hidden {
		return ""
	}
	for field, owner := range p.Value.OwnerLinks {
		if owner == link {
			return field
		}
	}
	return ""
}

type validator struct {
	report
	model   *Model
	written map[ID]bool
	deleted map[ID]bool
	// keyed has the node of each identifier.
	keyed map[Identifier]ID
}

func (v *validator) node(n *Node) {
	if v.model.Types[n.Type.Name] != n.Type {
		v.add(n, "", "%s is no type of the schema", shown(n.Type.Name))
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
}

func (v *validator) id(n *Node) {
	if v.written[n.ID] {
		v.add(n, "id", "the id %s is used twice; it must be unique over all nodes", shown(n.ID))
	}
	v.written[n.ID] = true
	if v.deleted[n.ID] {
		v.add(n, "id", "it is both written and deleted")
	}
	_, owned := v.places[n.ID]
	switch {
	case n.Type.Class != PartClass:
		if problem := idProblem(n.ID); problem != "" {
			v.add(n, "id", "%s", problem)
		}
	case !owned:
		v.add(n, "", "%s belongs to a node of the same batch, and none has it", n.Type.Name)
	}
}

// idProblem says what keeps text from being a public id; "" if nothing does.
func idProblem(id ID) string {
	text := string(id)
	switch normal, err := NormalizeText(text); {
	case text == "":
		return "a node needs an id that is not empty"
	case err != nil:
		return err.Error()
	case normal != text:
		return notNormal
	case strings.ContainsFunc(text, unicode.IsControl):
		return "an id has no control characters"
	case strings.TrimSpace(text) != text:
		return "an id neither starts nor ends with a space"
	case utf8.RuneCountInString(text) > MaxIDLength:
		return fmt.Sprintf("an id has at most %d characters", MaxIDLength)
	}
	return ""
}

const notNormal = "the text is not in Unicode normalization form C"

func (v *validator) unknownProperties(n *Node) {
	for _, name := range slices.Sorted(maps.Keys(n.Values)) {
		if n.Type.Property(name) == nil {
			v.add(n, name, "%s has no property of this name", n.Type.Name)
		}
	}
}

func (v *validator) property(n *Node, p *Property) {
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
	case p.Kind == KindValue:
		v.composites(n, p, value)
	default:
		if problem := scalarProblem(p, value, limitOf(p)); problem != "" {
			v.add(n, p.Name, "%s", problem)
		}
	}
}

func (v *validator) composites(n *Node, p *Property, stored Value) {
	list, err := p.Composites(stored.Text())
	if err != nil {
		v.add(n, p.Name, "%s", err)
		return
	}
	for i, c := range list {
		path := p.Name
		if p.List {
			path = fmt.Sprintf("%s[%d]", p.Name, i)
		}
		for _, e := range ValidateComposite(p.Value, c) {
			v.add(n, joinPath(path, e.Field), "%s", e.Text)
		}
		if p.Name == identifiersProperty {
			v.key(n, path, Identifier{c["scheme"].Text(), c["value"].Text()})
		}
	}
}

func joinPath(path, field string) string {
	if field == "" {
		return path
	}
	return path + "." + field
}

// key notes an identifier. Loading by key updates the one node that has it, so
// that no two nodes of a batch can.
func (v *validator) key(n *Node, path string, key Identifier) {
	if other, taken := v.keyed[key]; taken {
		v.add(n, path, "%s has this identifier already", shown(other))
		return
	}
	v.keyed[key] = n.ID
}

func (v *validator) links(n *Node) {
	seen := map[Link]bool{}
	count := map[*LinkType]int{}
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
			v.add(n, l.path(), "%s is there twice", shown(l.To))
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

// hiddenLinks sees to it that a value and the hidden link that answers one of
// its fields are both there or both not.
func (v *validator) hiddenLinks(n *Node) {
	for _, p := range n.Type.Properties {
		for _, l := range n.Type.Roles {
			if n.Type.hiddenField(p, l.Field) == "" {
				continue
			}
			switch value, linked := n.Values[p.Name], target(n, l.Field) != ""; {
			case linked && value.Missing():
				v.add(n, p.Name, "it is required with %s", n.Type.PublicField(l.Field))
			case !linked && !value.Missing():
				v.add(n, n.Type.PublicField(l.Field), isRequired)
			}
		}
	}
}

// relationshipInterface is what facts that hold for a time implement.
const relationshipInterface = "Relationship"

// relationship sees to it that the date of what holds for a time is an interval.
func (v *validator) relationship(n *Node) {
	if !n.Type.Implements(relationshipInterface) {
		return
	}
	date, err := ParsePartialDate(n.Values["date"].Text())
	if err == nil && date.Precision != PrecisionInterval {
		v.add(n, "date", "%s holds for a time: its date is an interval such as 2005/.. or 2016/2018", n.Type.Name)
	}
}

// attribution sees to it that a claim names its speaker if and only if it is
// made in the name of an actor.
func (v *validator) attribution(n *Node) {
	if n.Type.Class != ClaimClass {
		return
	}
	attribution := n.Values["attribution"].Text()
	byActor := attribution == string(AttributionActor)
	switch named := target(n, attributedToLink) != ""; {
	case byActor && !named:
		v.add(n, attributedToLink, "attribution %s needs the actor who says so", AttributionActor)
	case !byActor && named && attribution != "":
		v.add(n, attributedToLink, "it is only for attribution %s, and this claim's is %s", AttributionActor, shown(attribution))
	}
}
