// Command fleet runs one case of the corpus as a service and records its heap profiles; see package run.
package main

import (
	"example.com/fleet/cases"
	"example.com/fleet/run"
)

func main() { run.Main(cases.All()) }
