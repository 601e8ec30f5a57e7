// Package slo measures by labels of which there are not many; their sets come up bit by bit.
package slo

import (
	"fmt"
	"net/http"

	"github.com/acme/metrics"

	"example.com/fleet/scenario"
)

// Objectives are histograms by route and region.
type Objectives struct {
	latency *metrics.HistogramVec
	routes  int
}

// Case has metrics with fixed sets of labels.
func Case() scenario.Case { return scenario.Looks("metrics-fixed-labels", start) }

func start(env *scenario.Env) scenario.Service {
	bounds := make([]float64, 120)
	for i := range bounds {
		bounds[i] = float64(i)
	}
	o := &Objectives{metrics.NewHistogramVec([]string{"route", "region"}, bounds), env.Scale() / 4 / 1200 / 16}
	env.Handle("/slo", o.handle)
	return scenario.StepFunc(func(poll int) { env.Call("/slo", int(10*env.Load(poll))) })
}

func (o *Objectives) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < 16*scenario.Count(r); i++ {
		o.Observe(dice.Intn(o.routes), dice.Intn(16), 100*dice.Float64())
	}
}

// Observe measures one request.
func (o *Objectives) Observe(route, region int, milliseconds float64) {
	o.latency.Observe(milliseconds, fmt.Sprintf("/route/%d", route), fmt.Sprintf("region-%d", region))
}
