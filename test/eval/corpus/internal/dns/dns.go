// Package dns caches answers for some polls; new ones come in at a steady rate.
package dns

import (
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const (
	size = 900
	ttl  = 20
)

type answer struct {
	name    string
	records [96]int64
	expires int
}

// Resolver caches answers until they expire.
type Resolver struct {
	now     int
	answers map[string]*answer
}

// Cases is a TTL cache, seen at every poll and with a fifth of the polls missing.
func Cases() []scenario.Case {
	gaps := scenario.Looks("profile-gaps", start)
	gaps.GapShare = 0.2
	return []scenario.Case{scenario.Looks("ttl-cache", start), gaps}
}

func start(env *scenario.Env) scenario.Service {
	resolver := &Resolver{answers: map[string]*answer{}}
	env.Handle("/dns", resolver.handle)
	due := scenario.NewBudget(float64(env.RatePerPoll)*2, size)
	return scenario.StepFunc(func(poll int) {
		resolver.now = poll
		env.Call("/dns", due.Take(env.Load(poll)))
		resolver.sweep()
	})
}

func (d *Resolver) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		d.Resolve(fmt.Sprintf("host-%d.example.com", dice.Int63()))
	}
}

// Resolve caches the answer for a name.
func (d *Resolver) Resolve(name string) { d.answers[name] = ask(name, d.now+ttl) }

func ask(name string, expires int) *answer { return &answer{name: name, expires: expires} }

func (d *Resolver) sweep() {
	for name, known := range d.answers {
		if known.expires <= d.now {
			delete(d.answers, name)
		}
	}
}
