//go:build unix

package storetest

import (
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A Cluster is a PostgreSQL server for one test, which may kill it. Its data is on disk, with PostgreSQL's default settings.
type Cluster struct {
	// DSN is the address of its database.
	DSN string

	tb       testing.TB
	bin, dir string
	port     string
	cmd      *exec.Cmd
}

// NewCluster makes and starts a server, or skips the test if PostgreSQL is not installed. The server ends with the test.
func NewCluster(tb testing.TB) *Cluster {
	tb.Helper()
	c := &Cluster{tb: tb, bin: binaries(tb), dir: dataDir(tb), port: freePort(tb)}
	c.DSN = "postgres://postgres@127.0.0.1:" + c.port + "/postgres"
	if out, err := c.command("initdb", "-D", c.dir+"/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C").CombinedOutput(); err != nil {
		tb.Fatalf("initdb: %v\n%s", err, out)
	}
	tb.Cleanup(c.Kill)
	c.Start()
	return c
}

// binaries returns the directory of initdb and postgres, which is not in PATH on Debian.
func binaries(tb testing.TB) string {
	if path, err := exec.LookPath("initdb"); err == nil {
		// Not all programs that stand beside it may have a link in PATH.
		if target, err := filepath.EvalSymlinks(path); err == nil {
			path = target
		}
		return filepath.Dir(path)
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		tb.Skip("no initdb in PATH or /usr/lib/postgresql/*/bin: install PostgreSQL")
	}
	return filepath.Dir(found[len(found)-1])
}

// dataDir makes a directory that the server's user owns. That user has no access to t.TempDir.
func dataDir(tb testing.TB) string {
	dir, err := os.MkdirTemp("", "cluster")
	if err == nil && os.Getuid() == 0 {
		owner := serverUser(tb)
		err = os.Chown(dir, int(owner.Uid), int(owner.Gid))
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// serverUser returns the user that runs the server if the test runs as root, because PostgreSQL refuses root.
func serverUser(tb testing.TB) *syscall.Credential {
	u, err := user.Lookup("postgres")
	if err != nil {
		tb.Skip("PostgreSQL does not run as root, and there is no user postgres")
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32)
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func freePort(tb testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func (c *Cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = c.dir
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: serverUser(c.tb)}
	}
	return cmd
}

// Start starts the server, and returns when it accepts connections.
func (c *Cluster) Start() {
	c.tb.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		cmd := c.command("postgres", "-D", c.dir+"/data", "-p", c.port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=")
		if err := cmd.Start(); err != nil {
			c.tb.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		c.cmd = cmd
		err := c.wait(ended, deadline)
		if err == nil {
			return
		}
		// The processes of a server that was killed may not have ended yet.
		if time.Now().After(deadline) {
			c.tb.Fatalf("PostgreSQL does not start: %v", err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// wait waits until the server accepts connections, ends, or the deadline passes.
func (c *Cluster) wait(ended <-chan struct{}, deadline time.Time) error {
	db, err := sql.Open("pgx", c.DSN)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for {
		err := db.Ping()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ended:
			return fmt.Errorf("it ended: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Kill kills the server and all its processes with SIGKILL.
func (c *Cluster) Kill() {
	pid := c.cmd.Process.Pid
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	_ = c.cmd.Process.Kill()
	for child := range strings.FieldsSeq(string(children)) {
		if pid, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
