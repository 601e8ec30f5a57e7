// Package presence has a map that never gives its buckets back, and a crowd that comes and goes.
package presence

import (
	"net/http"

	"example.com/fleet/scenario"
)

// entry is a key, a value and the share of table around them.
const entry = 64

type seat struct{ room, row, place, since int64 }

// Hall is who is there now.
type Hall struct{ seats map[int64]seat }

// Case is a map that never shrinks, with crowds of record size now and then.
func Case() scenario.Case { return scenario.Looks("map-never-shrinks", start) }

func start(env *scenario.Env) scenario.Service {
	hall := &Hall{map[int64]seat{}}
	env.Handle("/presence", hall.handle)
	return scenario.StepFunc(func(poll int) {
		crowd := float64(env.Scale()) / 6 / entry / 1000
		env.Call("/presence", 1+int(crowd*env.Load(poll)*env.Rand.Float64()))
		hall.leave(0.5)
	})
}

func (h *Hall) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < 1000*scenario.Count(r); i++ {
		h.Enter(dice.Int63())
	}
}

// Enter gives a visitor a seat.
func (h *Hall) Enter(visitor int64) { h.seats[visitor] = seat{since: visitor} }

func (h *Hall) leave(share float64) {
	staying := int(float64(len(h.seats)) * (1 - share))
	for visitor := range h.seats {
		if len(h.seats) <= staying {
			return
		}
		delete(h.seats, visitor)
	}
}
