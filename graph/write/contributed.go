package write

import (
	"slices"
	"strconv"

	"companygraph/graph"
)

// ContributionsJSON lists what each dataset says about a node, in order of
// precedence, as values of the published type Contribution. A store returns it
// for a shape that asks for contributions; dataset looks up a dataset by name.
func ContributionsJSON(m *graph.Model, s *Stored, dataset func(name string) (*Dataset, error)) (string, error) {
	tx := Tx{model: m, storage: datasetsOnly{lookup: dataset}, datasets: map[string]*Dataset{}}
	all, err := tx.saidOf(s)
	if err != nil {
		return "", err
	}
	byWeight(all)
	b := []byte{'['}
	for i, one := range all {
		d, err := tx.dataset(one.Dataset)
		if err != nil {
			return "", err
		}
		b = append(appendDataset(append(appendComma(b, i), `{"dataset":`...), *d), `,"values":[`...)
		b = append(appendValues(b, one.record, s.Node), ']', '}')
	}
	return string(append(b, ']')), nil
}

// datasetsOnly is a storage of which nothing but datasets is asked.
type datasetsOnly struct {
	Storage
	lookup func(name string) (*Dataset, error)
}

func (s datasetsOnly) Dataset(name string) (*Dataset, error) { return s.lookup(name) }

// DatasetsJSON lists datasets as values of the published type Dataset. A store
// returns it for a plan that asks for datasets.
func DatasetsJSON(all []Dataset) string {
	b := []byte{'['}
	for i, d := range all {
		b = appendDataset(appendComma(b, i), d)
	}
	return string(append(b, ']'))
}

func appendDataset(b []byte, d Dataset) []byte {
	b = graph.AppendString(append(b, `{"name":`...), d.Name)
	if d.Title != "" {
		b = graph.AppendString(append(b, `,"title":`...), d.Title)
	}
	b = strconv.AppendInt(append(b, `,"priority":`...), int64(d.Priority), 10)
	b = strconv.AppendInt(append(b, `,"nodeCount":`...), int64(d.Nodes), 10)
	return append(strconv.AppendInt(append(b, `,"loadedIn":`...), d.LoadedIn, 10), '}')
}

// contributed is one value of a contribution.
type contributed struct {
	field string
	// value is "" if an edit takes the field away.
	value  string
	counts bool
}

// appendValues lists what a record says, in the order of the type's fields, and
// whether the node has it so.
func appendValues(b []byte, r *Record, node *graph.Node) []byte {
	for i, v := range contributedBy(r, node) {
		b = graph.AppendString(append(appendComma(b, i), `{"field":`...), v.field)
		if v.value != "" {
			b = graph.AppendString(append(b, `,"value":`...), v.value)
		}
		b = append(strconv.AppendBool(append(b, `,"counts":`...), v.counts), '}')
	}
	return b
}

func contributedBy(r *Record, node *graph.Node) []contributed {
	var all []contributed
	for _, p := range r.Node.Type.Properties {
		v := r.Node.Values[p.Name]
		switch {
		case v.Missing() || p.Derived:
		case p.Kind == graph.KindValue && p.List:
			all = append(all, contributedItems(p, v, node)...)
		default:
			all = append(all, contributed{p.Name, asFiled(p, v), node.Values[p.Name] == v})
		}
	}
	for _, l := range r.Node.Links {
		if l.Type.Part {
			continue
		}
		same := func(o graph.Link) bool { return o.Type.Field == l.Type.Field && o.To == l.To }
		all = append(all, contributed{r.Node.Type.PublicField(l.Type.Field), string(l.To), slices.ContainsFunc(node.Links, same)})
	}
	for _, field := range r.Removed {
		all = append(all, contributed{field, "", node.Values[field].Missing()})
	}
	return all
}

// contributedItems are the elements of a list.
func contributedItems(p *graph.Property, v graph.Value, node *graph.Node) []contributed {
	there := map[string]bool{}
	for _, c := range composites(p, node.Values[p.Name]) {
		there[string(graph.AppendComposite(nil, p.Value, c))] = true
	}
	var all []contributed
	for _, c := range composites(p, v) {
		item := string(graph.AppendComposite(nil, p.Value, c))
		all = append(all, contributed{p.Name, item, there[item]})
	}
	return all
}

// asFiled is a value as a dataset file has it.
func asFiled(p *graph.Property, v graph.Value) string {
	switch p.Kind {
	case graph.KindInt, graph.KindFloat, graph.KindBoolean:
		return string(v.AppendJSON(nil))
	default:
		return v.Text()
	}
}

// RecordsOf are the records that a node is made of, with whose they are: those of
// the dataset that wrote first before the others.
func RecordsOf(m *graph.Model, s *Stored) ([]*Record, error) {
	tx := Tx{model: m, storage: datasetsOnly{lookup: func(string) (*Dataset, error) { return nil, nil }}, datasets: map[string]*Dataset{}}
	all, err := tx.saidOf(s)
	if err != nil {
		return nil, err
	}
	byWeight(all)
	slices.Reverse(all)
	records := make([]*Record, len(all))
	for i, one := range all {
		records[i] = one.record
		records[i].Dataset = one.Dataset
		records[i].fold()
	}
	return records, nil
}
