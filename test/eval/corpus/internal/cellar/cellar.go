// Package cellar is a large store, full from the start, of which a share is replaced at each poll, oldest first.
package cellar

import (
	"fmt"
	"net/http"
	"strings"

	"example.com/fleet/scenario"
)

const size = 2048 + 64

type bottle struct {
	label string
	wine  []byte
}

// Cellar is a ring of bottles.
type Cellar struct {
	bottles []*bottle
	next    int
}

// Turnover fills a cellar of bytes and replaces a share of it at each poll.
func Turnover(env *scenario.Env, bytes int, share float64) scenario.Service {
	c := &Cellar{bottles: make([]*bottle, bytes/size)}
	c.replace(len(c.bottles))
	env.Handle("/cellar", c.handle)
	due := scenario.NewBudget(share*float64(bytes)/64, size)
	return scenario.StepFunc(func(poll int) { env.Call("/cellar", due.Take(env.Load(poll))) })
}

func (c *Cellar) handle(w http.ResponseWriter, r *http.Request) { c.replace(64 * scenario.Count(r)) }

func (c *Cellar) replace(n int) {
	for i := 0; i < n; i++ {
		c.Store(c.next)
	}
}

// Store puts a new bottle in place of the oldest.
func (c *Cellar) Store(year int) {
	c.bottles[c.next%len(c.bottles)] = fill(year)
	c.next++
}

func fill(year int) *bottle {
	return &bottle{label: strings.TrimSpace(fmt.Sprintf("year %d", year)), wine: make([]byte, 2000)}
}

// Cases are full caches with turnover at several sizes.
func Cases() []scenario.Case {
	cases := []scenario.Case{}
	for _, mib := range []int{16, 64, 192} {
		found := scenario.Looks(fmt.Sprintf("full-cache-%dm", mib), full(mib<<20))
		found.StandingBytes = mib << 20
		cases = append(cases, found)
	}
	return cases
}

func full(bytes int) func(*scenario.Env) scenario.Service {
	return func(env *scenario.Env) scenario.Service { return Turnover(env, bytes, 0.05) }
}
