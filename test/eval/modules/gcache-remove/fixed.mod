module example.com/fleet/modules/gcache-remove

go 1.22

require (
	example.com/fleet v0.0.0
	github.com/gogf/gf/v2 v2.8.0
)

require (
	github.com/acme/lru v0.0.0 // indirect
	github.com/emirpasic/gods v1.18.1 // indirect
	go.opentelemetry.io/otel v1.24.0 // indirect
	go.opentelemetry.io/otel/trace v1.24.0 // indirect
)

replace (
	example.com/fleet => ../../corpus
	github.com/acme/eventbus => ../../corpus/thirdparty/eventbus
	github.com/acme/lru => ../../corpus/thirdparty/lru
	github.com/acme/metrics => ../../corpus/thirdparty/metrics
)
