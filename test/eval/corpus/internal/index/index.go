// Package index leaks postings: the cache in front of it evicts, the index behind it does not.
package index

import (
	"fmt"
	"net/http"

	"github.com/acme/lru"

	"example.com/fleet/scenario"
)

const size = 640

// Index finds documents by word.
type Index struct {
	documents *lru.Cache
	postings  map[string][]int64
}

// Case has a bounded cache with an unbounded index beside it.
func Case() scenario.Case {
	return scenario.Leaks("index-beside-lru", start,
		scenario.On("internal/index", []string{"(*Index).post", "(*Index).Add", "word"}, []string{"(*Index).post", "(*Index).Add"}))
}

func start(env *scenario.Env) scenario.Service {
	i := &Index{documents: lru.New(2000, nil), postings: map[string][]int64{}}
	env.Handle("/index", i.handle)
	return env.LeakAt("/index", size)
}

func (x *Index) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		name := word(dice.Int63())
		x.Add(name)
		if !scenario.Kept(r) {
			delete(x.postings, name)
		}
	}
}

// Add caches a document and posts it under its word.
func (x *Index) Add(name string) {
	x.documents.Add(name, make([]byte, 1024))
	x.post(name)
}

func (x *Index) post(name string) { x.postings[name] = append(make([]int64, 0, 62), 1) }

func word(n int64) string { return fmt.Sprintf("word-%019d", n) }
