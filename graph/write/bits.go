package write

import "iter"

// bits is a set of the numbers of records.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) set(n int32) { b[n/64] |= 1 << (n % 64) }

func (b bits) has(n int32) bool { return b[n/64]&(1<<(n%64)) != 0 }

// all goes over the numbers in their order, also over those that are added behind
// the current one.
func (b bits) all() iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for n := range int32(64 * len(b)) {
			if b.has(n) && !yield(n) {
				return
			}
		}
	}
}
