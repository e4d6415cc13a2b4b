package commands

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"companygraph/graph/stores"
	"companygraph/graph/write"
	"companygraph/schema"
	"companygraph/seed/loader"
)

const paper = "Acme bought Best.\nIt said so."

func digestOf(words string) string { return loader.FindWords(words, words)[0].SHA256 }

// testFiles are texts and datasets, one of them broken.
var testFiles = map[string]string{
	"texts/paper.txt":    paper,
	"windows/paper.txt":  strings.ReplaceAll(paper, "\n", "\r\n"),
	"windows/marked.txt": "\ufeffAcme\r\n",
	"windows/old.txt":    "caf\xe9",
	"good/good.yaml": "dataset: good\nsource: paper\n" +
		"sources: [{ id: paper, sha256: " + digestOf(paper) + " }]\n" +
		"omitted: [{ start: 0, end: 4, sha256: " + digestOf("Acme") + ", reason: Known. }]\n",
	"good/._good.yaml": "\x00\x05\x16\x07", "good/notes.txt": "", "good/sub/x.yaml": "",
	"bad.yaml":        "dataset: bad\nentities: [{ id: acme, type: Shop }]\nfact: []\n",
	"nameless.yml":    "entities: [{ id: acme, type: Company, name: Acme, founded: 2999 }]\n",
	"empty/x.txt":     "",
	"firms.yaml":      "dataset: firms\ntitle: All firms\npriority: 2\nentities: [{ id: acme, type: Company, name: Acme, identifiers: [{ scheme: lei, value: '1' }] }, { id: best, type: Company, name: Best }]\n",
	"fewer.yaml":      "dataset: firms\nentities: [{ id: acme, type: Company, name: Acme, identifiers: [{ scheme: lei, value: '1' }] }]\n",
	"bans.yaml":       "dataset: bans\nentities: [{ id: a-corp, type: Company, name: A Corp, identifiers: [{ scheme: lei, value: '1' }] }]\nfacts: [{ id: ban, type: Ban, title: Ban, phase: PROPOSED, targets: [a-corp, best] }]\n",
	"clash.yaml":      "dataset: clash\nentities: [{ id: one, type: Company, name: One, identifiers: [{ scheme: dd, value: '1' }] }, { id: two, type: Person, name: Two, identifiers: [{ scheme: dd, value: '1' }] }]\n",
	"renamed.yaml":    "dataset: firms\nentities: [{ id: acme-1, type: Company, name: Acme, identifiers: [{ scheme: lei, value: '1' }] }, { id: best, type: Company, name: Best }]\n",
	"cites.yaml":      "dataset: cites\nsources: [{ id: paper, sha256: " + digestOf(paper) + " }]\nfacts: [{ id: deal, type: Ban, title: Deal, phase: OCCURRED, claims: [{ id: c, stance: ASSERTS, attribution: SOURCE, source: paper, evidence: [{ start: 0, end: 4, sha256: " + digestOf("Acme") + " }] }] }]\n",
	"moved/paper.txt": "Oh: " + paper, "gone/paper.md": "Nothing.",
	"place.yaml": "dataset: places\nentities: [{ id: city, type: Place, name: City, identifiers: [{ scheme: lei, value: '1' }] }]\n",
}

// step is a call of the program: its arguments, separated by commas, its status
// and something that it prints.
type step struct {
	name   string
	args   string
	status int
	out    string
}

func runSteps(t *testing.T, steps []step) {
	t.Helper()
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			var args []string
			if s.args != "" {
				args = strings.Split(s.args, ",")
			}
			var out strings.Builder
			status := Run(t.Context(), args, &out, &out)
			if status != s.status || !strings.Contains(out.String(), s.out) {
				t.Errorf("status %d, printed\n%s\nwant status %d, with\n%s", status, &out, s.status, s.out)
			}
		})
	}
}

