// Package model loads tables: once and late, or again and again with the old one kept until the new is there.
package model

import (
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const size = 1024

type table struct{ rows []*weights }

type weights struct {
	name   string
	values [120]float64
}

type server struct {
	current *table
	rows    int
}

// Cases are a load of a single time, and reloads of a double buffer.
func Cases() []scenario.Case {
	return []scenario.Case{
		scenario.Looks("one-off-load", at(func(poll, polls int) bool { return poll == polls*2/5 })),
		scenario.Looks("reload-double-buffer", at(func(poll, polls int) bool { return poll%40 == 0 })),
		scenario.Looks("reload-grows-once", growing),
	}
}

func at(due func(poll, polls int) bool) func(*scenario.Env) scenario.Service {
	return func(env *scenario.Env) scenario.Service {
		s := &server{rows: env.Scale() / 2 / size}
		env.Handle("/model/reload", s.handle)
		return scenario.StepFunc(func(poll int) {
			if due(poll, env.Polls) {
				env.Call("/model/reload", 1)
			}
		})
	}
}

// growing reloads tables that become larger in the first third of the record only.
func growing(env *scenario.Env) scenario.Service {
	s := &server{}
	env.Handle("/model/reload", s.handle)
	return scenario.StepFunc(func(poll int) {
		share := float64(poll) / (float64(env.Polls) / 3)
		if share > 1 {
			share = 1
		}
		s.rows = int(share * float64(env.Scale()/2/size))
		if poll%20 == 0 {
			env.Call("/model/reload", 1)
		}
	})
}

func (s *server) handle(w http.ResponseWriter, r *http.Request) { s.Reload() }

// Reload reads a new table while the old one serves.
func (s *server) Reload() {
	loading := &table{rows: make([]*weights, 0, s.rows)}
	for i := 0; i < s.rows; i++ {
		loading.rows = append(loading.rows, parse(i))
	}
	s.current = loading
}

func parse(n int) *weights { return &weights{name: fmt.Sprintf("weight-%d", n)} }
