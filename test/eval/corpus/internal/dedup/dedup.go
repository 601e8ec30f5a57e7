// Package dedup leaks the numbers of messages seen, in a map of integers that grows by doubling.
package dedup

import (
	"net/http"

	"example.com/fleet/scenario"
)

// entry is a key, a value and the share of table around them.
const entry = 32

// Seen remembers which messages were handled.
type Seen struct{ at map[uint64]int64 }

// Case remembers all message numbers.
func Case() scenario.Case {
	return scenario.Leaks("int-map", start, scenario.On("internal/dedup", []string{"(*Seen).Mark"}, []string{"(*Seen).Mark"}))
}

func start(env *scenario.Env) scenario.Service {
	seen := &Seen{at: map[uint64]int64{}}
	env.Handle("/messages/seen", seen.receive)
	return env.LeakAt("/messages/seen", entry*100)
}

func (s *Seen) receive(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < 100*scenario.Count(r); i++ {
		id := dice.Uint64()
		s.Mark(id, int64(i))
		if !scenario.Kept(r) {
			delete(s.at, id)
		}
	}
}

// Mark notes a message.
func (s *Seen) Mark(id uint64, at int64) { s.at[id] = at }
