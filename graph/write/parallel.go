package write

import (
	"runtime"
	"sync"
)

// minParallel is how many items are worth another goroutine.
const minParallel = 256

// inParallel cuts n items into as many pieces as there are processors, unless
// they are few, and calls f with each: its number, its first item and the one
// behind its last. Pieces are numbered from 0, in order. It panics if f does.
func inParallel(n int, f func(piece, from, to int)) {
	pieces := max(1, min(runtime.GOMAXPROCS(0), n/minParallel))
	var all sync.WaitGroup
	panics := make([]any, pieces)
	for piece := 1; piece < pieces; piece++ {
		all.Go(func() {
			defer func() { panics[piece] = recover() }()
			f(piece, n*piece/pieces, n*(piece+1)/pieces)
		})
	}
	func() {
		defer all.Wait()
		f(0, 0, n/pieces)
	}()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
}
