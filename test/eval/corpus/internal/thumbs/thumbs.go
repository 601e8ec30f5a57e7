// Package thumbs caches thumbnails in an LRU that fills at a steady rate and then is full.
package thumbs

import (
	"fmt"
	"net/http"

	"github.com/acme/lru"

	"example.com/fleet/scenario"
)

const size = 3072 + 200

// Cache is an LRU of thumbnails.
type Cache struct{ lru *lru.Cache }

// Cases fill a third of the record, or all of it and more.
func Cases() []scenario.Case {
	endless := scenario.Looks("lru-never-full", fill(1.4))
	endless.Kind = scenario.Ambiguous
	return []scenario.Case{scenario.Looks("lru-linear", fill(0.3)), endless}
}

func fill(part float64) func(*scenario.Env) scenario.Service {
	return func(env *scenario.Env) scenario.Service {
		c := &Cache{lru.New(int(part*float64(env.Scale()))/size, nil)}
		env.Handle("/thumbs", c.handle)
		due := scenario.NewBudget(float64(env.RatePerPoll), size)
		return scenario.StepFunc(func(poll int) { env.Call("/thumbs", due.Take(env.Load(poll))) })
	}
}

func (c *Cache) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		c.Thumb(fmt.Sprintf("picture-%d", dice.Int63()))
	}
}

// Thumb returns a picture's thumbnail, cached.
func (c *Cache) Thumb(picture string) []byte { return c.lru.Fetch(picture, shrink).([]byte) }

func shrink(picture string) interface{} {
	small := make([]byte, 3072)
	copy(small, picture)
	return small
}
