package main

import (
	"errors"
	"io"
	"net"
	"runtime"
	"syscall"
)

// awake reads a connection without ever waiting for it in the kernel. Whom a server writes to it has to wake first if that
// sleeps, which costs the server microseconds, the more often the faster the client is.
func awake(conn net.Conn) io.Reader {
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return conn
	}
	return &insomniac{raw}
}

type insomniac struct{ syscall.RawConn }

// Read asks again and again, and lets other connections do so in between.
func (c *insomniac) Read(p []byte) (n int, err error) {
	for {
		failed := c.RawConn.Read(func(fd uintptr) bool {
			n, err = syscall.Read(int(fd), p)
			return true // do not wait
		})
		switch {
		case failed != nil:
			return 0, failed
		case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EINTR):
			runtime.Gosched()
		case err == nil && n == 0:
			return 0, io.EOF
		default:
			return max(n, 0), err
		}
	}
}