// inFolder makes a folder with the files the working directory.
func inFolder(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range testFiles {
		writeFile(t, name, content)
	}
}

func TestCalls(t *testing.T) {
	inFolder(t)
	runSteps(t, []step{
		{"nothing", "", statusUsage, "seed: which command? There are:\n  seed load "},
		{"help", "--help", statusDone, "Usage: seed <command>"},
		{"no command", "lod", statusUsage, `unexpected argument lod`},
		{"help of a command", "load,--help", statusDone, "Embedded database"},
		{"help of load", "load,--help", statusDone, "--prune"},
		{"no flag", "load,--sqlit,x", statusUsage, `unknown flag --sqlit`},
		{"no number", "load,--priority,high,good", statusUsage, `--priority`},
		{"no priority", "load,--priority,2147483648,good", statusUsage, `--priority: expected a valid 32 bit int but got "2147483648"`},
		{"no name of a dataset", "load,--dataset,edits,good", statusUsage,
			`--dataset edits: "edits" is reserved for edits, which no file makes; choose another name`},
		{"texts of nowhere", "load,--keep-texts,good", statusUsage, "--keep-texts keeps the texts of --sources: name their folder"},
		{"no dataset", "check", statusUsage, `expected "<dataset> ..."`},
		{"no dataset to remove", "remove", statusUsage, `expected "<dataset>"`},
		{"half the flags of copy", "copy,--from,other.db", statusUsage, "missing flags: --to=FILE|URI"},
		{"help of copy", "copy,--help", statusDone, "--neo4j-password"},
		{"span without source", "span,It", statusUsage, "missing flags: --source=FILE"},
	})
}

func TestCheckAndSpan(t *testing.T) {
	inFolder(t)
	runSteps(t, []step{
		{"unknown datasets", "check,ghost,good,none", statusProblems,
			"seed: ghost is not a file, a folder or a bundled dataset; the bundled datasets are: antivirus-ban-2017\n" +
				"seed: none is not a file, a folder or a bundled dataset; the bundled datasets are: antivirus-ban-2017\n"},
		{"a folder without datasets", "check,empty", statusProblems, "seed: empty: the folder has no *.yaml and no *.yml file\n"},
		{"problems", "check,good,bad.yaml", statusProblems,
			"bad.yaml:2:30: type: \"Shop\" is not one of the types allowed here: Company, GovernmentBody, Office, Organization, Person, Place, Product, Retailer, Senator\n" +
				"bad.yaml:3:1: fact: there is no field of this name here; did you mean facts?\n2 problems\n"},
		{"check", "check,good", statusDone, "good: no problems in 1 node\n"},
		{"what is passed over", "check,good", statusDone, "good: skipped ._good.yaml, notes.txt, sub/; only *.yaml and *.yml files are read\n"},
		{"a file that is given twice", "check,good/good.yaml,good,./good/good.yaml", statusDone, "good/good.yaml: given twice, and read once\n"},
		{"check of a bundled dataset", "check,antivirus-ban-2017", statusDone, "antivirus-ban-2017: no problems in 65 nodes\n"},
		{"a nameless file", "check,nameless.yml", statusProblems, "nameless.yml:1:1: dataset: a file says which dataset it is part of\n1 problem\n"},
		{"a nameless file that is given a name, and a warning", "check,--dataset,mine,nameless.yml", statusDone,
			"nameless.yml:1: warning: founded: 2999 is beyond the year"},
		{"datasets that build on each other", "check,firms.yaml,bans.yaml", statusDone, "firms: no problems in 2 nodes\nbans: no problems in 2 nodes\n"},
		{"one that builds on another", "check,bans.yaml", statusProblems, `bans.yaml:3:78: targets[1]: there is no node with the id "best"`},
		{"what a load would refuse", "check,clash.yaml", statusProblems, "clash.yaml:2:"},
		{"check of sources", "check,--sources,texts,good/good.yaml", statusProblems,
			"good/good.yaml:3:11: no span touches the sentence from 18 to 29: cite it, or say under `omitted` why not: \"It said so.\"\n1 problem\n"},
		{"sources that were altered", "check,--sources,windows,good/good.yaml", statusProblems,
			"good/good.yaml:3:32: sha256: paper.txt has the text, but has lines that end as those of Windows (CRLF): undo that\n1 problem\n"},
		{"no folder of sources", "check,--sources,ghost,good", statusProblems, "seed: --sources ghost: there is no such folder\n"},
		{"a file of sources", "check,--sources,bad.yaml,good", statusProblems, "seed: --sources bad.yaml: it is a file; name the folder that it is in\n"},
		{"span", "span,--source,texts/paper.txt,it", statusProblems, "seed: these words are not in texts/paper.txt: case, spaces and line breaks count\n"},
		{"span found", "span,--source,texts/paper.txt,It said", statusDone, "- { start: 18, end: 25, sha256: " + digestOf("It said") + " }\n"},
		{"span of a text with a mark", "span,--source,windows/marked.txt,Acme", statusDone,
			"windows/marked.txt:1: warning: the text starts with a byte order mark (BOM), which counts as its first character\n" +
				"windows/marked.txt:1: warning: the lines end as those of Windows (CRLF), which counts as two characters\n" +
				"- { start: 1, end: 5, sha256: " + digestOf("Acme") + " }\n"},
		{"span of what is not UTF-8", "span,--source,windows/old.txt,caf", statusProblems,
			"windows/old.txt:1:1: the text is not UTF-8 but another encoding, such as Windows-1252; offsets and digests are of UTF-8, so convert it\n1 problem\n"},
		{"span of nothing", "span,--source,ghost.txt,It", statusProblems, "seed: --source ghost.txt: there is no such file\n"},
		{"span of a folder", "span,--source,texts,It", statusProblems, "seed: --source texts: is a directory\n"},
	})
}

