module example.com/fleet/modules/sessions-context

go 1.22

require (
	example.com/fleet v0.0.0
	github.com/gorilla/sessions v1.2.0
)

require (
	github.com/acme/lru v0.0.0 // indirect
	github.com/gorilla/securecookie v1.1.1 // indirect
)

replace (
	example.com/fleet => ../../corpus
	github.com/acme/eventbus => ../../corpus/thirdparty/eventbus
	github.com/acme/lru => ../../corpus/thirdparty/lru
	github.com/acme/metrics => ../../corpus/thirdparty/metrics
)
