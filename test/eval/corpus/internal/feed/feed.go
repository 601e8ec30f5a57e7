// Package feed leaks decoded documents: all that were ever imported stay listed.
package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"example.com/fleet/scenario"
)

// size is about what one decoded document takes.
const size = 1300

type document struct {
	Title   string            `json:"title"`
	Authors []string          `json:"authors"`
	Fields  map[string]string `json:"fields"`
	Body    string            `json:"body"`
}

// Loader imports feeds.
type Loader struct{ imported []*document }

// Case keeps what encoding/json decodes.
func Case() scenario.Case {
	return scenario.Leaks("json-retained", start,
		scenario.On("internal/feed", []string{"(*Loader).Decode"}, []string{"(*Loader).Import"}))
}

func start(env *scenario.Env) scenario.Service {
	loader := &Loader{}
	env.Handle("/feed", loader.handle)
	return env.LeakAt("/feed", size)
}

func (l *Loader) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		l.Import(text(i), scenario.Kept(r))
	}
}

func text(n int) io.Reader {
	return bytes.NewBufferString(fmt.Sprintf(
		`{"title":"News %d","authors":["A. Writer","B. Writer"],"fields":{"lang":"en","desk":"city"},"body":"%0512d"}`, n, n))
}

// Import decodes a document and lists it.
func (l *Loader) Import(from io.Reader, listed bool) {
	decoded, err := l.Decode(from)
	if err == nil && listed {
		l.imported = append(l.imported, decoded)
	}
}

// Decode reads one document.
func (l *Loader) Decode(from io.Reader) (*document, error) {
	var decoded document
	err := json.NewDecoder(from).Decode(&decoded)
	return &decoded, err
}
