// Package telemetry leaks histograms: the user is one of their labels.
package telemetry

import (
	"fmt"
	"net/http"

	"github.com/acme/metrics"

	"example.com/fleet/scenario"
)

// size is a histogram with its label values, key and place in the map.
const size = 480

// Meter measures requests.
type Meter struct{ latency *metrics.HistogramVec }

// Case has a metric with unlimited label values.
func Case() scenario.Case {
	culprit := scenario.On("internal/telemetry", []string{"(*Meter).Observe", "userLabel"}, []string{"(*Meter).Observe"})
	culprit.Retainers = append(culprit.Retainers, "github.com/acme/metrics.(*HistogramVec).child")
	return scenario.Leaks("metric-labels", start, culprit)
}

func start(env *scenario.Env) scenario.Service {
	meter := NewMeter()
	env.Handle("/measured", meter.handle)
	return env.LeakAt("/measured", size)
}

// NewMeter makes a meter with the usual bounds.
func NewMeter() *Meter {
	bounds := []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}
	return &Meter{metrics.NewHistogramVec([]string{"path", "user"}, bounds)}
}

func (m *Meter) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		user := dice.Intn(100)
		if scenario.Kept(r) {
			user = dice.Intn(1 << 40)
		}
		m.Observe(r.URL.Path, user, dice.ExpFloat64())
	}
}

// Observe measures a request of a user.
func (m *Meter) Observe(path string, user int, seconds float64) {
	m.latency.Observe(seconds, path, userLabel(user))
}

func userLabel(user int) string { return fmt.Sprintf("user-%014d", user) }
