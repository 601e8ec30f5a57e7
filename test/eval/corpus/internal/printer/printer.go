// Package printer leaks goroutines that queue for a lock whose holder never lets go.
package printer

import (
	"net/http"
	"sync"
	"time"

	"example.com/fleet/scenario"
)

const size = 2048 + 400 + 4096 + 32

type printer struct {
	mu    sync.Mutex
	pages int
}

// Case waits for a mutex for ever.
func Case() scenario.Case {
	found := scenario.Leaks("lock-never-released", start,
		scenario.OnGoroutines("internal/printer", []string{"(*printer).Submit", "render", "(*printer).print"}, []string{"(*printer).print"}))
	found.Goroutines = true
	return found
}

func start(env *scenario.Env) scenario.Service {
	p := &printer{}
	env.Handle("/print", p.handle)
	leak := env.LeakAt("/print", size)
	return scenario.StepFunc(func(poll int) {
		if poll == env.Onset {
			p.mu.Lock()
		}
		leak.Step(poll)
	})
}

func (p *printer) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		p.Submit(time.Millisecond)
	}
}

// Submit prints a page in the background and waits a little for it.
func (p *printer) Submit(patience time.Duration) {
	done := make(chan struct{}, 1)
	go p.print(render(), done)
	select {
	case <-done:
	case <-time.After(patience / 64):
	}
}

func (p *printer) print(page []byte, done chan<- struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages += len(page)
	done <- struct{}{}
}

func render() []byte { return make([]byte, 4096) }
