// Package mailer makes nothing but garbage: letters that are rendered, compressed and gone.
package mailer

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"text/template"

	"example.com/fleet/scenario"
)

var letter = template.Must(template.New("letter").Parse("Dear {{.Name}},\n{{range .Lines}}{{.}}\n{{end}}"))

// Case is steady garbage.
func Case() scenario.Case { return scenario.Looks("steady-garbage", start) }

func start(env *scenario.Env) scenario.Service {
	env.Handle("/letters", handle)
	return scenario.StepFunc(func(poll int) { env.Call("/letters", int(60*env.Load(poll))) })
}

func handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		_, _ = w.Write(pack(write(i)))
	}
}

func write(n int) []byte {
	var text bytes.Buffer
	lines := strings.Split(strings.Repeat("we are pleased to tell you;", 40+n), ";")
	_ = letter.Execute(&text, map[string]interface{}{"Name": "reader", "Lines": lines})
	return text.Bytes()
}

func pack(text []byte) []byte {
	var packed bytes.Buffer
	zipper, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	_, _ = zipper.Write(text)
	_ = zipper.Close()
	return packed.Bytes()
}
