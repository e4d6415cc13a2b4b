package resolvers

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"companygraph/graph"
)

// trust reads the documents that can be asked for by hash from the start: those
// of the .graphql files of a folder, or of a manifest. Each is known by the hash
// of its text and, in a manifest, by the id that it has there.
func (d *documents) trust(options Documents) (map[string]*document, error) {
	if options.TrustedDocuments == "" {
		if options.TrustedOnly {
			return nil, errors.New("--trusted-only: --trusted-documents must say which")
		}
		return nil, nil
	}
	texts, err := readTrusted(options.TrustedDocuments)
	if err != nil {
		return nil, fmt.Errorf("--trusted-documents %s: %w", options.TrustedDocuments, err)
	}
	trusted := make(map[string]*document, 2*len(texts))
	for _, id := range slices.Sorted(maps.Keys(texts)) {
		doc, errs := d.prepare(texts[id], graph.SHA256(texts[id]))
		if len(errs) > 0 {
			return nil, fmt.Errorf("--trusted-documents %s: %s: %w", options.TrustedDocuments, id, errs[0])
		}
		trusted[id], trusted[doc.hash] = doc, doc
	}
	return trusted, nil
}

// readTrusted returns texts by ids, or by the names of their files.
func readTrusted(path string) (map[string]string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, plainPathError(err)
	case info.IsDir():
		return readFolder(path)
	default:
		return readManifest(path)
	}
}

func plainPathError(err error) error {
	if at := new(fs.PathError); errors.As(err, &at) {
		return at.Err
	}
	return err
}

func readFolder(path string) (map[string]string, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, plainPathError(err)
	}
	defer func() { _ = root.Close() }()
	texts := map[string]string{}
	err = fs.WalkDir(root.FS(), ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".graphql" {
			return err
		}
		text, err := root.ReadFile(file)
		texts[file] = string(text)
		return err
	})
	if err == nil && len(texts) == 0 {
		return nil, errors.New("has no .graphql files")
	}
	return texts, err
}

// manifest is what Apollo's tools write.
type manifest struct {
	Format     string `json:"format"`
	Version    int    `json:"version"`
	Operations []struct {
		ID   string `json:"id"`
		Body string `json:"body"`
	} `json:"operations"`
}

// readManifest reads an object of texts by their hashes, as the tools of Relay
// and GraphQL Code Generator write it, or a manifest of Apollo's.
func readManifest(path string) (map[string]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, plainPathError(err)
	}
	byHash := map[string]string{}
	if json.Unmarshal(raw, &byHash) == nil {
		return byHash, nil
	}
	m := manifest{}
	if err := json.Unmarshal(raw, &m); err != nil || !strings.Contains(m.Format, "persisted-query-manifest") || m.Version != 1 {
		return nil, errors.New("is not a manifest: neither an object of texts by hash nor an apollo-persisted-query-manifest of version 1")
	}
	texts := make(map[string]string, len(m.Operations))
	for _, op := range m.Operations {
		texts[op.ID] = op.Body
	}
	return texts, nil
}
