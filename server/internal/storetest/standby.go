//go:build unix

package storetest

import (
	"database/sql"
	"net/url"
	"os"
	"time"
)

// NewStandby makes and starts a synchronous standby of a server: from then on the server acknowledges no commit that the standby does
// not have. The standby ends with the test.
func (c *Cluster) NewStandby() *Cluster {
	c.tb.Helper()
	s := &Cluster{tb: c.tb, bin: c.bin, dir: dataDir(c.tb), port: freePort(c.tb)}
	s.DSN = "postgres://postgres@127.0.0.1:" + s.port + "/postgres"
	c.tb.Cleanup(func() {
		if s.cmd != nil {
			s.Kill()
		}
	})
	s.Follow(c)
	return s
}

// Follow makes a server that does not run the synchronous standby of another one, whatever its data is, and starts it.
func (c *Cluster) Follow(primary *Cluster) {
	c.tb.Helper()
	if err := os.RemoveAll(c.dir + "/data"); err != nil {
		c.tb.Fatal(err)
	}
	backup := c.command("pg_basebackup", "-D", c.dir+"/data", "-R", "-c", "fast", "-d", primary.DSN)
	if out, err := backup.CombinedOutput(); err != nil {
		c.tb.Fatalf("pg_basebackup: %v\n%s", err, out)
	}
	c.Start()
	// Not before the copy: a standby that is promoted would wait for a standby of its own at the first commit.
	primary.exec(`ALTER SYSTEM SET synchronous_standby_names = '*'`)
	primary.exec(`SELECT pg_reload_conf()`)
	primary.await(`SELECT COUNT(*) > 0 FROM pg_stat_replication WHERE sync_state = 'sync'`)
}

// Promote makes a standby a server of its own, and returns when it accepts writes.
func (c *Cluster) Promote() {
	c.tb.Helper()
	c.exec(`SELECT pg_promote()`)
	c.await(`SELECT NOT pg_is_in_recovery()`)
}

// Either returns the address of whichever of two servers accepts writes.
func (c *Cluster) Either(other *Cluster) string {
	address := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: "target_session_attrs=read-write"}
	address.Host = "127.0.0.1:" + c.port + ",127.0.0.1:" + other.port
	return address.String()
}

func (c *Cluster) exec(text string) {
	c.tb.Helper()
	Exec(c.tb, c.DSN, text)
}

// await waits until a query of one truth value is true.
func (c *Cluster) await(query string) {
	c.tb.Helper()
	db, err := sql.Open("pgx", c.DSN)
	if err != nil {
		c.tb.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for deadline := time.Now().Add(time.Minute); ; {
		var done bool
		err := db.QueryRow(query).Scan(&done)
		if done {
			return
		}
		if time.Now().After(deadline) {
			c.tb.Fatalf("%s: %v after a minute, %v", query, done, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
