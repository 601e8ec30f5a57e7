// Package rotate logs into buffers that are rotated by size; the last few are kept for readers.
package rotate

import (
	"bytes"
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const kept = 5

type logger struct {
	current *bytes.Buffer
	old     []*bytes.Buffer
	limit   int
}

// Case rotates log buffers.
func Case() scenario.Case { return scenario.Looks("log-rotation", start) }

func start(env *scenario.Env) scenario.Service {
	l := &logger{current: &bytes.Buffer{}, limit: env.Scale() / 40}
	env.Handle("/log", l.handle)
	due := scenario.NewBudget(float64(env.RatePerPoll), 128*16)
	return scenario.StepFunc(func(poll int) { env.Call("/log", due.Take(env.Load(poll))) })
}

func (l *logger) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < 16*scenario.Count(r); i++ {
		l.Printf("%0127d\n", i)
	}
}

// Printf logs a line.
func (l *logger) Printf(format string, args ...interface{}) {
	fmt.Fprintf(l.current, format, args...)
	if l.current.Len() > l.limit {
		l.rotate()
	}
}

func (l *logger) rotate() {
	l.old = append(l.old, l.current)
	if len(l.old) > kept {
		l.old = append([]*bytes.Buffer(nil), l.old[1:]...)
	}
	l.current = &bytes.Buffer{}
}