func TestLoads(t *testing.T) {
	inFolder(t)
	t.Setenv("COMPANYGRAPH_SQLITE", "from-environment.db")
	runSteps(t, []step{
		{"of problems", "load,bad.yaml", statusProblems, "2 problems"},
		{"of one dataset", "load,good", statusDone, "good: 1 created, 0 updated, 0 unchanged in from-environment.db\n"},
		{"again", "load,good", statusDone, "good: nothing changed, 1 node already in from-environment.db\n"},
		{"held to the texts", "load,--sources,texts,good/good.yaml", statusDone, "good: nothing changed"},
		{"with the texts", "load,--sources,texts,--keep-texts,good/good.yaml", statusDone, "good: 0 created, 1 updated, 0 unchanged"},
		{"with the texts again", "load,--sources,texts,--keep-texts,good/good.yaml", statusDone, "good: nothing changed"},
		{"with altered texts", "load,--sources,windows,--keep-texts,good/good.yaml", statusProblems, "paper.txt has the text, but has lines that end as those of Windows (CRLF): undo that"},
		{"verification without a folder", "verify", statusUsage, "missing flags: --sources=FOLDER"},
		{"verification of nothing", "verify,--sources,ghost", statusProblems, "seed: --sources ghost: there is no such folder\n"},
		{"a dataset that cites", "load,cites.yaml", statusDone, "cites: 2 created"},
		{"verification", "verify,--sources,texts", statusDone, "1 EXACT, 0 MOVED, 0 AMBIGUOUS, 0 ORPHANED, 0 not checked\n"},
		{"verification of a moved passage", "verify,--sources,moved,--receipt,verified.json", statusProblems, "paper: c: 0 to 4 is MOVED, now 4 to 8\n0 EXACT, 1 MOVED, 0 AMBIGUOUS, 0 ORPHANED, 0 not checked\n"},
		{"verification of a passage that is gone", "verify,--sources,gone", statusProblems, "paper: c: 0 to 4 is ORPHANED\n"},
		{"verification without a text", "verify,--sources,empty", statusDone, "paper: no file has its text; 1 span not checked\n0 EXACT, 0 MOVED, 0 AMBIGUOUS, 0 ORPHANED, 1 not checked\n"},
		{"without the texts", "load,good", statusDone, "good: 0 created, 1 updated, 0 unchanged"},
		{"elsewhere", "load,--sqlite,other.db,good,antivirus-ban-2017", statusDone,
			"good: 1 created, 0 updated, 0 unchanged in other.db\nantivirus-ban-2017: 65 created, 0 updated, 0 unchanged in other.db\n"},
		{"into what is no database", "load,--sqlite,texts/paper.txt,good", statusStore, "seed: database texts/paper.txt: "},
		{"dry, into nothing", "load,--dry-run,--sqlite,none.db,firms.yaml", statusDone,
			"firms: 2 created, 0 updated, 0 unchanged in none.db; this was a dry run, nothing is written\n"},
		{"of a nameless file", "load,--dataset,mine,--priority=-1,nameless.yml", statusDone, "mine: 1 created, 0 updated, 0 unchanged in from-environment.db\n"},
		{"with a receipt nowhere", "load,--receipt,ghost/r.json,good", statusUsage, "seed: --receipt ghost/r.json: no such file or directory\n"},
	})
	if _, err := os.Stat("from-environment.db"); err != nil {
		t.Error(err)
	}
	runSteps(t, []step{
		{"what is refused creates no database", "load,--sqlite,refused.db,bans.yaml", statusProblems, `there is no node with the id "best"`},
	})
	if left, err := filepath.Glob("refused.db*"); len(left) > 0 || err != nil {
		t.Errorf("a refused load left %v, %v", left, err)
	}
	if _, err := os.Stat("none.db"); err == nil {
		t.Error("a dry run has made a database")
	}
}

