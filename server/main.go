// Command server is resellerkit: a sandbox that stands in for CloudCockpit and MyReports.
//
//	go run ./server                  # serve on 127.0.0.1:8080, state in resellerkit.db
//	go run ./server serve --help     # all flags
//
// `go install` names a binary after its directory. Package [github.com/resellerkit/resellerkit/server/cmd/resellerkit] is
// the same command and installs as resellerkit.
package main

import "github.com/resellerkit/resellerkit/server/internal/command"

func main() { command.Main() }
