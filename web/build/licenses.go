package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// permissive are the licences that bundled packages may have, by SPDX name.
var permissive = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}

// packageFolder finds the npm package that a bundled file belongs to.
var packageFolder = regexp.MustCompile(`^(?:.*/)?node_modules/(?:@[^/]+/)?[^/]+`)

// licenses are the licences of the packages that bundled files come from. Those
// ask to be passed on with copies of the code. One that is not permissive is an
// error.
func licenses(folder string, inputs map[string]any) ([]byte, error) {
	packages := map[string]bool{}
	for file := range inputs {
		if found := packageFolder.FindString(file); found != "" {
			packages[found] = true
		}
	}
	var all bytes.Buffer
	all.WriteString("The pages contain code of these packages.\n")
	for _, p := range slices.Sorted(maps.Keys(packages)) {
		if err := writeLicense(&all, filepath.Join(folder, p)); err != nil {
			return nil, err
		}
	}
	return all.Bytes(), nil
}

func writeLicense(all *bytes.Buffer, folder string) error {
	manifest, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return err
	}
	var p struct{ Name, Version, License string }
	if err := json.Unmarshal(manifest, &p); err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	if !slices.Contains(permissive, p.License) {
		return fmt.Errorf("package %s has the licence %q, which is not known to be permissive", p.Name, p.License)
	}
	fmt.Fprintf(all, "\n%s\n%s %s (%s)\n", strings.Repeat("-", 72), p.Name, p.Version, p.License)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if base := strings.ToLower(strings.TrimSuffix(entry.Name(), path.Ext(entry.Name()))); base != "license" && base != "licence" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(all, "\n%s\n", bytes.TrimSpace(text))
	}
	return nil
}
