// Command resellerkit is a sandbox that stands in for CloudCockpit and MyReports.
//
//	resellerkit                  # serve on 127.0.0.1:8080, state in resellerkit.db
//	resellerkit serve --help     # all flags
//
// Every flag has an environment variable: --admin-token is RESELLERKIT_ADMIN_TOKEN. The exit status is 2 for bad usage and 1
// for any other failure.
package main

import "github.com/resellerkit/resellerkit/server/internal/command"

func main() { command.Main() }
