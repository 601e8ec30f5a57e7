// Package debuglog leaks one long string: the log of a debugging session nobody ended.
package debuglog

import (
	"fmt"
	"net/http"
	"strings"

	"example.com/fleet/scenario"
)

const line = 128

type transcript struct{ text strings.Builder }

// Case writes to a strings.Builder that is kept.
func Case() scenario.Case {
	return scenario.Leaks("string-builder", start,
		scenario.On("internal/debuglog", []string{"(*transcript).Printf"}, []string{"(*transcript).Printf"}))
}

func start(env *scenario.Env) scenario.Service {
	t := &transcript{}
	env.Handle("/debuglog", t.handle)
	return env.LeakAt("/debuglog", line*16)
}

func (t *transcript) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < 16*scenario.Count(r); i++ {
		if scenario.Kept(r) {
			t.Printf("%0*d\n", line-1, i)
		}
	}
}

// Printf adds to the transcript.
func (t *transcript) Printf(format string, args ...interface{}) {
	fmt.Fprintf(&t.text, format, args...)
}
