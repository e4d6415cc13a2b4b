package graphtest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"companygraph/graph"
	"companygraph/graph/write"
	"companygraph/schema"
)

// randomLoadsHoweverCut makes random loads into random graphs. With TEST_LONG=1
// there are many more.
func randomLoadsHoweverCut(w *world) {
	seeds := uint64(4)
	if os.Getenv("TEST_LONG") != "" {
		seeds = 100
	}
	for seed := range seeds {
		compareCuts(w, seed)
	}
}

// TestCuts makes many random loads into a store that is quick to open.
func TestCuts(t *testing.T, open Open) {
	seeds := uint64(300)
	if os.Getenv("TEST_LONG") != "" {
		seeds = 20_000
	}
	w := newWorld(t, open)
	for seed := range seeds {
		compareCuts(w, 1_000_000+seed)
	}
}

// compareCuts makes a random load in one batch and in many: it is refused alike,
// leaving nothing, or gives the same graph.
func compareCuts(w *world, seed uint64) {
	w.Helper()
	s := newScene(seed)
	var refused bool
	var want string
	for _, batch := range []int{0, 1, 2 + s.random.IntN(4)} {
		own := w.fresh()
		s.begin(own)
		before := own.all()
		options := s.options
		options.Batch = batch
		_, err := own.tryImport(s.meta, s.load, options)
		problems := own.problemsOf(err)
		if batch == 0 {
			refused, want = problems != nil, own.content()
		} else if refused != (problems != nil) {
			w.Fatalf("seed %d, in batches of %d: refused because of %q, want refused: %t, of\n%s", seed, batch, problems, refused, s)
		}
		got, wanted := own.content(), want
		if refused {
			got, wanted = own.all(), before
		}
		if difference := Difference(got, wanted); difference != "" {
			w.Fatalf("seed %d, in batches of %d, refused because of %q: %s\nof\n%s", seed, batch, problems, difference, s)
		}
	}
}

// scene is a random load into a random graph.
type scene struct {
	random *rand.Rand
	// steps are what is there before; those that are refused are left out.
	steps   []before
	meta    write.Meta
	load    string
	options write.ImportOptions
}

func newScene(seed uint64) *scene {
	s := &scene{random: rand.New(rand.NewPCG(seed, 11)), meta: write.Meta{Dataset: "a"}}
	s.steps = []before{{dataset: "b", text: "sources: [{ id: s }]"}, {dataset: s.oneOf("a", "b"), text: s.everything()}}
	for range 1 + s.random.IntN(6) {
		s.steps = append(s.steps, s.step())
	}
	s.load = s.text(4 + s.random.IntN(8))
	if s.random.IntN(4) == 0 {
		priority := s.random.IntN(4)
		s.meta.Priority = &priority
	}
	s.options.Prune = s.random.IntN(4) == 0
	return s
}

func (s *scene) String() string {
	var b strings.Builder
	for _, step := range s.steps {
		fmt.Fprintf(&b, "%s, priority %d: %s\n", step.dataset, step.priority, step.text)
	}
	fmt.Fprintf(&b, "and then %+v", s.options)
	if s.meta.Priority != nil {
		fmt.Fprintf(&b, ", priority %d", *s.meta.Priority)
	}
	return b.String() + ":\n" + s.load
}

// begin makes what is there before.
func (s *scene) begin(w *world) {
	w.Helper()
	for _, step := range s.steps {
		var err error
		if step.edit != nil {
			_, err = w.store.Write(w.Context(), write.Meta{Dataset: write.Edits}, step.edit)
		} else {
			_, err = w.tryImport(write.Meta{Dataset: step.dataset, Priority: &step.priority}, step.text, write.ImportOptions{})
		}
		w.problemsOf(err)
	}
}

func (s *scene) oneOf(all ...string) string { return all[s.random.IntN(len(all))] }

// step is a load of a few nodes, or an edit.
func (s *scene) step() before {
	if s.random.IntN(4) > 0 {
		return before{dataset: s.oneOf("a", "a", "b", "c"), priority: s.random.IntN(2), text: s.text(2 + s.random.IntN(6))}
	}
	m := schema.Model()
	id, other := s.id("e"), s.id("e")
	switch s.random.IntN(3) {
	case 0:
		id = s.id(s.oneOf("e", "f", "c"))
		return before{text: "delete " + string(id), edit: func(tx *write.Tx) error { return tx.Delete(id) }}
	case 1:
		fact, ban := s.id("f"), m.Types["Ban"]
		patch := write.Patch{Node: &graph.Node{Type: ban, Links: []graph.Link{{Type: ban.Link("targets"), To: id}}}}
		return before{text: fmt.Sprintf("targets of %s are %s", fact, id), edit: func(tx *write.Tx) error {
			if is, err := tx.Get(fact); err != nil || is == nil || is.Node.Type != ban {
				return err
			}
			return tx.Patch(fact, patch)
		}}
	}
	return before{text: fmt.Sprintf("merge %s into %s", other, id), edit: func(tx *write.Tx) error { return tx.Merge(id, other) }}
}

