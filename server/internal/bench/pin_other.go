//go:build !linux

package main

import (
	"errors"
	"time"
)

func cores() (server, load int) { return -1, -1 }

func pin(int) error { return errors.New("only Linux can do that") }

var began = time.Now()

// cpuTime returns real time for this process. It is not known for others.
func cpuTime(pid int) time.Duration {
	if pid == 0 {
		return time.Since(began)
	}
	return 0
}

func pinProcess(int, int) error { return errors.New("a process cannot be kept on a core here") }
