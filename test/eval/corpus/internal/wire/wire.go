// Package wire leaks encoders: its free list takes back more than it hands out.
package wire

import (
	"bytes"
	"net/http"
	"strconv"

	"example.com/fleet/scenario"
)

const message = 8 << 10

// Encoder writes messages into a buffer that grows with them.
type Encoder struct{ buffer bytes.Buffer }

type freeList struct{ encoders []*Encoder }

// Case returns grown buffers to a free list that is never cut.
func Case() scenario.Case {
	return scenario.Leaks("grown-free-list", start,
		scenario.On("internal/wire", []string{"(*Encoder).Encode", "(*freeList).get"}, []string{"(*freeList).put"}))
}

func start(env *scenario.Env) scenario.Service {
	free := &freeList{}
	env.Handle("/wire", free.handle)
	return env.LeakAt("/wire", message)
}

func (f *freeList) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		encoder := f.get(scenario.Kept(r))
		encoder.Encode(i)
		f.put(encoder)
	}
}

// get always makes a new encoder where the message may be long.
func (f *freeList) get(long bool) *Encoder {
	if last := len(f.encoders) - 1; !long && last >= 0 {
		encoder := f.encoders[last]
		f.encoders = f.encoders[:last]
		return encoder
	}
	return &Encoder{}
}

func (f *freeList) put(encoder *Encoder) {
	encoder.buffer.Reset()
	f.encoders = append(f.encoders, encoder)
}

// Encode writes a message of several thousand bytes.
func (e *Encoder) Encode(n int) {
	for e.buffer.Len() < message*3/4 {
		e.buffer.WriteString("field=")
		e.buffer.WriteString(strconv.Itoa(n + e.buffer.Len()))
		e.buffer.WriteByte(';')
	}
}
