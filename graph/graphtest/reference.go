package graphtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"
	"companygraph/schema"

	"github.com/tidwall/gjson"
)

// reference says what a graph is after changes. It keeps what every dataset has
// said, and works out everything anew each time. It shares no code with the
// engine, and is written to be plainly the rules of the domain.
type reference struct {
	// said has the records by dataset and record id, written when that was.
	said     map[string]map[graph.ID]*record
	written  map[string]map[graph.ID]int
	priority map[string]int
	now      int
	// stay has the node of each record id that was ever given; who is who is
	// settled for good.
	stay map[graph.ID]graph.ID
	// marks are ids that loads must not bring back.
	marks map[graph.ID]bool
}

// record is what a dataset says of a node. A partial one is an edit of single
// fields, some of which it takes away.
type record struct {
	*graph.Node
	partial bool
	removed map[string]bool
}

func newReference() *reference {
	source := &graph.Node{ID: "s", Type: schema.Model().Types["Source"], Values: map[string]graph.Value{}}
	return &reference{
		said:     map[string]map[graph.ID]*record{"base": {"s": {Node: source}}},
		written:  map[string]map[graph.ID]int{"base": {"s": 0}},
		priority: map[string]int{}, stay: map[graph.ID]graph.ID{"s": "s"}, marks: map[graph.ID]bool{},
	}
}

func (r *reference) copy() *reference {
	next := &reference{
		said: map[string]map[graph.ID]*record{}, written: map[string]map[graph.ID]int{},
		priority: maps.Clone(r.priority), stay: maps.Clone(r.stay), marks: maps.Clone(r.marks), now: r.now + 1,
	}
	for dataset := range r.said {
		next.said[dataset], next.written[dataset] = maps.Clone(r.said[dataset]), maps.Clone(r.written[dataset])
	}
	return next
}

// at is the node that an id stands for.
func (r *reference) at(id graph.ID) graph.ID {
	for r.stay[id] != "" && r.stay[id] != id {
		id = r.stay[id]
	}
	return id
}

// saying is a record with who says it.
type saying struct {
	dataset string
	*record
	written int
}

// nodes has what is said of each node.
func (r *reference) nodes() map[graph.ID][]saying {
	nodes := map[graph.ID][]saying{}
	for dataset, records := range r.said {
		for id, record := range records {
			nodes[r.at(id)] = append(nodes[r.at(id)], saying{dataset, record, r.written[dataset][id]})
		}
	}
	for id := range nodes {
		r.rank(nodes[id])
	}
	return nodes
}

// rank puts what counts first: edits, then the priority, then the dataset that
// wrote later, then the smaller record.
func (r *reference) rank(all []saying) {
	latest := map[string]int{}
	for _, s := range all {
		latest[s.dataset] = max(latest[s.dataset], s.written)
	}
	weight := func(dataset string) int {
		if dataset == "edits" {
			return 1_000
		}
		return r.priority[dataset]
	}
	slices.SortFunc(all, func(a, b saying) int {
		return cmp.Or(
			cmp.Compare(weight(b.dataset), weight(a.dataset)),
			cmp.Compare(latest[b.dataset], latest[a.dataset]),
			cmp.Compare(a.dataset, b.dataset), cmp.Compare(a.ID, b.ID))
	})
}

// put has a dataset say something in place of what it said before, and returns
// what is wrong with that.
func (r *reference) put(meta write.Meta, puts []*graph.Node) (wrong string) {
	if meta.Priority != nil {
		r.priority[meta.Dataset] = *meta.Priority
	}
	puts = slices.DeleteFunc(slices.Clone(puts), func(n *graph.Node) bool { return r.marks[n.ID] && meta.Dataset != "edits" })
	before := r.nodes()
	wrong = r.identify(meta.Dataset, puts, before)
	for _, node := range puts {
		if meta.Dataset == "edits" {
			delete(r.marks, node.ID)
			delete(r.marks, r.at(node.ID))
		}
		r.say(meta.Dataset, &record{Node: node})
	}
	return wrong
}

func (r *reference) say(dataset string, own *record) {
	if r.said[dataset] == nil {
		r.said[dataset], r.written[dataset] = map[graph.ID]*record{}, map[graph.ID]int{}
	}
	if have := r.said[dataset][own.ID]; have == nil || have.String() != own.String() {
		r.said[dataset][own.ID], r.written[dataset][own.ID] = own, r.now
	}
}

