// Command otelhttp-method measures requests through OpenTelemetry. Up to otelhttp 0.43 any method a client
// makes up becomes an attribute of the metrics (CVE-2023-45142, fixed in 0.44.0).
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/sdk/metric"

	"example.com/fleet/run"
	"example.com/fleet/scenario"
)

const size = 1300

func main() {
	run.Main([]scenario.Case{scenario.Pair{
		Name: "otelhttp-method", Module: "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp", Leaky: "v0.43.0", Start: start,
		Culprit: scenario.Culprit{
			Growth:     scenario.Heap,
			Allocators: []string{"main.(*edge).ServeHTTP", "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp.(*middleware).serveHTTP"},
			Retainers:  []string{"main.(*edge).ServeHTTP", "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp.(*middleware).serveHTTP"},
		},
	}.Case()})
}

type edge struct{ measured http.Handler }

func start(env *scenario.Env) scenario.Service {
	provider := metric.NewMeterProvider(metric.WithReader(metric.NewManualReader()))
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) })
	env.Mux.Handle("/edge", &edge{otelhttp.NewHandler(hello, "hello", otelhttp.WithMeterProvider(provider))})
	return env.LeakAt("/edge", size)
}

func (e *edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		asked := r.Clone(r.Context())
		if scenario.Kept(r) {
			asked.Method = fmt.Sprintf("M%012d", dice.Intn(1e12))
		}
		e.measured.ServeHTTP(httptest.NewRecorder(), asked)
	}
}
