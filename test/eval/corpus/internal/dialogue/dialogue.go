// Package dialogue keeps conversations until their owner leaves, and owners leave in crowds.
package dialogue

import (
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const size = 1100

type room struct{ turns []*turn }

type turn struct {
	speaker string
	words   [1000]byte
}

type house struct{ rooms map[int]*room }

// Case drops whole rooms at once: deaths come in clumps, births do not.
func Case() scenario.Case { return scenario.Looks("clumped-deaths", start) }

const rooms = 40

func start(env *scenario.Env) scenario.Service {
	h := &house{map[int]*room{}}
	env.Handle("/say", h.handle)
	due := scenario.NewBudget(float64(env.Scale())/2/rooms, size)
	return scenario.StepFunc(func(poll int) {
		env.Call("/say", due.Take(env.Load(poll)))
		delete(h.rooms, env.Rand.Intn(rooms))
	})
}

func (h *house) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		h.Say(dice.Intn(rooms))
	}
}

// Say adds a turn to a room.
func (h *house) Say(n int) {
	if h.rooms[n] == nil {
		h.rooms[n] = &room{}
	}
	h.rooms[n].turns = append(h.rooms[n].turns, hear(n))
}

func hear(n int) *turn { return &turn{speaker: fmt.Sprintf("speaker-%d", n)} }
