package loader

import (
	"cmp"
	"context"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"companygraph/graph"
	"companygraph/graph/store"
	"companygraph/graph/write"
)

// Verified is what a check of the spans in a store found.
type Verified struct {
	CheckedAt time.Time
	// Spans are those that were checked, in the order of their sources and nodes.
	Spans []VerifiedSpan
	// Unchecked are the sources that no file of the folder belongs to, with how many
	// spans of theirs are cited.
	Unchecked []UncheckedSource
}

// VerifiedSpan is a span of a source that a node cites, with what was found of it.
type VerifiedSpan struct {
	graph.Verification
	Source graph.ID
	// Node is the public node that cites it, or has the part that does.
	Node graph.ID
	// citing is the node or the part.
	citing graph.ID
}

// UncheckedSource is a source without a file.
type UncheckedSource struct {
	ID    graph.ID `json:"source"`
	Spans int      `json:"spans"`
}

// Verify holds the spans that the nodes of a store cite to texts in a folder, and
// keeps in the store what it finds.
//
// A file belongs to a source if it has the text with the digest of the source, with
// whatever line ends, byte order mark and encoding; if there is none, if its name
// without the extension is the id of the source. What was found earlier of spans
// of sources without a file stays.
func Verify(ctx context.Context, m *graph.Model, in store.Store, folder fs.FS, now time.Time) (Verified, error) {
	done := Verified{CheckedAt: now.UTC().Truncate(time.Second)}
	files, err := findVerifiedFiles(folder)
	if err != nil {
		return done, err
	}
	sources, err := citedSources(ctx, m, in)
	if err != nil {
		return done, err
	}
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		if err := done.verify(folder, files, sources[id]); err != nil {
			return done, err
		}
	}
	return done, done.keep(ctx, in)
}

// verify checks the spans of one source.
func (v *Verified) verify(folder fs.FS, files verifiedFiles, source *citedSource) error {
	name := files.of(source)
	if name == "" {
		v.Unchecked = append(v.Unchecked, UncheckedSource{source.id, len(source.spans)})
		return nil
	}
	content, err := readLimited(folder, name)
	if err != nil {
		return err
	}
	text := newVerifiedText(content, source.sha256)
	known := map[graph.Span]graph.Verification{}
	for _, span := range source.spans {
		found, checked := known[span.Span]
		if !checked {
			found = text.verify(span.Span)
			found.CheckedAt = v.CheckedAt
			known[span.Span] = found
		}
		span.Verification = found
		v.Spans = append(v.Spans, span)
	}
	return nil
}

// keptAtOnce is how many nodes are written in one change.
const keptAtOnce = 1000

// keep writes what was found. The spans of a node are of one source, so that they
// follow each other.
func (v *Verified) keep(ctx context.Context, in store.Store) error {
	var all []write.Verified
	for start := 0; start < len(v.Spans); {
		end := start
		var found []graph.Verification
		for ; end < len(v.Spans) && v.Spans[end].citing == v.Spans[start].citing; end++ {
			found = append(found, v.Spans[end].Verification)
		}
		all = append(all, write.Verified{Node: v.Spans[start].citing, Found: string(graph.AppendVerifications(nil, found))})
		start = end
	}
	for some := range slices.Chunk(all, keptAtOnce) {
		if err := in.Verify(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// verifiedFiles are the files of a folder, by the digests of the texts that they may
// have, and by their names without the extension.
type verifiedFiles struct{ byDigest, byName map[string]string }

func findVerifiedFiles(folder fs.FS) (verifiedFiles, error) {
	files := verifiedFiles{map[string]string{}, map[string]string{}}
	return files, eachText(folder, func(name string, content []byte) {
		files.byName[strings.TrimSuffix(name, path.Ext(name))] = name
		files.byDigest[graph.SHA256(string(content))] = name
		for _, v := range variants(content) {
			if digest := graph.SHA256(v.text); files.byDigest[digest] == "" {
				files.byDigest[digest] = name
			}
		}
	})
}

// of is the name of the file that belongs to a source; "" if there is none.
func (f verifiedFiles) of(source *citedSource) string {
	return cmp.Or(f.byDigest[source.sha256], f.byName[string(source.id)])
}

// citedSource is a source with the spans of its text that are cited.
type citedSource struct {
	id     graph.ID
	sha256 string
	spans  []VerifiedSpan
}

// citedSources reads the spans that all nodes of a store cite.
func citedSources(ctx context.Context, m *graph.Model, in store.Store) (map[graph.ID]*citedSource, error) {
	sources := map[graph.ID]*citedSource{}
	err := store.EachCited(ctx, m, in, func(c store.Cited) {
		source := sources[c.Source]
		if source == nil {
			source = &citedSource{id: c.Source, sha256: c.SHA256}
			sources[c.Source] = source
		}
		for _, span := range c.Spans {
			of := VerifiedSpan{Source: c.Source, Node: graph.OwnerOf(c.Node), citing: c.Node}
			of.Span = span
			source.spans = append(source.spans, of)
		}
	})
	return sources, err
}
