// Package export writes the catalogue as compressed CSV.
package export

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"net/http"
	"strconv"
	"sync"

	"example.com/fleet/internal/shop/catalog"
)

var zippers = sync.Pool{New: func() interface{} { return gzip.NewWriter(nil) }}

// Handler answers one page of it.
func Handler(goods *catalog.Catalog) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.FormValue("page"))
		_, _ = w.Write(pack(goods.Products[page*10 : page*10+10]))
	})
}

func pack(products []*catalog.Product) []byte {
	var packed bytes.Buffer
	zipper := zippers.Get().(*gzip.Writer)
	defer zippers.Put(zipper)
	zipper.Reset(&packed)
	table := csv.NewWriter(zipper)
	for _, product := range products {
		_ = table.Write([]string{product.SKU, product.Name, strconv.Itoa(product.Price), product.Description})
	}
	table.Flush()
	_ = zipper.Close()
	return packed.Bytes()
}
