// Package proxy holds requests in flight: more of them while what is behind it is slow.
package proxy

import (
	"net/http"

	"example.com/fleet/scenario"
)

const size = 4 << 10

type request struct {
	body  []byte
	until int
}

// Proxy is what is in flight.
type Proxy struct {
	now, latency int
	inFlight     []*request
}

// Cases have a dependency that becomes slow: for a fifth of the record, or to its end.
func Cases() []scenario.Case {
	stuck := scenario.Looks("backlog-at-the-end", slow(0.5, 1))
	stuck.Kind = scenario.Ambiguous
	return []scenario.Case{scenario.Looks("in-flight-rise", slow(0.4, 0.6)), stuck}
}

func slow(from, to float64) func(*scenario.Env) scenario.Service {
	return func(env *scenario.Env) scenario.Service {
		p := &Proxy{}
		env.Handle("/proxy", p.handle)
		due := scenario.NewBudget(float64(env.RatePerPoll)*2, size)
		return scenario.StepFunc(func(poll int) {
			p.now, p.latency = poll, 2
			if at := float64(poll) / float64(env.Polls); at >= from && at < to {
				p.latency = 2 + int((at-from)*float64(env.Polls)*0.8)
			}
			p.answer()
			env.Call("/proxy", due.Take(env.Load(poll)))
		})
	}
}

func (p *Proxy) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		p.Forward(i)
	}
}

// Forward holds a request until it is answered.
func (p *Proxy) Forward(n int) {
	p.inFlight = append(p.inFlight, &request{receive(n), p.now + p.latency})
}

func receive(n int) []byte {
	body := make([]byte, size)
	body[0] = byte(n)
	return body
}

func (p *Proxy) answer() {
	waiting := make([]*request, 0, len(p.inFlight))
	for _, each := range p.inFlight {
		if each.until > p.now {
			waiting = append(waiting, each)
		}
	}
	p.inFlight = waiting
}
