package main

import (
	"reflect"
	"testing"

	"github.com/tidwall/gjson"
)

// TestAnswersAreComparable has an answer of ours and of the peer that say the
// same, and one of the peer that does not.
func TestAnswersAreComparable(t *testing.T) {
	const ours = `{"firm": {"name": "A", "country": null, "events": {"nodes": [{
		"id": "e", "date": {"edtf": "2017-09"},
		"participants": [{"role": "imposedBy", "entity": {"id": "b", "name": "B"}}],
		"claims": {"nodes": [{"id": "c", "source": {"id": "s", "publishedOn": null}}]}}]}}}`
	const theirs = `{"firms": [{"name": "A", "country": null, "eventsConnection": {"edges": [{"node": {
		"id": "e", "date": "2017-09",
		"participantsConnection": {"edges": [{"properties": {"role": "IMPOSED_BY"}, "node": {"id": "b", "name": "B"}}]},
		"claims": [{"id": "c", "source": [{"id": "s", "publishedOn": null}]}]}}]}}]}`
	const byHand = `{"firms": [{"name": "A", "country": null, "events": [{
		"id": "e", "date": "2017-09",
		"participants": [{"role": "IMPOSED_BY", "id": "b", "name": "B"}],
		"claims": [{"id": "c", "source": [{"id": "s", "publishedOn": null}]}]}]}]}`
	const others = `{"firms": [{"name": "A", "country": null, "events": []}]}`
	one := shape{one: true}
	want := plain(gjson.Parse(ours))
	for _, answer := range []string{theirs, byHand} {
		if got := peerPlain(one, gjson.Parse(answer)); !reflect.DeepEqual(want, got) {
			t.Errorf("the peer's answer is %s, ours %s", text(got), text(want))
		}
	}
	if got := peerPlain(one, gjson.Parse(others)); reflect.DeepEqual(want, got) {
		t.Error("an answer without events is taken for the same")
	}
	if got := peerPlain(one, gjson.Parse(`{"firms": []}`)); got != nil {
		t.Errorf("nothing found is %s", text(got))
	}
	list := plain(gjson.Parse(`{"firms": {"nodes": [{"id": "a"}, {"id": "b"}]}}`))
	if got := peerPlain(shape{}, gjson.Parse(`{"firms": [{"id": "a"}, {"id": "b"}]}`)); !reflect.DeepEqual(list, got) {
		t.Errorf("the peer's list is %s, ours %s", text(got), text(list))
	}
}
