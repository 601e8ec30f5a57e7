// Package cart keeps carts that are left after a while: how many there are follows the traffic.
package cart

import (
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const size = 1200

type cart struct {
	owner string
	items [130]int64
	left  int
}

// Shop keeps carts by owner.
type Shop struct {
	now, life int
	carts     map[string]*cart
}

// Cases are carts of a life, under traffic of several shapes.
func Cases() []scenario.Case {
	return []scenario.Case{
		under("traffic-ramp", "ramp", 8), under("diurnal-carts", "diurnal", 8),
		under("stop-and-go-carts", "stop-and-go", 8), under("carts-live-60", "", 60),
		endless(),
	}
}

func under(name, traffic string, life int) scenario.Case {
	found := scenario.Looks(name, alive(life))
	found.Traffic = traffic
	return found
}

// endless carts live about as long as the record, so that it cannot tell.
func endless() scenario.Case {
	found := scenario.Looks("carts-live-300", alive(300))
	found.Kind = scenario.Ambiguous
	return found
}

func alive(life int) func(*scenario.Env) scenario.Service {
	return func(env *scenario.Env) scenario.Service {
		s := &Shop{life: life, carts: map[string]*cart{}}
		env.Handle("/cart", s.handle)
		due := scenario.NewBudget(float64(env.Scale())/2/float64(life), size)
		return scenario.StepFunc(func(poll int) {
			s.now = poll
			env.Call("/cart", due.Take(env.Load(poll)))
			s.sweep()
		})
	}
}

func (s *Shop) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		s.Open(fmt.Sprintf("visitor-%d", dice.Int63()), int(dice.ExpFloat64()*float64(s.life)))
	}
}

// Open begins a cart that is left after some polls.
func (s *Shop) Open(owner string, polls int) { s.carts[owner] = begin(owner, s.now+polls) }

func begin(owner string, left int) *cart { return &cart{owner: owner, left: left} }

func (s *Shop) sweep() {
	for owner, each := range s.carts {
		if each.left <= s.now {
			delete(s.carts, owner)
		}
	}
}
