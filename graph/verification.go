package graph

import (
	"strconv"
	"time"

	"github.com/tidwall/gjson"
)

// Span is a passage that a value cites: offsets in code points, end exclusive, and
// the digest of the passage.
type Span struct {
	Start, End int
	SHA256     string
}

// VerificationState says whether a text has a cited passage, and where.
type VerificationState string

// The states, by the names of the schema.
const (
	Exact     VerificationState = "EXACT"
	Moved     VerificationState = "MOVED"
	Ambiguous VerificationState = "AMBIGUOUS"
	Orphaned  VerificationState = "ORPHANED"
)

// Verification is what a check of a span against a text found. Start and End are
// the new offsets of a passage that has moved.
type Verification struct {
	Span
	State      VerificationState
	CheckedAt  time.Time
	Start, End int
}

// AppendVerifications appends what was found of the spans of a node as stores keep
// it: a JSON list of the spans and of values of the published type Verification.
func AppendVerifications(b []byte, all []Verification) []byte {
	b = append(b, '[')
	for i, v := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendOffsets(append(b, '{'), v.Span.Start, v.Span.End)
		b = AppendString(append(b, `,"sha256":`...), v.SHA256)
		b = AppendString(append(b, `,"found":{"state":`...), string(v.State))
		b = AppendString(append(b, `,"checkedAt":`...), v.CheckedAt.UTC().Format(time.RFC3339))
		if v.State == Moved {
			b = appendOffsets(append(b, ','), v.Start, v.End)
		}
		b = append(b, '}', '}')
	}
	return append(b, ']')
}

func appendOffsets(b []byte, start, end int) []byte {
	b = strconv.AppendInt(append(b, `"start":`...), int64(start), 10)
	return strconv.AppendInt(append(b, `,"end":`...), int64(end), 10)
}

// FindVerification returns what was found of a span, as JSON; "" if nothing was.
func FindVerification(stored string, span Span) (found string) {
	gjson.Parse(stored).ForEach(func(_, one gjson.Result) bool {
		if one.Get("sha256").Str == span.SHA256 && int(one.Get("start").Int()) == span.Start && int(one.Get("end").Int()) == span.End {
			found = one.Get("found").Raw
		}
		return found == ""
	})
	return found
}
