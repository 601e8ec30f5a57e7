// Package ingest leaks whole uploads: it keeps their first bytes, and these keep the rest.
package ingest

import (
	"bytes"
	"io"
	"net/http"

	"example.com/fleet/scenario"
)

const upload = 16 << 10

type inbox struct{ headers [][]byte }

// Case keeps a sub-slice of a big buffer.
func Case() scenario.Case {
	return scenario.Leaks("subslice-pin", start,
		scenario.On("internal/ingest", []string{"readUpload"}, []string{"(*inbox).remember"}))
}

func start(env *scenario.Env) scenario.Service {
	box := &inbox{}
	env.Handle("/upload", box.handle)
	return env.LeakAt("/upload", upload)
}

func (b *inbox) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		body, err := readUpload(io.LimitReader(noise{}, upload))
		if err == nil {
			b.remember(body, scenario.Kept(r))
		}
	}
}

func (b *inbox) remember(body []byte, pinned bool) {
	header := body[:32]
	if !pinned {
		header = append([]byte(nil), header...)
	}
	if b.headers = append(b.headers, header); !pinned && len(b.headers) > 1000 {
		b.headers = b.headers[500:]
	}
}

func readUpload(from io.Reader) ([]byte, error) {
	body := bytes.NewBuffer(make([]byte, 0, upload+bytes.MinRead))
	_, err := body.ReadFrom(from)
	return body.Bytes(), err
}

type noise struct{}

func (noise) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = byte(i)
	}
	return len(into), nil
}
