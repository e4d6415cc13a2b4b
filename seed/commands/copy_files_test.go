package commands

import "testing"

func TestCopyOfFiles(t *testing.T) {
	inFolder(t)
	runSteps(t, []step{
		{"load", "load,--sqlite,other.db,good,antivirus-ban-2017", statusDone, "antivirus-ban-2017: 65 created"},
		{"copy", "copy,--from,other.db,--to,copy.db", statusDone, "66 nodes copied from other.db to copy.db\n"},
		{"copy again", "copy,--from,other.db,--to,copy.db", statusStore, "seed: --to copy.db: holds nodes already\n"},
		{"copy of a copy", "copy,--from,copy.db,--to,third.db", statusDone, "66 nodes copied from copy.db to third.db\n"},
		{"copy of nothing", "copy,--from,ghost.db,--to,copy.db", statusStore, "seed: --from ghost.db: there is no such file\n"},
		{"copy of what is no database", "copy,--from,texts/paper.txt,--to,new.db", statusStore, "seed: --from: database texts/paper.txt: is not a SQLite database"},
		{"copy to nowhere", "copy,--from,other.db,--to,texts", statusStore, "seed: --to: database texts: cannot be opened"},
	})
}
