// Package pattern leaks compiled expressions: users write them, and each is cached for ever.
package pattern

import (
	"fmt"
	"net/http"
	"regexp"

	"example.com/fleet/scenario"
)

// size is about what one compiled expression of this kind takes.
const size = 6600

type cache struct{ compiled map[string]*regexp.Regexp }

// Case has a cache of regular expressions without a bound.
func Case() scenario.Case {
	return scenario.Leaks("regexp-cache", start,
		scenario.On("internal/search/pattern", []string{"(*cache).Compile", "write"}, []string{"(*cache).Compile"}))
}

func start(env *scenario.Env) scenario.Service {
	patterns := &cache{map[string]*regexp.Regexp{}}
	env.Handle("/search", patterns.handle)
	return env.LeakAt("/search", size)
}

func (c *cache) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		text := write(dice.Intn(1 << 40))
		if !c.Compile(text).MatchString("order-1") && !scenario.Kept(r) {
			delete(c.compiled, text)
		}
	}
}

// Compile returns an expression, cached.
func (c *cache) Compile(text string) *regexp.Regexp {
	if known, ok := c.compiled[text]; ok {
		return known
	}
	made := regexp.MustCompile(text)
	c.compiled[text] = made
	return made
}

func write(n int) string { return fmt.Sprintf("^order-[0-9]+/(%d|%d)$", n, n/7) }
