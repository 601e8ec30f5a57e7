// Package geo leaks rendered map tiles.
package geo

import (
	"net/http"

	"example.com/fleet/scenario"
)

// TileSize is a tile in bytes.
const TileSize = 4 << 10

type place struct{ x, y int }

// Atlas keeps tiles by place.
type Atlas struct{ tiles map[place][]byte }

// NewAtlas makes an atlas without tiles.
func NewAtlas() *Atlas { return &Atlas{map[place][]byte{}} }

// Serve renders tiles.
func (a *Atlas) Serve(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		at := place{dice.Int(), dice.Int()}
		a.Tile(at)
		if !scenario.Kept(r) {
			delete(a.tiles, at)
		}
	}
}

// Tile returns the tile of a place, rendered once.
func (a *Atlas) Tile(at place) []byte {
	if _, ok := a.tiles[at]; !ok {
		a.tiles[at] = Render(at)
	}
	return a.tiles[at]
}

// Render draws a tile.
func Render(at place) []byte {
	tile := make([]byte, TileSize)
	tile[0] = byte(at.x)
	return tile
}
