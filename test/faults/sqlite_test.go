package faults_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"companygraph/test/program"

	"github.com/ncruces/go-sqlite3"
)

// databaseIn makes a database of the bundled data in a folder.
func databaseIn(t *testing.T, folder string) (file string) {
	t.Helper()
	file = filepath.Join(folder, "graph.db")
	load := seed(t, t.TempDir(), "--sqlite", file)
	load.Arguments[len(load.Arguments)-1] = "antivirus-ban-2017"
	if printed, err := load.Run(t); err != nil {
		t.Fatal(printed)
	}
	return file
}

// nodes counts the nodes of a database, which must be sound.
func nodes(t *testing.T, file string) string {
	t.Helper()
	c, err := sqlite3.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	one := func(query string) string {
		statement, _, err := c.Prepare(query)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = statement.Close() }()
		statement.Step()
		return statement.ColumnText(0)
	}
	if sound := one("PRAGMA integrity_check"); sound != "ok" {
		t.Errorf("the database is damaged: %s", sound)
	}
	return one("SELECT count(*) FROM node")
}

func TestClientsThatLeave(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	const filesOfConnection = 3
	clientsLeave(s, filesOfConnection*s.Metrics(t)["companygraph_store_connections_limit"])
	s.stops()
}

// While another process writes for long, readers go on, and loading says that it
// cannot begin.
func TestLocked(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := databaseIn(t, folder)
	s := start(t, folder, "--sqlite", file)
	other, err := sqlite3.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	if err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	s.only(s.codes(large, clients), "")
	cannotLoad(t, t.TempDir(), "is in use by another program", "--sqlite", file)
	s.healthy()
	if err := other.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	loads(t, file)
	s.stops()
}

// loads holds loading to working.
func loads(t *testing.T, file string) {
	t.Helper()
	if printed, err := seed(t, t.TempDir(), "--sqlite", file).Run(t); err != nil || !strings.Contains(printed, "3001 created") {
		t.Errorf("ended with %v, printed %q", err, printed)
	}
}

// A disk without room: the batch is not there, all else is, and with room again
// it can be loaded.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := databaseIn(t, folder)
	before := nodes(t, file)
	load := seed(t, folder, "--sqlite", file)
	// A file may grow by little: writing more fails, as on a disk that is full.
	const blocks = 800
	load.Arguments = append([]string{"-c", fmt.Sprintf(`ulimit -f %d; exec "$@"`, blocks), "sh", load.Program}, load.Arguments...)
	load.Program = shell(t)
	printed, err := load.Run(t)
	if err == nil || strings.Contains(printed, "\n") || !strings.Contains(printed, "the disk may be full") {
		t.Errorf("ended with %v, printed %q", err, printed)
	}
	if after := nodes(t, file); after != before {
		t.Errorf("%s nodes became %s", before, after)
	}
	loads(t, file)
}

func shell(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// nobody is a user who may do nothing, for tests that are run by one who may do
// everything.
func nobody() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	const id = 65534
	return &syscall.Credential{Uid: id, Gid: id}
}

// openFolder is a folder that any user finds.
func openFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "faults-") //nolint:usetesting // those of tests are for their user alone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = os.Chmod(folder, 0o755)
		_ = os.RemoveAll(folder)
	})
	chmod(t, 0o777, folder)
	return folder
}

func chmod(t *testing.T, mode os.FileMode, files ...string) {
	t.Helper()
	for _, file := range files {
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
	}
}

// A database that may only be read is said to be so by all that would write.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, folder os.FileMode
		why          string
	}{
		"file":            {0o444, 0o777, "may not be read and written"},
		"folder":          {0o666, 0o555, "cannot be written"},
		"file and folder": {0o444, 0o555, "may not be read and written"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := openFolder(t)
			file := databaseIn(t, folder)
			before := nodes(t, file)
			load := seed(t, folder, "--sqlite", file)
			load.Credential = nobody()
			serve := program.Command{Program: serverPath(t), Folder: folder, Arguments: []string{"--listen", "127.0.0.1:0", "--sqlite", file}, Credential: nobody()}
			chmod(t, c.file, file)
			chmod(t, c.folder, folder)
			for _, command := range []program.Command{load, serve} {
				printed, err := command.Run(t)
				if err == nil || strings.Contains(printed, "\n") || !strings.Contains(printed, c.why) {
					t.Errorf("%s ended with %v, printed %q", filepath.Base(command.Program), err, printed)
				}
			}
			if after := nodes(t, file); after != before {
				t.Errorf("%s nodes became %s", before, after)
			}
		})
	}
}

func serverPath(t *testing.T) string {
	t.Helper()
	path, err := program.Path(program.Server)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// A file that is not what it was: what is damaged is unavailable, nothing is
// answered wrongly, and with the file as it was all is well again.
func TestDamagedFile(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(good []byte) []byte{
		"zeros":     func(good []byte) []byte { return make([]byte, len(good)) },
		"noise":     func(good []byte) []byte { return noise(len(good)) },
		"beginning": func(good []byte) []byte { return good[:len(good)/2] },
		"emptied":   func([]byte) []byte { return nil },
		"half of it noise": func(good []byte) []byte {
			half := len(good) / 2
			return append(bytes.Clone(good[:half]), noise(len(good)-half)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			file := databaseIn(t, folder)
			good, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, folder, "--sqlite", file)
			s.only(s.codes(large, clients), "")
			before := s.usage()
			overwrite(t, file, damage(good))
			// What a connection has read before it may answer from memory.
			unread := `{ search(query: "kaspersky") { nodes { __typename id } } claims(first: 100) { nodes { id evidence { quote sha256 } } } }`
			s.only(s.codes(unread, 1), "UNAVAILABLE")
			s.only(s.codes(large, clients), "UNAVAILABLE")
			if name != "half of it noise" && s.ready() {
				t.Error("/readyz is green")
			}
			overwrite(t, file, good)
			s.recovers()
			s.settled(before)
			s.stops()
		})
	}
}

func noise(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, n)
	for i := range text {
		text[i] = byte(random.Uint32())
	}
	return text
}

// overwrite writes another content into the same file.
func overwrite(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Another file at the path of the database is not what the server has open: it
// does not answer from either until the one that it opened is back.
func TestReplacedFile(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]func(t *testing.T, file string){
		"removed":  func(*testing.T, string) {},
		"replaced": func(t *testing.T, file string) { loads(t, file) },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			file := databaseIn(t, folder)
			s := start(t, folder, "--sqlite", file)
			s.only(s.codes(large, clients), "")
			before := s.usage()
			aside := filepath.Join(t.TempDir(), "aside.db")
			rename(t, file, aside)
			replace(t, file)
			// Until the server looks, its connections answer from what they have open.
			s.await(recoveredWithin, "the server has noticed", func() bool { return s.codes(large, 1)["UNAVAILABLE"] == 1 })
			s.only(s.codes(large, clients), "UNAVAILABLE")
			if s.ready() {
				t.Error("/readyz is green")
			}
			rename(t, aside, file)
			s.recovers()
			s.settled(before)
			s.stops()
		})
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// dataset is one of 3,000 firms.
func dataset() []byte {
	var b bytes.Buffer
	b.WriteString("dataset: firms\nsource: register\nsources: [{ id: register, title: Register, publishedOn: 2024-05-02, language: en }]\nentities:\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "  - { id: firm-%d, type: Company, name: Firm %d of Ruritania }\n", i, i)
	}
	return b.Bytes()
}
