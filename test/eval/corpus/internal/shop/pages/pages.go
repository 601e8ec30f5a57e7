// Package pages renders HTML.
package pages

import (
	"bytes"
	"html/template"
	"net/http"
	"sync"

	"example.com/fleet/internal/shop/catalog"
)

var home = template.Must(template.New("home").Parse(`<html><body><h1>Hello {{.User}}</h1>
<ul>{{range .Products}}<li><b>{{.Name}}</b> {{.Price}} <i>{{.Description}}</i></li>{{end}}</ul></body></html>`))

var buffers = sync.Pool{New: func() interface{} { return new(bytes.Buffer) }}

// Handler renders the home page of a user.
func Handler(goods *catalog.Catalog) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(page)
		page.Reset()
		if err := render(page, goods, r.FormValue("user")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(page.Bytes())
	})
}

func render(page *bytes.Buffer, goods *catalog.Catalog, user string) error {
	return home.Execute(page, map[string]interface{}{"User": user, "Products": goods.Products[:8]})
}
