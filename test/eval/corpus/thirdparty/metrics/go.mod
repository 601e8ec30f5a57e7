module github.com/acme/metrics

go 1.19
