// Package ranking leaks old rankings beside a large store in which much is replaced all the time.
package ranking

import (
	"net/http"

	"example.com/fleet/internal/cellar"
	"example.com/fleet/scenario"
)

const size = 2 << 10

type ranking struct{ scores []float32 }

type board struct{ all []*ranking }

// Case leaks beside 200 MiB of churn.
func Case() scenario.Case {
	found := scenario.Leaks("leak-in-churn", start,
		scenario.On("internal/ranking", []string{"compute"}, []string{"(*board).publish"}))
	found.StandingBytes = 200 << 20
	return found
}

func start(env *scenario.Env) scenario.Service {
	b := &board{}
	env.Handle("/ranking", b.handle)
	return scenario.Together(cellar.Turnover(env, 200<<20, 0.03), env.LeakAt("/ranking", size))
}

func (b *board) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		ranked := compute(i)
		if scenario.Kept(r) {
			b.publish(ranked)
		}
	}
}

func compute(n int) *ranking {
	ranked := &ranking{make([]float32, (size-24)/4)}
	ranked.scores[0] = float32(n)
	return ranked
}

func (b *board) publish(r *ranking) { b.all = append(b.all, r) }
