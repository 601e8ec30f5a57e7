// Package traffic makes the everyday load of the service.
package traffic

import (
	"fmt"
	"math"
	"math/rand"
)

// Pattern returns the load of each poll, 1 on average (ramp: 1 rising to 3).
func Pattern(name string, polls int, chance *rand.Rand) (func(poll int) float64, error) {
	shape, ok := shapes[name]
	if !ok {
		return nil, fmt.Errorf("traffic: no pattern %q; write flat, noisy, ramp, diurnal or stop-and-go", name)
	}
	loads := make([]float64, polls)
	drift := 0.0
	for i := range loads {
		drift = 0.8*drift + 0.12*chance.NormFloat64()
		loads[i] = shape(i, polls)
		if name != "flat" {
			loads[i] *= math.Exp(drift)
		}
	}
	return func(poll int) float64 { return loads[poll] }, nil
}

var shapes = map[string]func(poll, polls int) float64{
	"flat":        func(int, int) float64 { return 1 },
	"noisy":       func(int, int) float64 { return 1 },
	"ramp":        ramp,
	"diurnal":     func(poll, _ int) float64 { return 1 - 0.7*math.Cos(2*math.Pi*float64(poll)/day) },
	"stop-and-go": stopAndGo,
}

// day is a day of the compressed clock in polls: short, so that a record holds several.
const day = 120

func ramp(poll, polls int) float64 {
	progress := (float64(poll)/float64(polls) - 0.2) / 0.4
	return 1 + 2*math.Max(0, math.Min(1, progress))
}

func stopAndGo(poll, _ int) float64 {
	if poll%45 >= 30 {
		return 0.02
	}
	return 1.5
}
