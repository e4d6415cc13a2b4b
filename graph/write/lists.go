package write

import "slices"

// lists has a list of numbers for each number, in eight bytes a number. A number
// is in one list at most.
type lists struct {
	// last is the last one of each list, and before the one before each number, both
	// counted from 1; 0 is none.
	last, before []int32
}

func newLists(n int) *lists { return &lists{last: make([]int32, n), before: make([]int32, n)} }

// add puts a number at the end of a list.
func (l *lists) add(list, n int32) {
	l.before[n], l.last[list] = l.last[list], n+1
}

// of is a list in the order in which it was filled.
func (l *lists) of(list int32) []int32 {
	var numbers []int32
	if l == nil {
		return numbers
	}
	for n := l.last[list]; n != 0; n = l.before[n-1] {
		numbers = append(numbers, n-1)
	}
	slices.Reverse(numbers)
	return numbers
}
