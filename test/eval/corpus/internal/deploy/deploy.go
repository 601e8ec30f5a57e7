// Package deploy is a cache that is warm again soon after each of many deploys.
package deploy

import (
	"example.com/fleet/internal/avatar"
	"example.com/fleet/scenario"
)

// Case is restarted every hundred polls.
func Case() scenario.Case {
	found := scenario.Looks("restart-every-100", func(env *scenario.Env) scenario.Service {
		return avatar.WarmUp(env, env.Scale()/3, 20)
	})
	found.RestartEvery = 100
	return found
}

// Rare is a service whose GC hardly ever runs.
func Rare() scenario.Case {
	found := scenario.Looks("gc-rare", func(env *scenario.Env) scenario.Service {
		return avatar.WarmUp(env, env.Scale()/4, 10)
	})
	found.RareGC = true
	return found
}
