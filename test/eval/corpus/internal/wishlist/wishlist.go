// Package wishlist leaks lists while package geo leaks tiles.
package wishlist

import (
	"fmt"
	"net/http"

	"example.com/fleet/internal/geo"
	"example.com/fleet/scenario"
)

const size = 900

type wish struct {
	owner string
	items []string
	note  [512]byte
}

type shelf struct{ wishes map[string]*wish }

// Case has two leaks at once.
func Case() scenario.Case {
	return scenario.Leaks("two-leaks", start,
		scenario.On("internal/wishlist", []string{"newWish", "(*shelf).Save"}, []string{"(*shelf).Save"}),
		scenario.On("internal/geo", []string{"Render", "(*Atlas).Tile"}, []string{"(*Atlas).Tile"}))
}

func start(env *scenario.Env) scenario.Service {
	kept := &shelf{map[string]*wish{}}
	atlas := geo.NewAtlas()
	env.Handle("/wishes", kept.handle)
	env.Handle("/tiles", atlas.Serve)
	return scenario.Together(env.LeakShare("/wishes", size, 0.6), env.LeakShare("/tiles", geo.TileSize, 0.4))
}

func (s *shelf) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		owner := fmt.Sprintf("owner-%d", dice.Int63())
		s.Save(owner)
		if !scenario.Kept(r) {
			delete(s.wishes, owner)
		}
	}
}

// Save keeps a wish.
func (s *shelf) Save(owner string) { s.wishes[owner] = newWish(owner) }

func newWish(owner string) *wish { return &wish{owner: owner, items: make([]string, 12)} }
