// Package outbox leaks mail: the channel is wide, and its reader has stopped.
package outbox

import (
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const size = 1100

type mail struct {
	to, subject string
	body        []byte
}

// Queue is a channel that seems never to be full.
type Queue struct{ waiting chan *mail }

// Case uses a channel as a queue without an end.
func Case() scenario.Case {
	return scenario.Leaks("channel-queue", start,
		scenario.On("internal/outbox", []string{"compose", "(*Queue).Enqueue"}, []string{"(*Queue).Enqueue"}))
}

func start(env *scenario.Env) scenario.Service {
	queue := &Queue{make(chan *mail, 1<<20)}
	env.Handle("/mail", queue.handle)
	return env.LeakAt("/mail", size)
}

func (q *Queue) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		q.Enqueue(compose(i))
		if !scenario.Kept(r) {
			<-q.waiting
		}
	}
}

// Enqueue hands a mail to whoever reads.
func (q *Queue) Enqueue(m *mail) { q.waiting <- m }

func compose(n int) *mail {
	return &mail{fmt.Sprintf("reader-%d@example.com", n), "Your order", make([]byte, 960)}
}
