// Package paths has what paths between entities mean, for all stores alike, and
// finds them.
//
// A path is a chain of hops. A hop leads from an entity over a fact in which it takes
// part to another entity that takes part in it. The answer is the paths of the fewest
// hops, as many as are wanted: those of the strongest weakest status first, then by
// the ids along the way. Paths differ by their entities and facts. If an entity has
// several roles in a fact, the hop shows the one that is declared first.
//
// A hub is an entity in more facts than plan.ByPaths.MaxDegree. A path may start or
// end at a hub, but does not lead through one. The facts are all those of the
// entity, whatever limits the facts of the paths.
//
// The search goes from both ends, one hop at a time, from the end that has fewer
// entities at its rim, or has gone less far. It stops when the two sides meet, when a side has nowhere to
// go on, or after as many hops as a path may have. What it leaves out it says:
//
//   - HUBS: a side met a hub, and with what the search knows a path through it could
//     be as short as those found, or, if none was found, within the hops that a path
//     may have. See [search.skipped].
//   - VISITED: both sides would have to read more participations than [MaxVisits]
//     leaves. No path was found then, but there may be some.
//   - PATHS: there are more paths of this length than are wanted.
//
// Without one of these the answer is complete: all shortest paths, or none because
// there is none.
package paths
