package graph

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

// Status is what the claims about a fact or a participation amount to. It is
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
	StatusRetracted   Status = "RETRACTED"   // whoever claimed it took it back
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

// Voice is what the status of a fact needs of a claim about it.
type Voice struct {
	Speaker ID          // the claim's attributedTo, else its source
	Stance  Stance      // one of the constants
	MadeAt  PartialDate // zero if unknown
}

// DeriveStatus returns what the voices amount to: those of the claims about a
// whole fact, or those about one participation in it. Neither their order nor
// the number of times one is given matters.
//
// Not every voice is live. Of one speaker's voices,
//
//   - the latest counts: a voice is superseded by one that was surely made later
//     (see [PartialDate.Before]). Where dates overlap or are unknown, all count;
//   - RETRACTS is never live itself, and cancels the earlier ones: all but those
//     surely made after it. Where the dates do not tell, the retraction came
//     later, because it presupposes what it retracts;
//   - support (ASSERTS, ALLEGES, CONFIRMS) and opposition (DENIES, DOUBTS) that
//     are live together cancel out, and the speaker counts for nothing, not even
//     for having retracted: nobody disputes with himself.
//
// The live voices of all speakers then give
//
//   - DISPUTED for support and opposition;
//   - CONFIRMED, ASSERTED or ALLEGED, the strongest given, for support alone;
//   - DENIED for opposition alone with a DENIES in it, UNSUPPORTED if all DOUBT;
//   - RETRACTED for none if there was a RETRACTS, even if what it took back is
//     not among the voices, and UNSUPPORTED if there was not.
//
// So no voices at all give UNSUPPORTED; that a participation nobody speaks of has
// the status of its fact is for the caller to see to.
func DeriveStatus(voices []Voice) Status {
	said := stances{}
	for _, own := range stancesBySpeaker(voices) {
		if own.support() && own.oppose() {
			continue
		}
		for stance := range own {
			said[stance] = true
		}
	}
	return said.status()
}

// stances is a set: the live ones of a speaker or of all speakers, and RETRACTS
// if any of the voices had it.
type stances map[Stance]bool

func (s stances) support() bool {
	return s[StanceConfirms] || s[StanceAsserts] || s[StanceAlleges]
}

func (s stances) oppose() bool {
	return s[StanceDenies] || s[StanceDoubts]
}

func (s stances) status() Status {
	switch {
	case s.support() && s.oppose():
		return StatusDisputed
	case s[StanceConfirms]:
		return StatusConfirmed
	case s[StanceAsserts]:
		return StatusAsserted
	case s[StanceAlleges]:
		return StatusAlleged
	case s[StanceDenies]:
		return StatusDenied
	case s[StanceDoubts]:
		return StatusUnsupported
	case s[StanceRetracts]:
		return StatusRetracted
	}
	return StatusUnsupported
}

func stancesBySpeaker(voices []Voice) map[ID]stances {
	testimonies := testimoniesOf(voices)
	bySpeaker := make(map[ID]stances, len(testimonies))
	for _, v := range voices {
		if v.Stance != StanceRetracts && !testimonies[v.Speaker].live(v) {
			continue
		}
		if bySpeaker[v.Speaker] == nil {
			bySpeaker[v.Speaker] = stances{}
		}
		bySpeaker[v.Speaker][v.Stance] = true
	}
	return bySpeaker
}

// A testimony holds the two dates that decide which voices of a speaker are live,
// so that no voice has to be compared with every other.
type testimony struct {
	// newest is the date that starts last. Whatever is before any of the
	// speaker's dates is before this one.
	newest PartialDate

	// retraction is, if the speaker retracted at all, the date of the RETRACTS
	// that ends last. Whatever is after this one is after all of them.
	retracted  bool
	retraction PartialDate
}

func testimoniesOf(voices []Voice) map[ID]testimony {
	testimonies := map[ID]testimony{}
	for _, v := range voices {
		t := testimonies[v.Speaker]
		if v.MadeAt.Earliest > t.newest.Earliest {
			t.newest = v.MadeAt
		}
		if v.Stance == StanceRetracts && (!t.retracted || endsLater(v.MadeAt, t.retraction)) {
			t.retracted, t.retraction = true, v.MadeAt
		}
		testimonies[v.Speaker] = t
	}
	return testimonies
}

func (t testimony) live(v Voice) bool {
	superseded := v.MadeAt.Before(t.newest)
	cancelled := t.retracted && !t.retraction.Before(v.MadeAt)
	return !superseded && !cancelled
}

// endsLater reports whether the bounds let d end later than e; an unbounded date
// ends last.
func endsLater(d, e PartialDate) bool {
	return e.Latest != "" && (d.Latest == "" || d.Latest > e.Latest)
}
