// Command sessions-context reads a cookie session in each request. Up to gorilla/sessions 1.1 the session's
// registry stands in a global map of gorilla/context with the request as key, and stays there unless the
// handler is wrapped in ClearHandler; 1.2.0 keeps it in the request's own context.
package main

import (
	"net/http"

	"github.com/gorilla/sessions"

	"example.com/fleet/run"
	"example.com/fleet/scenario"
)

const size = 2000

func main() {
	run.Main([]scenario.Case{scenario.Pair{
		Name: "sessions-context", Module: "github.com/gorilla/sessions", Leaky: "v1.1.1", Start: start,
		Culprit: scenario.Culprit{
			Growth:     scenario.Heap,
			Allocators: []string{"main.(*cart).visit", "main.(*cart).ServeHTTP", "github.com/gorilla/sessions.GetRegistry"},
			Retainers:  []string{"main.(*cart).visit", "github.com/gorilla/context.Set"},
		},
	}.Case()})
}

type cart struct{ store *sessions.CookieStore }

func start(env *scenario.Env) scenario.Service {
	shop := &cart{sessions.NewCookieStore([]byte("a key of thirty two bytes, or so"))}
	env.Mux.Handle("/cart", shop)
	return env.LeakAt("/cart", size)
}

func (c *cart) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		if scenario.Kept(r) {
			c.visit(r.Clone(r.Context()))
		}
	}
}

func (c *cart) visit(r *http.Request) {
	session, err := c.store.Get(r, "cart")
	if err == nil {
		session.Values["seen"] = true
	}
}
