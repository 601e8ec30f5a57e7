// Package handles leaks what waits for finalizers: one of these never returns.
package handles

import (
	"net/http"
	"runtime"

	"example.com/fleet/scenario"
)

const size = 1024 + 96

type handle struct {
	memory [1024]byte
	onFree func()
}

// Case has a finalizer that blocks the others.
func Case() scenario.Case {
	return scenario.Leaks("finalizer-stuck", start,
		scenario.On("internal/handles", []string{"Open"}, []string{"Open", "(*handle).free"}))
}

func start(env *scenario.Env) scenario.Service {
	env.Handle("/handles", serve)
	leak := env.LeakAt("/handles", size)
	return scenario.StepFunc(func(poll int) {
		if poll == env.Onset {
			Open().onFree = func() { select {} }
		}
		leak.Step(poll)
	})
}

func serve(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		Open().memory[0]++
	}
}

// Open makes a handle that frees itself.
func Open() *handle {
	opened := &handle{}
	runtime.SetFinalizer(opened, (*handle).free)
	return opened
}

func (h *handle) free() {
	if h.onFree != nil {
		h.onFree()
	}
}
