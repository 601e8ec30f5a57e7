// Package arena leaks memory that the Go heap knows nothing of.
package arena

import (
	"net/http"
	"syscall"

	"example.com/fleet/scenario"
)

const chunk = 64 << 10

var chunks [][]byte

// Case maps memory and does not unmap it.
func Case() scenario.Case {
	culprit := scenario.On("internal/arena", []string{"Grow"}, []string{"Grow"})
	culprit.Growth = scenario.OffHeap
	return scenario.Leaks("off-heap-mmap", start, culprit)
}

func start(env *scenario.Env) scenario.Service {
	env.Handle("/arena", handle)
	return env.LeakAt("/arena", chunk)
}

func handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		Grow(scenario.Kept(r))
	}
}

// Grow maps one chunk and touches every page of it.
func Grow(kept bool) {
	mapped, err := syscall.Mmap(-1, 0, chunk, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return
	}
	for page := 0; page < chunk; page += 4096 {
		mapped[page] = 1
	}
	if !kept {
		_ = syscall.Munmap(mapped)
		return
	}
	chunks = append(chunks, mapped)
}
