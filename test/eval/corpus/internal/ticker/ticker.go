// Package ticker leaks tickers together with the goroutines that wait for them.
package ticker

import (
	"net/http"
	"time"

	"example.com/fleet/scenario"
)

const size = 2048 + 400 + 248 + 512

type lease struct {
	ticker *time.Ticker
	state  [512]byte
}

// Case renews leases that nobody holds any more.
func Case() scenario.Case {
	found := scenario.Leaks("ticker-goroutine", start,
		scenario.OnGoroutines("internal/ticker", []string{"Acquire", "(*lease).renew"}, []string{"(*lease).renew"}))
	found.Goroutines = true
	return found
}

func start(env *scenario.Env) scenario.Service {
	env.Handle("/leases", handle)
	return env.LeakAt("/leases", size)
}

func handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		done := Acquire()
		if !scenario.Kept(r) {
			close(done)
		}
	}
}

// Acquire renews a lease until done is closed.
func Acquire() (done chan struct{}) {
	done = make(chan struct{})
	held := &lease{ticker: time.NewTicker(time.Hour)}
	go held.renew(done)
	return done
}

func (l *lease) renew(done <-chan struct{}) {
	for {
		select {
		case <-l.ticker.C:
			l.state[0]++
		case <-done:
			l.ticker.Stop()
			return
		}
	}
}
