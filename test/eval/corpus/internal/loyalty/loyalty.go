// Package loyalty leaks points under traffic that comes and goes with the day.
package loyalty

import (
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const size = 416

type account struct {
	owner  string
	points []int32
	terms  [256]byte
}

type ledger struct{ accounts map[string]*account }

// Case leaks in step with the traffic of the day.
func Case() scenario.Case {
	found := scenario.Leaks("leak-diurnal", start,
		scenario.On("internal/loyalty", []string{"open", "(*ledger).Credit", "owner"}, []string{"(*ledger).Credit"}))
	found.Traffic = "diurnal"
	return found
}

func start(env *scenario.Env) scenario.Service {
	kept := &ledger{map[string]*account{}}
	env.Handle("/loyalty", kept.handle)
	return env.LeakAt("/loyalty", size)
}

func (l *ledger) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		who := owner(dice.Int63())
		l.Credit(who)
		if !scenario.Kept(r) {
			delete(l.accounts, who)
		}
	}
}

// Credit opens an account where there is none and adds points.
func (l *ledger) Credit(who string) {
	if l.accounts[who] == nil {
		l.accounts[who] = open(who)
	}
	l.accounts[who].points[0]++
}

func open(who string) *account { return &account{owner: who, points: make([]int32, 10)} }

func owner(n int64) string { return fmt.Sprintf("member-%d", n) }
