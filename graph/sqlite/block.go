package sqlite

// block hands out pieces of slices that are allocated many at a time: an answer
// has hundreds of small ones, which live and die together.
type block[T any] struct {
	free []T
	size int
}

// The number of items of the first allocation and, doubling, of the largest.
const (
	firstBlock   = 8
	largestBlock = 256
)

// take returns n zero items.
func (b *block[T]) take(n int) []T {
	if len(b.free) < n {
		b.size = min(max(2*b.size, firstBlock), largestBlock)
		b.free = make([]T, max(b.size, n))
	}
	piece := b.free[:n:n]
	b.free = b.free[n:]
	return piece
}
