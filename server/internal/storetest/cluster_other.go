//go:build !unix

package storetest

import "testing"

// A Cluster is a PostgreSQL server of the test's own, which it may kill.
type Cluster struct{ DSN string }

// NewCluster skips the test: how to kill a server is known on Unix only.
func NewCluster(tb testing.TB) *Cluster {
	tb.Skip("not on this system")
	return nil
}

// Start does nothing.
func (*Cluster) Start() {}

// Kill does nothing.
func (*Cluster) Kill() {}
