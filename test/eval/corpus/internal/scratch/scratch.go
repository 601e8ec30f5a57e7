// Package scratch uses sync.Pool for buffers of very different sizes.
package scratch

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"

	"example.com/fleet/scenario"
)

var pool = sync.Pool{New: func() interface{} { return &bytes.Buffer{} }}

// Case is a sync.Pool that GCs empty and traffic fills.
func Case() scenario.Case { return scenario.Looks("sync-pool", start) }

func start(env *scenario.Env) scenario.Service {
	env.Handle("/scratch", handle)
	return scenario.StepFunc(func(poll int) { env.Call("/scratch", int(80*env.Load(poll))) })
}

func handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	held := []*bytes.Buffer{}
	for i := 0; i < scenario.Count(r); i++ {
		buffer := pool.Get().(*bytes.Buffer)
		buffer.Reset()
		fill(buffer, dice.Intn(4000))
		held = append(held, buffer)
	}
	for _, buffer := range held {
		pool.Put(buffer)
	}
}

func fill(buffer *bytes.Buffer, n int) {
	numbers := make([]int, n)
	_ = json.NewEncoder(buffer).Encode(numbers)
}
