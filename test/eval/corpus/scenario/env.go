package scenario

import (
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// batch is the most things one request asks for.
const batch = 32

// Env is what a case may depend on: chance, the wished rate, its own HTTP server, and a counter of
// what was truly leaked.
type Env struct {
	Rand *rand.Rand
	// RatePerPoll is the wished leak in bytes a poll; healthy cases use it as their scale.
	RatePerPoll int
	Polls       int
	// Onset is the first poll at which a leak may leak.
	Onset int
	// Load is the traffic of a poll, 1 on average.
	Load func(poll int) float64
	Base string
	Mux  *http.ServeMux

	leakedBytes int64
	leakStart   int64
	innocent    bool
}

// NewEnv makes an environment in which nothing has leaked yet.
func NewEnv(seed int64) *Env {
	return &Env{Rand: rand.New(rand.NewSource(seed)), Mux: http.NewServeMux(), leakStart: -1}
}

// Fork is chance of its own, for code that runs beside the polls.
func (e *Env) Fork() *rand.Rand { return rand.New(rand.NewSource(e.Rand.Int63())) }

// Scale is the size in bytes a leak of the wished rate would reach.
func (e *Env) Scale() int { return e.RatePerPoll * e.Polls }

// Handle adds a handler to the service.
func (e *Env) Handle(path string, handler http.HandlerFunc) { e.Mux.HandleFunc(path, handler) }

// Call asks the service for n things at a path, in requests of at most a batch.
func (e *Env) Call(path string, n int) { e.call(path, n, "") }

// Keep asks like Call and wants the things to be leaked.
func (e *Env) Keep(path string, n int) { e.call(path, n, "&keep=1") }

func (e *Env) call(path string, n int, more string) {
	for ; n > 0; n -= batch {
		size := n
		if size > batch {
			size = batch
		}
		answer, err := http.Get(fmt.Sprintf("%s%s%sn=%d&seed=%d%s", e.Base, path, separator(path), size, e.Rand.Int31(), more))
		if err != nil {
			panic(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
}

// Count is how many things a request asks for.
func Count(r *http.Request) int {
	n, _ := strconv.Atoi(r.FormValue("n"))
	return n
}

// Kept tells whether a request wants its things leaked.
func Kept(r *http.Request) bool { return r.FormValue("keep") == "1" }

// Dice is chance for one request.
func Dice(r *http.Request) *rand.Rand {
	seed, _ := strconv.ParseInt(r.FormValue("seed"), 10, 64)
	return rand.New(rand.NewSource(seed))
}

// Leaked notes bytes that nothing will ever free, counted by the program itself.
func (e *Env) Leaked(poll, bytes int) {
	if bytes > 0 && !e.innocent {
		atomic.CompareAndSwapInt64(&e.leakStart, -1, int64(poll))
		atomic.AddInt64(&e.leakedBytes, int64(bytes))
	}
}

// Truth is the count so far and the poll at which it began, -1 before.
func (e *Env) Truth() (bytes int64, onset int64) {
	return atomic.LoadInt64(&e.leakedBytes), atomic.LoadInt64(&e.leakStart)
}

// LeakAt is the service that asks a path for things of a size at the wished rate; each is leaked from
// the onset on, and given back before.
func (e *Env) LeakAt(path string, size int) Service { return e.LeakShare(path, size, 1) }

// LeakShare is LeakAt at a share of the wished rate.
func (e *Env) LeakShare(path string, size int, share float64) Service {
	budget := NewBudget(share*float64(e.RatePerPoll), size)
	return StepFunc(func(poll int) {
		n := budget.Take(e.Load(poll))
		if poll < e.Onset {
			e.Call(path, n)
			return
		}
		e.Keep(path, n)
		e.Leaked(poll, n*size)
	})
}

// Budget hands out the objects of a poll: how many of a size make the wished rate, the rest carried over.
type Budget struct {
	perPoll, size, owed float64
}

// NewBudget spreads bytesPerPoll over objects of a size.
func NewBudget(bytesPerPoll float64, size int) *Budget {
	return &Budget{perPoll: bytesPerPoll, size: float64(size)}
}

// Take tells how many objects are due in a poll of the given load.
func (b *Budget) Take(load float64) int {
	b.owed += b.perPoll * load
	n := int(b.owed / b.size)
	b.owed -= float64(n) * b.size
	return n
}

// Together runs several services as one.
func Together(services ...Service) Service {
	return StepFunc(func(poll int) {
		for _, service := range services {
			service.Step(poll)
		}
	})
}

func separator(path string) string {
	if strings.Contains(path, "?") {
		return "&"
	}
	return "?"
}
