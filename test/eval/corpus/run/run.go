// Package run runs one case of the corpus as a service and records its heap profiles.
//
// A poll stands for a minute of a real service: its work is done at once, then the heap profile is taken
// over HTTP from the program's own /debug/pprof/heap, as the daemon would. The record goes to standard
// output: a line of JSON for the series, then for each poll a line of JSON followed by the bytes of the
// heap profile and of the goroutine profile, without their gzip.
package run

import (
	"flag"
	"fmt"
	"math/rand"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"

	"example.com/fleet/internal/shop"
	"example.com/fleet/record"
	"example.com/fleet/scenario"
	"example.com/fleet/traffic"
)

type options struct {
	name, traffic                  string
	seed, memoryLimit              int64
	polls, rate, onset, from, gogc int
	profileRate, requests          int
}

// Main runs the case that the command line names out of those given.
func Main(cases []scenario.Case) {
	var o options
	flag.StringVar(&o.name, "case", "", "the case to run; empty lists them")
	flag.Int64Var(&o.seed, "seed", 1, "of all chance")
	flag.IntVar(&o.polls, "polls", 300, "polls to record")
	flag.IntVar(&o.rate, "rate", 128<<10, "wished leak in bytes a poll; the scale of healthy cases")
	flag.IntVar(&o.onset, "onset", 0, "first poll at which a leak may leak")
	flag.StringVar(&o.traffic, "traffic", "noisy", "flat, noisy, ramp, diurnal or stop-and-go")
	flag.IntVar(&o.gogc, "gogc", 100, "GOGC")
	flag.Int64Var(&o.memoryLimit, "memory-limit", 0, "GOMEMLIMIT in bytes; 0 is none")
	flag.IntVar(&o.profileRate, "profile-rate", 512<<10, "runtime.MemProfileRate")
	flag.IntVar(&o.requests, "requests", 18, "everyday requests a poll")
	flag.IntVar(&o.from, "from", 0, "poll at which this process takes over from the one before")
	flag.Parse()
	runtime.MemProfileRate = o.profileRate
	debug.SetGCPercent(o.gogc)
	if o.memoryLimit > 0 {
		debug.SetMemoryLimit(o.memoryLimit)
	}
	if o.name == "" {
		for _, each := range cases {
			fmt.Printf("%s %s\n", each.Kind, each.Name)
		}
		return
	}
	chosen, ok := find(cases, o.name)
	if !ok {
		fmt.Fprintf(os.Stderr, "fleet: no case %q; run without -case for the list\n", o.name)
		os.Exit(2)
	}
	if err := run(chosen, o); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

func run(chosen scenario.Case, o options) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if chosen.Traffic != "" {
		o.traffic = chosen.Traffic
	}
	load, err := traffic.Pattern(o.traffic, o.polls, rand.New(rand.NewSource(o.seed)))
	if err != nil {
		return err
	}
	env := scenario.NewEnv(o.seed + int64(o.from))
	env.RatePerPoll, env.Polls, env.Onset, env.Load = o.rate, o.polls, o.onset, load
	env.Base = "http://" + listener.Addr().String()
	env.Mux.Handle("/debug/pprof/", http.DefaultServeMux)
	everyday := traffic.New(env.Base, o.requests, garbage(chosen, o), load)
	shop.Serve(env.Mux)
	go func() { panic(http.Serve(listener, env.Mux)) }()
	service := chosen.Start(env)
	recorder := record.New(os.Stdout, env.Base)
	if o.from == 0 {
		if err := recorder.Start(header(chosen, o)); err != nil {
			return err
		}
	}
	return play(&life{chosen, o, env, everyday, service, recorder})
}

type life struct {
	chosen   scenario.Case
	o        options
	env      *scenario.Env
	everyday *traffic.Everyday
	service  scenario.Service
	recorder *record.Recorder
}

func play(l *life) error {
	gaps := rand.New(rand.NewSource(l.o.seed + 7))
	clock := collector{}
	for poll := l.o.from; poll < l.o.polls; poll++ {
		if every := l.chosen.RestartEvery; every > 0 && poll > l.o.from && poll%every == 0 {
			return replace(l, poll)
		}
		l.everyday.Poll(poll)
		l.service.Step(poll)
		clock.tick()
		if gaps.Float64() < l.chosen.GapShare {
			continue
		}
		epoch := 0
		if l.chosen.RestartEvery > 0 {
			epoch = poll / l.chosen.RestartEvery
		}
		if err := l.recorder.Poll(poll, epoch, l.env, l.chosen.Goroutines && poll%5 == 0); err != nil {
			return err
		}
	}
	return l.recorder.Flush()
}

// collector stands in for the runtime's rule that two minutes never pass without a GC, which the
// compressed clock would put off for ever.
type collector struct {
	seen  uint32
	quiet int
}

func (c *collector) tick() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if c.quiet++; m.NumGC != c.seen {
		c.quiet = 0
	}
	c.seen = m.NumGC
	if c.quiet == 2 {
		runtime.GC()
		c.quiet, c.seen = 0, c.seen+1
	}
}

// garbage sizes the large everyday garbage, so that most polls see a GC and some do not, whatever the
// heap the case grows to. It does not depend on what has leaked so far: an allocation rate that rises
// with the leak would make the leak look like traffic.
func garbage(chosen scenario.Case, o options) int {
	live := float64(20<<20+chosen.StandingBytes) + 0.6*float64(o.rate)*float64(o.polls)
	perPoll := 0.7 * live * float64(o.gogc) / 100
	if chosen.RareGC {
		perPoll /= 10
	}
	return int(perPoll)
}

// replace starts the program anew in place of itself, as a deploy or the OOM killer would.
func replace(l *life, poll int) error {
	if err := l.recorder.Flush(); err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	args := append([]string{}, os.Args...)
	return syscall.Exec(program, append(args, "-from", strconv.Itoa(poll)), os.Environ())
}

func header(chosen scenario.Case, o options) record.Header {
	culprits := chosen.Culprits
	if culprits == nil {
		culprits = []scenario.Culprit{}
	}
	return record.Header{
		Case: chosen.Name, Kind: chosen.Kind, Culprits: culprits, Go: runtime.Version(), Seed: o.seed,
		RatePerPoll: o.rate, Polls: o.polls, Traffic: o.traffic, GOGC: o.gogc,
		MemoryLimit: o.memoryLimit, MemProfileRate: o.profileRate,
	}
}

func find(cases []scenario.Case, name string) (scenario.Case, bool) {
	for _, each := range cases {
		if each.Name == name {
			return each, true
		}
	}
	return scenario.Case{}, false
}
