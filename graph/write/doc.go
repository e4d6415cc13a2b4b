// Package write decides what a change to the graph means, for all stores alike:
// it checks records, combines what datasets say and tells a store what to write.
package write
