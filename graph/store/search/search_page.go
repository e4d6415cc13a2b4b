package search

import (
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// Page reads the page of a search's hits, in any order, by their ids. If the fetch
// asks for it, it tells how each node was found.
func Page(m *graph.Model, f *plan.Fetch, words Words, hits []Hit, byID func([]graph.ID, *plan.Shape) (*plan.Rows, error)) (*plan.Rows, error) {
	slices.SortFunc(hits, Hit.Compare)
	w, from := f.Window, 0
	if w.After != nil {
		from = behind(hits, *w.After)
	}
	page := hits[from:min(len(hits), from+w.Limit)]
	rows, err := byID(idsOf(page), f.Shape)
	if err != nil {
		return nil, err
	}
	for i, row := range rows.Rows {
		row.Rank = page[i].RankKey()
	}
	if f.Matches && len(page) > 0 {
		if err := words.addMatches(m, f.Types, rows, page, byID); err != nil {
			return nil, err
		}
	}
	rows.Total, rows.More, rows.Earlier = len(hits), from+len(page) < len(hits), from > 0
	return rows, nil
}

func idsOf(hits []Hit) []graph.ID {
	ids := make([]graph.ID, len(hits))
	for i, hit := range hits {
		ids[i] = hit.ID
	}
	return ids
}

// addMatches reads the texts of the nodes of a page, and tells how each was found.
func (ws Words) addMatches(m *graph.Model, types []*graph.Type, rows *plan.Rows, page []Hit, byID func([]graph.ID, *plan.Shape) (*plan.Rows, error)) error {
	shape := textsShape(m, types)
	read, err := byID(idsOf(page), shape)
	if err != nil {
		return err
	}
	for i, row := range rows.Rows {
		row.Match = ws.Match(page[i], textsOf(read.Rows[i], shape)).JSON()
	}
	return nil
}

// behind is the place of the first hit behind a position.
func behind(hits []Hit, at plan.Position) int {
	i := slices.IndexFunc(hits, func(h Hit) bool {
		key, rank := h.RankKey(), at[0].Text()
		return key > rank || key == rank && string(h.ID) > at[1].Text()
	})
	if i < 0 {
		return len(hits)
	}
	return i
}
