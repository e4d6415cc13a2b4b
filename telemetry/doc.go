// Package telemetry records what requests do: in logs, metrics, traces and a page.
package telemetry
