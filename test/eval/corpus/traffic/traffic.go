package traffic

import (
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"sync"
)

// Everyday is the load that has nothing to do with the case.
type Everyday struct {
	base     string
	requests float64
	garbage  float64
	load     func(poll int) float64
	chance   *rand.Rand
}

// New makes the load of requests and of bytes of large garbage a poll.
func New(base string, requests, garbage int, load func(poll int) float64) *Everyday {
	return &Everyday{base, float64(requests), float64(garbage), load, rand.New(rand.NewSource(int64(requests)))}
}

const workers = 3

// Poll does a poll's worth of it.
func (e *Everyday) Poll(poll int) {
	load := e.load(poll)
	jobs := make(chan func(), workers)
	var done sync.WaitGroup
	for i := 0; i < workers; i++ {
		done.Add(1)
		go work(jobs, &done)
	}
	for i := 0; i < int(e.requests*load); i++ {
		jobs <- e.request(e.chance.Intn(10), e.chance.Intn(5000))
	}
	for owed := int(e.garbage * load * (0.6 + 0.8*e.chance.Float64())); owed > 0; owed -= 4 << 20 {
		pixels := owed
		if pixels > 4<<20 {
			pixels = 4 << 20
		}
		jobs <- func() { e.get(fmt.Sprintf("/media/thumb?bytes=%d", pixels)) }
	}
	close(jobs)
	done.Wait()
}

func work(jobs <-chan func(), done *sync.WaitGroup) {
	defer done.Done()
	for job := range jobs {
		job()
	}
}

func (e *Everyday) request(kind, id int) func() {
	switch {
	case kind < 3:
		return func() { e.get(fmt.Sprintf("/api/products?q=item-%d", id%97)) }
	case kind < 5:
		return func() { e.get(fmt.Sprintf("/page/home?user=%d", id)) }
	case kind < 7:
		return func() { e.post("/api/orders", orderBody(id)) }
	case kind < 8:
		return func() { e.get(fmt.Sprintf("/export?page=%d", id%40)) }
	default:
		return func() { e.get(fmt.Sprintf("/api/recommend?user=%d", id)) }
	}
}

func orderBody(id int) []byte {
	var body bytes.Buffer
	fmt.Fprintf(&body, `{"customer":"c-%d","lines":[`, id)
	for i := 0; i < 1+id%5; i++ {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"sku":"item-%d","quantity":%d,"note":"gift wrap"}`, id+i, 1+i)
	}
	body.WriteString("]}")
	return body.Bytes()
}

func (e *Everyday) get(path string) {
	answer, err := http.Get(e.base + path)
	drain(answer, err)
}

func (e *Everyday) post(path string, body []byte) {
	answer, err := http.Post(e.base+path, "application/json", bytes.NewReader(body))
	drain(answer, err)
}

func drain(answer *http.Response, err error) {
	if err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
}
