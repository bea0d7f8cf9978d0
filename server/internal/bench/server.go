package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// ready is the line that a server process prints when it accepts connections.
type ready struct {
	Address string `json:"address"`
	Tokens  tokens `json:"tokens"`
	Warning string `json:"warning,omitempty"`
}

// serve is the main function of a server process. It serves a variant on a free port until stdin ends, so that it does not outlive its
// parent.
func serve(key string, core int, stdin io.Reader, stdout io.Writer) error {
	var line ready
	if err := pin(core); err != nil {
		line.Warning = "not kept on one core: " + err.Error()
	}
	v, err := variantKeyed(key)
	if err != nil {
		return err
	}
	served, err := v.server(false)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: served, ReadHeaderTimeout: time.Minute}
	stopped := make(chan error, 1)
	go func() { stopped <- srv.Serve(l) }()
	line.Address, line.Tokens = l.Addr().String(), served.issuer.tokens
	if err := json.NewEncoder(stdout).Encode(line); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, stdin)
	_ = srv.Close()
	if err := <-stopped; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// A process is a server process, seen from its parent.
type process struct {
	ready
	cmd  *exec.Cmd
	stop io.Closer // its stdin
}

// start starts a process that serves a variant on a core.
func start(key string, core int) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(self, "-serve", key, "-core", strconv.Itoa(core))}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.stop, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start (%s): %w", key, err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &p.ready)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start (%s): it did not say where it listens: %w", key, err), p.close())
	}
	return p, nil
}

func (p *process) close() error {
	return errors.Join(p.stop.Close(), p.cmd.Wait())
}
