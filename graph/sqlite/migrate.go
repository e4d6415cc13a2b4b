package sqlite

import "companygraph/graph"

// migrations lead from each version of the layout to the next, each in a
// transaction of its own. One that is interrupted leaves the file as it was.
// Where a migration needs what belongs to the layout that it leads to, such as
// its tables, that moves along with it when the layout changes again.
var migrations = map[int]func(*conn, *graph.Model) error{
	1: addContributions,
	2: addSpeakers,
	3: remakeWords,
}
