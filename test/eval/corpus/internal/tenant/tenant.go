// Package tenant leaks settings in a process that is restarted before it runs out of memory.
package tenant

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/fleet/scenario"
)

const size = 1088

type settings struct {
	name   string
	limits [64]int64
	flags  [512]byte
}

type registry struct{ known sync.Map }

// Case leaks over restarts.
func Case() scenario.Case {
	found := scenario.Leaks("leak-over-restarts", start,
		scenario.On("internal/tenant", []string{"load", "(*registry).Settings"}, []string{"(*registry).Settings"}))
	found.RestartEvery = 100
	return found
}

func start(env *scenario.Env) scenario.Service {
	r := &registry{}
	env.Handle("/tenant", r.handle)
	return env.LeakShare("/tenant", size, 1.5)
}

func (t *registry) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		id := dice.Int63()
		t.Settings(id)
		if !scenario.Kept(r) {
			t.known.Delete(id)
		}
	}
}

// Settings loads a tenant's settings once.
func (t *registry) Settings(id int64) *settings {
	loaded, _ := t.known.LoadOrStore(id, load(id))
	return loaded.(*settings)
}

func load(id int64) *settings { return &settings{name: fmt.Sprintf("tenant-%d", id)} }
