package write

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"companygraph/graph"
	"companygraph/schema"
)

// Whatever records lead to, in whatever order they come: each is in one batch,
// and what it leads to is in the same one or an earlier one.
func TestBatchesHoldByThemselves(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		n := 1 + random.IntN(40)
		size := 1 + random.IntN(8)
		records := randomRecords(random, n)
		random.Shuffle(n, func(i, j int) { records[i], records[j] = records[j], records[i] })
		i := spooled(t, records, random.IntN(2*n))
		i.size = size
		i.claims = claimsOf(i.index, records)
		check(t, seed, i, records)
	}
}

// randomRecords are statements that respond to each other, some of them in
// circles, and claims about them.
func randomRecords(random *rand.Rand, n int) []*Record {
	m := schema.Model()
	statement, claim := m.Types["Statement"], m.Types["Claim"]
	records := make([]*Record, n)
	id := func(i int) graph.ID { return graph.ID(fmt.Sprintf("n%d", i)) }
	for i := range records {
		node := &graph.Node{ID: id(i), Type: statement, Values: map[string]graph.Value{}}
		if i > 0 && random.IntN(3) == 0 {
			node.Type = claim
			node.Links = append(node.Links, graph.Link{Type: claim.Link(graph.FactLink), To: id(0)})
		} else {
			for range random.IntN(3) {
				node.Links = append(node.Links, graph.Link{Type: statement.Link("responseTo"), To: id(random.IntN(n + 2))})
			}
		}
		records[i] = &Record{Node: node}
	}
	return records
}

// spooled is an import that has read records, of which so many fit into memory.
func spooled(t *testing.T, records []*Record, inMemory int) *importer {
	t.Helper()
	i := &importer{model: schema.Model(), spool: newSpool(schema.Model(), inMemory), index: newIndex()}
	t.Cleanup(func() {
		if err := i.spool.close(); err != nil {
			t.Error(err)
		}
	})
	for _, r := range records {
		if !i.index.add(r) {
			t.Fatalf("%s is there twice", r.Node.ID)
		}
		if err := i.spool.add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := i.spool.flush(); err != nil {
		t.Fatal(err)
	}
	return i
}

func claimsOf(x *index, records []*Record) *lists {
	claims := newLists(len(records))
	for n, r := range records {
		if fact, there := x.find(r.Node.Target(graph.FactLink)); there {
			claims.add(fact, int32(n))
		}
	}
	return claims
}

func check(t *testing.T, seed uint64, i *importer, records []*Record) {
	t.Helper()
	batchOf := map[graph.ID]int{}
	batches := 0
	err := newSorter(i).run(func(b batch) bool {
		batches++
		for _, r := range b.records {
			if batchOf[r.Node.ID] != 0 {
				t.Errorf("seed %d: %s comes twice", seed, r.Node.ID)
			}
			batchOf[r.Node.ID] = batches
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		own := batchOf[r.Node.ID]
		if own == 0 {
			t.Errorf("seed %d: %s is lost", seed, r.Node.ID)
		}
		for _, l := range r.Node.Links {
			if to := batchOf[l.To]; i.index.has(l.To) && (to == 0 || to > own) {
				t.Errorf("seed %d: %s of batch %d leads to %s of batch %d", seed, r.Node.ID, own, l.To, to)
			}
		}
	}
}

// A chain as long as the import needs no more batches, and no deeper stack, than
// its records alone.
func TestLongChainsAreCut(t *testing.T) {
	const n, size = 20_000, 100
	link := schema.Model().Types["Statement"].Link("responseTo")
	records := make([]*Record, n)
	for k := range records {
		records[k] = &Record{Node: &graph.Node{ID: graph.ID(fmt.Sprintf("n%d", k)), Type: schema.Model().Types["Statement"], Values: map[string]graph.Value{}}}
		if k < n-1 {
			records[k].Node.Links = []graph.Link{{Type: link, To: graph.ID(fmt.Sprintf("n%d", k+1))}}
		}
	}
	i := spooled(t, records, 10)
	i.size = size
	largest, batches := 0, 0
	if err := newSorter(i).run(func(b batch) bool {
		batches, largest = batches+1, max(largest, len(b.records))
		return true
	}); err != nil {
		t.Fatal(err)
	}
	if largest > size || batches != n/size {
		t.Errorf("%d batches of at most %d records, want %d of %d", batches, largest, n/size, size)
	}
}

func TestSortingEndsWhenNobodyTakesBatches(t *testing.T) {
	records := randomRecords(rand.New(rand.NewPCG(1, 1)), 40)
	i := spooled(t, records, 10)
	i.size = 1
	sent := 0
	if err := newSorter(i).run(func(batch) bool { sent++; return false }); err != nil || sent != 1 {
		t.Errorf("%d batches were sent: %v", sent, err)
	}
}
