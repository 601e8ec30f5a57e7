// Package crew resizes a pool of goroutines, each with a buffer of its own.
package crew

import (
	"net/http"
	"strconv"

	"example.com/fleet/scenario"
)

const each = 2048 + 400 + 4096

// Crew is a pool of workers.
type Crew struct {
	tasks chan int
	leave chan struct{}
	size  int
}

// Cases are a pool that is resized now and then, and one that rises and falls with bursts.
func Cases() []scenario.Case {
	resized := scenario.Looks("goroutine-resize", resize)
	resized.Goroutines = true
	burst := scenario.Looks("goroutine-bursts", bursts)
	burst.Goroutines = true
	return []scenario.Case{resized, burst}
}

func resize(env *scenario.Env) scenario.Service {
	c := newCrew(env)
	most := env.Scale() / 3 / each
	return scenario.StepFunc(func(poll int) {
		if poll%(env.Polls/6) == 0 {
			env.Call("/crew?size="+strconv.Itoa(most*(1+[]int{1, 3, 2, 3, 1, 2, 3}[poll*6/env.Polls])/4), 1)
		}
		c.work()
	})
}

func bursts(env *scenario.Env) scenario.Service {
	c := newCrew(env)
	most := env.Scale() / 4 / each
	return scenario.StepFunc(func(poll int) {
		size := most / 10
		if poll%29 < 4 {
			size = int(float64(most) * (0.5 + 0.5*env.Rand.Float64()))
		}
		env.Call("/crew?size="+strconv.Itoa(size), 1)
		c.work()
	})
}

func newCrew(env *scenario.Env) *Crew {
	c := &Crew{tasks: make(chan int), leave: make(chan struct{})}
	env.Handle("/crew", c.handle)
	return c
}

func (c *Crew) handle(w http.ResponseWriter, r *http.Request) {
	wanted, _ := strconv.Atoi(r.FormValue("size"))
	c.Resize(wanted)
}

// Resize starts or stops workers.
func (c *Crew) Resize(wanted int) {
	for ; c.size < wanted; c.size++ {
		go c.labour(make([]byte, 4096))
	}
	for ; c.size > wanted; c.size-- {
		c.leave <- struct{}{}
	}
}

func (c *Crew) labour(desk []byte) {
	for {
		select {
		case task := <-c.tasks:
			desk[task%len(desk)]++
		case <-c.leave:
			return
		}
	}
}

func (c *Crew) work() {
	for i := 0; i < 20 && c.size > 0; i++ {
		c.tasks <- i
	}
}
