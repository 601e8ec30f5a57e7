module example.com/fleet/modules/promhttp-method

go 1.22

require (
	example.com/fleet v0.0.0
	github.com/prometheus/client_golang v1.11.0
)

require (
	github.com/acme/lru v0.0.0 // indirect
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/cespare/xxhash/v2 v2.1.1 // indirect
	github.com/golang/protobuf v1.4.3 // indirect
	github.com/matttproud/golang_protobuf_extensions v1.0.1 // indirect
	github.com/prometheus/client_model v0.2.0 // indirect
	github.com/prometheus/common v0.26.0 // indirect
	github.com/prometheus/procfs v0.6.0 // indirect
	golang.org/x/sys v0.0.0-20210603081109-ebe580a85c40 // indirect
	google.golang.org/protobuf v1.26.0-rc.1 // indirect
)

replace (
	example.com/fleet => ../../corpus
	github.com/acme/eventbus => ../../corpus/thirdparty/eventbus
	github.com/acme/lru => ../../corpus/thirdparty/lru
	github.com/acme/metrics => ../../corpus/thirdparty/metrics
)
