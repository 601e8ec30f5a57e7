// Package catalog holds the goods and searches them.
package catalog

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/acme/lru"
)

// Product is one thing sold.
type Product struct {
	SKU         string   `json:"sku"`
	Name        string   `json:"name"`
	Price       int      `json:"price"`
	Tags        []string `json:"tags"`
	Description string   `json:"description"`
}

// Catalog is all goods; it lives as long as the service.
type Catalog struct {
	Products []*Product
	found    *lru.Cache
}

// Load reads the catalogue.
func Load(count int) *Catalog {
	c := &Catalog{found: lru.New(40, nil)}
	for i := 0; i < count; i++ {
		c.Products = append(c.Products, describe(i))
	}
	return c
}

func describe(i int) *Product {
	return &Product{
		SKU: fmt.Sprintf("sku-%06d", i), Name: fmt.Sprintf("item-%d", i), Price: 100 + i%900,
		Tags:        []string{fmt.Sprintf("shelf-%d", i%50), fmt.Sprintf("brand-%d", i%211)},
		Description: strings.Repeat("well made and long lasting; ", 10+i%20),
	}
}

// Search finds goods by name.
func (c *Catalog) Search(query string) []*Product {
	return c.found.Fetch(query, c.scan).([]*Product)
}

func (c *Catalog) scan(query string) interface{} {
	pattern := regexp.MustCompile("^" + regexp.QuoteMeta(query) + "[0-9]?$")
	matches := []*Product{}
	for _, product := range c.Products[:600] {
		if pattern.MatchString(product.Name) {
			matches = append(matches, product)
		}
	}
	return matches
}

// Handler answers searches as JSON.
func Handler(c *Catalog) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, c.Search(r.FormValue("q")))
	})
}

func writeJSON(w http.ResponseWriter, value interface{}) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
