package main

import (
	"errors"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// cores returns the cores for the server and for the load: the first and the last that this process was allowed to use at its start,
// or -1.
var cores = sync.OnceValues(findCores)

func findCores() (server, load int) {
	var set unix.CPUSet
	server, load = -1, -1
	if unix.SchedGetaffinity(os.Getpid(), &set) != nil {
		return server, load
	}
	for core := range 1024 {
		if set.IsSet(core) {
			if server < 0 {
				server = core
			}
			load = core
		}
	}
	if server == load {
		return -1, -1
	}
	return server, load
}

// pin binds all threads of this process to a core. Threads that start later inherit the binding. A negative core changes nothing.
func pin(core int) error {
	err := pinProcess(os.Getpid(), core)
	if err == nil {
		runtime.GOMAXPROCS(1)
	}
	return err
}

// pinProcess keeps all threads of a process on a core.
func pinProcess(pid, core int) error {
	if core < 0 {
		return errors.New("there is one core only")
	}
	var set unix.CPUSet
	set.Set(core)
	for pinned := 0; ; {
		threads, err := os.ReadDir("/proc/" + strconv.Itoa(pid) + "/task")
		if err != nil {
			return err
		}
		for _, t := range threads {
			id, err := strconv.Atoi(t.Name())
			if err != nil {
				return err
			}
			if err := unix.SchedSetaffinity(id, &set); err != nil && !errors.Is(err, unix.ESRCH) {
				return os.NewSyscallError("sched_setaffinity", err)
			}
		}
		// A thread that was not yet bound may have started another one meanwhile.
		if len(threads) == pinned {
			return nil
		}
		pinned = len(threads)
	}
}

// cpuTime returns the CPU time of a process, in user and in kernel mode; process 0 is this one. clock_getcpuclockid(3) derives the
// clock of a process in the same way.
func cpuTime(pid int) time.Duration {
	const scheduled = 2 // CPUCLOCK_SCHED of the kernel's posix-timers.h
	var t unix.Timespec
	if unix.ClockGettime(int32(^pid<<3|scheduled), &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
