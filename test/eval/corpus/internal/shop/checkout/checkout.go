// Package checkout takes orders.
package checkout

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"time"

	_ "example.com/fleet/internal/memsql"
)

type order struct {
	Customer string `json:"customer"`
	Lines    []line `json:"lines"`
}

type line struct {
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
	Note     string `json:"note"`
}

type desk struct {
	db *sql.DB
}

// Handler takes orders as JSON.
func Handler() http.Handler {
	db, err := sql.Open("memsql", "orders")
	if err != nil {
		panic(err)
	}
	return &desk{db}
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var wanted order
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	total, err := d.place(ctx, wanted)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]int{"total": total})
}

func (d *desk) place(ctx context.Context, wanted order) (total int, err error) {
	tx, err := d.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	for _, each := range wanted.Lines {
		price, err := priceOf(ctx, tx, each.SKU)
		if err != nil {
			return 0, err
		}
		total += price * each.Quantity
	}
	return total, tx.Commit()
}

func priceOf(ctx context.Context, tx *sql.Tx, sku string) (int, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, name, price FROM goods WHERE sku = ?", sku)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	best := 0
	for rows.Next() {
		var id, price int
		var name string
		if err := rows.Scan(&id, &name, &price); err != nil {
			return 0, err
		}
		best = price
	}
	return best, rows.Err()
}
