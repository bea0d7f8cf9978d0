//go:build !unix

package storetest

import "testing"

// A Cluster is a PostgreSQL server for one test.
type Cluster struct{ DSN string }

// NewCluster skips the test: Cluster.Kill is implemented on Unix only.
func NewCluster(tb testing.TB) *Cluster {
	tb.Skip("not on this system")
	return nil
}

// Start does nothing.
func (*Cluster) Start() {}

// Kill does nothing.
func (*Cluster) Kill() {}

// NewStandby returns nil.
func (*Cluster) NewStandby() *Cluster { return nil }

// Follow does nothing.
func (*Cluster) Follow(*Cluster) {}

// Promote does nothing.
func (*Cluster) Promote() {}

// Either returns no address.
func (*Cluster) Either(*Cluster) string { return "" }
