package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrHoldsNodes says that a graph is copied into an empty store only.
var ErrHoldsNodes = errors.New("holds nodes already")

// About how many nodes Copy reads and writes at a time.
const (
	copyPage  = 1_000
	copyBatch = 2_000
)

// Copy writes all that one store holds now into another, which must hold no
// nodes, and marks that as seeded if the first one is. It returns how many
// nodes there are, without parts. Nobody else may write to either meanwhile.
// The history of the first store stays behind. A copy that fails leaves what
// it has written so far.
//
// A batch may lead to itself and to what was written before. So entities and
// sources go first, and facts follow with their claims. A fact that leads to a
// fact with a greater id has to do without that link until all are there.
func Copy(ctx context.Context, m *Model, from, to Store) (nodes int, err error) {
	c := &copier{ctx: ctx, model: m, from: from, to: to}
	for _, step := range []func() error{c.checkEmpty, c.write, c.complete, c.mark} {
		if err := step(); err != nil {
			return c.nodes, err
		}
	}
	return c.nodes, nil
}

type copier struct {
	ctx      context.Context
	model    *Model
	from, to Store
	// pending are the wholes of the next batch, size the number of their nodes.
	pending []Whole
	size    int
	// partial is true if a link was left out.
	partial bool
	nodes   int
}

func (c *copier) checkEmpty() error {
	first, err := c.to.Wholes(c.ctx, "", 1)
	if err == nil && len(first) > 0 {
		err = ErrHoldsNodes
	}
	return err
}

// stage is when Copy writes nodes of a class, after those of lesser stages.
// Parts come with their owners.
func stage(class NodeClass) int {
	switch class {
	case EntityClass, SourceClass:
		return 0
	default:
		return 1
	}
}

const stages = 2

// write writes everything but the links that have to wait.
func (c *copier) write() error {
	for now := range stages {
		err := c.each(func(w Whole) bool { return stage(w.Node.Type.Class) == now }, c.withoutLinksAhead)
		if err != nil {
			return err
		}
	}
	return nil
}

// complete writes the links that had to wait. What has them all already is left
// alone by the store.
func (c *copier) complete() error {
	if !c.partial {
		return nil
	}
	return c.each(c.hadToWait, asTheyAre)
}

func (c *copier) mark() error {
	seeded, err := c.from.Seeded(c.ctx)
	if err == nil && seeded {
		_, err = c.to.Apply(c.ctx, Batch{Seeding: true})
	}
	return err
}

// each reads the whole graph, and writes in batches what is taken of it.
func (c *copier) each(take func(Whole) bool, prepare func([]Whole) ([]*Node, error)) error {
	after := ID("")
	for {
		page, err := c.from.Wholes(c.ctx, after, copyPage)
		if err != nil {
			return err
		}
		for _, w := range page {
			if after = w.Node.ID; !take(w) {
				continue
			}
			c.pending, c.size = append(c.pending, w), c.size+1+len(w.With)
			if c.size >= copyBatch {
				if err := c.flush(prepare); err != nil {
					return err
				}
			}
		}
		if len(page) == 0 {
			return c.flush(prepare)
		}
	}
}

func (c *copier) flush(prepare func([]Whole) ([]*Node, error)) error {
	if c.size == 0 {
		return nil
	}
	nodes, err := prepare(c.pending)
	if err != nil {
		return err
	}
	c.pending, c.size = nil, 0
	applied, err := c.to.Apply(c.ctx, Batch{Nodes: nodes})
	c.nodes += applied.Created
	return err
}

func asTheyAre(wholes []Whole) ([]*Node, error) {
	var nodes []*Node
	for _, w := range wholes {
		nodes = append(nodes, w.nodes()...)
	}
	return nodes, nil
}

// withoutLinksAhead takes off the links that may lead to what is not written.
func (c *copier) withoutLinksAhead(wholes []Whole) ([]*Node, error) {
	nodes, _ := asTheyAre(wholes)
	now, last := stage(wholes[0].Node.Type.Class), wholes[len(wholes)-1].Node.ID
	for _, node := range nodes {
		var links []Link
		for _, link := range node.Links {
			switch waits := c.waits(link, now, last); {
			case !waits:
				links = append(links, link)
			case link.Type.Required:
				return nil, fmt.Errorf("%s cannot be copied: its link %s to %s is required, and that has to be written later",
					legible(node.ID), link.Type.Field, legible(link.To))
			default:
				c.partial = true
			}
		}
		node.Links = links
	}
	return nodes, nil
}

// waits tells whether a link may lead to what is not written when a stage has
// been written up to an id.
func (c *copier) waits(link Link, now int, last ID) bool {
	return !link.Type.Part && slices.ContainsFunc(c.model.Concrete(link.Type.To), func(t *Type) bool {
		there := stage(t.Class)
		return there > now || there == now && link.To > last
	})
}

// hadToWait tells whether a link of the whole may have been left out: if all
// that is written before is, at least, what comes before the whole.
func (c *copier) hadToWait(w Whole) bool {
	return slices.ContainsFunc(w.nodes(), func(node *Node) bool {
		return slices.ContainsFunc(node.Links, func(link Link) bool {
			return c.waits(link, stage(w.Node.Type.Class), w.Node.ID)
		})
	})
}
