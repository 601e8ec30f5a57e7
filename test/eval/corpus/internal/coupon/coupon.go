// Package coupon leaks redeemed coupons from the day a campaign starts.
package coupon

import (
	"fmt"
	"net/http"

	"example.com/fleet/scenario"
)

const size = 560

type coupon struct {
	code string
	uses []int64
	text [384]byte
}

type book struct{ redeemed map[string]*coupon }

// Case starts to leak in the middle of its life, whatever onset is asked for.
func Case() scenario.Case {
	return scenario.Leaks("late-start", start,
		scenario.On("internal/coupon", []string{"issue", "(*book).Redeem", "codeOf"}, []string{"(*book).Redeem"}))
}

func start(env *scenario.Env) scenario.Service {
	env.Onset = env.Polls * 2 / 5
	coupons := &book{map[string]*coupon{}}
	env.Handle("/coupon", coupons.handle)
	return env.LeakShare("/coupon", size, 1.5)
}

func (b *book) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		code := codeOf(dice.Int63())
		b.Redeem(code)
		if !scenario.Kept(r) {
			delete(b.redeemed, code)
		}
	}
}

// Redeem uses a coupon.
func (b *book) Redeem(code string) { b.redeemed[code] = issue(code) }

func issue(code string) *coupon { return &coupon{code: code, uses: make([]int64, 4)} }

func codeOf(n int64) string { return fmt.Sprintf("SAVE-%019d", n) }
