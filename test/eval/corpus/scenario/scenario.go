// Package scenario says what one case of the corpus is: a service that leaks, or one that only looks so.
package scenario

// Kind is the label a case is scored by.
type Kind string

const (
	Leak      Kind = "leak"
	Healthy   Kind = "healthy"
	Ambiguous Kind = "ambiguous" // kept out of precision and recall
)

// What grows in a leak.
const (
	Heap      = "heap"
	Goroutine = "goroutine"
	OffHeap   = "off-heap"
)

// Culprit is one leak's right answer, spelled as the profile spells functions.
type Culprit struct {
	Growth string `json:"growth"`
	// Allocators are functions in which the leaked memory is allocated (goroutines: started);
	// Retainers those that keep it (goroutines: in which they block).
	Allocators []string `json:"allocators"`
	Retainers  []string `json:"retainers"`
}

// Case is one behaviour, with the functions a right answer may name.
type Case struct {
	Name     string
	Kind     Kind
	Culprits []Culprit
	// Traffic, where set, is the pattern the case needs whatever was asked for.
	Traffic string
	// StandingBytes is the live heap beside what the rate implies; it sizes the everyday garbage.
	StandingBytes int
	// RestartEvery polls the process is replaced by a new one; 0 is never.
	RestartEvery int
	// GapShare of the polls is missing from the record.
	GapShare float64
	// Goroutines asks for the goroutine profile too, every fifth poll.
	Goroutines bool
	// RareGC leaves out most of the everyday garbage.
	RareGC bool
	Start  func(*Env) Service
}

// Service does one poll's worth of work at each Step.
type Service interface {
	Step(poll int)
}

// StepFunc is a Service of one function.
type StepFunc func(poll int)

// Step calls the function.
func (f StepFunc) Step(poll int) { f(poll) }

// Leaks makes the case of one leak of the heap.
func Leaks(name string, start func(*Env) Service, culprits ...Culprit) Case {
	return Case{Name: name, Kind: Leak, Culprits: culprits, Start: start}
}

// Looks makes a healthy case.
func Looks(name string, start func(*Env) Service) Case {
	return Case{Name: name, Kind: Healthy, Start: start}
}

// On is a culprit of the heap: pkg is put before each name, as in "(*Store).Create".
func On(pkg string, allocators []string, retainers []string) Culprit {
	return Culprit{Heap, in(pkg, allocators), in(pkg, retainers)}
}

// OnGoroutines is a culprit of goroutines: started in the first, blocked in the second.
func OnGoroutines(pkg string, starters []string, blocked []string) Culprit {
	return Culprit{Goroutine, in(pkg, starters), in(pkg, blocked)}
}

func in(pkg string, names []string) []string {
	full := make([]string, len(names))
	for i, name := range names {
		full[i] = "example.com/fleet/" + pkg + "." + name
	}
	return full
}
