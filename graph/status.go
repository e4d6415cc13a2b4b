package graph

import "slices"

// Stance is what the speaker of a claim does to the fact, or to the one
// participation in it, that the claim is about.
type Stance string

const (
	StanceAsserts  Stance = "ASSERTS"  // says that it is so
	StanceAlleges  Stance = "ALLEGES"  // says that it is so, short of vouching for it
	StanceConfirms Stance = "CONFIRMS" // agrees, as another speaker or the party concerned
	StanceDenies   Stance = "DENIES"   // says that it is false
	StanceDoubts   Stance = "DOUBTS"   // says that evidence is lacking
	StanceRetracts Stance = "RETRACTS" // takes back what the speaker claimed earlier
)

// Attribution tells whose word a claim is.
type Attribution string

const (
	AttributionActor   Attribution = "ACTOR"   // that of an actor, named in attributedTo
	AttributionSource  Attribution = "SOURCE"  // that of the source itself
	AttributionUnnamed Attribution = "UNNAMED" // the source reports it and names nobody
)

// Status is the result of the claims about a fact or a participation. It is
// only ever derived, by [DeriveStatus].
type Status string

// The statuses, the strongest first.
const (
	StatusConfirmed   Status = "CONFIRMED"   // somebody agrees that it is so
	StatusAsserted    Status = "ASSERTED"    // somebody vouches for it
	StatusAlleged     Status = "ALLEGED"     // it is said, and nobody vouches for it
	StatusDisputed    Status = "DISPUTED"    // some support it, others oppose it
	StatusUnsupported Status = "UNSUPPORTED" // nobody supports it
	StatusDenied      Status = "DENIED"      // nobody supports it, and somebody says it is false
	StatusRetracted   Status = "RETRACTED"   // those who claimed it took it back
)

// Strength ranks statuses: 7 for CONFIRMED down to 1 for RETRACTED, in the order
// of their declaration, and 0 for what is no status. The weakest status on a path
// is the one of least strength.
func (s Status) Strength() int {
	switch s {
	case StatusConfirmed:
		return 7
	case StatusAsserted:
		return 6
	case StatusAlleged:
		return 5
	case StatusDisputed:
		return 4
	case StatusUnsupported:
		return 3
	case StatusDenied:
		return 2
	case StatusRetracted:
		return 1
	}
	return 0
}

// Weakest is the status of least strength, of at least one.
func Weakest(statuses ...Status) Status {
	return slices.MinFunc(statuses, func(a, b Status) int { return a.Strength() - b.Strength() })
}

// StatusClaim is what the status of a fact needs of a claim about it.
type StatusClaim struct {
	// Speaker tells speakers apart, see [SpeakerOf].
	Speaker string
	Stance  Stance
	// MadeAt is zero if it is not known.
	MadeAt PartialDate
}

// Stances is a set of stances.
type Stances uint8

// stanceOrder has the stances in the order of their bits.
var stanceOrder = [...]Stance{StanceConfirms, StanceAsserts, StanceAlleges, StanceDenies, StanceDoubts, StanceRetracts}

// StancesOf makes a set. What is no stance is left out.
func StancesOf(stances ...Stance) Stances {
	var set Stances
	for i, one := range stanceOrder {
		if slices.Contains(stances, one) {
			set |= 1 << i
		}
	}
	return set
}

// Has reports whether any of the stances is in the set.
func (s Stances) Has(stances ...Stance) bool { return s&StancesOf(stances...) != 0 }

func (s Stances) support() bool { return s.Has(StanceConfirms, StanceAsserts, StanceAlleges) }

// Oppose reports whether any of the stances says that it is not so, or that evidence
// is lacking.
func (s Stances) Oppose() bool { return s.Has(StanceDenies, StanceDoubts) }

