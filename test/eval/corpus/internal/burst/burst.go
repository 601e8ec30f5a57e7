// Package burst holds much for a few polls and then nothing.
package burst

import (
	"net/http"

	"example.com/fleet/scenario"
)

const page = 32 << 10

type report struct {
	pages [][]byte
	until int
}

type press struct {
	now     int
	reports []*report
}

// Case has bursts of random size at random times.
func Case() scenario.Case {
	found := scenario.Looks("bursts", start)
	found.StandingBytes = 30 << 20
	return found
}

func start(env *scenario.Env) scenario.Service {
	p := &press{}
	env.Handle("/report", p.handle)
	return scenario.StepFunc(func(poll int) {
		p.now = poll
		p.forget()
		if env.Rand.Intn(18) == 0 {
			env.Call("/report", int(env.Rand.ExpFloat64()*float64(env.Scale())/page/8))
		}
	})
}

func (p *press) handle(w http.ResponseWriter, r *http.Request) {
	made := &report{until: p.now + 1 + scenario.Dice(r).Intn(4)}
	for i := 0; i < 8*scenario.Count(r); i++ {
		made.pages = append(made.pages, typeset(i))
	}
	p.reports = append(p.reports, made)
}

func typeset(n int) []byte {
	set := make([]byte, page)
	set[0] = byte(n)
	return set
}

func (p *press) forget() {
	kept := p.reports[:0]
	for _, each := range p.reports {
		if each.until > p.now {
			kept = append(kept, each)
		}
	}
	for i := len(kept); i < len(p.reports); i++ {
		p.reports[i] = nil
	}
	p.reports = kept
}
