// Package tracing leaks spans that are begun in many places and ended in none.
package tracing

import "sync"

// Size is a span with its place in the list.
const Size = 448

// Span is one step of a trace.
type Span struct {
	name  string
	attrs []string
	notes [320]byte
}

// Tracer keeps the spans that are open.
type Tracer struct {
	mu   sync.Mutex
	open map[*Span]bool
}

// New makes a tracer.
func New() *Tracer { return &Tracer{open: map[*Span]bool{}} }

// Begin opens a span.
func (t *Tracer) Begin(name string) *Span {
	span := newSpan(name)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open[span] = true
	return span
}

func newSpan(name string) *Span { return &Span{name: name, attrs: []string{name, "internal"}} }

// End closes a span.
func (t *Tracer) End(span *Span) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, span)
}
