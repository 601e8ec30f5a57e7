module github.com/acme/lru

go 1.19
