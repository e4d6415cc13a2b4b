package faults_test

import (
	"bytes"
	"fmt"
)

// dataset is one of 3,000 firms.
func dataset() []byte {
	var b bytes.Buffer
	b.WriteString("dataset: firms\nsource: register\nsources: [{ id: register, title: Register, publishedOn: 2024-05-02, language: en }]\nentities:\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "  - { id: firm-%d, type: Company, name: Firm %d of Ruritania }\n", i, i)
	}
	return b.Bytes()
}
