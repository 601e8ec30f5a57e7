// Package regions warms up many caches, one region after the other.
package regions

import (
	"net/http"
	"strconv"

	"example.com/fleet/scenario"
)

const (
	size   = 1600
	stages = 5
)

type region struct{ shops map[int]*shop }

type shop struct {
	name  string
	hours [190]int64
}

type atlas struct {
	regions [stages]*region
	open    int
	shops   int
}

// Case opens a region every so often in the first six tenths of the record; each fills quickly.
func Case() scenario.Case { return scenario.Looks("staged-warm-ups", start) }

func start(env *scenario.Env) scenario.Service {
	a := &atlas{shops: env.Scale() / 2 / size / stages}
	env.Handle("/regions", a.handle)
	visits := scenario.NewBudget(float64(a.shops)*stages*1.5/float64(env.Polls)*10/8, 1)
	return scenario.StepFunc(func(poll int) {
		if a.open < stages && poll >= a.open*env.Polls*6/10/stages {
			a.regions[a.open] = &region{map[int]*shop{}}
			a.open++
		}
		env.Call("/regions", visits.Take(env.Load(poll)))
	})
}

func (a *atlas) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < 8*scenario.Count(r); i++ {
		a.regions[dice.Intn(a.open)].visit(dice.Intn(a.shops))
	}
}

func (g *region) visit(n int) {
	if g.shops[n] == nil {
		g.shops[n] = describe(n)
	}
}

func describe(n int) *shop { return &shop{name: "shop " + strconv.Itoa(n)} }
