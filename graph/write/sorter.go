package write

import (
	"slices"

	"companygraph/graph"
)

// batch is what one transaction of an import writes; err ends the import.
type batch struct {
	records []*Record
	// weighs says that the dataset gets another priority with it.
	weighs bool
	err    error
}

// sorter puts the records of an import in an order in which each batch holds by
// itself: what a record leads to comes before it. Records that lead to each
// other in a circle, and those that are about one node, are in one batch.
type sorter struct {
	*importer
	components *components
	// waiting are claims to be met next.
	waiting []int32
	// last is the record that was met last: most lead to nothing that is not
	// written, and are not read twice.
	last    *Record
	lastOf  int32
	records []*Record
	weighs  bool
	send    func(batch) bool
}

func newSorter(i *importer) *sorter {
	s := &sorter{importer: i, lastOf: -1}
	s.components = newComponents(i.spool.len(), s.meet, s.emit)
	return s
}

// run sends the batches; it ends early if send is false.
func (s *sorter) run(send func(batch) bool) error {
	s.send = send
	for n := range int32(s.spool.len()) {
		for next := n; ; next, s.waiting = s.waiting[0], s.waiting[1:] {
			if more, err := s.components.visit(next); err != nil || !more {
				return err
			}
			if len(s.waiting) == 0 {
				break
			}
		}
	}
	if len(s.records) > 0 {
		send(batch{records: s.records, weighs: s.weighs})
	}
	return nil
}

// meet lists the records that one leads to, or has to be written with.
func (s *sorter) meet(n int32) ([]int32, error) {
	r, err := s.spool.get(n)
	if err != nil {
		return nil, err
	}
	s.last, s.lastOf = r, n
	next := slices.Concat(s.together[n], s.behind[n])
	note := func(node *graph.Node) {
		for _, l := range node.Links {
			if to, there := s.index.find(l.To); there && to != n {
				next = append(next, to)
			}
		}
	}
	note(r.Node)
	for _, part := range r.Parts {
		note(part)
	}
	return next, nil
}

// emit adds records that belong together to the batch, and sends it if it is
// full, unless claims about its facts are to come.
func (s *sorter) emit(circle []int32) (more bool, err error) {
	for _, n := range circle {
		r := s.last
		if n != s.lastOf {
			if r, err = s.spool.get(n); err != nil {
				return false, err
			}
		}
		s.records = append(s.records, r)
		s.weighs = s.weighs || n == s.weigher
		s.waiting = append(s.waiting, s.claims.of(n)...)
	}
	if len(s.records) < s.size || len(s.waiting) > 0 && len(s.records) < 2*s.size {
		return true, nil
	}
	full := batch{records: s.records, weighs: s.weighs}
	s.records, s.weighs = nil, false
	return s.send(full), nil
}
