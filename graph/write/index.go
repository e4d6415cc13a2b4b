package write

import (
	"hash/maphash"

	"companygraph/graph"
)

// hash stands for a text: 128 bits with a random seed, so that two texts of one
// hash are less likely than a fault of the memory.
type hash [2]uint64

// index knows the records of an import, in some 35 bytes each: their ids and types.
type index struct {
	seeds [2]maphash.Seed
	ids   numbers
	// aliases are ids of nodes that records of other ids are about.
	aliases map[hash]int32
	types   []*graph.Type
}

func newIndex() *index {
	return &index{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, aliases: map[hash]int32{}}
}

func (x *index) hash(text string) hash {
	return hash{maphash.String(x.seeds[0], text), maphash.String(x.seeds[1], text)}
}

// add numbers a record, which is found by the ids that gave way to its node, too;
// it is false if there is one of its id.
func (x *index) add(r *Record) bool {
	if !x.ids.add(x.hash(string(r.Node.ID))) {
		return false
	}
	if r.About != "" {
		x.aliases[x.hash(string(r.About))] = int32(len(x.types))
	}
	for _, id := range r.Aliases {
		x.aliases[x.hash(string(id))] = int32(len(x.types))
	}
	x.types = append(x.types, r.Node.Type)
	return true
}

// drop has a record not found any more by its id.
func (x *index) drop(id graph.ID) { x.ids.drop(x.hash(string(id))) }

// find is the number of the record with an id.
func (x *index) find(id graph.ID) (n int32, there bool) {
	h := x.hash(string(id))
	if n, there = x.ids.find(h); !there {
		n, there = x.aliases[h]
	}
	return n, there
}

// hasRecord reports whether there is a record of this very id.
func (x *index) hasRecord(id graph.ID) bool {
	_, there := x.ids.find(x.hash(string(id)))
	return there
}

// has reports whether find finds a record.
func (x *index) has(id graph.ID) bool {
	_, there := x.find(id)
	return there
}

// numbers gives hashes numbers in the order in which they are added, and finds
// those again. It takes half the memory of a map.
type numbers struct {
	// hashes are those of all numbers, in pieces, so that growing copies nothing.
	hashes [][]hash
	// slots have numbers, counted from 1, at or behind the places that their hashes
	// point to; 0 is an end. Their number is a power of two.
	slots []int32
	n     int
}

// piece is how many hashes lie together.
const piece = 1 << 14

func (x *numbers) at(n int32) hash { return x.hashes[n/piece][n%piece] }

// add gives a hash the next number; it is false if it has one.
func (x *numbers) add(h hash) bool {
	if 3*len(x.slots) < 4*(x.n+1) {
		x.grow()
	}
	slot, there := x.slot(h)
	if there {
		return false
	}
	if x.n%piece == 0 {
		x.hashes = append(x.hashes, make([]hash, 0, piece))
	}
	last := &x.hashes[len(x.hashes)-1]
	*last = append(*last, h)
	x.n++
	x.slots[slot] = int32(x.n)
	return true
}

// slot is where a hash is, or where it belongs.
func (x *numbers) slot(h hash) (slot int, there bool) {
	last := len(x.slots) - 1
	slot = int(h[0]) & last
	for x.slots[slot] != 0 {
		if x.at(x.slots[slot]-1) == h {
			return slot, true
		}
		slot = (slot + 1) & last
	}
	return slot, false
}

func (x *numbers) grow() {
	x.slots = make([]int32, max(2*len(x.slots), 64))
	for n := range int32(x.n) {
		slot, _ := x.slot(x.at(n))
		x.slots[slot] = n + 1
	}
}

func (x *numbers) find(h hash) (n int32, there bool) {
	if x.n == 0 {
		return 0, false
	}
	slot, there := x.slot(h)
	return x.slots[slot] - 1, there
}

// drop has a hash not found any more; its number is not given again.
func (x *numbers) drop(h hash) {
	if n, there := x.find(h); there {
		// Nothing has the hash of zero, but for a chance that is none.
		x.hashes[n/piece][n%piece] = hash{}
	}
}
