// Package jobs leaks contexts: children of one that lives as long as the service, never cancelled.
package jobs

import (
	"context"
	"net/http"

	"example.com/fleet/scenario"
)

const size = 288

type key struct{}

// Runner starts jobs under its own context.
type Runner struct{ ctx context.Context }

// Case derives contexts without cancelling them.
func Case() scenario.Case {
	return scenario.Leaks("cancel-children", start,
		scenario.On("internal/jobs", []string{"(*Runner).Launch", "tag"}, []string{"(*Runner).Launch"}))
}

func start(env *scenario.Env) scenario.Service {
	ctx, stop := context.WithCancel(context.Background())
	_ = stop
	runner := &Runner{ctx}
	env.Handle("/jobs", runner.handle)
	return env.LeakAt("/jobs", size)
}

func (j *Runner) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		cancel := j.Launch(i)
		if !scenario.Kept(r) {
			cancel()
		}
	}
}

// Launch runs a job in a context of its own.
func (j *Runner) Launch(id int) context.CancelFunc {
	_, cancel := context.WithCancel(tag(j.ctx, id))
	return cancel
}

func tag(parent context.Context, id int) context.Context {
	return context.WithValue(parent, key{}, [4]int{id})
}
