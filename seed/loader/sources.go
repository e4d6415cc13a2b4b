package loader

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"companygraph/graph"
	"companygraph/graph/write"

	"golang.org/x/text/unicode/norm"
)

// CheckSources holds the datasets to the texts of their sources, which are
// found by their digest among the files of a folder:
//
//   - every span lies within the text, and its digest is that of the text there;
//   - the words of a quotation or a piece of evidence stand in its span;
//   - every sentence of the text is touched by a span that is cited or left out.
//
// The error is of type [Problems] unless the folder cannot be read. It is for
// datasets without Problems.
func (s *Datasets) CheckSources(folder fs.FS) (warnings Problems, err error) {
	texts, err := s.findTexts(folder)
	if err != nil {
		return nil, err
	}
	return s.checkTexts(texts, true)
}

// LoadSources holds the datasets to the texts of their sources as CheckSources does,
// but does not ask that every sentence is touched: a load may say less than the text.
// With keep, each source is then loaded with its text.
func (s *Datasets) LoadSources(folder fs.FS, keep bool) (warnings Problems, err error) {
	texts, err := s.findTexts(folder)
	if err != nil {
		return nil, err
	}
	if warnings, err = s.checkTexts(texts, false); err != nil || !keep {
		return warnings, err
	}
	return warnings, s.keepTexts(texts)
}

// checkTexts holds the datasets to texts; complete asks that every sentence is
// touched by a span.
func (s *Datasets) checkTexts(texts texts, complete bool) (warnings Problems, err error) {
	cited := s.cited()
	var problems Problems
	seen := map[graph.ID]bool{}
	for _, d := range s.all {
		for _, source := range d.sources() {
			if seen[source.ID] {
				continue // another dataset has it, too
			}
			seen[source.ID] = true
			problems = append(problems, d.checkSource(source, cited[source.ID], texts)...)
			if text, found := texts.found[digestOf(source)]; found && complete {
				problems = append(problems, d.checkComplete(source, cited[source.ID], text)...)
			}
			warnings = append(warnings, texts.found[digestOf(source)].warnings...)
		}
	}
	return warnings, problems.sorted(s.files).orNil()
}

// keepTexts adds the texts to the sources that have a digest. Those whose files
// have one already keep it.
func (s *Datasets) keepTexts(texts texts) error {
	var problems Problems
	for _, d := range s.all {
		for _, source := range d.sources() {
			text, found := texts.found[digestOf(source)]
			rel := source.Type.Inlined()
			if !found || source.Target(rel.Name) != "" {
				continue
			}
			part := inlinePart(s.model, source, rel, string(text.sourceText))
			d.nodes = append(d.nodes, part)
			d.bases[part.ID] = spot{id: source.ID, path: rel.Name}
			for _, wrong := range write.Validate(s.model, []*graph.Node{source, part}) {
				problems = append(problems, d.problem(spot{id: source.ID, path: sha256Field}, text.file+": "+wrong.Text))
			}
		}
	}
	return problems.sorted(s.files).orNil()
}

// citation is a span of a source that a node cites, or that the dataset leaves
// out.
type citation struct {
	in         *Dataset
	at         spot
	source     graph.ID
	start, end int
	sha256     string
}

// quotation is words that stand in one of the spans, as a dataset has it.
type quotation struct {
	in    *Dataset
	at    spot
	words string
	spans []citation
}

// references is all that a dataset says of the text of one source.
type references struct {
	spans      []citation
	quotations []quotation
}

// The fields that cite a span or quote it, in any value or node that has them.
const (
	startField  = "start"
	endField    = "end"
	sha256Field = "sha256"
	quoteField  = "quote"
	textField   = "text"
)

// newCitation reads the span that a value cites; ok is false if it cites none.
func (d *Dataset) newCitation(at spot, source graph.ID, c graph.Composite) (span citation, ok bool) {
	start, isCited := c[startField].Any().(int64)
	end, _ := c[endField].Any().(int64)
	return citation{in: d, at: at, source: source, start: int(start), end: int(end), sha256: c[sha256Field].Text()}, isCited
}

func (d *Dataset) sources() []*graph.Node {
	return slices.DeleteFunc(slices.Clone(d.nodes), func(n *graph.Node) bool { return n.Type.Class != graph.SourceClass })
}

// cited collects what the datasets say of the text of each source.
func (s *Datasets) cited() map[graph.ID]*references {
	cited := map[graph.ID]*references{}
	for _, d := range s.all {
		for _, source := range d.sources() {
			cited[source.ID] = &references{}
		}
	}
	for _, d := range s.all {
		for _, span := range d.omitted {
			if to := cited[span.source]; to != nil {
				to.spans = append(to.spans, span)
			}
		}
		for _, n := range d.nodes {
			source := n.Target(sourceKey)
			if to := cited[source]; to != nil {
				d.citedBy(n, source, to)
			}
		}
	}
	return cited
}

// citedBy adds what one node says of the text of its source.
func (d *Dataset) citedBy(n *graph.Node, source graph.ID, to *references) {
	base := d.bases[n.ID]
	var own []citation
	for at, c := range evidenceOf(n, base) {
		span, ok := d.newCitation(at, source, c)
		if !ok {
			continue
		}
		own = append(own, span)
		if quote := c[quoteField]; !quote.Missing() {
			to.quotations = append(to.quotations, quotation{d, at.field(quoteField), quote.Text(), []citation{span}})
		}
	}
	to.spans = append(to.spans, own...)
	if words := n.Values[textField]; !words.Missing() && len(own) > 0 {
		to.quotations = append(to.quotations, quotation{d, base.field(textField), words.Text(), own})
	}
}

