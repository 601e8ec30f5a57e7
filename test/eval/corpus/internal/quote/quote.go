// Package quote leaks goroutines: each carrier that answers after the first one blocks for ever.
package quote

import (
	"bytes"
	"net/http"
	"strconv"

	"example.com/fleet/scenario"
)

// size is an answer and the goroutine that holds it: stack and descriptor.
const size = 2048 + 2048 + 400

// Case blocks goroutines on a send nobody receives.
func Case() scenario.Case {
	found := scenario.Leaks("blocked-send", start,
		scenario.OnGoroutines("internal/quote", []string{"Cheapest", "ask", "price"}, []string{"ask"}))
	found.Goroutines = true
	return found
}

func start(env *scenario.Env) scenario.Service {
	env.Handle("/quote", handle)
	return env.LeakAt("/quote", size)
}

func handle(w http.ResponseWriter, r *http.Request) {
	room := 1
	if scenario.Kept(r) {
		room = 0
	}
	for i := 0; i < scenario.Count(r); i++ {
		_, _ = w.Write(Cheapest(i, room)[:8])
	}
}

// Cheapest returns the first answer of two carriers; with no room in the channel the other one is stuck.
func Cheapest(parcel, room int) []byte {
	answers := make(chan []byte, room)
	for carrier := 0; carrier < 2; carrier++ {
		go ask(answers, parcel, carrier)
	}
	return <-answers
}

func ask(answers chan<- []byte, parcel, carrier int) { answers <- price(parcel, carrier) }

func price(parcel, carrier int) []byte {
	var answer bytes.Buffer
	answer.Grow(2048)
	answer.WriteString("carrier ")
	answer.WriteString(strconv.Itoa(carrier * parcel))
	return answer.Bytes()
}
