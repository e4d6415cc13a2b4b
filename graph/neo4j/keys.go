package neo4j

import (
	"cmp"
	"slices"

	"companygraph/graph"
	"companygraph/graph/plan"
)

// Every relationship that stands for a link carries two keys, by which an index
// finds, from the id of its end, the nodes at the other end in order:
//
//	_by_id    end ␂ group ␂ start
//	_by_time  end ␂ group ␂ time ␂ start
//
// end and start are ids. The group is the type of the node at the start, where
// fields of several types share a relationship type. The time is what the node
// at the start is ordered by, so written that the latest sorts first and none
// last. No id and no name of a type has a control character but for the ids of
// parts, and these have another.
const (
	byIDKey   constant = "_by_id"
	byTimeKey constant = "_by_time"
)

const (
	// delimiter ends each piece of a key; beyond sorts behind all that begins
	// with a piece, if it stands in place of the delimiter.
	delimiter = "\u0002"
	beyond    = "\u0003"
	// next makes of a key the least one behind it.
	next = "\u0001"
	// undated is the time of what has none.
	undated = "~"
)

// countdown writes a day so that later ones sort first.
func countdown(day string) string {
	if day == "" {
		return undated
	}
	b := []byte(day)
	for i, c := range b {
		if c >= '0' && c <= '9' {
			b[i] = '0' + '9' - c
		}
	}
	return string(b)
}

// timeOf is the day by which a node is put in order of time along its links; ""
// if it has none.
func timeOf(node *graph.Node) string {
	p := node.Type.TimeProperty()
	if p == nil {
		return ""
	}
	return plan.SortValue(p, node.Values[p.Name]).Text()
}

// groupKey is what the keys of a group begin with, behind the id of the end.
func groupKey(group string) string { return delimiter + group + delimiter }

func keyByID(end, group, start string) string { return end + groupKey(group) + start }

func keyByTime(end, group, day, start string) string {
	return end + groupKey(group) + countdown(day) + delimiter + start
}

// relationshipType is the type of the relationships that stand for a link: the
// field in capitals. Links of one field name share it; the label at their start
// tells them apart, and the group in their keys.
func relationshipType(l *graph.LinkType) string { return graph.ConstantCase(l.Field) }

// pastSuffix ends the types of relationships that no longer hold.
const pastSuffix = "_PAST"

// family is the narrowest interface of a type of facts: Event or Relationship.
// An entity has, beside the links for its roles, one relationship with each fact
// it takes part in, whatever its roles, of the type of the fact's family.
func family(m *graph.Model, t *graph.Type) graph.TypeName {
	return slices.MinFunc(t.Interfaces, func(a, b graph.TypeName) int {
		return cmp.Or(cmp.Compare(len(m.Interfaces[a].Types), len(m.Interfaces[b].Types)), cmp.Compare(a, b))
	})
}

// familyType is the type of a family's relationships: EVENT_OF.
func familyType(family graph.TypeName) string { return graph.ConstantCase(string(family)) + "_OF" }

// familiesOf are the families that types of facts belong to, by name.
func familiesOf(m *graph.Model, types []*graph.Type) []graph.TypeName {
	var all []graph.TypeName
	for _, t := range types {
		all = append(all, family(m, t))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// factTypes are the types at which roles start.
func factTypes(m *graph.Model) []*graph.Type { return startTypes(m, m.Participations) }
