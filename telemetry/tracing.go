package telemetry

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
)

// tracingVariables are those of OpenTelemetry that say where spans go; if none
// of them is set, none are made.
var tracingVariables = []string{"OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}

// StartTracing makes the tracer provider that OpenTelemetry's environment variables describe; nil
// if they are not set. The function that it returns sends the remaining spans.
func StartTracing(ctx context.Context, version string) (*trace.TracerProvider, func() error, error) {
	nothing := func() error { return nil }
	isSet := func(name string) bool { return os.Getenv(name) != "" }
	if !slices.ContainsFunc(tracingVariables, isSet) || os.Getenv("OTEL_SDK_DISABLED") == "true" || os.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return nil, nothing, nil
	}
	exporter, err := autoexport.NewSpanExporter(ctx)
	if err != nil {
		return nil, nothing, fmt.Errorf("tracing by OTEL_TRACES_EXPORTER=%s: %w", os.Getenv("OTEL_TRACES_EXPORTER"), err)
	}
	// What the environment says of the service comes last, as it goes before.
	about, err := resource.New(ctx,
		resource.WithAttributes(semconv.ServiceName("companygraph"), semconv.ServiceVersion(version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, nothing, errors.Join(fmt.Errorf("tracing: %w", err), exporter.Shutdown(ctx))
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(about))
	return provider, func() error {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
		defer cancel()
		return provider.Shutdown(ending)
	}, nil
}

// flushTimeout is how long the last spans may take.
const flushTimeout = 3 * time.Second
