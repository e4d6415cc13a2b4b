package write

import (
	"fmt"
	"testing"

	"companygraph/graph"
	"companygraph/schema"
)

// Records are found by their ids and those that gave way to them, and no others.
func TestRecordsAreFoundByTheirIDs(t *testing.T) {
	place := schema.Model().Types["Place"]
	x := newIndex()
	if x.has("p0") {
		t.Error("an empty index has a record")
	}
	record := func(n int) *Record {
		r := &Record{Node: &graph.Node{ID: graph.ID(fmt.Sprint("p", n)), Type: place}}
		if n%1000 == 0 {
			r.About, r.Aliases = graph.ID(fmt.Sprint("about", n)), []graph.ID{graph.ID(fmt.Sprint("was", n))}
		}
		return r
	}
	const n = 3*piece + 7
	for i := range n {
		if !x.add(record(i)) {
			t.Fatalf("record %d is there before it is added", i)
		}
	}
	for i := range n {
		r := record(i)
		for _, id := range append(r.Aliases, r.Node.ID) {
			if at, there := x.find(id); !there || at != int32(i) {
				t.Fatalf("%s is %d, %v", id, at, there)
			}
		}
		if x.add(r) {
			t.Fatalf("record %d was added twice", i)
		}
	}
	for _, id := range []graph.ID{"", "p", "q0", graph.ID(fmt.Sprint("p", n)), "was1"} {
		if x.has(id) {
			t.Errorf("%q is there", id)
		}
	}
	if at, there := x.find("about2000"); !there || at != 2000 {
		t.Errorf("a node is found as %d, %v", at, there)
	}
}

// What was dropped is not found, and all else still is.
func TestDroppedRecordsAreNotFound(t *testing.T) {
	place := schema.Model().Types["Place"]
	x := newIndex()
	id := func(n int) graph.ID { return graph.ID(fmt.Sprint("p", n)) }
	const n = 1000
	for i := range n {
		x.add(&Record{Node: &graph.Node{ID: id(i), Type: place}})
		if i%3 == 0 {
			x.ids.drop(x.hash(string(id(i))))
		}
	}
	x.ids.drop(x.hash("unknown"))
	for i := range n {
		if at, there := x.find(id(i)); there != (i%3 != 0) || there && at != int32(i) {
			t.Errorf("record %d is found as %d, %v", i, at, there)
		}
	}
}
