// Package record writes what a daemon would see of this process at each poll, and the truth beside it.
package record

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"runtime/metrics"

	"example.com/fleet/scenario"
)

// Header is the first line of a record.
type Header struct {
	Case           string             `json:"case"`
	Kind           scenario.Kind      `json:"kind"`
	Culprits       []scenario.Culprit `json:"culprits"`
	Go             string             `json:"go"`
	Seed           int64              `json:"seed"`
	RatePerPoll    int                `json:"ratePerPoll"`
	Polls          int                `json:"polls"`
	Traffic        string             `json:"traffic"`
	GOGC           int                `json:"gogc"`
	MemoryLimit    int64              `json:"memoryLimit"`
	MemProfileRate int                `json:"memProfileRate"`
}

// Poll is the line before the bytes of a poll's profiles.
type Poll struct {
	Poll          int    `json:"poll"`
	Epoch         int    `json:"epoch"`
	LeakedBytes   int64  `json:"leakedBytes"`
	Onset         int64  `json:"onset"`
	NumGC         uint32 `json:"numGC"`
	HeapLive      uint64 `json:"heapLive"`
	HeapAlloc     uint64 `json:"heapAlloc"`
	TotalAlloc    uint64 `json:"totalAlloc"`
	HeapSys       uint64 `json:"heapSys"`
	HeapInuse     uint64 `json:"heapInuse"`
	HeapIdle      uint64 `json:"heapIdle"`
	HeapReleased  uint64 `json:"heapReleased"`
	StackInuse    uint64 `json:"stackInuse"`
	BuckHashSys   uint64 `json:"buckHashSys"`
	Sys           uint64 `json:"sys"`
	NextGC        uint64 `json:"nextGC"`
	RSS           int64  `json:"rss"`
	Goroutines    int    `json:"goroutines"`
	ProfileSize   int    `json:"profileSize"`
	GoroutineSize int    `json:"goroutineSize"`
}

// Recorder writes one series.
type Recorder struct {
	out  *bufio.Writer
	base string
}

// New makes a recorder that asks the server at base for its profiles.
func New(out io.Writer, base string) *Recorder {
	return &Recorder{bufio.NewWriterSize(out, 1<<20), base}
}

// Start writes the header.
func (r *Recorder) Start(header Header) error { return r.line(header) }

// Poll writes what can be seen now; with the goroutine profile where asked.
func (r *Recorder) Poll(poll, epoch int, env *scenario.Env, goroutines bool) error {
	profile, err := fetch(r.base + "/debug/pprof/heap")
	if err != nil {
		return err
	}
	var blocked []byte
	if goroutines {
		if blocked, err = fetch(r.base + "/debug/pprof/goroutine"); err != nil {
			return err
		}
	}
	seen := look(poll, epoch, env)
	seen.ProfileSize, seen.GoroutineSize = len(profile), len(blocked)
	if err := r.line(seen); err != nil {
		return err
	}
	_, _ = r.out.Write(profile)
	_, err = r.out.Write(blocked)
	return err
}

// Flush writes out what is buffered.
func (r *Recorder) Flush() error { return r.out.Flush() }

func (r *Recorder) line(value interface{}) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = r.out.Write(append(text, '\n'))
	return err
}

func look(poll, epoch int, env *scenario.Env) Poll {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	leaked, onset := env.Truth()
	return Poll{
		Poll: poll, Epoch: epoch, LeakedBytes: leaked, Onset: onset, NumGC: m.NumGC, HeapLive: live(),
		HeapAlloc: m.HeapAlloc, TotalAlloc: m.TotalAlloc, HeapSys: m.HeapSys, HeapInuse: m.HeapInuse,
		HeapIdle: m.HeapIdle, HeapReleased: m.HeapReleased, StackInuse: m.StackInuse,
		BuckHashSys: m.BuckHashSys, Sys: m.Sys, NextGC: m.NextGC, RSS: rss(), Goroutines: runtime.NumGoroutine(),
	}
}

// live is what the last mark found alive, 0 before Go 1.21.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

func rss() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, resident int64
	_, _ = fmt.Sscan(string(text), &size, &resident)
	return resident * int64(os.Getpagesize())
}

// fetch takes off the gzip, so that one compression over the whole series can see what repeats.
func fetch(url string) ([]byte, error) {
	answer, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	zipped, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	reader, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}
