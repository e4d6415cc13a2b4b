// Package answer turns the rows of a store into the JSON of a response.
package answer
