package search

import (
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// Page reads the page of a search's hits, in any order, by their ids.
func Page(f *plan.Fetch, hits []Hit, byID func([]graph.ID, *plan.Shape) (*plan.Rows, error)) (*plan.Rows, error) {
	slices.SortFunc(hits, Hit.Compare)
	w, from := f.Window, 0
	if w.After != nil {
		from = behind(hits, *w.After)
	}
	page := hits[from:min(len(hits), from+w.Limit)]
	ids := make([]graph.ID, len(page))
	for i, hit := range page {
		ids[i] = hit.ID
	}
	rows, err := byID(ids, f.Shape)
	if err != nil {
		return nil, err
	}
	for i, row := range rows.Rows {
		row.Rank = page[i].RankKey()
	}
	rows.Total, rows.More, rows.Earlier = len(hits), from+len(page) < len(hits), from > 0
	return rows, nil
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
