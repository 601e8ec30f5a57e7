// Package gateway leaks payments whose gateway failed: they wait for a retry that never comes.
package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const size = 1216

type payment struct {
	ID      string            `json:"id"`
	Amount  int               `json:"amount"`
	Details map[string]string `json:"details"`
	raw     []byte
}

// Gateway charges payments.
type Gateway struct{ retries map[string]*payment }

var errDown = errors.New("gateway: down")

// Case leaks on the error path only, in bursts.
func Case() scenario.Case {
	return scenario.Leaks("error-path", start,
		scenario.On("internal/payment/gateway", []string{"parse", "(*Gateway).keepForRetry", "body"}, []string{"(*Gateway).keepForRetry"}))
}

func start(env *scenario.Env) scenario.Service {
	g := &Gateway{retries: map[string]*payment{}}
	env.Handle("/pay", g.handle)
	normal := scenario.NewBudget(float64(env.RatePerPoll), size)
	failing := scenario.NewBudget(float64(env.RatePerPoll)*12, size)
	return scenario.StepFunc(func(poll int) {
		env.Call("/pay", normal.Take(env.Load(poll)))
		if poll >= env.Onset && env.Rand.Intn(12) == 0 {
			n := failing.Take(env.Load(poll))
			env.Keep("/pay", n)
			env.Leaked(poll, n*size)
		}
	})
}

func (g *Gateway) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		wanted, err := parse(body(dice.Int63()))
		if err != nil {
			continue
		}
		if err := charge(wanted, scenario.Kept(r)); err != nil {
			g.keepForRetry(wanted)
		}
	}
}

func body(id int64) []byte {
	return []byte(fmt.Sprintf(`{"id":"pay-%d","amount":100,"details":{"card":"4111","city":"Ghent","note":"%064d"}}`, id, id))
}

func parse(text []byte) (*payment, error) {
	parsed := &payment{raw: text}
	return parsed, json.Unmarshal(text, parsed)
}

func charge(p *payment, down bool) error {
	if down {
		return fmt.Errorf("payment %s: %w", p.ID, errDown)
	}
	return nil
}

func (g *Gateway) keepForRetry(p *payment) { g.retries[p.ID] = p }
