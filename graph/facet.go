package graph

// Facet is what the nodes of a list can be counted by.
type Facet struct {
	// Name is the constant that clients give, such as COUNTRY.
	Name        string
	Description string
	By          FacetBy
}

// FacetBy says which values a node has in a facet. A node counts once for each of
// its values, and for the missing value if it has none.
type FacetBy interface{ isFacetBy() }

type (
	// ByKind has the concrete type, as the constant of the published enum.
	ByKind struct{}
	// ByProperty has the value of a string or an enum.
	ByProperty struct{ Property *Property }
	// ByYear has the year, YYYY, of the day that a date sorts by.
	ByYear struct{ Property *Property }
	// ByNodes has the ids of the nodes that the steps lead to.
	ByNodes struct {
		Steps []Step
		// Targets are the declared types of these nodes: concrete ones or interfaces.
		Targets []TypeName
		// Live says that only claims which count are taken into account: those between
		// two steps or, in a list of claims, its nodes, of which the others are then not
		// counted at all.
		Live bool
		// OnlyLast limits the last of the links to nodes with a value: a claim's source is
		// its speaker only where it speaks itself. It is nil where there is no such limit.
		OnlyLast *Only
	}
	// ByDataset has the names of the datasets that contribute to the node.
	ByDataset struct{}
)

func (ByKind) isFacetBy()     {}
func (ByProperty) isFacetBy() {}
func (ByYear) isFacetBy()     {}
func (ByNodes) isFacetBy()    {}
func (ByDataset) isFacetBy()  {}
