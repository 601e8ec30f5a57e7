// Command memdb-watch waits for any of many keys to change. Up to go-memdb 1.3.3 the goroutines that watch the
// others stay until the context ends, which here is never (hashicorp/go-memdb, fixed in 1.3.4).
package main

import (
	"context"
	"net/http"

	memdb "github.com/hashicorp/go-memdb"

	"example.com/fleet/run"
	"example.com/fleet/scenario"
)

const size = 24 << 10

func main() {
	run.Main([]scenario.Case{scenario.Pair{
		Name: "memdb-watch", Module: "github.com/hashicorp/go-memdb", Leaky: "v1.3.3", Start: start, Goroutines: true,
		Culprit: scenario.Culprit{
			Growth:     scenario.Goroutine,
			Allocators: []string{"main.awaitAny", "github.com/hashicorp/go-memdb.WatchSet.watchMany", "github.com/hashicorp/go-memdb.WatchSet.WatchCtx"},
			Retainers:  []string{"github.com/hashicorp/go-memdb.watchFew"},
		},
	}.Case()})
}

func start(env *scenario.Env) scenario.Service {
	env.Handle("/await", handle)
	return env.LeakAt("/await", size)
}

func handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		ctx, cancel := context.WithCancel(context.Background())
		if err := awaitAny(ctx, 96); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
		if !scenario.Kept(r) {
			cancel()
		}
		_ = cancel
	}
}

func awaitAny(ctx context.Context, keys int) error {
	watched := memdb.NewWatchSet()
	changed := make(chan struct{})
	watched.Add(changed)
	for i := 1; i < keys; i++ {
		watched.Add(make(chan struct{}))
	}
	close(changed)
	return watched.WatchCtx(ctx)
}
