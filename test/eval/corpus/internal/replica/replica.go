// Package replica follows a leader in snapshots: a large copy is held while it is applied.
package replica

import (
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const size = 512

type state struct{ values map[string][]byte }

type follower struct {
	applied *state
	keys    int
}

// Case replaces a whole map by a new one of nearly the same size, at times that traffic sets.
func Case() scenario.Case { return scenario.Looks("snapshot-swap", start) }

func start(env *scenario.Env) scenario.Service {
	f := &follower{keys: env.Scale() / 3 / size}
	env.Handle("/snapshot", f.handle)
	due := scenario.NewBudget(1, 25)
	return scenario.StepFunc(func(poll int) {
		if poll == 0 {
			env.Call("/snapshot", 1)
		}
		env.Call("/snapshot", due.Take(env.Load(poll)))
	})
}

func (f *follower) handle(w http.ResponseWriter, r *http.Request) {
	f.Apply(int(float64(f.keys) * (0.95 + 0.1*scenario.Dice(r).Float64())))
}

// Apply reads a snapshot of so many keys.
func (f *follower) Apply(keys int) {
	next := &state{values: make(map[string][]byte)}
	for i := 0; i < keys; i++ {
		next.values[fmt.Sprintf("key-%08d", i)] = read()
	}
	f.applied = next
}

func read() []byte { return make([]byte, 400) }
