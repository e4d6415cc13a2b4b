package graph

type TokenField uint8

const (
	NameField TokenField = iota + 1
	AliasField
	TitleField
)
