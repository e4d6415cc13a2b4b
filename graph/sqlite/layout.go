package sqlite

import (
	"context"
	"errors"
	"fmt"

	"companygraph/graph"

	"github.com/ncruces/go-sqlite3"
)

// applicationID marks a database file as one of ours ("cgdb").
const applicationID = 0x63676462

// layoutVersion is that of the tables below.
const layoutVersion = 4

// ErrForeign says that the file is a database, but not one of ours.
var ErrForeign = errors.New("is a database of another program")

// tables is the fixed part of the layout; README.md says what each holds. Rows
// of node, link, back and contribution are current. What a write replaces moves
// to the table of the same name with _past, whose rows held from revision
// `since` up to, not including, `until`
// (docs/decisions/0003-history-in-the-layout.md). What an index of the past
// gives is only where to look: token_past, identifier_past and id_past have what
// there was until a revision, and what a node had then says whether it is so.
//
// The speaker of a claim, as [graph.SpeakerOf] tells it, leads to the claim's row
// of stance.
//
// In back_past a missing time is the empty text, as its key cannot hold null.
const tables = tablesBut + searchTables

// tablesBut are the tables but for those of searches.
const tablesBut = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('rid', 0);
CREATE TABLE number (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE id (id TEXT PRIMARY KEY, rid INTEGER NOT NULL, since INTEGER, was INTEGER, marked INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX id_alias ON id (rid) WHERE since IS NOT NULL;
CREATE TABLE id_past (id TEXT NOT NULL, rid INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (id, until)) STRICT, WITHOUT ROWID;
CREATE TABLE node (rid INTEGER PRIMARY KEY, id TEXT NOT NULL, type INTEGER NOT NULL, dataset INTEGER NOT NULL, since INTEGER NOT NULL, speaker TEXT) STRICT;
CREATE INDEX node_type ON node (type, id, since, dataset);
CREATE TABLE node_past (rid INTEGER NOT NULL, id TEXT NOT NULL, type INTEGER NOT NULL, dataset INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (rid, until)) STRICT, WITHOUT ROWID;
CREATE INDEX node_past_type ON node_past (type, until, since, id);
CREATE TABLE status_past (fact INTEGER NOT NULL, type INTEGER NOT NULL, dst INTEGER NOT NULL, until INTEGER NOT NULL, status TEXT NOT NULL, PRIMARY KEY (fact, type, dst, until)) STRICT, WITHOUT ROWID;
CREATE TABLE link (src INTEGER NOT NULL, type INTEGER NOT NULL, ord INTEGER NOT NULL, dst INTEGER NOT NULL, status TEXT, since INTEGER NOT NULL, PRIMARY KEY (src, type, ord)) STRICT, WITHOUT ROWID;
CREATE TABLE link_past (src INTEGER NOT NULL, type INTEGER NOT NULL, ord INTEGER NOT NULL, dst INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (src, type, ord, until)) STRICT, WITHOUT ROWID;
CREATE TABLE back (dst INTEGER NOT NULL, type INTEGER NOT NULL, id TEXT NOT NULL, src INTEGER NOT NULL, kind INTEGER NOT NULL, at TEXT, since INTEGER NOT NULL, PRIMARY KEY (dst, type, id)) STRICT, WITHOUT ROWID;
CREATE INDEX back_at ON back (dst, type, at DESC, id, src, kind, since);
CREATE TABLE back_past (dst INTEGER NOT NULL, type INTEGER NOT NULL, id TEXT NOT NULL, src INTEGER NOT NULL, kind INTEGER NOT NULL, at TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (dst, type, until, at DESC, id)) STRICT, WITHOUT ROWID;
CREATE TABLE identifier (scheme TEXT NOT NULL, value TEXT NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (scheme, value)) STRICT, WITHOUT ROWID;
CREATE TABLE identifier_past (scheme TEXT NOT NULL, value TEXT NOT NULL, rid INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (scheme, value, until, rid)) STRICT, WITHOUT ROWID;
CREATE TABLE stance (fact INTEGER NOT NULL, role TEXT NOT NULL, entity INTEGER NOT NULL, speaker TEXT NOT NULL, stance TEXT NOT NULL, made_at TEXT NOT NULL, claims INTEGER NOT NULL, counts INTEGER NOT NULL, PRIMARY KEY (fact, role, entity, speaker, stance, made_at)) STRICT, WITHOUT ROWID;
CREATE INDEX stance_counts ON stance (fact, role, entity, counts, stance);
CREATE TABLE dataset (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, priority INTEGER NOT NULL, nodes INTEGER NOT NULL, loaded_in INTEGER NOT NULL) STRICT;
CREATE TABLE contribution (rid INTEGER NOT NULL, dataset INTEGER NOT NULL, record TEXT NOT NULL, written INTEGER NOT NULL, body TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (rid, dataset, record)) STRICT, WITHOUT ROWID;
CREATE TABLE contribution_past (rid INTEGER NOT NULL, dataset INTEGER NOT NULL, record TEXT NOT NULL, written INTEGER NOT NULL, body TEXT, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (rid, dataset, record, until)) STRICT, WITHOUT ROWID;
CREATE TABLE revision (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL, dataset TEXT NOT NULL, load INTEGER NOT NULL, key TEXT NOT NULL) STRICT;
CREATE INDEX revision_at ON revision (at);
CREATE TABLE change (revision INTEGER NOT NULL, id TEXT NOT NULL, type INTEGER NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY (revision, id)) STRICT, WITHOUT ROWID;
CREATE TABLE idempotency (author TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL, revision INTEGER NOT NULL, result BLOB, PRIMARY KEY (author, key)) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);
`

// searchTables are those that searches read.
const searchTables = `
CREATE TABLE token (token TEXT NOT NULL, rank INTEGER NOT NULL, id TEXT NOT NULL, type INTEGER NOT NULL, PRIMARY KEY (token, rank, id)) STRICT, WITHOUT ROWID;
CREATE TABLE token_past (token TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (token, id, until)) STRICT, WITHOUT ROWID;
CREATE TABLE words (id TEXT PRIMARY KEY, words TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE term (number INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE) STRICT;
`

// layout is what the program and a database agree on: which numbers stand for
// the types and links of the model, and which columns for its properties.
type layout struct {
	model *graph.Model
	*numbering
	columns []storedProperty
	// texts are statements that are made of all columns.
	texts texts
}

// prepareLayout makes a new database ours, and brings one of ours up to date:
// from an older layout, and to the model. A type, link or property that was
// added since gets its number, its columns and indexes.
func prepareLayout(ctx context.Context, c *conn, m *graph.Model) (*layout, error) {
	for {
		version := 0
		err := c.transact(ctx, beginWrite, func() (err error) {
			version, err = advance(c, m)
			return err
		})
		if err != nil {
			return nil, err
		}
		if version == layoutVersion {
			break
		}
	}
	var l *layout
	err := c.transact(ctx, beginWrite, func() (err error) {
		l, err = fitToModel(c.Conn, m)
		return err
	})
	return l, err
}

// advance takes one step towards the layout of this program, and returns the
// version that the database then has.
func advance(c *conn, m *graph.Model) (int, error) {
	version, err := versionOf(c.Conn)
	switch {
	case err != nil:
		return 0, err
	case version > layoutVersion:
		return 0, fmt.Errorf("has layout version %d, and this program knows none after %d: use the program that wrote it, or a newer one", version, layoutVersion)
	case version == layoutVersion:
		return version, nil
	case version == 0:
		version = layoutVersion
		err = c.Exec(tables + fmt.Sprintf("PRAGMA application_id = %d;", applicationID))
	default:
		err = migrations[version](c, m)
		version++
	}
	if err != nil {
		return 0, err
	}
	return version, c.Exec(fmt.Sprintf("PRAGMA user_version = %d", version))
}

// versionOf is the layout version of a database; 0 if it is empty.
func versionOf(c *sqlite3.Conn) (int, error) {
	id, err := readInt(c, "PRAGMA application_id")
	if err != nil {
		return 0, err
	}
	objects, err := readInt(c, "SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return 0, err
	}
	if id == 0 && objects == 0 {
		return 0, nil
	}
	version, err := readInt(c, "PRAGMA user_version")
	if err == nil && (id != applicationID || version <= 0) {
		err = ErrForeign
	}
	return version, err
}

// fitToModel adds what the model has and the database lacks.
func fitToModel(c *sqlite3.Conn, m *graph.Model) (*layout, error) {
	l := &layout{model: m, columns: storedProperties(m)}
	var err error
	if l.numbering, err = number(c, m); err != nil {
		return nil, err
	}
	if err := addColumns(c, l.columns); err != nil {
		return nil, err
	}
	if err := addIndexes(c, l.columns); err != nil {
		return nil, err
	}
	if err := c.Exec(verificationTable); err != nil {
		return nil, err
	}
	l.texts = l.makeTexts()
	return l, nil
}

func readInt(c *sqlite3.Conn, sql string) (int, error) {
	s, _, err := c.Prepare(sql)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	if !s.Step() {
		return 0, s.Err()
	}
	return s.ColumnInt(0), nil
}

func readTexts(c *sqlite3.Conn, sql string) ([]string, error) {
	s, _, err := c.Prepare(sql)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var texts []string
	for s.Step() {
		texts = append(texts, s.ColumnText(0))
	}
	return texts, s.Err()
}
