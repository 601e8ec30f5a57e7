// Package rates leaks a few of its cached rates: the sweeper misses two in a hundred.
package rates

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/fleet/scenario"
)

const (
	size   = 700
	ttl    = 6
	missed = 50 // one in so many
)

type rate struct {
	pair    string
	points  [72]float64
	expires int
}

// Cache keeps rates for some polls.
type Cache struct {
	mu    sync.Mutex
	now   int
	rates map[string]*rate
}

// Case misses 2 % of what expires.
func Case() scenario.Case {
	return scenario.Leaks("ttl-sweeper", start,
		scenario.On("internal/rates", []string{"(*Cache).Put", "quote", "pairName"}, []string{"(*Cache).Put", "(*Cache).Sweep"}))
}

func start(env *scenario.Env) scenario.Service {
	cache := &Cache{rates: map[string]*rate{}}
	env.Handle("/rates", cache.handle)
	budget := scenario.NewBudget(float64(env.RatePerPoll)*missed/4, size)
	return scenario.StepFunc(func(poll int) {
		cache.now = poll
		env.Call("/rates", budget.Take(env.Load(poll)))
		env.Leaked(poll, size*cache.Sweep(poll >= env.Onset))
	})
}

func (c *Cache) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		c.Put(pairName(dice.Int63()))
	}
}

// Put caches the rate of a pair.
func (c *Cache) Put(pair string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rates[pair] = quote(pair, c.now+ttl)
}

func quote(pair string, expires int) *rate { return &rate{pair: pair, expires: expires} }

func pairName(n int64) string { return fmt.Sprintf("pair-%d", n) }

// Sweep drops what has expired, but for what it misses for ever; it tells how many those are.
func (c *Cache) Sweep(faulty bool) (lost int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for pair, cached := range c.rates {
		if cached.expires != c.now {
			continue
		}
		if faulty && pair[len(pair)-1] == '7' && pair[len(pair)-2]%2 == 1 {
			lost++
			continue
		}
		delete(c.rates, pair)
	}
	return lost
}