// The life of datasets that build on each other.
func TestDatasets(t *testing.T) {
	inFolder(t)
	t.Setenv("COMPANYGRAPH_SQLITE", "g.db")
	runSteps(t, []step{
		{"none in a file that is not there", "datasets", statusStore, "seed: g.db: there is no such file\n"},
		{"none can be removed", "remove,firms", statusStore, "seed: g.db: there is no such file\n"},
		{"load", "load,--receipt,r.json,bans.yaml,firms.yaml", statusDone,
			"firms: 2 created, 0 updated, 0 unchanged in g.db\n" +
				"bans: 1 created, 0 updated, 0 unchanged, 1 merged in g.db\n  a-corp is acme now, because of the identifier lei \"1\"\n"},
		{"a clash", "load,place.yaml", statusProblems,
			"place.yaml:2:30: type: it has the identifier lei \"1\" of acme, which is Company and cannot be Place as well\n1 problem\n"},
		{"renamed", "load,renamed.yaml", statusDone,
			"  1 node has another id in the files now, and what they said under the old one is replaced: acme\n"},
		{"and back", "load,firms.yaml", statusDone, "is replaced: acme-1\n"},
		{"list", "datasets", statusDone,
			"NAME   TITLE      PRIORITY  NODES  LOADED IN\nbans              0         2      revision 2\nfirms  All firms  2         2      revision 4\n"},
		{"fewer", "load,fewer.yaml", statusDone,
			"firms: nothing changed, 1 node already in g.db\n  1 node no longer in the files; --prune removes it: best\n"},
		{"pruned", "load,--prune,fewer.yaml", statusDone,
			"firms: nothing changed, 1 node already in g.db\n  1 node no longer in the files, and stays because others refer to it: best\n"},
		{"no name", "remove,", statusProblems, "seed: the name of the dataset is empty; "},
		{"unknown", "remove,ghost", statusProblems, "seed: g.db has no dataset ghost; it has bans, firms\n"},
		{"edits", "remove,edits", statusProblems, "seed: edits is reserved for edits, which are not loaded and cannot be removed\n"},
		{"remove what others refer to", "remove,firms", statusDone,
			"firms: 0 removed, 1 left to other datasets in g.db\n  1 node taken back: acme\n  1 node stays, because others refer to it: best\n"},
		{"dry remove", "remove,--dry-run,bans", statusDone, "bans: 2 removed in g.db; this was a dry run, nothing is written\n  2 nodes taken back: acme, ban\n"},
		{"remove", "remove,bans", statusDone, "bans: 2 removed in g.db\n  2 nodes taken back: acme, ban\n"},
		{"remove the rest", "remove,firms", statusDone, "firms: 1 removed in g.db\n  1 node taken back: best\n"},
		{"nothing is left", "datasets", statusDone, "no datasets in g.db\n"},
		{"nothing is known", "remove,firms", statusProblems, "seed: g.db has no dataset firms; it has none\n"},
	})
	const receipts = `{"dataset":"firms","revision":1,"read":2,"created":2,"updated":0,"unchanged":0,"removed":0,"merged":[],"dropped":[],"absent":[],"withdrawn":[],"replaced":[],"dangling":[],"problems":[]}
{"dataset":"bans","revision":2,"read":2,"created":1,"updated":0,"unchanged":0,"removed":0,"merged":[{"id":"a-corp","into":"acme","because":"lei 1"}],"dropped":[],"absent":[],"withdrawn":[],"replaced":[],"dangling":[],"problems":[]}
`
	if got, err := os.ReadFile("r.json"); err != nil || string(got) != receipts {
		t.Errorf("receipts are\n%s\nwant\n%s (%v)", got, receipts, err)
	}
}

