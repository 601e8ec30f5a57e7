// Package strtab interns strings: a set of names that ends is healthy, one that does not is a leak.
package strtab

import (
	"fmt"
	"net/http"
	"strings"

	"example.com/fleet/scenario"
)

const size = 176

// Table holds each string once.
type Table struct{ strings map[string]string }

// Case interns strings that never come again.
func Case() scenario.Case {
	return scenario.Leaks("intern-unbounded", unbounded,
		scenario.On("internal/strtab", []string{"(*Table).Intern", "name"}, []string{"(*Table).Intern"}))
}

// Saturating interns a set of names that is complete after a third of the record.
func Saturating() scenario.Case { return scenario.Looks("intern-saturates", saturating) }

func unbounded(env *scenario.Env) scenario.Service {
	t := &Table{map[string]string{}}
	env.Handle("/intern", t.handle(1<<40))
	return env.LeakAt("/intern", size)
}

func saturating(env *scenario.Env) scenario.Service {
	t := &Table{map[string]string{}}
	names := env.Scale() / 2 / size
	env.Handle("/intern", t.handle(names))
	due := scenario.NewBudget(float64(names)*12/float64(env.Polls), 1)
	return scenario.StepFunc(func(poll int) { env.Keep("/intern", due.Take(env.Load(poll))) })
}

func (t *Table) handle(names int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		dice := scenario.Dice(r)
		for i := 0; i < scenario.Count(r); i++ {
			text := name(dice.Intn(names))
			t.Intern(text)
			if !scenario.Kept(r) {
				delete(t.strings, text)
			}
		}
	}
}

// Intern returns the one copy of a text.
func (t *Table) Intern(text string) string {
	known, ok := t.strings[text]
	if !ok {
		known = strings.Clone(text)
		t.strings[known] = known
	}
	return known
}

func name(n int) string { return fmt.Sprintf("column_%014d_%064d", n, n) }
