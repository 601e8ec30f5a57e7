// Package batch collects rows until a batch is done, and then drops them all.
package batch

import (
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const size = 800

type row struct {
	key    string
	values [90]float64
}

// Job is the batch being collected.
type Job struct{ rows []*row }

// Cases are sawteeth: short, and of a third of the record.
func Cases() []scenario.Case {
	return []scenario.Case{
		scenario.Looks("batch-short", every(func(int) int { return 12 })),
		scenario.Looks("batch-third", every(func(polls int) int { return polls / 3 })),
	}
}

func every(period func(polls int) int) func(*scenario.Env) scenario.Service {
	return func(env *scenario.Env) scenario.Service {
		job := &Job{}
		length := period(env.Polls)
		env.Handle("/batch", job.handle)
		due := scenario.NewBudget(float64(env.Scale())/2/float64(length), size)
		return scenario.StepFunc(func(poll int) {
			if poll%length == length-1 {
				job.finish()
			}
			env.Call("/batch", due.Take(env.Load(poll)))
		})
	}
}

func (j *Job) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		j.Collect(i)
	}
}

// Collect adds a row.
func (j *Job) Collect(n int) { j.rows = append(j.rows, read(n)) }

func read(n int) *row { return &row{key: fmt.Sprintf("row-%d", n)} }

func (j *Job) finish() { j.rows = nil }