// What is told of many nodes stays short.
func TestManyNodes(t *testing.T) {
	inFolder(t)
	entities, ids := "", []string{}
	for i := range 12 {
		id := "n" + string(rune('a'+i))
		entities += "  - { id: " + id + ", type: Place, name: N }\n"
		ids = append(ids, id)
	}
	writeFile(t, "many.yaml", "dataset: many\nentities:\n"+entities)
	writeFile(t, "none.yaml", "dataset: many\n")
	first := strings.Join(ids[:10], ", ")
	runSteps(t, []step{
		{"load", "load,--sqlite,g.db,many.yaml", statusDone, "many: 12 created"},
		{"absent", "load,--sqlite,g.db,none.yaml", statusDone, "  12 nodes no longer in the files; --prune removes them: " + first + ", and 2 more\n"},
	})
	opened, err := stores.Settings{SQLite: "g.db"}.Open(t.Context(), schema.Model())
	if err != nil {
		t.Fatal(err)
	}
	_, err = opened.Write(t.Context(), write.Meta{Dataset: write.Edits}, func(tx *write.Tx) error { return tx.Delete("na", "nb") })
	if err != nil || opened.Close() != nil {
		t.Fatal(err)
	}
	runSteps(t, []step{
		{"deleted", "load,--sqlite,g.db,many.yaml", statusDone,
			"many: nothing changed, 10 nodes already in g.db\n  2 nodes not brought back, as somebody deleted them: na, nb\n"},
		{"pruned", "load,--sqlite,g.db,--prune,none.yaml", statusDone, "many: 0 created, 0 updated, 0 unchanged, 10 removed in g.db\n  10 nodes no longer in the files, and taken back: nc,"},
	})
}

// The other program's help lists these commands.
func TestList(t *testing.T) {
	list := List()
	for _, line := range []string{"  seed load      Load datasets: everything", "  seed datasets  List the loaded datasets"} {
		if !strings.Contains(list, line) {
			t.Errorf("the list has no line with %q:\n%s", line, list)
		}
	}
	if lines := strings.Count(list, "\n"); lines != 7 {
		t.Errorf("%d lines", lines)
	}
}

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