// The nodes of a scene: few, so that what is said of them meets.
const sceneNodes = 5

func (s *scene) id(kind string) graph.ID {
	return graph.ID(fmt.Sprint(kind, min(s.random.IntN(sceneNodes), s.random.IntN(sceneNodes))))
}

// everything says something of all entities and facts, so that most of what is
// said later leads somewhere.
func (s *scene) everything() string {
	var entities, facts string
	for n := range sceneNodes {
		entities += s.entity(graph.ID(fmt.Sprint("e", n)))
		facts += s.fact(graph.ID(fmt.Sprint("f", n)))
	}
	return "entities:\n" + entities + "facts:\n" + facts
}

// text says something of some nodes.
func (s *scene) text(n int) string {
	lists := map[string][]string{}
	seen := map[graph.ID]bool{}
	for range n {
		kind := s.oneOf("e", "e", "f", "c")
		id := s.id(kind)
		if seen[id] {
			continue
		}
		seen[id] = true
		switch kind {
		case "e":
			lists["entities"] = append(lists["entities"], s.entity(id))
		case "f":
			lists["facts"] = append(lists["facts"], s.fact(id))
		default:
			lists["claims"] = append(lists["claims"], s.claim(id))
		}
	}
	var b strings.Builder
	for _, list := range []string{"entities", "facts", "claims"} {
		if len(lists[list]) > 0 {
			fmt.Fprintf(&b, "%s:\n%s", list, strings.Join(lists[list], ""))
		}
	}
	return b.String()
}

func (s *scene) entity(id graph.ID) string {
	text := fmt.Sprintf("  - { id: %s, type: %s, name: %s", id, s.kind(), s.oneOf("Acme", "Best", "Core"))
	if s.random.IntN(3) == 0 {
		text += fmt.Sprintf(`, identifiers: [{ scheme: lei, value: "%d" }]`, s.random.IntN(sceneNodes))
	}
	return text + " }\n"
}

func (s *scene) kind() string {
	if s.random.IntN(12) == 0 {
		return "Place"
	}
	return s.oneOf("Company", "Retailer")
}

func (s *scene) fact(id graph.ID) string {
	switch {
	case id < "f2":
		return fmt.Sprintf("  - { id: %s, type: Ban, title: T, phase: PROPOSED, targets: [%s], appliesTo: [%s] }\n", id, s.ids("e"), s.ids("e"))
	case id < "f4":
		text := fmt.Sprintf("  - { id: %s, type: Delisting, title: T, phase: OCCURRED", id)
		for _, role := range []string{"retailer", "supplier"} {
			if s.random.IntN(2) == 0 {
				text += fmt.Sprintf(", %s: %s", role, s.id("e"))
			}
		}
		return text + " }\n"
	}
	return fmt.Sprintf("  - { id: %s, type: Statement, title: T, phase: OCCURRED, about: [%s], responseTo: [%s], quotations: [{ gist: G, source: s, about: [%s] }] }\n",
		id, s.ids("e"), s.ids("f"), s.ids("e"))
}

// ids are up to two ids of a kind.
func (s *scene) ids(kind string) string {
	var ids []string
	for range s.random.IntN(3) {
		if id := string(s.id(kind)); len(ids) == 0 || ids[0] != id {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, ", ")
}

func (s *scene) claim(id graph.ID) string {
	fact := s.id("f")
	text := fmt.Sprintf("  - { id: %s, fact: %s, stance: %s, source: s", id, fact, s.oneOf("ASSERTS", "DENIES", "RETRACTS"))
	if s.random.IntN(2) == 0 {
		text += fmt.Sprintf(", attribution: ACTOR, attributedTo: %s", s.id("e"))
	} else {
		text += ", attribution: SOURCE"
	}
	if s.random.IntN(3) == 0 {
		role := map[bool]string{true: "targets", false: "retailer"}[fact < "f2"]
		if fact == "f4" {
			role = "about"
		}
		text += fmt.Sprintf(", on: { role: %s, entity: %s }", role, s.id("e"))
	}
	return text + " }\n"
}
