// Package bufpool keeps as many buffers as were ever needed at once.
package bufpool

import (
	"bytes"
	"net/http"
	"strconv"

	"example.com/fleet/scenario"
)

// Pool is a list of free buffers.
type Pool struct{ free []*bytes.Buffer }

// Case is a pool at its high-water mark.
func Case() scenario.Case { return scenario.Looks("pool-high-water", start) }

func start(env *scenario.Env) scenario.Service {
	p := &Pool{}
	env.Handle("/encode", p.handle)
	usual := float64(env.Scale()) / 4 / (8 << 10) / 8
	return scenario.StepFunc(func(poll int) {
		need := usual * env.Load(poll) * (0.7 + 0.6*env.Rand.Float64())
		env.Call("/encode?wide="+strconv.Itoa(int(need)), 1)
	})
}

func (p *Pool) handle(w http.ResponseWriter, r *http.Request) {
	wide, _ := strconv.Atoi(r.URL.Query().Get("wide"))
	taken := make([]*bytes.Buffer, 8*wide)
	for i := range taken {
		taken[i] = p.Take()
		encode(taken[i], i)
	}
	p.free = append(p.free, taken...)
}

// Take returns a free buffer, or a new one.
func (p *Pool) Take() *bytes.Buffer {
	if last := len(p.free) - 1; last >= 0 {
		taken := p.free[last]
		p.free = p.free[:last]
		taken.Reset()
		return taken
	}
	return &bytes.Buffer{}
}

func encode(into *bytes.Buffer, n int) {
	into.Grow(8 << 10)
	into.WriteString(strconv.Itoa(n))
}
