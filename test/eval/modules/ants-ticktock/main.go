// Command ants-ticktock makes a pool of goroutines for each import and releases it. Up to ants 2.7.0 the
// goroutine that keeps the pool's time outlives it (panjf2000/ants#263, fixed in 2.7.1).
package main

import (
	"net/http"

	"github.com/panjf2000/ants/v2"

	"example.com/fleet/run"
	"example.com/fleet/scenario"
)

const size = 3900

func main() {
	run.Main([]scenario.Case{scenario.Pair{
		Name: "ants-ticktock", Module: "github.com/panjf2000/ants/v2", Leaky: "v2.7.0", Start: start, Goroutines: true,
		Culprit: scenario.Culprit{
			Growth:     scenario.Goroutine,
			Allocators: []string{"main.importRows", "github.com/panjf2000/ants/v2.NewPool"},
			Retainers:  []string{"github.com/panjf2000/ants/v2.(*Pool).ticktock"},
		},
	}.Case()})
}

func start(env *scenario.Env) scenario.Service {
	env.Handle("/import", handle)
	return env.LeakAt("/import", size)
}

func handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		if !scenario.Kept(r) {
			continue
		}
		if err := importRows(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

func importRows() error {
	pool, err := ants.NewPool(4)
	if err != nil {
		return err
	}
	defer pool.Release()
	done := make(chan struct{})
	if err := pool.Submit(func() { close(done) }); err != nil {
		return err
	}
	<-done
	return nil
}
