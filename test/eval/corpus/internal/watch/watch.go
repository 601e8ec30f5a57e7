// Package watch leaks goroutines that wait for a context nobody cancels.
package watch

import (
	"context"
	"net/http"
	"strings"

	"example.com/fleet/scenario"
)

const size = 2048 + 1024 + 800

type watcher struct {
	key     string
	changes chan string
	buffer  []byte
}

// Case waits for contexts never cancelled.
func Case() scenario.Case {
	found := scenario.Leaks("context-wait", start,
		scenario.OnGoroutines("internal/watch", []string{"Follow", "newWatcher", "(*watcher).run"}, []string{"(*watcher).run"}))
	found.Goroutines = true
	return found
}

func start(env *scenario.Env) scenario.Service {
	env.Handle("/watch", handle)
	return env.LeakAt("/watch", size)
}

func handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		ctx, cancel := context.WithCancel(context.Background())
		Follow(ctx, strings.Repeat("key/", 1+i%4))
		if !scenario.Kept(r) {
			cancel()
		}
		_ = cancel
	}
}

// Follow watches a key until the context ends.
func Follow(ctx context.Context, key string) {
	go newWatcher(key).run(ctx)
}

func newWatcher(key string) *watcher {
	return &watcher{key: key, changes: make(chan string, 4), buffer: make([]byte, 1024)}
}

func (w *watcher) run(ctx context.Context) {
	for {
		select {
		case change := <-w.changes:
			copy(w.buffer, change)
		case <-ctx.Done():
			return
		}
	}
}
