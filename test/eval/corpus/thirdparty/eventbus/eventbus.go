// Package eventbus tells listeners about events, as services take it from others.
package eventbus

import "sync"

// Bus keeps its listeners until they leave.
type Bus struct {
	mu     sync.Mutex
	next   int
	topics map[string]map[int]*subscription
}

type subscription struct {
	topic  string
	handle func(event []byte)
	inbox  [][]byte
}

// New makes a bus without listeners.
func New() *Bus { return &Bus{topics: map[string]map[int]*subscription{}} }

// Subscribe adds a listener and returns what takes it away again.
func (b *Bus) Subscribe(topic string, handle func(event []byte)) (unsubscribe func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next++
	id := b.next
	if b.topics[topic] == nil {
		b.topics[topic] = map[int]*subscription{}
	}
	b.topics[topic][id] = &subscription{topic: topic, handle: handle, inbox: make([][]byte, 0, 8)}
	return func() { b.remove(topic, id) }
}

// Publish calls at most a hundred listeners of a topic.
func (b *Bus) Publish(topic string, event []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	told := 0
	for _, listener := range b.topics[topic] {
		listener.handle(event)
		if told++; told == 100 {
			return
		}
	}
}

func (b *Bus) remove(topic string, id int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.topics[topic], id)
}
