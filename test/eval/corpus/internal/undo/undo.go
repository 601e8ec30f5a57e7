// Package undo leaks versions: a linked list whose head the editor holds for ever.
package undo

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"example.com/fleet/scenario"
)

const size = 2400

type version struct {
	html     string
	previous *version
}

type editor struct{ newest *version }

var page = template.Must(template.New("page").Parse("<article><h1>{{.Title}}</h1><p>{{.Text}}</p></article>"))

// Case keeps every version ever rendered in a list.
func Case() scenario.Case {
	return scenario.Leaks("linked-list", start,
		scenario.On("internal/undo", []string{"render", "(*editor).Save"}, []string{"(*editor).Save"}))
}

func start(env *scenario.Env) scenario.Service {
	e := &editor{}
	env.Handle("/draft", e.handle)
	return env.LeakAt("/draft", size)
}

func (e *editor) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		before := e.newest
		e.Save(i)
		if !scenario.Kept(r) {
			e.newest = before
		}
	}
}

// Save adds a version.
func (e *editor) Save(n int) { e.newest = &version{html: render(n), previous: e.newest} }

func render(n int) string {
	var text strings.Builder
	text.Grow(2300)
	_ = page.Execute(&text, map[string]string{"Title": fmt.Sprintf("Draft %d", n), "Text": strings.Repeat("words ", 330)})
	return text.String()
}
