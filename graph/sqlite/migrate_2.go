package sqlite

import (
	"fmt"
	"slices"

	"companygraph/graph"
)

// addSpeakers leads from layout 2 to 3, which keeps the speakers of claims, and
// the days on which dates certainly hold. A database that comes from layout 1 has
// the columns already.
func addSpeakers(c *conn, m *graph.Model) error {
	columns, err := readTexts(c.Conn, "SELECT name FROM pragma_table_info('node')")
	if err != nil {
		return err
	}
	if !slices.Contains(columns, "speaker") {
		if err := c.Exec("ALTER TABLE node ADD COLUMN speaker TEXT"); err != nil {
			return err
		}
	}
	l, err := fitToModel(c.Conn, m)
	if err != nil {
		return err
	}
	if err := c.Exec(fillSpeakers(l)); err != nil {
		return err
	}
	for _, p := range l.columns {
		if p.Kind != graph.KindDate {
			continue
		}
		for _, table := range []constant{"node", "node_past"} {
			if err := fillCertainDays(c, table, p.Property); err != nil {
				return err
			}
		}
	}
	return nil
}

// fillSpeakers gives claims what [graph.SpeakerOf] tells of them.
func fillSpeakers(l *layout) string {
	target := func(link string) string {
		number := l.links[l.model.Claim().Link(link)]
		return fmt.Sprintf("(SELECT o.id FROM link l JOIN node o ON o.rid = l.dst WHERE l.src = node.rid AND l.type = %d)", number)
	}
	return fmt.Sprintf(`UPDATE node SET speaker = coalesce(
  'actor ' || %s,
  iif(p_attribution <> 'UNNAMED', 'source ' || %[2]s, NULL),
  'voice ' || %[2]s || char(1) || p_voice,
  'claim ' || id) WHERE type = %[3]d`, target(graph.AttributedToLink), target(graph.ClaimSourceLink), l.types[l.model.Claim()])
}

// fillCertainDays fills in the days of the dates of a property that are more than
// one day.
func fillCertainDays(c *conn, table constant, p *graph.Property) error {
	name := columnName(p, "")
	texts, err := readTexts(c.Conn, fmt.Sprintf("SELECT DISTINCT %s FROM %s WHERE %[1]s LIKE '%%/%%' OR %[1]s LIKE '[%%'", name, table))
	if err != nil || len(texts) == 0 {
		return err
	}
	if err := c.Exec("CREATE TABLE certain (text TEXT PRIMARY KEY, first TEXT, last TEXT) STRICT, WITHOUT ROWID"); err != nil {
		return err
	}
	err = c.writeEach("INSERT INTO certain VALUES (?1, ?2, ?3)", len(texts), func(b *binder, i int) {
		date, _ := graph.ParsePartialDate(texts[i])
		first, last := certainDays(date)
		b.text(texts[i])
		b.textOrNull(first)
		b.textOrNull(last)
	})
	if err != nil {
		return err
	}
	return c.Exec(fmt.Sprintf("UPDATE %s SET (%s, %s) = (SELECT first, last FROM certain WHERE text = %s) WHERE %[4]s IN (SELECT text FROM certain); DROP TABLE certain",
		table, columnName(p, certainFromSuffix), columnName(p, certainUntilSuffix), name))
}
