// Package inbox leaks read messages while a cache of avatars beside it warms up as it should.
package inbox

import (
	"fmt"
	"net/http"

	"example.com/fleet/internal/avatar"
	"example.com/fleet/scenario"
)

const size = 768

type message struct {
	from, text string
	thread     []int64
	flags      [512]byte
}

type box struct{ read []*message }

// Case leaks beside a cache that warms up.
func Case() scenario.Case {
	return scenario.Leaks("leak-and-warm-up", start,
		scenario.On("internal/inbox", []string{"receive"}, []string{"(*box).markRead"}))
}

func start(env *scenario.Env) scenario.Service {
	b := &box{}
	env.Handle("/inbox", b.handle)
	return scenario.Together(avatar.WarmUp(env, env.Scale()/2, float64(env.Polls)/10), env.LeakAt("/inbox", size))
}

func (b *box) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		got := receive(i)
		if scenario.Kept(r) {
			b.markRead(got)
		}
	}
}

func receive(n int) *message {
	return &message{from: fmt.Sprintf("friend-%d", n), text: fmt.Sprintf("%064d", n), thread: make([]int64, 8)}
}

func (b *box) markRead(m *message) { b.read = append(b.read, m) }
