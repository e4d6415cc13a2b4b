package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// writtenIn has the expression for the revision that wrote a row of a table.
// Rows of a part of the graph that have none are of the revision of their node.
var writtenIn = map[string]string{
	"revision":     "number",
	"change":       "revision",
	"node":         "since",
	"link":         "since",
	"back":         "since",
	"contribution": "since",
	"id":           "(SELECT since FROM node WHERE node.rid = t.rid)",
	"identifier":   "(SELECT since FROM node WHERE node.rid = t.rid)",
	"stance":       "(SELECT since FROM node WHERE node.rid = t.fact)",
	"token":        "(SELECT node.since FROM id JOIN node ON node.rid = id.rid WHERE id.id = t.id)",
	"words":        "(SELECT node.since FROM id JOIN node ON node.rid = id.rid WHERE id.id = t.id)",
	"term":         "(SELECT min(node.since) FROM token JOIN id ON id.id = token.id JOIN node ON node.rid = id.rid WHERE token.token = t.term)",
}

// unmeasured are tables of a few rows, which an import writes again and again.
var unmeasured = []string{"meta", "number", "dataset"}

// barePragmas are those of the connection on which the store writes.
const barePragmas = "PRAGMA page_size = 8192; PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;"

// bareRows is how many rows a transaction has at least; the store's has as many.
const bareRows = 300_000

// tables are the rows of an imported database, to be written anew.
type tables struct {
	// schema makes the tables and indexes.
	schema []string
	// inserts are the statements that insert a row, by table.
	inserts map[string]string
	// revisions have the rows that each wrote, in the order of their keys.
	revisions map[int64]map[string][][]any
}

// readTables reads an imported database.
func readTables(path string) (*tables, error) {
	c, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READONLY)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	t := &tables{inserts: map[string]string{}, revisions: map[int64]map[string][][]any{}}
	var names []string
	err = eachRow(c, "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid", func(row []any) {
		t.schema = append(t.schema, fmt.Sprint(row[2]))
		if row[0] == "table" {
			names = append(names, fmt.Sprint(row[1]))
		}
	})
	for _, name := range names {
		if err == nil && !slices.Contains(unmeasured, name) {
			err = t.read(c, name)
		}
	}
	return t, err
}

// read reads a table in the order of its key.
func (t *tables) read(c *sqlite3.Conn, name string) error {
	revision, known := writtenIn[name]
	if !known {
		revision = "NULL"
	}
	return eachRow(c, "SELECT "+revision+", t.* FROM "+name+" AS t NOT INDEXED", func(row []any) {
		if t.inserts[name] == "" {
			t.inserts[name] = "INSERT INTO " + name + " VALUES (?" + strings.Repeat(", ?", len(row)-2) + ")"
		}
		at, _ := row[0].(int64)
		if t.revisions[at] == nil {
			t.revisions[at] = map[string][][]any{}
		}
		t.revisions[at][name] = append(t.revisions[at][name], row[1:])
	})
}

// eachRow hands on the rows of a statement, as the values that they hold.
func eachRow(c *sqlite3.Conn, sql string, each func(row []any)) error {
	s, _, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	for s.Step() {
		row := make([]any, s.ColumnCount())
		for i := range row {
			switch s.ColumnType(i) {
			case sqlite3.INTEGER:
				row[i] = s.ColumnInt64(i)
			case sqlite3.FLOAT:
				row[i] = s.ColumnFloat(i)
			case sqlite3.TEXT:
				row[i] = s.ColumnText(i)
			case sqlite3.BLOB:
				row[i] = s.ColumnBlob(i, nil)
			}
		}
		each(row)
	}
	return errors.Join(s.Err(), s.Close())
}

// insert writes the rows into a new file, one prepared insert after the other,
// and returns the seconds that it took.
func (t *tables) insert(path string) (seconds float64, err error) {
	if err := removeAll(path + "*"); err != nil {
		return 0, err
	}
	if unknown := t.revisions[0]; unknown != nil {
		return 0, fmt.Errorf("it is not known which revision wrote rows of %v", slices.Sorted(maps.Keys(unknown)))
	}
	c, err := sqlite3.Open(path)
	if err != nil {
		return 0, err
	}
	w := &bareWriter{conn: c, inserts: map[string]*sqlite3.Stmt{}}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := c.Exec(barePragmas + strings.Join(t.schema, ";")); err != nil {
		return 0, err
	}
	for name, text := range t.inserts {
		if w.inserts[name], _, err = c.Prepare(text); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	for _, revision := range slices.Sorted(maps.Keys(t.revisions)) {
		if err := w.revision(t.revisions[revision]); err != nil {
			return 0, err
		}
	}
	err = w.commit()
	return time.Since(start).Seconds(), err
}

// bareWriter inserts rows.
type bareWriter struct {
	conn    *sqlite3.Conn
	inserts map[string]*sqlite3.Stmt
	// rows is how many the open transaction has; 0 if none is open.
	rows int
}

func (w *bareWriter) revision(rows map[string][][]any) error {
	if w.rows == 0 {
		if err := w.conn.Exec("BEGIN IMMEDIATE"); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		for _, row := range rows[name] {
			if err := insertRow(w.inserts[name], row); err != nil {
				return fmt.Errorf("%s %v: %w", name, row, err)
			}
		}
		w.rows += len(rows[name])
	}
	if w.rows < bareRows {
		return nil
	}
	return w.commit()
}

func (w *bareWriter) commit() error {
	if w.rows == 0 {
		return nil
	}
	w.rows = 0
	return w.conn.Exec("COMMIT")
}

func (w *bareWriter) close() error {
	for _, s := range w.inserts {
		// It repeats the error of its last run.
		_ = s.Close()
	}
	return w.conn.Close()
}

func insertRow(s *sqlite3.Stmt, row []any) error {
	for i, value := range row {
		var err error
		switch v := value.(type) {
		case nil:
			err = s.BindNull(i + 1)
		case int64:
			err = s.BindInt64(i+1, v)
		case float64:
			err = s.BindFloat(i+1, v)
		case string:
			err = s.BindText(i+1, v)
		case []byte:
			err = s.BindBlob(i+1, v)
		}
		if err != nil {
			return err
		}
	}
	return s.Exec()
}
