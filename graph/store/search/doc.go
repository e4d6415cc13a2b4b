// Package search has what searches mean, for all stores alike: how words are
// folded, which nodes match and how they rank.
package search
