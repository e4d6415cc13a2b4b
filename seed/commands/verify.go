package commands

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"companygraph/graph"
	"companygraph/graph/stores"
	"companygraph/schema"
	"companygraph/seed/loader"
)

type verifyCommand struct {
	stores.Settings
	Sources string `required:"" placeholder:"FOLDER" help:"The texts of the sources."`
	Receipt string `placeholder:"FILE" help:"Write what was found to a file, as one JSON object."`
}

// Help is what `verify --help` adds.
func (*verifyCommand) Help() string {
	return "What is found is kept in the database and shown as Evidence.verification; it makes no revision. " +
		"A span is EXACT if the text has the passage where the evidence says, MOVED if it is elsewhere, AMBIGUOUS if it is elsewhere several times, and ORPHANED if it is not there. " +
		"Line ends and a byte order mark do not count.\n\n" +
		"A file belongs to a source if it has the text with the digest of the source. If no file has that, because the text was edited, the file that is called like the id of the source belongs to it, with any extension. " +
		"Spans of a source without a file are not checked: they are counted, and what was found earlier stays.\n\n" +
		"The status is 0 if all spans that were checked are EXACT, and 1 if any is not."
}

// notExact says that some spans are not where the evidence has them. It was
// printed, so that it has no text.
type notExact struct{}

func (notExact) Error() string { return "" }

// Run checks the spans.
func (c *verifyCommand) Run(ctx context.Context, to *console) error {
	if err := isFolder(c.Sources); err != nil {
		return fmt.Errorf("--sources %s: %w", c.Sources, err)
	}
	receipt, err := newReceipt(c.Receipt, nil)
	if err != nil {
		return err
	}
	defer receipt.drop()
	in, err := openLoaded(ctx, c.Settings)
	if err != nil {
		return err
	}
	found, err := loader.Verify(ctx, schema.Model(), in, os.DirFS(c.Sources), time.Now())
	if err := errors.Join(err, in.Close()); err != nil {
		return ofStore(err)
	}
	fmt.Fprint(to.out, toldVerified(found))
	if err := receipt.writeLines(receiptOf(found)); err != nil {
		return err
	}
	if counted(found)[graph.Exact] < len(found.Spans) {
		return notExact{}
	}
	return nil
}

func counted(v loader.Verified) map[graph.VerificationState]int {
	counts := map[graph.VerificationState]int{}
	for _, span := range v.Spans {
		counts[span.State]++
	}
	return counts
}

// toldVerified tells of what is not exact, line by line, and of all in numbers.
func toldVerified(v loader.Verified) string {
	var b strings.Builder
	for _, s := range v.Spans {
		switch s.State {
		case graph.Exact:
		case graph.Moved:
			fmt.Fprintf(&b, "%s: %s: %d to %d is MOVED, now %d to %d\n", s.Source.Legible(), s.Node.Legible(), s.Span.Start, s.Span.End, s.Start, s.End)
		default:
			fmt.Fprintf(&b, "%s: %s: %d to %d is %s\n", s.Source.Legible(), s.Node.Legible(), s.Span.Start, s.Span.End, s.State)
		}
	}
	unchecked := 0
	for _, s := range v.Unchecked {
		fmt.Fprintf(&b, "%s: no file has its text; %s not checked\n", s.ID.Legible(), plural(s.Spans, "span"))
		unchecked += s.Spans
	}
	n := counted(v)
	fmt.Fprintf(&b, "%d EXACT, %d MOVED, %d AMBIGUOUS, %d ORPHANED, %d not checked\n",
		n[graph.Exact], n[graph.Moved], n[graph.Ambiguous], n[graph.Orphaned], unchecked)
	return b.String()
}

// verifyReceipt is what is written of a check.
type verifyReceipt struct {
	CheckedAt time.Time                `json:"checkedAt"`
	Exact     int                      `json:"exact"`
	Moved     int                      `json:"moved"`
	Ambiguous int                      `json:"ambiguous"`
	Orphaned  int                      `json:"orphaned"`
	Unchecked []loader.UncheckedSource `json:"unchecked"`
	Spans     []spanReceipt            `json:"spans"`
}

// spanReceipt is a span that is not exact.
type spanReceipt struct {
	Source graph.ID                `json:"source"`
	Node   graph.ID                `json:"node"`
	Start  int                     `json:"start"`
	End    int                     `json:"end"`
	SHA256 string                  `json:"sha256"`
	State  graph.VerificationState `json:"state"`
	Now    *offsets                `json:"now,omitempty"`
}

type offsets struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

func receiptOf(v loader.Verified) verifyReceipt {
	n := counted(v)
	r := verifyReceipt{
		CheckedAt: v.CheckedAt, Exact: n[graph.Exact], Moved: n[graph.Moved], Ambiguous: n[graph.Ambiguous], Orphaned: n[graph.Orphaned],
		Unchecked: append([]loader.UncheckedSource{}, v.Unchecked...), Spans: []spanReceipt{},
	}
	for _, s := range v.Spans {
		if s.State == graph.Exact {
			continue
		}
		one := spanReceipt{Source: s.Source, Node: s.Node, Start: s.Span.Start, End: s.Span.End, SHA256: s.SHA256, State: s.State}
		if s.State == graph.Moved {
			one.Now = &offsets{s.Start, s.End}
		}
		r.Spans = append(r.Spans, one)
	}
	return r
}
