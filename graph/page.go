package graph

import "slices"

// Cut takes the page out of rows that a store read in the window's order, and
// says where in them it lies. A store reads one row more than the page has: the
// first one if it reads backward, the last one otherwise. It is taken off, and
// tells whether there is more on that side.
func (r *Rows) Cut(w *Window, read []*Row) (from, to int) {
	more := len(read) > w.Limit
	from, to = 0, min(len(read), w.Limit)
	if w.Backward {
		from, to = len(read)-to, len(read)
		r.Earlier = more
	} else {
		r.More = more
	}
	r.Rows = read[from:to]
	return from, to
}

// Probed notes whether a cut left rows on one side of the page.
func (r *Rows) Probed(side Side, left bool) {
	switch side {
	case Ahead:
		r.Earlier = r.Earlier || left
	case Behind:
		r.More = r.More || left
	}
}

// SearchPage reads the page of a search's hits, which are in order, by their ids.
func SearchPage(w *Window, hits []Hit, byID func([]ID) (*Rows, error)) (*Rows, error) {
	from := 0
	if w.After != nil {
		from = behind(hits, *w.After)
	}
	page := hits[from:min(len(hits), from+w.Limit)]
	ids := make([]ID, len(page))
	for i, hit := range page {
		ids[i] = hit.ID
	}
	rows, err := byID(ids)
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
func behind(hits []Hit, at Position) int {
	i := slices.IndexFunc(hits, func(h Hit) bool {
		key, rank := h.RankKey(), at[0].Text()
		return key > rank || key == rank && string(h.ID) > at[1].Text()
	})
	if i < 0 {
		return len(hits)
	}
	return i
}