func (r *record) String() string {
	var b strings.Builder
	writeNode(&b, r.Node)
	return fmt.Sprint(b.String(), r.partial, slices.Sorted(maps.Keys(r.removed)))
}

// withdraw takes away what a dataset says of a node.
func (r *reference) withdraw(dataset string, id graph.ID) {
	maps.DeleteFunc(r.said[dataset], func(record graph.ID, _ *record) bool { return r.at(record) == r.at(id) })
}

// replaceUnder takes away what a dataset said about nodes in a load under ids that
// are not in it any more.
func (r *reference) replaceUnder(dataset string, puts []*graph.Node) {
	puts = slices.DeleteFunc(slices.Clone(puts), func(p *graph.Node) bool { return r.marks[p.ID] })
	for id := range r.said[dataset] {
		isIt := func(p *graph.Node) bool { return p.ID == id }
		isAbout := func(p *graph.Node) bool { return r.at(p.ID) == r.at(id) }
		if slices.ContainsFunc(puts, isAbout) && !slices.ContainsFunc(puts, isIt) {
			delete(r.said[dataset], id)
		}
	}
}

// withdrawClaims takes away the claims about facts in a load that are not in it
// any more.
func (r *reference) withdrawClaims(dataset string, puts []*graph.Node, before map[graph.ID]*graph.Node) {
	loaded := func(id graph.ID) bool {
		return slices.ContainsFunc(puts, func(p *graph.Node) bool { return !r.marks[p.ID] && (p.ID == id || r.at(p.ID) == r.at(id)) })
	}
	for id, record := range r.said[dataset] {
		was := before[r.at(id)]
		if record.Type.Class == graph.ClaimClass && !loaded(id) && loaded(record.Target("fact")) && was != nil && loaded(was.Target("fact")) {
			delete(r.said[dataset], id)
		}
	}
}

// delete takes away all that is said of a node, for good.
func (r *reference) delete(id graph.ID) (wrong string) {
	all := r.nodes()[r.at(id)]
	if len(all) == 0 {
		return "there is no " + string(id)
	}
	r.marks[r.at(id)] = true
	for _, s := range all {
		r.marks[s.ID] = true
		delete(r.said[s.dataset], s.ID)
	}
	return ""
}

// edited is what edits say of a node under its own id, to be added to.
func (r *reference) edited(id graph.ID, t *graph.Type) *record {
	own := &record{Node: &graph.Node{ID: id, Type: t, Values: map[string]graph.Value{}}, partial: true, removed: map[string]bool{}}
	if have := r.said["edits"][id]; have != nil {
		own.Values, own.Links, own.partial, own.removed = maps.Clone(have.Values), slices.Clone(have.Links), have.partial, maps.Clone(have.removed)
	}
	return own
}

// patch changes fields of a node, and takes away others.
func (r *reference) patch(id graph.ID, fields *graph.Node, removed []string) (wrong string) {
	id = r.at(id)
	if len(r.nodes()[id]) == 0 {
		return "there is no " + string(id)
	}
	own := r.edited(id, fields.Type)
	replaced := map[string]bool{}
	for name, v := range fields.Values {
		own.Values[name], replaced[name] = v, true
	}
	for _, l := range fields.Links {
		replaced[l.Type.Field] = true
	}
	for _, name := range removed {
		delete(own.Values, name)
		if name == "aliases" && !own.partial {
			own.Values[name] = graph.Text("[]")
		}
		replaced[name] = true
	}
	own.Links = slices.DeleteFunc(own.Links, func(l graph.Link) bool { return replaced[l.Type.Field] })
	own.Links = append(own.Links, fields.Links...)
	slices.SortStableFunc(own.Links, func(a, b graph.Link) int {
		return cmp.Compare(slices.Index(own.Type.Roles, a.Type), slices.Index(own.Type.Roles, b.Type))
	})
	for name := range replaced {
		delete(own.removed, name)
	}
	for _, name := range removed {
		if own.partial {
			own.removed[name] = true
		}
	}
	r.say("edits", own)
	return ""
}

