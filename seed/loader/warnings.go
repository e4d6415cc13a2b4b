package loader

import (
	"fmt"
	"strconv"
	"time"

	"companygraph/graph"
)

// Warnings are what is likely a mistake and can be meant all the same.
func (s *Datasets) Warnings() Problems {
	var warnings Problems
	for _, d := range s.all {
		for _, n := range d.nodes {
			if text := farFounded(n); text != "" {
				warnings = append(warnings, d.problem(spot{id: n.ID, path: foundedProperty}, text))
			}
		}
	}
	for _, claim := range s.vainRetractions() {
		warnings = append(warnings, claim.in.problem(spot{id: claim.ID, path: graph.StanceProperty},
			"the retraction takes nothing back: the files have no other claim of this speaker about the same"))
	}
	return warnings.sorted(s.files)
}

const foundedProperty = "founded"

// farFounded tells of a firm that is to be founded after the next year.
func farFounded(n *graph.Node) string {
	date, err := graph.ParsePartialDate(n.Values[foundedProperty].Text())
	if err != nil || date.Earliest == "" {
		return ""
	}
	year, err := strconv.Atoi(date.Earliest[:len("2006")])
	if next := time.Now().Year() + 1; err == nil && year > next {
		return fmt.Sprintf("%s is beyond the year %d", date.EDTF, next)
	}
	return ""
}

// ownClaim is a claim of a dataset.
type ownClaim struct {
	*graph.Node
	in *Dataset
}

// testimony is what one speaker says about one fact, or one participation in it.
type testimony struct {
	fact    graph.ID
	on      graph.Participation
	speaker string
}

// vainRetractions are claims that take something back which is not there, about
// facts of the files: what was claimed of others may be stored.
func (s *Datasets) vainRetractions() []ownClaim {
	said := map[testimony][]graph.StatusClaim{}
	var retractions []ownClaim
	for _, d := range s.all {
		for _, n := range d.nodes {
			switch {
			case n.Type.Class != graph.ClaimClass:
			case isRetraction(n):
				retractions = append(retractions, ownClaim{n, d})
			default:
				said[testimonyOf(n)] = append(said[testimonyOf(n)], graph.StatusClaimOf(n))
			}
		}
	}
	var vain []ownClaim
	for _, claim := range retractions {
		if ownerOf(claim.Target(graph.FactLink), s.all) != nil && !takesBack(graph.StatusClaimOf(claim.Node), said[testimonyOf(claim.Node)]) {
			vain = append(vain, claim)
		}
	}
	return vain
}

func isRetraction(claim *graph.Node) bool {
	return claim.Values[graph.StanceProperty].Text() == string(graph.StanceRetracts)
}

func testimonyOf(claim *graph.Node) testimony {
	return testimony{claim.Target(graph.FactLink), graph.ParticipationOf(claim), graph.SpeakerOf(claim)}
}

// takesBack reports whether any of the claims is not surely later than a retraction.
func takesBack(retraction graph.StatusClaim, claims []graph.StatusClaim) bool {
	for _, c := range claims {
		if !retraction.MadeAt.Before(c.MadeAt) {
			return true
		}
	}
	return false
}
