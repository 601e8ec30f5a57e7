module example.com/fleet/modules/ants-ticktock

go 1.22

require (
	example.com/fleet v0.0.0
	github.com/panjf2000/ants/v2 v2.7.0
)

require github.com/acme/lru v0.0.0 // indirect

replace (
	example.com/fleet => ../../corpus
	github.com/acme/eventbus => ../../corpus/thirdparty/eventbus
	github.com/acme/lru => ../../corpus/thirdparty/lru
	github.com/acme/metrics => ../../corpus/thirdparty/metrics
)