// merge makes one node of two, of which the first keeps its single values.
func (r *reference) merge(into, from graph.ID) (wrong string) {
	into, from = r.at(into), r.at(from)
	all := r.nodes()
	if len(all[into]) == 0 || len(all[from]) == 0 || into == from {
		return fmt.Sprintf("%s and %s are not two nodes", into, from)
	}
	n := r.combine(into, all[into])
	own := r.edited(into, n.Type)
	for _, p := range n.Type.Properties {
		if v := n.Values[p.Name]; !p.List && !p.Derived && !v.Missing() && own.Values[p.Name].Missing() {
			own.Values[p.Name] = v
		}
	}
	r.say("edits", own)
	r.stay[from] = into
	return ""
}

// identify settles which node each record is about: all that share an identifier
// are one, but edits do not make one node of two.
func (r *reference) identify(dataset string, puts []*graph.Node, before map[graph.ID][]saying) (wrong string) {
	owner := keptIdentifiers(dataset, puts, before)
	for _, node := range puts {
		if r.stay[node.ID] == "" {
			r.stay[node.ID] = node.ID
		}
	}
	for again := true; again; {
		again = false
		for _, node := range puts {
			other := r.sharing(node, owner)
			if other == "" {
				continue
			}
			if own := r.at(node.ID); dataset == "edits" && before[own] != nil && before[other] != nil {
				wrong = fmt.Sprintf("%s has the identifier of %s", own, other)
			}
			r.join(r.at(node.ID), other, before)
			again = true
		}
	}
	return wrong
}

// sharing is another node that has an identifier of one; "" if none has. Those that
// none has are its own from then on.
func (r *reference) sharing(node *graph.Node, owner map[string]graph.ID) graph.ID {
	for _, key := range keysOf(node) {
		own := r.at(node.ID)
		if owner[key] == "" {
			owner[key] = own
		}
		if other := r.at(owner[key]); other != own {
			return other
		}
	}
	return ""
}

// keptIdentifiers are those that nodes have by records that an import leaves as
// they are.
func keptIdentifiers(dataset string, puts []*graph.Node, before map[graph.ID][]saying) map[string]graph.ID {
	owner := map[string]graph.ID{}
	for id, all := range before {
		for _, s := range all {
			if s.dataset == dataset && slices.ContainsFunc(puts, func(p *graph.Node) bool { return p.ID == s.ID }) {
				continue
			}
			for _, key := range keysOf(s.Node) {
				owner[key] = id
			}
		}
	}
	return owner
}

// join has one of two nodes give way: one that is there stays, else the smaller.
func (r *reference) join(a, b graph.ID, before map[graph.ID][]saying) {
	_, aThere := before[a]
	_, bThere := before[b]
	if bThere && !aThere || aThere == bThere && b < a {
		a, b = b, a
	}
	r.stay[b] = a
}

func keysOf(n *graph.Node) []string {
	var keys []string
	for _, item := range gjson.Parse(n.Values["identifiers"].Text()).Array() {
		keys = append(keys, item.Get("scheme").Str+" "+item.Get("value").Str)
	}
	return keys
}

// settle forgets edits of nodes of which nobody else says anything any more: they
// are gone.
func (r *reference) settle() {
	for _, all := range r.nodes() {
		if !slices.ContainsFunc(all, func(s saying) bool { return !s.partial }) {
			for _, s := range all {
				delete(r.said[s.dataset], s.ID)
			}
		}
	}
}

// combined is the graph: every node with the values and links that count.
func (r *reference) combined() map[graph.ID]*graph.Node {
	graphNow := map[graph.ID]*graph.Node{}
	for id, all := range r.nodes() {
		graphNow[id] = r.combine(id, all)
	}
	return graphNow
}

func (r *reference) combine(id graph.ID, all []saying) *graph.Node {
	n := &graph.Node{ID: id, Type: all[0].Type, Values: map[string]graph.Value{}}
	for _, s := range all {
		if s.Type.Specializes == n.Type.Name {
			n.Type = s.Type
		}
	}
	single := all
	if n.Type.Class == graph.ClaimClass {
		// One record is the whole claim; edits stand before it.
		single = all[:slices.IndexFunc(all, func(s saying) bool { return !s.partial })+1]
	}
	for _, p := range n.Type.Properties {
		for _, s := range single {
			if p.List || s.removed[p.Name] || !n.Values[p.Name].Missing() {
				break
			}
			n.Values[p.Name] = s.Values[p.Name]
		}
		if n.Values[p.Name].Missing() {
			delete(n.Values, p.Name)
		}
	}
	for _, list := range []string{"aliases", "identifiers", "evidence"} {
		if n.Type.Property(list) != nil {
			n.Values[list] = united(list, n.Values["name"].Text(), all)
		}
	}
	if n.Type.Class == graph.SourceClass {
		n.Values = all[0].Values
	}
	for _, l := range n.Type.Roles {
		r.link(n, l, single)
	}
	return n
}

