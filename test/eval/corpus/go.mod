module example.com/fleet

go 1.19

require (
	github.com/acme/eventbus v0.0.0
	github.com/acme/lru v0.0.0
	github.com/acme/metrics v0.0.0
)

replace (
	github.com/acme/eventbus => ./thirdparty/eventbus
	github.com/acme/lru => ./thirdparty/lru
	github.com/acme/metrics => ./thirdparty/metrics
)
