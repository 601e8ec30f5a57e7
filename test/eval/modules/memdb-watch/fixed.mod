module example.com/fleet/modules/memdb-watch

go 1.22

require (
	example.com/fleet v0.0.0
	github.com/hashicorp/go-memdb v1.3.4
)

require (
	github.com/acme/lru v0.0.0 // indirect
	github.com/hashicorp/go-immutable-radix v1.3.0 // indirect
	github.com/hashicorp/golang-lru v0.5.4 // indirect
)

replace (
	example.com/fleet => ../../corpus
	github.com/acme/eventbus => ../../corpus/thirdparty/eventbus
	github.com/acme/lru => ../../corpus/thirdparty/lru
	github.com/acme/metrics => ../../corpus/thirdparty/metrics
)
