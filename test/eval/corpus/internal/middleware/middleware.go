// Package middleware leaks handlers: each reload of the rules wraps the one before.
package middleware

import (
	"net/http"

	"example.com/fleet/scenario"
)

const size = 8<<10 + 96

type gate struct{ next http.HandlerFunc }

// Case builds a chain of closures that only grows.
func Case() scenario.Case {
	return scenario.Leaks("closure-chain", start,
		scenario.On("internal/middleware", []string{"wrap", "compile"}, []string{"wrap", "(*gate).reload"}))
}

func start(env *scenario.Env) scenario.Service {
	g := &gate{next: func(http.ResponseWriter, *http.Request) {}}
	env.Handle("/rules/reload", g.handle)
	return env.LeakAt("/rules/reload", size)
}

func (g *gate) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		before := g.next
		g.reload(i)
		if !scenario.Kept(r) {
			g.next = before
		}
	}
}

func (g *gate) reload(version int) { g.next = wrap(g.next, compile(version)) }

func wrap(next http.HandlerFunc, rules []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if len(rules) > 0 {
			next(w, r)
		}
	}
}

func compile(version int) []byte {
	rules := make([]byte, 8<<10)
	rules[0] = byte(version)
	return rules
}
