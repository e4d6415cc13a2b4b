package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"time"
)

// asset is a file of dist.
type asset struct {
	name    string
	content []byte
	// hashed tells that the name changes with the content.
	hashed bool
}

// hashedName takes apart the names that web/build gives: start-4ZW3FQEH.js.
var hashedName = regexp.MustCompile(`^(.+)-[A-Z0-9]{8}(\.[a-z]+)$`)

// assets are the files of dist by their names, and paths those names by the ones
// without hash.
var assets, paths = readAssets()

func readAssets() (assets map[string]asset, paths map[string]string) {
	assets, paths = map[string]asset{}, map[string]string{}
	entries, err := files.ReadDir("dist")
	if err != nil {
		panic(err) // reading what is compiled in does not fail
	}
	for _, entry := range entries {
		a := asset{name: entry.Name()}
		if a.content, err = fs.ReadFile(files, path.Join("dist", a.name)); err != nil {
			panic(err)
		}
		logical := a.name
		if parts := hashedName.FindStringSubmatch(a.name); parts != nil {
			logical, a.hashed = parts[1]+parts[2], true
		}
		assets[a.name], paths[logical] = a, "/assets/"+a.name
	}
	return assets, paths
}

// assetPath is the path under which an asset is served now; `start.js` names it
// without its hash.
func assetPath(name string) (string, error) {
	found, ok := paths[name]
	if !ok {
		return "", fmt.Errorf("web/dist has no %s", name)
	}
	return found, nil
}

func serveAsset(w http.ResponseWriter, r *http.Request) {
	a, ok := assets[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	caching := "no-cache"
	if a.hashed {
		caching = "public, max-age=31536000, immutable"
	}
	serve(w, r, a.name, caching, a.content)
}

// serveIcon is for what is no page of ours and names no icon, such as an answer
// of the API: browsers look for one at /favicon.ico.
func serveIcon(w http.ResponseWriter, r *http.Request) {
	icon := assets[path.Base(paths["favicon.svg"])]
	serve(w, r, icon.name, "no-cache", icon.content)
}

// serve answers with a content whose type follows from a file's name.
func serve(w http.ResponseWriter, r *http.Request, name, caching string, content []byte) {
	sum := sha256.Sum256(content)
	w.Header().Set("Cache-Control", caching)
	// Weak, as it is the same whether the answer is compressed or not.
	w.Header().Set("ETag", `W/"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
