package sqlite

import (
	"encoding/json"
	"maps"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
	"companygraph/graph/store/search"

	"github.com/ncruces/go-sqlite3"
)

// byWords searches: it finds the nodes that have the rarest word, and shared code
// ranks those that have the others, too.
func (q *query) byWords(f *plan.Fetch, match plan.ByWords) (*plan.Rows, error) {
	words := q.terms.Words(match.Words)
	hits, err := q.hits(words, f.Types)
	if err != nil {
		return nil, err
	}
	return search.Page(q.layout.model, f, words, hits, func(ids []graph.ID, shape *plan.Shape) (*plan.Rows, error) {
		return q.byID(ids, f.Types, shape)
	})
}

func (q *query) hits(words search.Words, types []*graph.Type) ([]search.Hit, error) {
	ranges, err := q.rarest(words.Required())
	if err != nil || len(ranges) == 0 {
		return nil, err
	}
	if len(words) == 1 {
		return q.hitsOfOne(words, ranges, types)
	}
	var hits []search.Hit
	r := q.renderer()
	r.ofWords(rangeList(ranges), types)
	err = q.conn.run(r.sql.String(), r.args, func(s *sqlite3.Stmt) error {
		id, class := graph.ID(s.ColumnText(0)), q.layout.typeOf[s.ColumnInt(1)].Class
		if hit, found := words.Hit(id, class, search.ParseTokens(s.ColumnText(2))); found {
			hits = append(hits, hit)
		}
		return q.reading.Row(&plan.Row{})
	})
	return hits, err
}

// hitsOfOne are those of a single word, which the rows of the index tell without
// the other tokens of each node.
func (q *query) hitsOfOne(words search.Words, ranges []tokenRange, types []*graph.Type) ([]search.Hit, error) {
	best := map[graph.ID]search.Hit{}
	r := q.renderer()
	r.ofWord(rangeList(ranges), types)
	err := q.conn.run(r.sql.String(), r.args, func(s *sqlite3.Stmt) error {
		id, class := graph.ID(s.ColumnText(0)), q.layout.typeOf[s.ColumnInt(1)].Class
		hit, found := words.Hit(id, class, []graph.SearchToken{{Token: s.ColumnText(2), Field: fieldOfRank(s.ColumnInt(3))}})
		known, seen := best[id]
		if found && (!seen || hit.Compare(known) < 0) {
			best[id] = hit
		}
		if seen {
			return nil
		}
		return q.reading.Row(&plan.Row{})
	})
	return slices.Collect(maps.Values(best)), err
}

// tokenRange is a range of tokens that answer a word.
type tokenRange struct {
	word int
	// from is the first of them; they are less than until.
	from, until string
}

// MarshalJSON implements json.Marshaler.
func (r tokenRange) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{r.word, r.from, r.until})
}

func rangeList(ranges []tokenRange) string {
	list, err := json.Marshal(ranges)
	if err != nil {
		panic(err) // numbers and texts can be written
	}
	return string(list)
}

// U+10FFFF is no character, so every token that goes on sorts before it; U+0001 is
// in no token.
const afterAll, afterSelf = "\U0010FFFF", "\x01"

func rangesOf(words search.Words) []tokenRange {
	var ranges []tokenRange
	for i, w := range words {
		for _, begin := range w.Begin {
			ranges = append(ranges, tokenRange{i, begin, begin + afterAll})
		}
		for _, near := range w.Near {
			ranges = append(ranges, tokenRange{i, near, near + afterSelf})
		}
	}
	return ranges
}

// Up to how many rows of each range are counted at first, and how many times as
// many whenever each word has more.
const firstSize, sizeGrowth = 1_000, 16

// rarest has the ranges of the word that the fewest rows answer, about.
func (q *query) rarest(words search.Words) ([]tokenRange, error) {
	ranges := rangesOf(words)
	if len(words) < 2 {
		return ranges, nil
	}
	for limit := firstSize; ; limit *= sizeGrowth {
		sizes := make([]int, len(words))
		r := q.renderer()
		r.sizesOf(rangeList(ranges), limit)
		if err := q.perParent(r, func(word, n int) { sizes[word] += n }); err != nil {
			return nil, err
		}
		if fewest := slices.Min(sizes); fewest < limit {
			rare := slices.Index(sizes, fewest)
			return slices.DeleteFunc(ranges, func(r tokenRange) bool { return r.word != rare }), nil
		}
	}
}

// refreshTerms adds the terms that came since, if a plan searches.
func (s *Store) refreshTerms(c *conn, p *plan.Plan) error {
	if !slices.ContainsFunc(p.Fetches, func(f *plan.Fetch) bool { _, search := f.Match.(plan.ByWords); return search }) {
		return nil
	}
	return s.terms.Refresh(func(after int64, each func(int64, string)) error {
		return c.run("SELECT number, term FROM term WHERE number > ? ORDER BY number", []any{after}, func(s *sqlite3.Stmt) error {
			each(s.ColumnInt64(0), s.ColumnText(1))
			return nil
		})
	})
}
