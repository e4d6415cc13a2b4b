// Package differ compares stores: random graphs are written to all of them, and
// random operations are asked of all of them, through the whole server. The
// answers must be those of the naive store, byte for byte.
//
// Everything follows from a seed. What differs is made as small as it gets and
// printed as a case for graphtest/testdata/regressions.
package differ

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"companygraph/graph"
	"companygraph/graph/graphtest"
	"companygraph/graph/graphtest/naive"
	"companygraph/graph/store"
	"companygraph/httpserver"
	"companygraph/schema"
	"companygraph/seed/loader"

	"github.com/tidwall/gjson"
)

// Side is a store that is compared with the naive one.
type Side struct {
	Name string
	Open graphtest.Open
	// Compiles says that a statement takes the store long when it first meets
	// it: operations then come again more often, with other values.
	Compiles bool
}

// The environment says how many operations are asked, and which seed comes
// first.
const (
	operationsVariable = "DIFFER_OPERATIONS"
	seedVariable       = "DIFFER_SEED"
	fewOperations      = 2000
)

// A session is what follows from one seed, on stores that are opened for it.
const (
	graphsPerSession = 3
	stagesPerGraph   = 2
	shapesPerSession = 1000
	// compiledShapes is shapesPerSession where a side compiles.
	compiledShapes = 10
)

// perStage is how many operations are asked between two batches: more where many
// are asked in all, or a side compiles, as it is the first of a kind that take
// long.
func perStage(operations int, sides []Side) int {
	sessions := 80
	if compiles(sides) {
		sessions = 3
	}
	return min(max(operations/(sessions*graphsPerSession*stagesPerGraph)+1, 40), 200)
}

func compiles(sides []Side) bool {
	return slices.ContainsFunc(sides, func(side Side) bool { return side.Compiles })
}

// atOnce is how many operations the stores answer at once.
const atOnce = 4

