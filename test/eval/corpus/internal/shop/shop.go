// Package shop is the everyday service around every case of the corpus.
package shop

import (
	"net/http"

	"example.com/fleet/internal/shop/advice"
	"example.com/fleet/internal/shop/catalog"
	"example.com/fleet/internal/shop/checkout"
	"example.com/fleet/internal/shop/export"
	"example.com/fleet/internal/shop/media"
	"example.com/fleet/internal/shop/pages"
	"example.com/fleet/internal/shop/visits"
)

// Serve adds the shop's handlers.
func Serve(mux *http.ServeMux) {
	goods := catalog.Load(3000)
	seen := visits.New(2500)
	for path, handler := range map[string]http.Handler{
		"/api/products":  catalog.Handler(goods),
		"/api/orders":    checkout.Handler(),
		"/page/home":     pages.Handler(goods),
		"/export":        export.Handler(goods),
		"/api/recommend": advice.Handler(goods),
		"/media/thumb":   media.Handler(),
	} {
		mux.Handle(path, recovered(counted(seen, handler)))
	}
}

func counted(seen *visits.Log, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Note(r.URL.RequestURI(), r.UserAgent())
		next.ServeHTTP(w, r)
	})
}

func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if failure := recover(); failure != nil {
				http.Error(w, "internal error", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
