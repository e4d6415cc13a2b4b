package sqlite

import (
	"slices"
	"strings"

	"companygraph/graph"
)

// gathered are rows of a load that wait until its transaction ends. Those of back
// and token are about nodes all over these tables: written together, they change
// each page once for many batches and not once for each.
type gathered struct {
	backs  []gatheredBack
	tokens []tokenRow
	// writtenBacks and writtenTokens are how many of them were written by the
	// change at hand, which may yet be taken back.
	writtenBacks, writtenTokens int
	// hadBacks and hadTokens are how many there were before it.
	hadBacks, hadTokens int
}

// gatheredBack is a row of back.
type gatheredBack struct {
	backRow
	since int64
}

func (g *gathered) len() int { return len(g.backs) + len(g.tokens) }

// add takes rows over. Copies of their texts are kept: the texts themselves may
// be parts of whole records.
func (g *gathered) add(backs []backRow, tokens []tokenRow, since int64) {
	g.backs, g.tokens = slices.Grow(g.backs, len(backs)), slices.Grow(g.tokens, len(tokens))
	copies := map[graph.ID]graph.ID{}
	own := func(id graph.ID) graph.ID {
		kept, known := copies[id]
		if !known {
			kept = graph.ID(strings.Clone(string(id)))
			copies[id] = kept
		}
		return kept
	}
	at := ""
	for _, row := range backs {
		if row.at != at { // those of one node lie together
			at = strings.Clone(row.at)
		}
		row.id, row.at = own(row.id), at
		g.backs = append(g.backs, gatheredBack{row, since})
	}
	for _, row := range tokens {
		row.id, row.token = own(row.id), strings.Clone(row.token)
		g.tokens = append(g.tokens, row)
	}
}

// begin goes on to a change; keep and takeBack end it.
func (g *gathered) begin() { g.hadBacks, g.hadTokens = len(g.backs), len(g.tokens) }

// keep leaves what the change did.
func (g *gathered) keep() {
	g.backs, g.tokens = slices.Delete(g.backs, 0, g.writtenBacks), slices.Delete(g.tokens, 0, g.writtenTokens)
	g.writtenBacks, g.writtenTokens = 0, 0
}

// takeBack takes back what the change did, the writing of earlier rows included.
func (g *gathered) takeBack() {
	g.backs, g.tokens = g.backs[:g.hadBacks], g.tokens[:g.hadTokens]
	g.writtenBacks, g.writtenTokens = 0, 0
}

// write writes the rows that wait. They are sorted as copies: takeBack has to know
// which came last.
func (g *gathered) write(c *conn) error {
	backs, tokens := slices.Clone(g.backs[g.writtenBacks:]), slices.Clone(g.tokens[g.writtenTokens:])
	slices.SortFunc(backs, func(x, y gatheredBack) int { return compareBacks(x.backRow, y.backRow) })
	backs = slices.Compact(backs)
	slices.SortFunc(tokens, compareTokens)
	for some := range slices.Chunk(backs, rowsAtOnce) {
		if err := putBacks(c, len(some), func(i int) (*backRow, int64) { return &some[i].backRow, some[i].since }); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(tokens, rowsAtOnce) {
		if err := putTokens(c, some); err != nil {
			return err
		}
	}
	g.writtenBacks, g.writtenTokens = len(g.backs), len(g.tokens)
	return nil
}

// rowsAtOnce is how many gathered rows one statement writes.
const rowsAtOnce = 20_000
