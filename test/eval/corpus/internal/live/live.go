// Package live leaks listeners: a feed that hangs up does not leave the bus.
package live

import (
	"net/http"

	"github.com/acme/eventbus"

	"example.com/fleet/scenario"
)

// size is a listener: subscription, inbox, closure, feed and its place in the map.
const size = 1400

// Feed is one connected reader.
type Feed struct {
	last [1024]byte
	seen int
}

type hub struct{ bus *eventbus.Bus }

// Case registers listeners and forgets to remove them.
func Case() scenario.Case {
	culprit := scenario.On("internal/live", []string{"(*hub).Join", "newFeed"}, []string{"(*hub).Join"})
	culprit.Retainers = append(culprit.Retainers, "github.com/acme/eventbus.(*Bus).Subscribe")
	return scenario.Leaks("listener-registry", start, culprit)
}

func start(env *scenario.Env) scenario.Service {
	joined := &hub{eventbus.New()}
	env.Handle("/live", joined.handle)
	return env.LeakAt("/live", size)
}

func (h *hub) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		leave := h.Join("prices")
		if !scenario.Kept(r) {
			leave()
		}
	}
	h.bus.Publish("prices", []byte("price of everything"))
}

// Join connects a feed to a topic.
func (h *hub) Join(topic string) (leave func()) {
	feed := newFeed()
	return h.bus.Subscribe(topic, feed.receive)
}

func newFeed() *Feed { return &Feed{} }

func (f *Feed) receive(event []byte) {
	f.seen++
	copy(f.last[:], event)
}
