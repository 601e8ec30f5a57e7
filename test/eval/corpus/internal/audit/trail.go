// Package audit leaks a trail that is only ever appended to.
package audit

import (
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

type event struct {
	actor, action string
	before, after [6]int64
}

const size = 160

var trail []event

// Case appends to a slice of the package.
func Case() scenario.Case {
	return scenario.Leaks("slice-append", start, scenario.On("internal/audit", []string{"Record", "describe"}, []string{"Record"}))
}

func start(env *scenario.Env) scenario.Service {
	env.Handle("/audit", handle)
	return env.LeakAt("/audit", size)
}

func handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		Record(describe(dice.Intn(1000)), "update")
		if !scenario.Kept(r) {
			trail[len(trail)-1] = event{}
			trail = trail[:len(trail)-1]
		}
	}
}

// Record appends to the trail.
func Record(actor, action string) { trail = append(trail, event{actor: actor, action: action}) }

func describe(actor int) string { return fmt.Sprintf("account-%06d", actor) }
