// Package visits remembers the last visits in a ring.
package visits

import (
	"sync"
	"time"
)

type visit struct {
	path, agent string
	at          time.Time
	trail       [256]byte
}

// Log is a ring of visits.
type Log struct {
	mu   sync.Mutex
	ring []*visit
	next int
}

// New makes a ring that is full from the start.
func New(size int) *Log {
	log := &Log{ring: make([]*visit, size)}
	for i := range log.ring {
		log.ring[i] = &visit{at: time.Now()}
	}
	return log
}

// Note replaces the oldest visit.
func (l *Log) Note(path, agent string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring[l.next%len(l.ring)] = newVisit(path, agent)
	l.next++
}

func newVisit(path, agent string) *visit { return &visit{path: path, agent: agent, at: time.Now()} }
