package write

import "companygraph/graph"

// checker holds the records of an import to each other and to the store.
type checker struct {
	*importer
	problems Problems
	// groups has the ids, of records and of what is stored, that are one node.
	groups *groups
	// keys has the first record of each identifier.
	keys map[hash]int32
	// moved are pairs of records of which one takes over an identifier.
	moved [][2]int32
	// onParts are the claims about participations.
	onParts bits
	// doubtful are the records that cannot be judged by themselves: others say
	// something of the node, or something stored relies on it.
	doubtful bits
	// marked are the records that are left out because an edit deleted the node.
	marked    bits
	anyMarked bool
	// joining are the records of facts and claims that others say something of.
	joining []int32
	// mixed are the records whose type is another than that of the stored node, or of
	// another record about the same node.
	mixed []int32
	// reliantOthers are the nodes beyond the load that rely on what a record takes
	// away: the type of its node.
	reliantOthers map[int32][]graph.ID
	// lost are participations that claims are about and that records of their
	// facts do not have.
	lost []lostPart
	// aliased are the ids that gave way before, of facts that claims are about.
	aliased map[graph.ID]graph.ID
	// needed are pairs of facts that must be tried out together, because a claim
	// will be about the second instead of the first.
	needed [][2]int32
	// final are the types of nodes as they will be, by ids that stay.
	final map[graph.ID]*graph.Type
}

// lostPart is a claimed participation that the record of its fact does not have.
type lostPart struct {
	fact int32
	part Part
}

// tie has two records written in one batch.
func (c *checker) tie(a, b int32) {
	if a != b {
		c.together[a] = append(c.together[a], b)
		c.together[b] = append(c.together[b], a)
	}
}
