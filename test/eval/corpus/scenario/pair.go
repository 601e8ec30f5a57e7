package scenario

import "runtime/debug"

// Pair is a leak of a real module: built with the version that leaks it is the leak, built with any other
// version it is the healthy twin.
type Pair struct {
	Name, Module, Leaky string
	Start               func(*Env) Service
	Goroutines          bool
	Culprit             Culprit
}

// Case is the side of the pair this program was built for.
func (p Pair) Case() Case {
	found := Leaks(p.Name, p.Start, p.Culprit)
	if moduleVersion(p.Module) != p.Leaky {
		found = Looks(p.Name+"-fixed", func(env *Env) Service {
			env.innocent = true
			return p.Start(env)
		})
	}
	found.Goroutines = p.Goroutines
	return found
}

func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, module := range info.Deps {
		if module.Path == path {
			return module.Version
		}
	}
	return ""
}
