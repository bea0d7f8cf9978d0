package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A shippedServer is a way to serve that is measured: the command with a store and a number of Ps, which is GOMAXPROCS.
type shippedServer struct {
	shippedStore
	procs int
	// baseline is set if it is the other version of the command.
	baseline bool
}

func shippedServers(s settings) []shippedServer {
	var list []shippedServer
	for _, store := range shippedStores {
		for _, procs := range []int{2, 1} {
			list = append(list, shippedServer{store, procs, false})
			if s.baseline != "" {
				list = append(list, shippedServer{store, procs, true})
			}
		}
	}
	return list
}

func (s shippedServer) name() string {
	name := s.key + strconv.Itoa(s.procs)
	if s.baseline {
		return baselineOf(name)
	}
	return name
}

// baselineOf is the name of the server with the other version of the command, beside the one with this version.
func baselineOf(name string) string { return "b-" + name }

// buildCommand builds the command from the module that this one replaces.
func buildCommand(dir string) (string, error) {
	const module = "github.com/resellerkit/resellerkit"
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return "", fmt.Errorf("find %s: %w", module, err)
	}
	binary := filepath.Join(dir, "resellerkit")
	build := exec.Command("go", "build", "-o", binary, "./server/cmd/resellerkit")
	build.Dir, build.Stderr = strings.TrimSpace(string(root)), os.Stderr
	return binary, build.Run()
}

// A running command, with a token for each API.
type running struct {
	address string
	tokens  tokens
	cmd     *exec.Cmd
	stderr  *os.File
}

// startCommand starts the command on a core, as it ships: with all checks, its exchange log, and its request log, which is
// discarded.
func startCommand(binary, dir, seed string, server shippedServer, core int) (_ *running, err error) {
	r := &running{cmd: exec.Command(binary, "serve", "--listen", "127.0.0.1:0", "--log-format", "json", "--seed", seed,
		"--store", server.dsn(filepath.Join(dir, server.name()+".db")))}
	r.cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(server.procs))
	if r.stderr, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
		return nil, err
	}
	r.cmd.Stderr = r.stderr
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	if err := r.connect(out, core); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", server.name(), err), r.close())
	}
	return r, nil
}

// connect reads where the command listens, keeps it on a core, and gets tokens.
func (r *running) connect(out io.Reader, core int) error {
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read the banner: %w", err)
	}
	var banner struct{ URL string }
	if err := json.Unmarshal(line, &banner); err != nil {
		return fmt.Errorf("read the banner: %w", err)
	}
	r.address = strings.TrimPrefix(banner.URL, "http://")
	if core >= 0 {
		if err := pinProcess(r.cmd.Process.Pid, core); err != nil {
			return err
		}
	}
	for api, path := range [2]string{"/" + tenantDomain + "/oauth2/v2.0/token", "/connect/token"} {
		if r.tokens[api], err = requestToken(banner.URL+path, shippedClients[api]); err != nil {
			return err
		}
	}
	return nil
}

func requestToken(endpoint, client string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {client}, "client_secret": {shippedSecret}, "scope": {"api"},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	var body struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil || body.AccessToken == "" {
		return "", fmt.Errorf("token for %s: status %d, %w", client, resp.StatusCode, err)
	}
	return body.AccessToken, nil
}

func (r *running) close() error {
	err := r.cmd.Process.Signal(os.Interrupt)
	if err != nil {
		err = r.cmd.Process.Kill()
	}
	return errors.Join(err, r.cmd.Wait(), r.stderr.Close())
}