// Test compares stores over many operations, and ends at the first difference.
func Test(t *testing.T, sides ...Side) {
	operations, first := number(t, operationsVariable, fewOperations), number(t, seedVariable, 1)
	asked := 0
	for seed := first; asked < operations; seed++ {
		s := &session{model: schema.Model(), sides: sides, seed: uint64(seed), perStage: perStage(operations, sides)}
		t.Run(fmt.Sprintf("seed=%d", seed), s.play)
		asked += s.asked
		if s.found != nil {
			t.Errorf("%s=%d %s=%d differs:\n%s", operationsVariable, operations, seedVariable, seed, shrink(t, s.found))
			return
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d operations from %s=%d on are answered alike", asked, seedVariable, first)
}

func number(t *testing.T, variable string, otherwise int) int {
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// difference is an operation that a store answers otherwise than the naive one
// after the same batches; without an operation, the last batch is what differs.
type difference struct {
	model     *graph.Model
	side      Side
	batches   []graphtest.Batch
	operation *operation
	want, got []byte
}

// world is a store behind the whole server.
type world struct {
	model  *graph.Model
	store  store.Store
	server http.Handler
}

func newWorld(store store.Store, m *graph.Model) *world {
	return &world{model: m, store: store, server: httpserver.NewLocalHandler(store, m)}
}

func (w *world) ask(ctx context.Context, op operation) []byte {
	body, err := json.Marshal(map[string]any{"query": op.query, "variables": op.variables})
	if err != nil {
		panic(err) // there is nothing in it that JSON cannot say
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, request)
	return recorder.Body.Bytes()
}

// patientlyAsk asks [graphtest.Patiently].
func (w *world) patientlyAsk(ctx context.Context, op operation) []byte {
	return graphtest.Patiently(func() []byte { return w.ask(ctx, op) })
}

// apply writes a batch and says what that did.
func (w *world) apply(ctx context.Context, batch graphtest.Batch) (done string, ok bool) {
	applied, err := graphtest.Write(ctx, w.store, batch)
	done = graphtest.Outcome(applied, err)
	if err == nil {
		done += w.verify(ctx, batch)
	}
	return done, err == nil
}

// verify checks spans against the texts of a batch, and says what that found.
func (w *world) verify(ctx context.Context, batch graphtest.Batch) string {
	folder := fstest.MapFS{}
	for i, node := range batch.Nodes {
		if text := node.Values["content"]; !text.Missing() {
			folder[strconv.Itoa(i)] = &fstest.MapFile{Data: []byte(text.Text())}
		}
	}
	if len(folder) == 0 {
		return ""
	}
	found, err := loader.Verify(ctx, w.model, w.store, folder, time.Unix(0, 0))
	return fmt.Sprint(found, err)
}

// session plays one seed.
type session struct {
	model *graph.Model
	sides []Side
	seed  uint64
	// perStage is how many operations are asked between two batches.
	perStage int
	random   *rand.Rand
	author   *author
	naive    *naive.Store
	// worlds has the naive store first, then those of the sides.
	worlds []*world
	// batches are those that were written.
	batches []graphtest.Batch
	asked   int
	found   *difference
}

func (s *session) play(t *testing.T) {
	s.random = rand.New(rand.NewPCG(s.seed, 0))
	s.author = newAuthor(s.model, s.seed)
	s.author.subset = newTypeSubset(s.model, s.random)
	s.naive = naive.New(s.model)
	s.worlds = []*world{newWorld(s.naive, s.model)}
	for _, side := range s.sides {
		s.worlds = append(s.worlds, newWorld(side.Open(t, s.model), s.model))
	}
	for range graphsPerSession {
		if !s.graph(t) {
			return
		}
	}
}

// graph plays one graph: it is written, changed, asked about in between, and
// deleted. It returns false if something differed.
func (s *session) graph(t *testing.T) bool {
	s.author.words = newVocabulary(s.random)
	for range stagesPerGraph {
		s.apply(t, s.grow())
		if s.found == nil {
			s.ask(t)
		}
		if s.found != nil {
			return false
		}
	}
	s.apply(t, clearing(s.naive.Nodes()))
	return s.found == nil
}

func (s *session) grow() graphtest.Batch {
	g := &grower{model: s.model, random: s.random, words: s.author.words, nodes: s.naive.Nodes(), subset: s.author.subset}
	if len(g.nodes) == 0 {
		return g.first()
	}
	return g.change()
}

// apply writes a batch everywhere.
func (s *session) apply(t *testing.T, batch graphtest.Batch) {
	want, ok := s.worlds[0].apply(t.Context(), batch)
	for i, side := range s.sides {
		if got, _ := s.worlds[i+1].apply(t.Context(), batch); got != want {
			s.found = &difference{model: s.model, side: side, batches: append(s.batches, batch), want: []byte(want), got: []byte(got)}
			return
		}
	}
	if ok {
		s.batches = append(s.batches, batch)
	}
}

// ask asks the operations of a stage: first of the naive store, whose answers
// have the cursors for the next, then of the others, several at once.
func (s *session) ask(t *testing.T) {
	s.author.nodes = s.naive.Nodes()
	shapes := uint64(shapesPerSession)
	if compiles(s.sides) {
		shapes = compiledShapes
	}
	var operations []operation
	var answers [][]byte
	for range s.perStage {
		op := s.author.write(s.seed*shapesPerSession+s.random.Uint64N(shapes), s.random.Uint64())
		answer := s.worlds[0].ask(t.Context(), op)
		s.author.harvest(gjson.ParseBytes(answer))
		operations, answers = append(operations, op), append(answers, answer)
	}
	s.asked += len(operations)
	var asking sync.WaitGroup
	var lock sync.Mutex
	places := make(chan struct{}, atOnce)
	for i, op := range operations {
		places <- struct{}{}
		asking.Go(func() {
			defer func() { <-places }()
			if d := s.compare(t.Context(), op, answers[i]); d != nil {
				lock.Lock()
				defer lock.Unlock()
				s.found = d
			}
		})
	}
	asking.Wait()
}

func (s *session) compare(ctx context.Context, op operation, want []byte) *difference {
	for i, side := range s.sides {
		if got := s.worlds[i+1].patientlyAsk(ctx, op); !bytes.Equal(got, want) {
			return &difference{model: s.model, side: side, batches: s.batches, operation: &op, want: want, got: got}
		}
	}
	return nil
}
