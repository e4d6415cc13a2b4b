package graph

// TokenField is the kind of text a search token was taken from, best first.
type TokenField uint8

const (
	// NameField is an entity's name.
	NameField TokenField = iota + 1
	// AliasField is one of an entity's aliases.
	AliasField
	// TitleField is the title of a fact or a source.
	TitleField
	// QuotationField is what a quotation says, of a statement.
	QuotationField
)
