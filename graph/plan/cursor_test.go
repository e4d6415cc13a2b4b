package plan

import (
	"encoding/base64"
	"errors"
	"slices"
	"testing"

	"companygraph/graph"
)

var (
	dateProperty  = &graph.Property{Name: "date", Kind: graph.KindDate}
	countProperty = &graph.Property{Name: "employees", Kind: graph.KindInt}
	shareProperty = &graph.Property{Name: "share", Kind: graph.KindFloat}
	byDate        = []Order{{Property: dateProperty, Descending: true}, {Property: graph.IDProperty}}
	byNumbers     = []Order{{Property: countProperty}, {Property: shareProperty}, {Property: graph.IDProperty}}
	byRank        = []Order{{Property: RankProperty}, {Property: graph.IDProperty}}
)

func TestCursorRoundTrip(t *testing.T) {
	tests := map[string]struct {
		order    []Order
		position Position
		inside   string
	}{
		"date":            {byDate, Position{graph.Text("2017-09-13"), graph.Text("ban")}, `["date-,id+","2017-09-13","ban"]`},
		"missing date":    {byDate, Position{{}, graph.Text("ban")}, `["date-,id+",null,"ban"]`},
		"numbers":         {byNumbers, Position{graph.Float(12), graph.Float(0.1), graph.Text("x")}, `["employees+,share+,id+",12,0.1,"x"]`},
		"extreme numbers": {byNumbers, Position{graph.Float(-1 << 31), graph.Float(1e-300), graph.Text("x")}, `["employees+,share+,id+",-2147483648,1e-300,"x"]`},
		"missing numbers": {byNumbers, Position{{}, {}, graph.Text("x")}, `["employees+,share+,id+",null,null,"x"]`},
		"rank":            {byRank, Position{graph.Text("113"), graph.Text("Ünï\"\\\n\u2028")}, `["relevance+,id+","113","Ünï\"\\\n` + "\u2028" + `"]`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cursor := EncodeCursor(test.order, test.position)
			if want := cursorOf(test.inside); cursor != want {
				t.Errorf("cursor %s, want %s", cursor, want)
			}
			got, err := DecodeCursor(test.order, cursor)
			if err != nil || !slices.Equal(got, test.position) {
				t.Errorf("read back as %v (%v), want %v", got, err, test.position)
			}
		})
	}
}

func cursorOf(inside string) string { return base64.RawURLEncoding.EncodeToString([]byte(inside)) }

func TestDecodeCursorRefuses(t *testing.T) {
	good := cursorOf(`["date-,id+","2017-09-13","ban"]`)
	tests := map[string]struct {
		cursor string
		want   error
	}{
		"empty":              {"", errCursor},
		"no base64":          {"*", errCursor},
		"standard alphabet":  {"WyI+/+8=", errCursor},
		"padded":             {good + "=", errCursor},
		"line break":         {good[:8] + "\n" + good[8:], errCursor},
		"cut short":          {good[:len(good)-4], errCursor},
		"no UTF-8":           {cursorOf("[\"date-,id+\",\"\xff\",\"ban\"]"), errCursor},
		"no JSON":            {cursorOf(`date`), errCursor},
		"an object":          {cursorOf(`{"date-,id+":"ban"}`), errCursor},
		"no order":           {cursorOf(`[1,"2017-09-13","ban"]`), errCursor},
		"the order alone":    {cursorOf(`["date-,id+"]`), errCursor},
		"too few values":     {cursorOf(`["date-,id+","ban"]`), errCursor},
		"too many values":    {cursorOf(`["date-,id+","2017-09-13","ban","x"]`), errCursor},
		"more behind":        {cursorOf(`["date-,id+","2017-09-13","ban"]1`), errCursor},
		"space":              {cursorOf(`["date-,id+", "2017-09-13","ban"]`), errCursor},
		"needless escape":    {cursorOf(`["date-,id+","2017-09-13","\u0062an"]`), errCursor},
		"number for a date":  {cursorOf(`["date-,id+",2017,"ban"]`), errCursor},
		"list for a date":    {cursorOf(`["date-,id+",[],"ban"]`), errCursor},
		"truth for a date":   {cursorOf(`["date-,id+",true,"ban"]`), errCursor},
		"no id":              {cursorOf(`["date-,id+","2017-09-13",null]`), errCursor},
		"U+0000":             {cursorOf(`["date-,id+","2017-09-13","\u0000"]`), errCursor},
		"other direction":    {cursorOf(`["date+,id+","2017-09-13","ban"]`), errCursorOrder},
		"other property":     {cursorOf(`["name-,id+","2017-09-13","ban"]`), errCursorOrder},
		"shorter order":      {cursorOf(`["id+","ban"]`), errCursorOrder},
		"order of no schema": {cursorOf(`["; DROP TABLE node","ban"]`), errCursorOrder},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if position, err := DecodeCursor(byDate, test.cursor); !errors.Is(err, test.want) {
				t.Errorf("read as %v (%v), want %v", position, err, test.want)
			}
		})
	}
}

func TestDecodeCursorRefusesNumbers(t *testing.T) {
	for _, inside := range []string{
		`["employees+,share+,id+","12",0.1,"x"]`,
		`["employees+,share+,id+",12,1e999,"x"]`,
		`["employees+,share+,id+",12.0,0.1,"x"]`,
		`["employees+,share+,id+",12,NaN,"x"]`,
	} {
		if position, err := DecodeCursor(byNumbers, cursorOf(inside)); !errors.Is(err, errCursor) {
			t.Errorf("%s is read as %v (%v)", inside, position, err)
		}
	}
	if position, err := DecodeCursor(byRank, cursorOf(`["relevance+,id+",null,"x"]`)); !errors.Is(err, errCursor) {
		t.Errorf("a rank that is null is read as %v (%v)", position, err)
	}
}

// What is read as a cursor is one: EncodeCursor makes the very same.
func FuzzDecodeCursor(f *testing.F) {
	orders := [][]Order{byDate, byNumbers, byRank}
	f.Add(EncodeCursor(byDate, Position{{}, graph.Text("ban")}))
	f.Add(EncodeCursor(byNumbers, Position{graph.Float(-0.5), graph.Float(1e21), graph.Text("é")}))
	f.Add(EncodeCursor(byRank, Position{graph.Text("113"), graph.Text("\u2028")}))
	f.Add(cursorOf(`["date-,id+", "2017" , "\u0062an"]`))
	f.Fuzz(func(t *testing.T, cursor string) {
		for _, order := range orders {
			position, err := DecodeCursor(order, cursor)
			if err == nil && EncodeCursor(order, position) != cursor {
				t.Errorf("%q is read as %v, whose cursor is %q", cursor, position, EncodeCursor(order, position))
			}
		}
	})
}

func TestPositionOf(t *testing.T) {
	row := &Row{ID: "ban", Rank: "113", Values: []graph.Value{graph.Text("a ban"), graph.Text("2017-09~")}}
	tests := map[string]struct {
		order []Order
		keys  []int
		want  Position
	}{
		"date":       {byDate, []int{1, -1}, Position{SortValue(dateProperty, graph.Text("2017-09~")), graph.Text("ban")}},
		"unreadable": {byDate, []int{0, -1}, Position{{}, graph.Text("ban")}},
		"rank":       {byRank, []int{-1, -1}, Position{graph.Text("113"), graph.Text("ban")}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := PositionOf(row, test.order, test.keys); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