// evidenceOf goes over the values of a node that can cite spans.
func evidenceOf(n *graph.Node, base spot) func(yield func(spot, graph.Composite) bool) {
	return func(yield func(spot, graph.Composite) bool) {
		for _, p := range n.Type.Properties {
			if p.Kind != graph.KindValue || !p.List || p.Value.Field(startField) == nil {
				continue
			}
			// The dataset has no problems: the stored form is sound.
			list, _ := p.Composites(n.Values[p.Name].Text())
			for i, c := range list {
				if !yield(base.field(p.Name).item(i), c) {
					return
				}
			}
		}
	}
}

// texts are what a folder has of the texts of sources, by digest.
type texts struct {
	found map[string]heldText
	// altered tells of texts that are there, but not as they were.
	altered map[string]string
}

type heldText struct {
	sourceText
	file     string
	warnings Problems
}

// findTexts reads the texts of the datasets' sources.
func (s *Datasets) findTexts(folder fs.FS) (texts, error) {
	all := texts{found: map[string]heldText{}, altered: map[string]string{}}
	wanted := map[string]bool{}
	for _, d := range s.all {
		for _, source := range d.sources() {
			wanted[digestOf(source)] = true
		}
	}
	return all, eachText(folder, func(name string, content []byte) { all.add(File{Name: name, Text: content}, wanted) })
}

// eachText hands on the files of a folder, but not those of folders in it.
func eachText(folder fs.FS, each func(name string, content []byte)) error {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		content, err := readLimited(folder, entry.Name())
		if err != nil {
			return err
		}
		each(entry.Name(), content)
	}
	return nil
}

// add keeps what a file has of the wanted texts.
func (t texts) add(f File, wanted map[string]bool) {
	if own := graph.SHA256(string(f.Text)); wanted[own] {
		text, warnings, err := ReadText(f)
		if err != nil {
			t.altered[own] = fmt.Sprintf("it is that of %s, which is in %s; offsets and digests are of UTF-8", f.Name, encodingName(f.Text))
			return
		}
		t.found[own] = heldText{sourceText(text), f.Name, warnings}
		return
	}
	for _, v := range variants(f.Text) {
		if other := graph.SHA256(v.text); wanted[other] {
			t.altered[other] = fmt.Sprintf("%s has the text, but %s: undo that", f.Name, v.difference)
		}
	}
}

func digestOf(source *graph.Node) string { return source.Values[sha256Field].Text() }

func (d *Dataset) checkSource(source *graph.Node, cited *references, texts texts) Problems {
	at := spot{id: source.ID, path: sha256Field}
	text, found := texts.found[digestOf(source)]
	switch altered := texts.altered[digestOf(source)]; {
	case found:
	case altered != "":
		return Problems{d.problem(at, altered)}
	case digestOf(source) != "":
		return Problems{d.problem(at, "no file of the folder has a text with this digest")}
	case len(cited.spans) > 0:
		return Problems{d.problem(at, "spans of its text are cited: they cannot be checked without its sha256")}
	default:
		return nil
	}
	var problems Problems
	for _, span := range cited.spans {
		if wrong := text.wrong(span); wrong != "" {
			problems = append(problems, span.in.problem(span.at, wrong))
		}
	}
	for _, q := range cited.quotations {
		if !text.has(q) {
			problems = append(problems, q.in.problem(q.at, "these words are not in the span that is cited for them"))
		}
	}
	return problems
}

// checkComplete reports the sentences that no span touches.
func (d *Dataset) checkComplete(source *graph.Node, cited *references, text heldText) Problems {
	var problems Problems
	for _, s := range text.untouched(cited.spans) {
		problems = append(problems, d.problem(spot{id: source.ID}, fmt.Sprintf(
			"no span touches the sentence from %d to %d: cite it, or say under `omitted` why not: %q", s.start, s.end, text.excerpt(s))))
	}
	return problems
}

// sourceText is the text of a source in code points.
type sourceText []rune

// wrong says what is wrong with a span of the text; "" if nothing is.
func (t sourceText) wrong(c citation) string {
	switch {
	case c.end > len(t):
		return fmt.Sprintf("the span ends at %d, and the text at %d", c.end, len(t))
	case graph.SHA256(string(t[c.start:c.end])) != c.sha256:
		return "the digest is not that of the text in the span"
	}
	return ""
}

// has reports whether quoted words stand in one of their spans. Words are stored
// in normalization form C, whatever the source has.
func (t sourceText) has(q quotation) bool {
	return slices.ContainsFunc(q.spans, func(c citation) bool {
		within := t[min(c.start, len(t)):min(c.end, len(t))]
		return strings.Contains(norm.NFC.String(string(within)), q.words)
	})
}

// untouched returns the sentences that none of the spans has a part of.
func (t sourceText) untouched(spans []citation) []sentence {
	return slices.DeleteFunc(t.sentences(), func(s sentence) bool {
		return slices.ContainsFunc(spans, func(c citation) bool { return c.start < s.end && s.start < c.end })
	})
}

// excerpt returns the start of a sentence.
func (t sourceText) excerpt(s sentence) string {
	const enough = 50
	if s.end-s.start <= enough {
		return string(t[s.start:s.end])
	}
	return string(t[s.start:s.start+enough]) + "…"
}

// Place is where words occur in a text, as evidence gives it.
type Place struct {
	// Start and End count code points, End is exclusive.
	Start, End int
	// SHA256 is that of the words in UTF-8, in hexadecimal digits.
	SHA256 string
}

// FindWords returns every place where the words stand in the text.
func FindWords(text, words string) []Place {
	var places []Place
	if words == "" {
		return nil
	}
	length, sum := len([]rune(words)), graph.SHA256(words)
	runes := 0
	for at := range text {
		if strings.HasPrefix(text[at:], words) {
			places = append(places, Place{runes, runes + length, sum})
		}
		runes++
	}
	return places
}
