// Package avatar caches pictures of a finite set of users: it warms up as an exponential does, then is full.
package avatar

import (
	"math"
	"net/http"
	"strconv"

	"example.com/fleet/scenario"
)

const size = 2048 + 128

type picture struct{ pixels []byte }

type gallery struct {
	users    int
	pictures map[int]*picture
}

// WarmUp fills a cache of bytes in all, with a time constant of tau polls.
func WarmUp(env *scenario.Env, bytes int, tau float64) scenario.Service {
	g := &gallery{users: bytes / size, pictures: map[int]*picture{}}
	path := "/avatars/" + strconv.Itoa(bytes)
	env.Handle(path, g.handle)
	visits := scenario.NewBudget(float64(g.users)/tau, 1)
	return scenario.StepFunc(func(poll int) {
		env.Call(path, int(math.Ceil(float64(visits.Take(env.Load(poll)))/8)))
	})
}

func (g *gallery) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < 8*scenario.Count(r); i++ {
		g.Picture(dice.Intn(g.users))
	}
}

// Picture returns a user's picture, cached.
func (g *gallery) Picture(user int) *picture {
	if _, ok := g.pictures[user]; !ok {
		g.pictures[user] = draw(user)
	}
	return g.pictures[user]
}

func draw(user int) *picture {
	drawn := &picture{make([]byte, 2048)}
	drawn.pixels[0] = byte(user)
	return drawn
}

// Cases are warm-ups by their time constant.
func Cases() []scenario.Case {
	slow := scenario.Looks("warm-up-half", warm(2))
	slow.Kind = scenario.Ambiguous
	return []scenario.Case{scenario.Looks("warm-up-tenth", warm(10)), scenario.Looks("warm-up-quarter", warm(4)), slow}
}

func warm(part float64) func(*scenario.Env) scenario.Service {
	return func(env *scenario.Env) scenario.Service { return WarmUp(env, env.Scale(), float64(env.Polls)/part) }
}
