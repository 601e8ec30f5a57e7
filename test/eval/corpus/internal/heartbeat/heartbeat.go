// Package heartbeat leaks timers: a device that went away is still to be pinged, one day.
package heartbeat

import (
	"fmt"
	"net/http"
	"time"

	"example.com/fleet/scenario"
)

const size = 816

type pinger struct {
	device  string
	history [80]int64
	timer   *time.Timer
}

// Case chains AfterFunc and never stops it.
func Case() scenario.Case {
	return scenario.Leaks("afterfunc-chain", start,
		scenario.On("internal/heartbeat", []string{"Register", "newPinger", "(*pinger).schedule"}, []string{"(*pinger).schedule", "Register"}))
}

func start(env *scenario.Env) scenario.Service {
	env.Handle("/devices", handle)
	return env.LeakAt("/devices", size)
}

func handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		registered := Register(fmt.Sprintf("device-%d", dice.Intn(1e6)))
		if !scenario.Kept(r) {
			registered.timer.Stop()
		}
	}
}

// Register pings a device from now on.
func Register(device string) *pinger {
	registered := newPinger(device)
	registered.schedule()
	return registered
}

func newPinger(device string) *pinger { return &pinger{device: device} }

func (p *pinger) schedule() { p.timer = time.AfterFunc(time.Hour, p.ping) }

func (p *pinger) ping() {
	copy(p.history[1:], p.history[:])
	p.history[0] = time.Now().Unix()
	p.schedule()
}
