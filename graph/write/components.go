package write

import "slices"

// components finds the strongly connected components of a graph of numbers, each
// behind all that it leads to: Tarjan's algorithm without recursion, because
// chains may be as long as an import.
type components struct {
	// next lists what a number leads to; emit gets each component, in order, and
	// ends the search with false.
	next func(n int32) ([]int32, error)
	emit func(circle []int32) (more bool, err error)

	// order is when a number was first met, from 1, or done; low is the earliest
	// one that it leads back to.
	order, low []int32
	met        int32
	// open are the numbers met and not emitted, frames the way to the current.
	open   []int32
	frames []frame
}

// done is the order of a number that was emitted.
const done = -1

// frame is a number on the way to the current one, with what is left to visit.
type frame struct {
	n    int32
	left []int32
}

func newComponents(n int, next func(int32) ([]int32, error), emit func([]int32) (bool, error)) *components {
	return &components{next: next, emit: emit, order: make([]int32, n), low: make([]int32, n)}
}

// visit emits a number, behind all that it leads to; nothing if that was done.
func (c *components) visit(root int32) (more bool, err error) {
	if c.order[root] != 0 {
		return true, nil
	}
	if err := c.meet(root); err != nil {
		return false, err
	}
	for len(c.frames) > 0 {
		top := &c.frames[len(c.frames)-1]
		if len(top.left) == 0 {
			if more, err := c.leave(top.n); err != nil || !more {
				return false, err
			}
			continue
		}
		n := top.left[0]
		top.left = top.left[1:]
		switch {
		case c.order[n] == 0:
			if err := c.meet(n); err != nil {
				return false, err
			}
		case c.order[n] != done:
			c.low[top.n] = min(c.low[top.n], c.order[n])
		}
	}
	return true, nil
}

func (c *components) meet(n int32) error {
	left, err := c.next(n)
	c.met++
	c.order[n], c.low[n] = c.met, c.met
	c.open = append(c.open, n)
	c.frames = append(c.frames, frame{n: n, left: left})
	return err
}

// leave ends a number; with the earliest of its circle, all of that is emitted.
func (c *components) leave(n int32) (more bool, err error) {
	c.frames = c.frames[:len(c.frames)-1]
	if len(c.frames) > 0 {
		up := c.frames[len(c.frames)-1].n
		c.low[up] = min(c.low[up], c.low[n])
	}
	if c.low[n] != c.order[n] {
		return true, nil
	}
	from := len(c.open) - 1
	for c.open[from] != n {
		from--
	}
	circle := slices.Clone(c.open[from:])
	c.open = c.open[:from]
	slices.Sort(circle)
	for _, n := range circle {
		c.order[n] = done
	}
	return c.emit(circle)
}