// united is the elements of all lists, each once, or those of an edit; names that
// do not count are aliases.
func united(list, name string, all []saying) graph.Value {
	var items []string
	for _, s := range all {
		if s.removed[list] {
			break
		}
		for _, item := range gjson.Parse(s.Values[list].Text()).Array() {
			if !slices.Contains(items, item.Raw) {
				items = append(items, item.Raw)
			}
		}
		if s.partial && !s.Values[list].Missing() {
			break
		}
	}
	values := map[string]bool{name: true}
	for _, item := range items {
		values[gjson.Get(item, "value").Str] = true
	}
	for _, s := range all {
		if other := s.Values["name"].Text(); list == "aliases" && other != "" && !values[other] {
			values[other] = true
			items = append(items, fmt.Sprintf(`{"value":%q}`, other))
		}
	}
	return graph.Text("[" + strings.Join(items, ",") + "]")
}

func (r *reference) link(n *graph.Node, l *graph.LinkType, all []saying) {
	for _, s := range all {
		if s.removed[l.Field] {
			return
		}
		said := false
		for _, link := range s.Links {
			if link.Type.Field != l.Field {
				continue
			}
			said = true
			if own := (graph.Link{Type: l, To: r.at(link.To)}); !slices.Contains(n.Links, own) {
				n.Links = append(n.Links, own)
			}
		}
		if said && (!l.List || s.partial) {
			return
		}
	}
}

// check says what does not hold in a graph.
func check(now map[graph.ID]*graph.Node) string {
	for id, n := range now {
		for _, l := range n.Links {
			if now[l.To] == nil {
				return fmt.Sprintf("%s leads to %s", id, l.To)
			}
		}
		if on := graph.ParticipationOf(n); n.Type.Class == graph.ClaimClass && on.Role != "" && !now[n.Target("fact")].Takes(on) {
			return fmt.Sprintf("%s is about no participation", id)
		}
	}
	return ""
}

// leadsNowhere says which link of a record that is put leads to nothing.
func (r *reference) leadsNowhere(puts []*graph.Node, dataset string) string {
	all := r.nodes()
	for _, n := range puts {
		// What was said before is not said anew.
		if r.said[dataset][n.ID] == nil || r.written[dataset][n.ID] != r.now {
			continue
		}
		for _, l := range n.Links {
			if len(all[r.at(l.To)]) == 0 {
				return fmt.Sprintf("%s leads to %s, which does not count", n.ID, l.To)
			}
		}
	}
	return ""
}

// withStatuses sets the statuses of facts.
func withStatuses(now map[graph.ID]*graph.Node) {
	for id, n := range now {
		if n.Type.Class != graph.FactClass {
			continue
		}
		whole := statusOf(now, id, graph.Participation{}, "UNSUPPORTED")
		n.Values["status"] = graph.Text(whole)
		for i, l := range n.Links {
			n.Links[i].Status = statusOf(now, id, graph.Participation{Role: l.Type.Field, Entity: l.To}, whole)
		}
	}
}

// texts are the nodes as text, with statuses and with who says what.
func (r *reference) texts() map[graph.ID]string {
	now, said := r.combined(), r.nodes()
	withStatuses(now)
	texts := map[graph.ID]string{}
	for id, n := range now {
		var b strings.Builder
		writeNode(&b, n)
		slices.SortFunc(said[id], func(x, y saying) int {
			return cmp.Or(cmp.Compare(x.dataset, y.dataset), cmp.Compare(x.ID, y.ID))
		})
		for _, s := range said[id] {
			fmt.Fprintf(&b, "  said by %s as %s: %s", s.dataset, s.ID, writtenOut(s.Node, slices.Sorted(maps.Keys(s.removed))))
		}
		texts[id] = b.String()
	}
	return texts
}

// writtenOut is what a record says as text.
func writtenOut(n *graph.Node, removed []string) string {
	var b strings.Builder
	writeNode(&b, n)
	return strings.TrimSuffix(b.String(), "\n") + fmt.Sprint(" without ", removed, "\n")
}

