package sqlite

import (
	"fmt"
	"strings"
	"time"

	"companygraph/graph"
	"companygraph/graph/write"
)

// The dataset of all that was written before there were datasets.
const (
	earlierDataset = "before-datasets"
	earlierTitle   = "Written before datasets were told apart"
)

// searchTables2 are tables of layout 2 which are made anew later.
const searchTables2 = `
CREATE TABLE token (token TEXT PRIMARY KEY) STRICT;
CREATE TABLE token_past (token TEXT PRIMARY KEY) STRICT;
`

// addContributions leads from layout 1 to 2, which knows revisions, datasets,
// ids that give way and what claims amount to. The tables of layout 1 are put
// aside under names with old_, copied and dropped. What it did not know is filled
// in: revisions are of the time of the migration, changes follow from the
// history, and all nodes belong to one dataset.
func addContributions(c *conn, m *graph.Model) error {
	if err := setAside(c); err != nil {
		return err
	}
	if err := c.Exec(tablesBut + searchTables2); err != nil {
		return err
	}
	l, err := fitToModel(c.Conn, m)
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return renumber(c) },
		func() error { return c.Exec(copyIDs) },
		func() error { return copyNodes(c) },
		func() error { return c.Exec(copyLinks) },
		func() error { return c.Exec(copyRevisions(time.Now())) },
		func() error { return copyIdentifiers(c, l) },
		func() error { return deriveStances(c, l) },
		func() error { return dropAside(c) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// setAside renames the tables of layout 1, whose indexes are of no use any more.
func setAside(c *conn) error {
	indexes, err := readTexts(c.Conn, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
	if err != nil {
		return err
	}
	for _, name := range indexes {
		if err := c.Exec(`DROP INDEX "` + name + `"`); err != nil {
			return err
		}
	}
	for _, name := range []string{"meta", "number", "node", "node_past", "link", "link_past", "back", "back_past", "token", "identifier"} {
		if err := c.Exec("ALTER TABLE " + name + " RENAME TO old_" + name); err != nil {
			return err
		}
	}
	return nil
}

// dropAside drops what was put aside, and what was made of it on the way.
func dropAside(c *conn) error {
	old, err := readTexts(c.Conn, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'old!_%' ESCAPE '!'")
	for _, name := range old {
		if err == nil {
			err = c.Exec("DROP TABLE " + name)
		}
	}
	return err
}

// renumber makes a table of which number of layout 2 stands for each old one.
// Types that the model has no longer get numbers behind those of all classes.
func renumber(c *conn) error {
	names, err := readTexts(c.Conn, "SELECT name FROM old_number WHERE name NOT IN (SELECT name FROM number)")
	if err != nil {
		return err
	}
	for _, name := range names {
		first := firstNumber(graph.PartClass + 1)
		if link := strings.Contains(name, "."); link {
			first = 0
		}
		if _, err := numberOf(c.Conn, name, first); err != nil {
			return err
		}
	}
	return c.Exec(`CREATE TABLE old_renumbered (old INTEGER PRIMARY KEY, number INTEGER NOT NULL);
INSERT INTO old_renumbered VALUES (0, 0);
INSERT INTO old_renumbered SELECT o.number, n.number FROM old_number o JOIN number n USING (name);`)
}

// copyIDs makes a table of the rid that stands for each old one: an id has the
// same for good now, also if its node was deleted and made anew.
const copyIDs = `
CREATE INDEX old_node_id ON old_node (id);
CREATE INDEX old_node_past_id ON old_node_past (id);
CREATE TABLE old_same (old INTEGER PRIMARY KEY, rid INTEGER NOT NULL);
INSERT INTO old_same SELECT rid, rid FROM old_node;
INSERT OR IGNORE INTO old_same SELECT p.rid, ifnull((SELECT n.rid FROM old_node n WHERE n.id = p.id), (SELECT max(o.rid) FROM old_node_past o WHERE o.id = p.id)) FROM old_node_past p;
INSERT INTO id (id, rid) SELECT id, rid FROM old_node UNION SELECT p.id, s.rid FROM old_node_past p JOIN old_same s ON s.old = p.rid ORDER BY 1;
UPDATE meta SET value = ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'old_node'), 0) WHERE key = 'rid';
INSERT INTO meta SELECT key, value FROM old_meta WHERE key = 'seeded';
`

// isProperty is a condition on the columns of layout 1.
const isProperty = "name LIKE 'p!_%' ESCAPE '!'"

// copyNodes copies nodes with all of their properties, also those that the model
// has no longer. Ids of parts come before all others.
func copyNodes(c *conn) error {
	missing, err := readTexts(c.Conn, `SELECT '"' || name || '" ' || type FROM pragma_table_info('old_node')
WHERE `+isProperty+` AND name NOT IN (SELECT name FROM pragma_table_info('node'))`)
	if err != nil {
		return err
	}
	for _, column := range missing {
		if err := c.Exec("ALTER TABLE node ADD COLUMN " + column + "; ALTER TABLE node_past ADD COLUMN " + column); err != nil {
			return err
		}
	}
	lists, err := readTexts(c.Conn, `SELECT group_concat(', "' || name || '"', '') FROM pragma_table_info('old_node') WHERE `+isProperty+`
UNION ALL SELECT group_concat(', "' || name || '"', '') FROM pragma_table_info('old_node') WHERE `+isProperty+` AND name <> 'p_status'`)
	if err != nil {
		return err
	}
	now, past := lists[0], lists[1]
	return c.Exec(`
INSERT INTO node (rid, id, type, dataset, since` + now + `) SELECT o.rid, o.id, r.number, o.id >= char(2), o.since` + now + `
FROM old_node o JOIN old_renumbered r ON r.old = o.type ORDER BY o.rid;
INSERT INTO node_past (rid, id, type, dataset, since, until` + past + `) SELECT s.rid, o.id, r.number, o.id >= char(2), o.since, o.until` + past + `
FROM old_node_past o JOIN old_same s ON s.old = o.rid JOIN old_renumbered r ON r.old = o.type ORDER BY 1, o.until;
INSERT INTO dataset SELECT 1, '` + earlierDataset + `', '` + earlierTitle + `', 0, (SELECT count(*) FROM node WHERE dataset = 1), value
FROM old_meta WHERE key = 'revision' AND value > 0;
INSERT INTO status_past (fact, type, dst, until, status) SELECT s.rid, 0, 0, o.until, o.p_status
FROM old_node_past o JOIN old_same s ON s.old = o.rid WHERE o.p_status IS NOT NULL;
INSERT OR IGNORE INTO status_past (fact, type, dst, until, status) SELECT s.rid, r.number, d.rid, o.until, o.status
FROM old_link_past o JOIN old_same s ON s.old = o.src JOIN old_same d ON d.old = o.dst JOIN old_renumbered r ON r.old = o.type
WHERE o.status IS NOT NULL;`)
}

// copyLinks copies links, as they start and as they end.
const copyLinks = `
INSERT INTO link (src, type, ord, dst, status, since) SELECT o.src, r.number, o.ord, o.dst, o.status, o.since
FROM old_link o JOIN old_renumbered r ON r.old = o.type ORDER BY 1, 2, 3;
INSERT INTO link_past (src, type, ord, dst, since, until) SELECT s.rid, r.number, o.ord, d.rid, o.since, o.until
FROM old_link_past o JOIN old_same s ON s.old = o.src JOIN old_same d ON d.old = o.dst JOIN old_renumbered r ON r.old = o.type;
INSERT INTO back (dst, type, id, src, kind, at, since) SELECT o.dst, r.number, o.id, o.src, k.number, o.at, o.since
FROM old_back o JOIN old_renumbered r ON r.old = o.type JOIN old_renumbered k ON k.old = o.kind ORDER BY 1, 2, 3;
INSERT INTO back_past (dst, type, id, src, kind, at, since, until) SELECT d.rid, r.number, o.id, s.rid, k.number, o.at, o.since, o.until
FROM old_back_past o JOIN old_same d ON d.old = o.dst JOIN old_same s ON s.old = o.src JOIN old_renumbered r ON r.old = o.type JOIN old_renumbered k ON k.old = o.kind;
`

// copyRevisions makes rows of the revisions that there were, and finds what each
// changed: a version begins or, if none follows on it, ends. What changes a part
// changes its owner, whose id is the first in that of the part.
func copyRevisions(at time.Time) string {
	return fmt.Sprintf(`
INSERT INTO revision (number, at, author, reason, dataset, load, key)
WITH RECURSIVE n (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < (SELECT value FROM old_meta WHERE key = 'revision'))
SELECT number, %d, '', '', '%s', 0, '' FROM n WHERE number <= (SELECT value FROM old_meta WHERE key = 'revision');
CREATE TABLE old_version (id TEXT NOT NULL, owner TEXT NOT NULL, type INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER);
INSERT INTO old_version SELECT id, id AS owner, type, since, until FROM node_past UNION ALL SELECT id, id AS owner, type, since, NULL FROM node;
UPDATE old_version SET owner = substr(ltrim(id, char(1)), 1, instr(ltrim(id, char(1)), char(1)) - 1) WHERE id < char(2);
CREATE INDEX old_version_since ON old_version (id, since);
CREATE INDEX old_version_until ON old_version (id, until);
INSERT INTO change (revision, id, type, kind)
SELECT v.since, v.id, v.type, CASE WHEN EXISTS (SELECT 1 FROM old_version p WHERE p.id = v.id AND p.until = v.since) THEN %[3]d ELSE %[4]d END
FROM old_version v WHERE v.id >= char(2) ORDER BY 1, 2;
INSERT INTO change (revision, id, type, kind) SELECT v.until, v.id, v.type, %[5]d
FROM old_version v WHERE v.id >= char(2) AND v.until IS NOT NULL AND NOT EXISTS (SELECT 1 FROM old_version n WHERE n.id = v.id AND n.since = v.until);
INSERT OR IGNORE INTO change (revision, id, type, kind) SELECT p.revision, o.id, o.type, %[3]d
FROM (SELECT owner, since AS revision FROM old_version WHERE id < char(2) UNION SELECT owner, until FROM old_version WHERE id < char(2) AND until IS NOT NULL) p
JOIN old_version o ON o.id = p.owner AND o.since <= p.revision AND (o.until IS NULL OR o.until > p.revision);
`, at.UnixMicro(), earlierDataset, write.Updated, write.Created, write.Deleted)
}
