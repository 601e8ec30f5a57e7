// Package inventory leaks HTTP connections: it does not close the bodies of the answers it drops.
package inventory

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"example.com/fleet/scenario"
)

// size is what one stuck connection costs on both of its ends.
const size = 28 << 10

// Client asks the inventory for stock.
type Client struct{ http *http.Client }

// Case does not close response bodies.
func Case() scenario.Case {
	culprit := scenario.OnGoroutines("internal/upstream/inventory", []string{"(*Client).Stock"}, []string{"(*Client).Stock"})
	culprit.Allocators = append(culprit.Allocators, "net/http.(*Transport).dialConn", "net/http.(*persistConn).readLoop")
	culprit.Retainers = append(culprit.Retainers, "net/http.(*persistConn).readLoop", "net/http.(*persistConn).writeLoop")
	found := scenario.Leaks("body-unclosed", start, culprit)
	found.Goroutines = true
	return found
}

func start(env *scenario.Env) scenario.Service {
	wires := newListener()
	go func() { _ = http.Serve(wires, http.HandlerFunc(serve)) }()
	client := &Client{&http.Client{Transport: &http.Transport{DialContext: wires.dial}}}
	env.Handle("/stock", client.handle)
	return env.LeakAt("/stock", size)
}

func serve(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, strings.Repeat("in stock; ", 800))
}

func (c *Client) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		_ = c.Stock("item", scenario.Kept(r))
	}
}

// Stock asks for an item; an answer it does not like is dropped unread.
func (c *Client) Stock(item string, dropped bool) error {
	request, err := http.NewRequest(http.MethodGet, "http://inventory.internal/stock/"+item, nil)
	if err != nil {
		return err
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return err
	}
	if dropped {
		return errors.New("inventory: answer not understood")
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// listener joins client and server in memory, so that the leak does not run out of file descriptors.
type listener struct{ accepted chan net.Conn }

func newListener() *listener { return &listener{make(chan net.Conn)} }

func (l *listener) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	l.accepted <- far
	return near, nil
}

func (l *listener) Accept() (net.Conn, error) { return <-l.accepted, nil }
func (l *listener) Close() error              { return nil }
func (l *listener) Addr() net.Addr            { return &net.UnixAddr{Name: "inventory", Net: "unix"} }
