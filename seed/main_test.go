package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"companygraph/seed/loader"
)

const paper = "Acme bought Best.\nIt said so."

func digestOf(words string) string { return loader.FindWords(words, words)[0].SHA256 }

// files are a text and two datasets, one of them broken.
var files = map[string]string{
	"texts/paper.txt": paper,
	"good/good.yaml": "dataset: good\nsource: paper\n" +
		"sources: [{ id: paper, sha256: " + digestOf(paper) + " }]\n" +
		"omitted: [{ start: 0, end: 4, sha256: " + digestOf("Acme") + ", reason: Known. }]\n",
	"bad.yaml": "dataset: bad\nentities: [{ id: acme, type: Shop }]\nfact: []\n",
}

func TestRun(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, content := range files {
		write(t, name, content)
	}
	t.Setenv("SQLITE_PATH", "from-environment.db")
	tests := []struct {
		name   string
		args   string // separated by commas
		status int
		out    string // is in what is printed
	}{
		{"nothing", "", statusUsage, `seed: expected one of "load", "copy", "check", "span"; see --help`},
		{"help", "--help", statusDone, "Usage: seed <command>"},
		{"no command", "lod", statusUsage, `unexpected argument lod`},
		{"help of a command", "load,--help", statusDone, "Embedded database"},
		{"no flag", "load,--sqlit,x", statusUsage, `unknown flag --sqlit`},
		{"no dataset", "check", statusUsage, `expected "<dataset> ..."`},
		{"unknown dataset", "check,ghost", statusProblems, "ghost is no file and no folder, and no bundled dataset, which are: antivirus-ban-2017"},
		{"problems", "check,good,bad.yaml", statusProblems,
			"bad.yaml:2:30: type: \"Shop\" is none of the types that stand here: Company, GovernmentBody, Office, Organization, Person, Place, Product, Retailer, Senator\n" +
				"bad.yaml:3:1: fact: there is no field of this name here; did you mean facts?\n2 problems\n"},
		{"check", "check,good", statusDone, "good: no problems in 1 node\n"},
		{"check of a bundled dataset", "check,antivirus-ban-2017", statusDone, "antivirus-ban-2017: no problems in 65 nodes\n"},
		{"check of sources", "check,--sources,texts,good/good.yaml", statusProblems,
			"good/good.yaml:3:11: no span touches the sentence from 18 to 29: cite it, or say under `omitted` why not: \"It said so.\"\n1 problem\n"},
		{"no folder of sources", "check,--sources,ghost,good", statusProblems, "--sources ghost: "},
		{"load of problems", "load,bad.yaml", statusProblems, "2 problems"},
		{"load", "load,good", statusDone, "good: 1 created, 0 updated, 0 unchanged in from-environment.db\n"},
		{"load again", "load,good", statusDone, "good: nothing changed, 1 node already in from-environment.db\n"},
		{"load elsewhere", "load,--sqlite,other.db,good,antivirus-ban-2017", statusDone, "good, antivirus-ban-2017: 66 created, 0 updated, 0 unchanged in other.db\n"},
		{"load into what is no database", "load,--sqlite,texts/paper.txt,good", statusProblems, "seed: database texts/paper.txt: "},
		{"copy", "copy,--from,other.db,--to,copy.db", statusDone, "66 nodes copied from other.db to copy.db\n"},
		{"copy again", "copy,--from,other.db,--to,copy.db", statusProblems, "seed: --to copy.db: holds nodes already\n"},
		{"copy of a copy", "copy,--from,copy.db,--to,third.db", statusDone, "66 nodes copied from copy.db to third.db\n"},
		{"copy of nothing", "copy,--from,ghost.db,--to,copy.db", statusProblems, "seed: --from ghost.db: there is no such file\n"},
		{"copy of what is no database", "copy,--from,texts/paper.txt,--to,new.db", statusProblems, "seed: --from: database texts/paper.txt: is not a SQLite database"},
		{"copy to nowhere", "copy,--from,other.db,--to,texts", statusProblems, "seed: --to: database texts: cannot be opened"},
		{"copy with half the flags", "copy,--from,other.db", statusUsage, "missing flags: --to=FILE|URI"},
		{"help of copy", "copy,--help", statusDone, "--neo4j-password"},
		{"span", "span,--source,texts/paper.txt,it", statusProblems, "these words do not stand in texts/paper.txt"},
		{"span found", "span,--source,texts/paper.txt,It said", statusDone, "- { start: 18, end: 25, sha256: " + digestOf("It said") + " }\n"},
		{"span without source", "span,It", statusUsage, "missing flags: --source=FILE"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var args []string
			if test.args != "" {
				args = strings.Split(test.args, ",")
			}
			var out strings.Builder
			status := run(t.Context(), args, &out, &out)
			if status != test.status || !strings.Contains(out.String(), test.out) {
				t.Errorf("status %d, printed\n%s\nwant status %d, with\n%s", status, &out, test.status, test.out)
			}
		})
	}
	if _, err := os.Stat("from-environment.db"); err != nil {
		t.Error(err)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
