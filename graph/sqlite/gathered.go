package sqlite

import (
	"slices"
	"strings"

	"companygraph/graph"
)

// gathered are rows of a load that wait until its transaction ends. Those of back,
// token and words are about nodes all over these tables: written together, they change
// each page once for many batches and not once for each.
type gathered struct {
	backs  []gatheredBack
	tokens []tokenRow
	words  []wordsRow
	// writtenBacks, writtenTokens and writtenWords are how many of them were written by the
	// change at hand, which may yet be taken back.
	writtenBacks, writtenTokens, writtenWords int
	// hadBacks, hadTokens and hadWords are how many there were before it.
	hadBacks, hadTokens, hadWords int
}

// gatheredBack is a row of back.
type gatheredBack struct {
	backRow
	since int64
}

func (g *gathered) len() int { return len(g.backs) + len(g.tokens) + len(g.words) }

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

// addWords takes rows over.
func (g *gathered) addWords(words []wordsRow) {
	for _, row := range words {
		g.words = append(g.words, wordsRow{graph.ID(strings.Clone(string(row.id))), row.words})
	}
}

// begin goes on to a change; keep and takeBack end it.
func (g *gathered) begin() {
	g.hadBacks, g.hadTokens, g.hadWords = len(g.backs), len(g.tokens), len(g.words)
}

// keep leaves what the change did.
func (g *gathered) keep() {
	g.backs, g.tokens = slices.Delete(g.backs, 0, g.writtenBacks), slices.Delete(g.tokens, 0, g.writtenTokens)
	g.words = slices.Delete(g.words, 0, g.writtenWords)
	g.writtenBacks, g.writtenTokens, g.writtenWords = 0, 0, 0
}

// takeBack takes back what the change did, the writing of earlier rows included.
func (g *gathered) takeBack() {
	g.backs, g.tokens, g.words = g.backs[:g.hadBacks], g.tokens[:g.hadTokens], g.words[:g.hadWords]
	g.writtenBacks, g.writtenTokens, g.writtenWords = 0, 0, 0
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
	words := slices.Clone(g.words[g.writtenWords:])
	slices.SortStableFunc(words, compareWords) // the last of one node counts
	for some := range slices.Chunk(tokens, rowsAtOnce) {
		if err := putSearched(c, some, nil); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(words, rowsAtOnce) {
		if err := putSearched(c, nil, some); err != nil {
			return err
		}
	}
	g.writtenBacks, g.writtenTokens, g.writtenWords = len(g.backs), len(g.tokens), len(g.words)
	return nil
}

// rowsAtOnce is how many gathered rows one statement writes.
const rowsAtOnce = 20_000
