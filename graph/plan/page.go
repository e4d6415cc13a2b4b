package plan

// Cut takes the page out of rows that a store read in the window's order, and
// says where in them it lies. A store reads one row more than the page has: the
// first one if it reads backward, the last one otherwise. It is taken off, and
// reports whether there is more on that side.
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