// datasets are those that contribute, with how many nodes they contribute to.
func (r *reference) datasets() string {
	nodes := map[string]int{}
	for _, all := range r.nodes() {
		names := map[string]bool{}
		for _, s := range all {
			names[s.dataset] = true
		}
		for name := range names {
			nodes[name]++
		}
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		fmt.Fprintf(&b, "%s %d %d\n", name, r.priority[name], nodes[name])
	}
	return b.String()
}

// statusOf is what the claims about a part of a fact amount to, by the words of
// the domain: see [graph.DeriveStatus], whose code it does not use.
func statusOf(now map[graph.ID]*graph.Node, fact graph.ID, part graph.Participation, otherwise string) string {
	var claims []*graph.Node
	for _, n := range now {
		if n.Type.Class == graph.ClaimClass && n.Target("fact") == fact && graph.ParticipationOf(n) == part {
			claims = append(claims, n)
		}
	}
	if len(claims) == 0 {
		return otherwise
	}
	return statusBy(stancesThatCount(claims))
}

// stancesThatCount are those of the claims that their speakers stand by.
func stancesThatCount(claims []*graph.Node) map[string]bool {
	said := map[string]bool{}
	for _, c := range claims {
		own := slices.DeleteFunc(slices.Clone(claims), func(o *graph.Node) bool { return !sameSpeaker(c, o) })
		contradicts := slices.ContainsFunc(own, func(o *graph.Node) bool { return isLive(o, own) && supports(o) }) &&
			slices.ContainsFunc(own, func(o *graph.Node) bool { return isLive(o, own) && opposes(o) })
		if stance := c.Values["stance"].Text(); !contradicts && (isLive(c, own) || stance == "RETRACTS") {
			said[stance] = true
		}
	}
	return said
}

// statusBy is the status that stances amount to.
func statusBy(said map[string]bool) string {
	support := said["CONFIRMS"] || said["ASSERTS"] || said["ALLEGES"]
	switch {
	case support && (said["DENIES"] || said["DOUBTS"]):
		return "DISPUTED"
	case said["CONFIRMS"]:
		return "CONFIRMED"
	case said["ASSERTS"]:
		return "ASSERTED"
	case said["ALLEGES"]:
		return "ALLEGED"
	case said["DENIES"]:
		return "DENIED"
	case said["DOUBTS"]:
		return "UNSUPPORTED"
	case said["RETRACTS"]:
		return "RETRACTED"
	}
	return "UNSUPPORTED"
}

// sameSpeaker tells whether two claims are made by one speaker.
func sameSpeaker(a, b *graph.Node) bool {
	attribution, voice := a.Values["attribution"].Text(), a.Values["voice"].Text()
	switch {
	case a == b:
		return true
	case attribution != b.Values["attribution"].Text():
		return false
	case attribution == "ACTOR":
		return a.Target("attributedTo") == b.Target("attributedTo")
	case attribution == "UNNAMED":
		return voice != "" && voice == b.Values["voice"].Text() && a.Target("source") == b.Target("source")
	}
	return a.Target("source") == b.Target("source")
}

func supports(n *graph.Node) bool {
	return slices.Contains([]string{"ASSERTS", "ALLEGES", "CONFIRMS"}, n.Values["stance"].Text())
}

func opposes(n *graph.Node) bool {
	return slices.Contains([]string{"DENIES", "DOUBTS"}, n.Values["stance"].Text())
}

// isLive tells whether a claim is neither superseded nor taken back by another of
// the same speaker.
func isLive(c *graph.Node, own []*graph.Node) bool {
	return c.Values["stance"].Text() != "RETRACTS" && !slices.ContainsFunc(own, func(o *graph.Node) bool {
		return surelyBefore(c, o) || o.Values["stance"].Text() == "RETRACTS" && !surelyBefore(o, c)
	})
}

// surelyBefore compares the dates of a random history, of which it knows the ends.
func surelyBefore(a, b *graph.Node) bool {
	ends := map[string][2]string{
		"2015": {"2015-01-01", "2015-12-31"}, "2016-05": {"2016-05-01", "2016-05-31"},
		"2017": {"2017-01-01", "2017-12-31"}, "2017-09-14": {"2017-09-14", "2017-09-14"},
	}
	x, xKnown := ends[a.Values["madeAt"].Text()]
	y, yKnown := ends[b.Values["madeAt"].Text()]
	return xKnown && yKnown && x[1] < y[0]
}
