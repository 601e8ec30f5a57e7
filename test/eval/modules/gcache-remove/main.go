// Command gcache-remove caches pages and removes them. Up to gf 2.7.0 the key of what was removed stays in the
// cache's table of expiries (gogf/gf#3467, fixed in 2.8.0).
package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/gogf/gf/v2/os/gcache"

	"example.com/fleet/run"
	"example.com/fleet/scenario"
)

const size = 420

func main() {
	run.Main([]scenario.Case{scenario.Pair{
		Name: "gcache-remove", Module: "github.com/gogf/gf/v2", Leaky: "v2.7.0", Start: start,
		Culprit: scenario.Culprit{
			Growth:     scenario.Heap,
			Allocators: []string{"main.keyOf", "main.(*pages).refresh", "github.com/gogf/gf/v2/os/gcache.(*AdapterMemory).syncEventAndClearExpired"},
			Retainers:  []string{"main.(*pages).refresh", "github.com/gogf/gf/v2/os/gcache.(*AdapterMemory).syncEventAndClearExpired"},
		},
	}.Case()})
}

type pages struct{ cache *gcache.Cache }

func start(env *scenario.Env) scenario.Service {
	p := &pages{gcache.New()}
	env.Handle("/pages", p.handle)
	return env.LeakAt("/pages", size)
}

func (p *pages) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		if err := p.refresh(r.Context(), keyOf(dice.Int63())); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

func (p *pages) refresh(ctx context.Context, key string) error {
	if err := p.cache.Set(ctx, key, len(key), 30*time.Minute); err != nil {
		return err
	}
	_, err := p.cache.Remove(ctx, key)
	return err
}

func keyOf(n int64) string { return fmt.Sprintf("/pages/%0200d", n) }
