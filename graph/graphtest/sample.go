package graphtest

import (
	"companygraph/graph"
)

// Sample is a small graph that has something of every kind of link and path.
func Sample(m *graph.Model) Batch {
	b := sampler{model: m}
	b.entities()
	b.facts()
	b.claims()
	return b.batch
}

type sampler struct {
	model *graph.Model
	batch Batch
}

type (
	values = map[string]string
	ends   = map[string][]graph.ID
)

// add adds a node; what its type requires and is not given is filled in.
func (b *sampler) add(id graph.ID, kind graph.TypeName, texts values, links ends) {
	t := b.model.Types[kind]
	node := &graph.Node{ID: id, Type: t, Values: map[string]graph.Value{}}
	for _, p := range t.Properties {
		text, given := texts[p.Name]
		switch {
		case given:
			node.Values[p.Name] = graph.Text(text)
		case p.Derived, !p.Required:
		case p.List:
			node.Values[p.Name] = graph.Text("[]")
		case p.Kind == graph.KindBoolean:
			node.Values[p.Name] = graph.Bool(false)
		case p.Kind == graph.KindEnum:
			node.Values[p.Name] = graph.Text(p.Enum.Values[0])
		default:
			node.Values[p.Name] = graph.Text(string(id))
		}
	}
	for _, l := range t.Roles {
		for _, to := range links[l.Field] {
			node.Links = append(node.Links, graph.Link{Type: l, To: to})
		}
	}
	b.batch.Nodes = append(b.batch.Nodes, node)
}

func (b *sampler) entities() {
	b.add("kaspersky-lab", "Company", values{"name": "Kaspersky Lab", "country": "RU", "founded": "1997"}, nil)
	b.add("best-buy", "Retailer", values{"name": "Best Buy", "country": "US"}, nil)
	b.add("dhs", "GovernmentBody", values{"name": "Department of Homeland Security"}, nil)
	b.add("shaheen", "Senator", values{"name": "Jeanne Shaheen"}, nil)
	b.add("antivirus", "Product", values{"name": "Kaspersky Anti-Virus"}, nil)
	b.add("london", "Place", values{"name": "London", "country": "GB"}, nil)
	b.add("london-office", "Office", values{"name": "Kaspersky Lab, London"}, nil)
}

func (b *sampler) facts() {
	b.add("ban", "Ban", values{"title": "Ban in agencies", "phase": "OCCURRED", "date": "2017-09-13"},
		ends{"imposedBy": {"dhs"}, "advocates": {"shaheen"}, "targets": {"kaspersky-lab", "antivirus"}})
	b.add("delisting", "Delisting", values{"title": "Best Buy stops selling", "phase": "OCCURRED", "date": "2017-09"},
		ends{"retailer": {"best-buy"}, "supplier": {"kaspersky-lab"}, "products": {"antivirus"}})
	quotation := graph.PartID("statement", "quotations", 0)
	b.add("statement", "Statement", values{"title": "Kaspersky Lab answers", "phase": "OCCURRED", "date": "2017-09-14"},
		ends{"speakers": {"kaspersky-lab"}, "about": {"dhs"}, "responseTo": {"ban"}, "quotations": {quotation}})
	b.add(quotation, "Quotation", values{"gist": "There is no evidence."}, ends{"about": {"dhs"}, "source": {"report"}})
	b.add("presence", "Presence", values{"title": "Kaspersky Lab in London", "phase": "ONGOING", "date": "1999/.."},
		ends{"firm": {"kaspersky-lab"}, "place": {"london"}, "office": {"london-office"}})
	b.add("supply", "Supply", values{"title": "Kaspersky Lab makes it", "phase": "ONGOING", "supplyKind": "MAKES", "date": "1997/.."},
		ends{"supplier": {"kaspersky-lab"}, "product": {"antivirus"}})
	b.add("seat", "Location", values{"title": "Seat in London", "phase": "ONGOING", "locationKind": "HEADQUARTERS", "date": "1999/.."},
		ends{"subject": {"kaspersky-lab"}, "place": {"london"}})
}

func (b *sampler) claims() {
	b.add("report", "Source", values{"title": "A report on the ban", "publishedOn": "2017-09-14"}, nil)
	b.add("claim", "Claim", values{"stance": "ASSERTS", "attribution": "SOURCE", "madeAt": "2017-09-14"},
		ends{"fact": {"ban"}, "source": {"report"}})
	b.add("denial", "Claim", values{"stance": "DENIES", "attribution": "ACTOR"},
		ends{"fact": {"ban"}, "source": {"report"}, "attributedTo": {"kaspersky-lab"}})
}
