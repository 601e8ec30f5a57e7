// Package advice asks several models at once what a user may like.
package advice

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"net/http"
	"sort"
	"time"

	"example.com/fleet/internal/shop/catalog"
)

type score struct {
	SKU    string  `json:"sku"`
	Weight float64 `json:"weight"`
}

// Handler answers the best of all models.
func Handler(goods *catalog.Catalog) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), time.Second)
		defer cancel()
		_ = json.NewEncoder(w).Encode(best(ctx, goods, r.FormValue("user")))
	})
}

func best(ctx context.Context, goods *catalog.Catalog, user string) []score {
	answers := make(chan []score, 3)
	for model := 0; model < 3; model++ {
		go ask(answers, goods, user, model)
	}
	all := []score{}
	for model := 0; model < 3; model++ {
		select {
		case scores := <-answers:
			all = append(all, scores...)
		case <-ctx.Done():
			return all
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Weight > all[j].Weight })
	return all[:5]
}

func ask(answers chan<- []score, goods *catalog.Catalog, user string, model int) {
	scores := make([]score, 0, 50)
	for _, product := range goods.Products[model*50 : model*50+50] {
		hash := fnv.New32a()
		_, _ = hash.Write([]byte(user + product.SKU))
		scores = append(scores, score{product.SKU, float64(hash.Sum32()%1000) / 1000})
	}
	answers <- scores
}
