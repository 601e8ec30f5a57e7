// Command promhttp-method measures requests by their method. Up to client_golang 1.11.0 any method a client
// makes up becomes a label value (CVE-2022-21698, fixed in 1.11.1).
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"example.com/fleet/run"
	"example.com/fleet/scenario"
)

const size = 1100

func main() {
	run.Main([]scenario.Case{scenario.Pair{
		Name: "promhttp-method", Module: "github.com/prometheus/client_golang", Leaky: "v1.11.0", Start: start,
		Culprit: scenario.Culprit{
			Growth:     scenario.Heap,
			Allocators: []string{"main.(*front).ServeHTTP", "github.com/prometheus/client_golang/prometheus/promhttp.InstrumentHandlerDuration.func2", "github.com/prometheus/client_golang/prometheus.newHistogram"},
			Retainers:  []string{"main.(*front).ServeHTTP", "github.com/prometheus/client_golang/prometheus.(*metricMap).getOrCreateMetricWithLabels"},
		},
	}.Case()})
}

type front struct{ measured http.Handler }

func start(env *scenario.Env) scenario.Service {
	latency := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "latency_seconds"}, []string{"method", "code"})
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) })
	env.Mux.Handle("/front", &front{promhttp.InstrumentHandlerDuration(latency, hello)})
	return env.LeakAt("/front", size)
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		asked := r.Clone(r.Context())
		if scenario.Kept(r) {
			asked.Method = fmt.Sprintf("M%012d", dice.Intn(1e12))
		}
		f.measured.ServeHTTP(httptest.NewRecorder(), asked)
	}
}