// DeriveStatus returns what claims amount to: those about a whole fact, or those
// about one participation in it. Neither their order nor the number of times
// one is given matters. See [Counting] for which of them count; of those that
// do, all speakers together give
//
//   - DISPUTED for support (ASSERTS, ALLEGES, CONFIRMS) and opposition (DENIES,
//     DOUBTS);
//   - CONFIRMED, ASSERTED or ALLEGED, the strongest given, for support alone;
//   - DENIED for opposition alone with a DENIES in it, UNSUPPORTED if all DOUBT;
//   - RETRACTED for none if there was a RETRACTS, even if what it took back is
//     not among the claims, and UNSUPPORTED if there was not.
//
// So no claims at all give UNSUPPORTED; a participation that no claim is about
// has the status of its fact, which callers ask for instead.
func DeriveStatus(claims []StatusClaim) Status {
	bySpeaker := map[string][]StatusClaim{}
	for _, c := range claims {
		bySpeaker[c.Speaker] = append(bySpeaker[c.Speaker], c)
	}
	var said Stances
	for _, own := range bySpeaker {
		for i, counts := range Counting(own) {
			if counts {
				said |= StancesOf(own[i].Stance)
			}
		}
	}
	return said.Status()
}

// Status is what the stances that count amount to, see [DeriveStatus].
func (s Stances) Status() Status {
	switch {
	case s.support() && s.Oppose():
		return StatusDisputed
	case s.Has(StanceConfirms):
		return StatusConfirmed
	case s.Has(StanceAsserts):
		return StatusAsserted
	case s.Has(StanceAlleges):
		return StatusAlleged
	case s.Has(StanceDenies):
		return StatusDenied
	case s.Has(StanceDoubts):
		return StatusUnsupported
	case s.Has(StanceRetracts):
		return StatusRetracted
	}
	return StatusUnsupported
}

// Counting tells which claims of one speaker count, all of them about the same:
//
//   - The latest does: a claim is superseded by one that was surely made later
//     (see [PartialDate.Before]). Where dates overlap or are unknown, all count.
//   - RETRACTS cancels the earlier ones: all but those surely made after it.
//     Where the dates do not tell, the retraction came later, because it
//     presupposes what it retracts. That a retraction itself counts says that
//     it stands; it is never a live claim.
//   - Support and opposition that would count together cancel out, and the
//     speaker counts for nothing, not even for having retracted: nobody disputes
//     with himself.
func Counting(claims []StatusClaim) []bool {
	t := testimonyOf(claims)
	counts := make([]bool, len(claims))
	var said Stances
	for i, c := range claims {
		counts[i] = c.Stance == StanceRetracts || t.live(c)
		if counts[i] {
			said |= StancesOf(c.Stance)
		}
	}
	if said.support() && said.Oppose() {
		clear(counts)
	}
	return counts
}

// A testimony holds the two dates that decide which claims of a speaker are live,
// so that no claim has to be compared with every other.
type testimony struct {
	// newest is the date that starts last. Whatever is before any of the
	// speaker's dates is before this one.
	newest PartialDate

	// retraction is, if the speaker retracted at all, the date of the RETRACTS
	// that ends last. Whatever is after this one is after all of them.
	retracted  bool
	retraction PartialDate
}

func testimonyOf(claims []StatusClaim) testimony {
	var t testimony
	for _, c := range claims {
		if c.MadeAt.Earliest > t.newest.Earliest {
			t.newest = c.MadeAt
		}
		if c.Stance == StanceRetracts && (!t.retracted || endsLater(c.MadeAt, t.retraction)) {
			t.retracted, t.retraction = true, c.MadeAt
		}
	}
	return t
}

func (t testimony) live(c StatusClaim) bool {
	superseded := c.MadeAt.Before(t.newest)
	cancelled := t.retracted && !t.retraction.Before(c.MadeAt)
	return !superseded && !cancelled
}

// endsLater reports whether the bounds let d end later than e; an unbounded date
// ends last.
func endsLater(d, e PartialDate) bool {
	return e.Latest != "" && (d.Latest == "" || d.Latest > e.Latest)
}
