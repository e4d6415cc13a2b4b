package loader

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"
)

// Options say how datasets are loaded.
type Options struct {
	// Priority is that of all the datasets, whatever their files say; nil leaves
	// it to them.
	Priority *int
	// Prune withdraws what the files of a dataset no longer have, but for what
	// others refer to.
	Prune bool
	// DryRun leaves the store as it is.
	DryRun bool
	// Seeding also marks the store as seeded.
	Seeding bool
}

// Loaded says what a load did with a dataset, or would do.
type Loaded struct {
	Dataset *Dataset
	write.Imported
	// Problems are why nothing of it was written; those of its files only.
	Problems Problems
	// LeftOut says that nothing of it was written because another dataset of the
	// same command has problems.
	LeftOut bool
	// Dangling are its references that lead to no node.
	Dangling []Reference
}

// Reference is a field of a node that names another.
type Reference struct {
	From  graph.ID `json:"from"`
	Field string   `json:"field"`
	To    graph.ID `json:"to"`
}

// Seed loads everything in the files, and marks the store as seeded.
func (s *Datasets) Seed(ctx context.Context, in store.Store) ([]Loaded, error) {
	return s.Load(ctx, in, Options{Seeding: true})
}

// Load writes what the files say, one dataset after the other, in the order
// given, except that a dataset comes after those it refers to. It writes
// everything or, if there is any problem, nothing; the error is then of type
// [Problems]. It returns an entry for each dataset that was loaded or refused.
func (s *Datasets) Load(ctx context.Context, in store.Store, o Options) ([]Loaded, error) {
	if s.problems != nil {
		return s.Refused(), s.problems
	}
	order := s.inOrder()
	loads := make([]write.Load, len(order))
	for i, d := range order {
		loads[i] = d.load(o, i == len(order)-1)
	}
	// One load is checked by the store before anything of it is written.
	if o.DryRun || len(loads) > 1 {
		loaded, err := s.rehearse(ctx, in, order, loads)
		if err != nil || o.DryRun {
			return loaded, err
		}
	}
	var loaded []Loaded
	for i, l := range loads {
		done, err := in.Import(ctx, l.Meta, write.Records(l.Records), l.Options)
		wrong := write.Problems{}
		if err != nil && !errors.As(err, &wrong) {
			return loaded, err
		}
		one := Loaded{Dataset: order[i], Imported: done}
		one.refuse(wrong, order, nil)
		loaded = append(loaded, one)
		if err != nil {
			return loaded, one.Problems.sorted(s.files)
		}
	}
	return loaded, nil
}

// Refused are the datasets of files that have problems, with these.
func (s *Datasets) Refused() []Loaded {
	var all []Loaded
	for _, d := range s.all {
		own := slices.DeleteFunc(slices.Clone(s.problems), func(p Problem) bool { return !slices.Contains(d.files, p.File) })
		all = append(all, Loaded{Dataset: d, Imported: write.Imported{Read: d.Count()}, Problems: own})
	}
	return all
}

// load is the import of a dataset. The last one marks the store as seeded.
func (d *Dataset) load(o Options, last bool) write.Load {
	records, _ := write.Prepare(d.set.model, d.nodes) // Read has validated them
	meta := write.Meta{Dataset: d.Name, Priority: o.Priority, Seeding: o.Seeding && last}
	if title := d.header[titleKey]; !title.Missing() {
		meta.Title = new(title.Text())
	}
	if priority := d.header[priorityKey]; !priority.Missing() && o.Priority == nil {
		meta.Priority = new(int(priority.Number()))
	}
	return write.Load{Meta: meta, Records: records, Options: write.ImportOptions{Prune: o.Prune}}
}

// rehearse tells what loads would do, and the problems of all of them.
func (s *Datasets) rehearse(ctx context.Context, in store.Store, order []*Dataset, loads []write.Load) ([]Loaded, error) {
	rehearsed, err := write.Rehearse(ctx, in, loads)
	if err != nil {
		return nil, err
	}
	var loaded []Loaded
	var problems Problems
	refused := map[*Dataset]bool{}
	for i, one := range rehearsed {
		l := Loaded{Dataset: order[i], Imported: one.Imported}
		if one.Problems != nil {
			l.Imported = write.Imported{Read: one.Read}
		}
		l.refuse(one.Problems, order, refused)
		refused[l.Dataset] = one.Problems != nil
		problems = append(problems, l.Problems...)
		loaded = append(loaded, l)
	}
	if problems != nil {
		for i, l := range loaded {
			loaded[i].Imported = write.Imported{Read: l.Read}
			loaded[i].LeftOut = l.Problems == nil
		}
	}
	return loaded, problems.sorted(s.files).orNil()
}

// refuse notes why a dataset cannot be loaded. What only follows from the
// problems of those refused before it is left out.
func (l *Loaded) refuse(wrong write.Problems, order []*Dataset, refused map[*Dataset]bool) {
	for _, p := range wrong {
		if p.Code == write.NotFound {
			to := l.Dataset.positions[spot{id: p.ID, path: p.Field}].to
			owner := ownerOf(to, order)
			if refused[owner] {
				continue
			}
			if owner != nil {
				p.Text += l.whyNotThere(owner, order)
			}
			l.Dangling = append(l.Dangling, Reference{p.ID, p.Field, to})
		}
		l.Problems = append(l.Problems, l.Dataset.place(write.Problems{p})...)
	}
}

// whyNotThere tells why a node was not found that the files of a dataset have.
func (l *Loaded) whyNotThere(owner *Dataset, order []*Dataset) string {
	if slices.Index(order, owner) <= slices.Index(order, l.Dataset) {
		return ": somebody deleted it, so that no load brings it back"
	}
	return fmt.Sprintf(" yet: it comes with the dataset %s, which refers to %s in turn; "+
		"datasets are loaded one after the other, so one of the two must not refer to the other, or both need one name", owner.Name, l.Dataset.Name)
}

// ownerOf is the first of the datasets that has a node; nil if none has.
func ownerOf(id graph.ID, datasets []*Dataset) *Dataset {
	for _, d := range datasets {
		if _, has := d.positions[spot{id: id}]; has {
			return d
		}
	}
	return nil
}

// inOrder are the datasets in the order given, but each behind those that it
// refers to. Of those that refer to each other the first given comes first.
func (s *Datasets) inOrder() []*Dataset {
	needs := map[*Dataset][]*Dataset{}
	for _, d := range s.all {
		needs[d] = d.needs()
	}
	var order []*Dataset
	waiting := slices.Clone(s.all)
	for len(waiting) > 0 {
		next := slices.IndexFunc(waiting, func(d *Dataset) bool {
			return !slices.ContainsFunc(needs[d], func(n *Dataset) bool { return slices.Contains(waiting, n) })
		})
		next = max(next, 0)
		order = append(order, waiting[next])
		waiting = slices.Delete(waiting, next, next+1)
	}
	return order
}

// needs are the other datasets that this one refers to.
func (d *Dataset) needs() []*Dataset {
	var needed []*Dataset
	for _, n := range d.nodes {
		for _, l := range n.Links {
			if _, own := d.positions[spot{id: l.To}]; own || l.Type.Part {
				continue
			}
			if owner := ownerOf(l.To, d.set.all); owner != nil && !slices.Contains(needed, owner) {
				needed = append(needed, owner)
			}
		}
	}
	return needed
}
