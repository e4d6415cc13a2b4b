// Command licenses lists the licences of the modules that are linked into the
// given programs, and fails unless all are permissive:
//
//	go run ./tools/licenses . ./seed
//
// It looks at the licence files of each module and of each linked package in
// it. What it does not know for permissive fails.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

func run(programs []string, out io.Writer) error {
	if len(programs) == 0 {
		return errors.New("name the programs: go run ./tools/licenses PROGRAM")
	}
	modules, err := linked(programs)
	if err != nil {
		return err
	}
	refused := 0
	for _, m := range modules {
		names, err := m.licences()
		if err != nil {
			fmt.Fprintf(out, "%-45s %-10s REFUSED: %v\n", m.path, m.version, err)
			refused++
			continue
		}
		fmt.Fprintf(out, "%-45s %-10s %s\n", m.path, m.version, strings.Join(names, ", "))
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d modules are not known to have a permissive licence", refused, len(modules))
	}
	return nil
}

// module is one whose code is linked.
type module struct {
	path, version, root string
	// folders of the linked packages.
	folders []string
}

// linked lists the modules of the packages that the programs are made of, and
// Go's own library.
func linked(programs []string) ([]*module, error) {
	arguments := append([]string{"list", "-deps", "-json=Dir,Standard,Module"}, programs...)
	list := exec.Command("go", arguments...)
	list.Stderr = os.Stderr
	listed, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	std := &module{path: "the Go standard library", root: strings.TrimSpace(string(root))}
	modules := map[string]*module{std.path: std}
	for packages := json.NewDecoder(bytes.NewReader(listed)); packages.More(); {
		var p struct {
			Dir      string
			Standard bool
			Module   *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		if err := packages.Decode(&p); err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Standard || p.Module == nil || p.Module.Main {
			continue
		}
		m := modules[p.Module.Path]
		if m == nil {
			m = &module{path: p.Module.Path, version: p.Module.Version, root: p.Module.Dir}
			modules[m.path] = m
		}
		m.folders = append(m.folders, p.Dir)
	}
	sorted := slices.SortedFunc(maps.Values(modules), func(a, b *module) int { return strings.Compare(a.path, b.path) })
	return sorted, nil
}

// misleading modules have parts that are not theirs to give under the licence
// that they name.
var misleading = map[string]string{
	"github.com/mozillazg/go-unidecode": "says MIT, but its tables are those of Unidecode for Python (GPL-2.0-or-later), bar one cell in a thousand",
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([-._].*)?$`)

// licences names the licences of a module and its linked packages.
func (m *module) licences() ([]string, error) {
	if why := misleading[m.path]; why != "" {
		return nil, errors.New(why)
	}
	names := map[string]bool{}
	folders := append([]string{m.root}, m.folders...)
	slices.Sort(folders)
	for _, folder := range slices.Compact(folders) {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
			if err != nil {
				return nil, err
			}
			found, err := classify(string(text))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", entry.Name(), err)
			}
			for _, name := range found {
				names[name] = true
			}
		}
	}
	if len(names) == 0 {
		return nil, errors.New("it has no licence file")
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// permissive licences, each with sentences that its text has and one that sets
// it apart from those that have the same sentences.
var permissive = []struct {
	name string
	has  []string
	not  string
}{
	{"Apache-2.0", []string{"apache license, version 2.0"}, ""},
	{"Apache-2.0", []string{"apache license version 2.0, january 2004", "grant of patent license"}, "apache license, version 2.0"},
	{"BSD-2-Clause", []string{"redistribution and use in source and binary forms, with or without modification, are permitted"}, "neither the name"},
	{"BSD-3-Clause", []string{"redistribution and use in source and binary forms, with or without modification, are permitted", "neither the name"}, ""},
	{"ISC", []string{"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted"}, ""},
	{"MIT", []string{mitGrant, mitNotice}, ""},
	{"MIT-0", []string{mitGrant}, mitNotice},
	{"Unlicense", []string{
		"this is free and unencumbered software released into the public domain",
		"anyone is free to copy, modify, publish, use, compile, sell, or distribute this software",
	}, ""},
}

const (
	mitGrant  = "permission is hereby granted, free of charge, to any person obtaining a copy"
	mitNotice = "the above copyright notice and this permission notice shall be included in all copies"
)

// others are words of licences that ask for more than a notice.
var others = []string{
	"mozilla public license", "general public license", "eclipse public license", "common development and distribution",
	"european union public", "server side public", "business source license", "commons clause", "creative commons",
}

// classify names the licences in a text; it fails if one is not permissive.
func classify(text string) ([]string, error) {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	for _, words := range others {
		if strings.Contains(text, words) {
			return nil, fmt.Errorf("it speaks of the %s, which is not permissive", words)
		}
	}
	var names []string
	for _, l := range permissive {
		lacks := func(sentence string) bool { return !strings.Contains(text, sentence) }
		if !slices.ContainsFunc(l.has, lacks) && (l.not == "" || lacks(l.not)) {
			names = append(names, l.name)
		}
	}
	if len(names) == 0 {
		return nil, errors.New("its licence is none that this program knows")
	}
	return names, nil
}
