package sandbox_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	cockpitapi "github.com/resellerkit/resellerkit/gen/cloudcockpit"
	"github.com/resellerkit/resellerkit/server/internal/storetest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

// childStore names the environment variable that makes this test binary a child process. It holds the store that this serves.
const childStore = "RESELLERKIT_TEST_CHILD_STORE"

// child is the process that TestKill kills. It serves until its stdin ends, or it is killed.
func child(dsn string) error {
	sb, err := sandbox.New(context.Background(), sandbox.Options{Store: dsn})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0) // the test is gone
	}()
	fmt.Println("http://" + listener.Addr().String())
	return http.Serve(listener, sb)
}

// startChild runs a sandbox in a process of its own. The box has no Sandbox. Kill it with the function.
func startChild(t *testing.T, dsn string) (b *box, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childStore+"="+dsn)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // SIGKILL
		_ = cmd.Wait()
		_ = stdin.Close()
	})
	t.Cleanup(kill)
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || !strings.HasPrefix(url, "http://") {
		t.Fatalf("the child says %q, %v", url, err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &box{url: strings.TrimSpace(url), http: &http.Client{Transport: transport}}, kill
}

// A writer changes one thing again and again. It is one goroutine's.
type writer struct {
	tried, acked int // the number of the last change that was sent, and that was acknowledged with success
	change       func(b *box, n int) (response, error)
}

// run sends changes until the sandbox no longer responds.
func (w *writer) run(t *testing.T, b *box, done func()) {
	for {
		w.tried++
		a, err := w.change(b, w.tried)
		if err != nil || a.status == http.StatusInternalServerError {
			return // the sandbox is gone, or its database
		}
		if a.status >= 300 {
			t.Errorf("change %d: got %d %s", w.tried, a.status, a.body)
			return
		}
		w.acked = w.tried
		done()
	}
}

// holds reports whether change n may be the stored one: the last that was acknowledged, or the one that was cut off.
func (w *writer) holds(n int) bool { return n == w.acked || n == w.tried }

// A creator creates portal users, each with a number.
type creator struct {
	writer
	name    string
	created map[string]int // the numbers of the users that were acknowledged, by id
	known   map[int]bool   // the same numbers
}

func newCreator(t testing.TB, name, token string) *creator {
	c := &creator{name: name, created: map[string]int{}, known: map[int]bool{}}
	c.change = func(b *box, n int) (response, error) {
		body := fmt.Sprintf(`{"firstName":"v%d","lastName":%q,"email":%q,"groups":[{"id":%q},{"id":%q}]}`, n, name, c.email(n), viewers, administrators)
		a, err := b.try(t, cockpit("POST", "/customer/"+contoso+"/users", body).as("").with("Authorization", token))
		if err == nil && a.status == http.StatusCreated {
			c.created[strings.Trim(a.body, "\"\n")] = n
			c.known[n] = true
		}
		return a, err
	}
	return c
}

func (c *creator) email(n int) string { return fmt.Sprintf("%s.%d@contoso.example", c.name, n) }

// verify checks that every user whose creation was acknowledged is there, whole, and otherwise only users whose response was cut off.
func (c *creator) verify(t *testing.T, users map[string]cockpitapi.PortalUser) {
	t.Helper()
	for id, n := range c.created {
		if _, ok := users[id]; !ok {
			t.Errorf("%s, created as %s, is not there", c.email(n), id)
		}
	}
	for id, u := range users {
		if *u.LastName != c.name {
			continue
		}
		n := number(*u.FirstName)
		created, acknowledged := c.created[id]
		if acknowledged && n != created || !acknowledged && (c.known[n] || n > c.tried) {
			t.Errorf("%s: got number %d, want %d or one that was cut off", id, n, created)
		}
		if *u.Email != c.email(n) || len(u.Groups) != 2 || *u.Role.Name != "customer" {
			t.Errorf("%s: got %+v, want a whole user", id, u)
		}
	}
}

// number reads the number of a change out of what it wrote, or 0 where no change did.
func number(text string) (n int) {
	_, _ = fmt.Sscanf(text, "v%d", &n)
	return n
}

// newUpdater changes the whole view of a customer user.
func newUpdater(t testing.TB, user, token string) *writer {
	return &writer{change: func(b *box, n int) (response, error) {
		body := fmt.Sprintf(`{"providerInstanceId":%q,"customerUser":{"displayName":"v%d","email":"v%d.%s@x.example","firstName":"v%d",
			"lastName":"v%d","location":"v%d","domain":"v%d","temporaryPassword":"v%d"}}`, microsoft, n, n, user[24:], n, n, n, n, n)
		return b.try(t, cockpit("PATCH", "/Customers/"+contoso+"/users/"+user, body).as("").with("Authorization", token))
	}}
}

// verifyUpdate checks that the user is as one change left it.
func verifyUpdate(t *testing.T, b *box, w *writer, user, token string) {
	t.Helper()
	a := b.do(t, cockpit("GET", "/Customers/"+contoso+"/users/"+user+"?providerInstanceId="+microsoft, "").as("").with("Authorization", token))
	u := decode[cockpitapi.CustomerUser](t, a)
	n := number(*u.DisplayName)
	if !w.holds(n) {
		t.Fatalf("%s: got %s, want change %d or %d", user, a.body, w.acked, w.tried)
	}
	if v := fmt.Sprint("v", n); n > 0 && (*u.Email != v+"."+user[24:]+"@x.example" || *u.FirstName != v || *u.LastName != v || *u.Location != v || *u.Domain != v) {
		t.Errorf("%s: got %s, want all of change %d", user, a.body, n)
	}
	w.acked, w.tried = n, n // what is stored is what the next round goes on from
}

var roleNames = []string{"account.user", "user.admin", "account.service.status", "account.storage.admin", "branding.admin", "customer.admin"}

// rolesOf are the roles that patch n gives: the bits of n tell which.
func rolesOf(n int) []string {
	roles := []string{}
	for bit, name := range roleNames {
		if n&(1<<bit) != 0 {
			roles = append(roles, name)
		}
	}
	return roles
}

// newPatcher changes the name and the roles of an account user, one by one, in one patch.
func newPatcher(t testing.TB, user, token string) *writer {
	return &writer{change: func(b *box, n int) (response, error) {
		patch := fmt.Sprintf(`[{"op":"replace","path":"/displayName","value":"v%d"},{"op":"replace","path":"/roles","value":[]}`, n)
		for _, role := range rolesOf(n) {
			patch += fmt.Sprintf(`,{"op":"add","path":"/roles/-","value":%q}`, role)
		}
		return b.try(t, reports("PATCH", "/accounts/"+account+"/users/"+user, patch+"]").as("").with("Authorization", token))
	}}
}

// verifyPatch checks that the user is as one patch left it.
func verifyPatch(t *testing.T, b *box, w *writer, user, token string) {
	t.Helper()
	a := b.do(t, reports("GET", "/accounts/"+account+"/users/"+user, "").as("").with("Authorization", token))
	u := decode[struct {
		Data struct {
			ID, DisplayName string
			Roles           []string
		}
	}](t, a).Data
	n := number(u.DisplayName)
	if !w.holds(n) || u.ID != user {
		t.Fatalf("%s: got %s, want patch %d or %d", user, a.body, w.acked, w.tried)
	}
	if n > 0 && !slices.Equal(u.Roles, rolesOf(n)) {
		t.Errorf("%s: got %s, want all of patch %d", user, a.body, n)
	}
	w.acked, w.tried = n, n
}

var killRounds = flag.Int("rounds", 0, "how often TestKill kills; the default is a few")

func rounds(few int) int {
	switch {
	case *killRounds > 0:
		return *killRounds
	case testing.Short() || raceDetector():
		return min(few, 3)
	}
	return few
}

// Ensure that all that was acknowledged is there after kill -9 at any moment, of the sandbox and of the database, and nothing
// of a change without the rest. A token of the first process is good in all.
func TestKill(t *testing.T) {
	for _, kind := range storetest.Shared {
		t.Run("the sandbox on "+kind.Name, func(t *testing.T) {
			t.Parallel()
			dsn := kind.New(t)
			b, kill := startChild(t, dsn)
			murder(t, rounds(8), b, func() { kill() }, func() *box {
				b, kill = startChild(t, dsn)
				return b
			})
		})
	}
	t.Run("the database", func(t *testing.T) {
		t.Parallel()
		cluster := storetest.NewCluster(t)
		b := start(t, sandbox.Options{Store: cluster.DSN})
		murder(t, rounds(3), b, cluster.Kill, func() *box {
			cluster.Start()
			return b
		})
	})
	t.Run("the primary of two databases", func(t *testing.T) {
		if testing.Short() {
			t.Skip("takes seconds")
		}
		t.Parallel()
		failOver(t, max(1, *killRounds/5))
	})
}

// maxResume is how long after the promotion of a standby the first write may take.
const maxResume = 5 * time.Second

// failOver kills the primary of two databases under the load of two sandboxes, promotes the synchronous standby, and makes the
// killed one its standby, again and again.
func failOver(t *testing.T, rounds int) {
	primary := storetest.NewCluster(t)
	standby := primary.NewStandby()
	dsn := primary.Either(standby)
	first, _ := startChild(t, dsn)
	second, _ := startChild(t, dsn)
	boxes := []*box{first, second}
	murderAll(t, rounds, boxes, func() { primary.Kill() }, func() []*box {
		primary, standby = standby, primary
		primary.Promote()
		promoted := time.Now()
		for _, b := range boxes {
			awaitReady(t, b, promoted.Add(maxResume))
		}
		t.Logf("writes resumed %v after the promotion", time.Since(promoted).Round(time.Millisecond))
		standby.Follow(primary)
		return boxes
	})
}

// awaitReady waits until a sandbox takes writes.
func awaitReady(t *testing.T, b *box, deadline time.Time) {
	t.Helper()
	for {
		a := b.do(t, call{method: http.MethodGet, target: "/_sandbox/ready"})
		if a.status == http.StatusOK {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no write within %v of the promotion: %d %s", maxResume, a.status, a.body)
		}
	}
}

// murder lets writers write until kill, and checks what is there after revive, again and again.
func murder(t *testing.T, rounds int, b *box, kill func(), revive func() *box) {
	murderAll(t, rounds, []*box{b}, kill, func() []*box { return []*box{revive()} })
}

// murderAll is murder with several sandboxes on one store. What one has acknowledged, the others must show.
func murderAll(t *testing.T, rounds int, boxes []*box, kill func(), revive func() []*box) {
	bearer := func(endpoint, client string) string {
		a := boxes[0].do(t, form(endpoint, strings.Replace(credentials, "demo-csp", client, 1)))
		return "Bearer " + decode[struct {
			Token string `json:"access_token"`
		}](t, a).Token
	}
	cockpitToken, reportsToken := bearer(entraPath, "demo-csp"), bearer(portalPath, "demo-myreports")
	creators := []*creator{newCreator(t, "ann", cockpitToken), newCreator(t, "bob", cockpitToken)}
	users, people := numbered("a0000000", 1, 2), []string{accountUser, plainUser}
	updaters := []*writer{newUpdater(t, users[0], cockpitToken), newUpdater(t, users[1], cockpitToken)}
	patchers := []*writer{newPatcher(t, people[0], reportsToken), newPatcher(t, people[1], reportsToken)}
	total := 0
	for range rounds {
		total += load(t, boxes, kill, 10+rand.IntN(150), slices.Concat([]*writer{&creators[0].writer, &creators[1].writer}, updaters, patchers))
		boxes = revive()
		b := boxes[rand.IntN(len(boxes))]
		a := b.do(t, cockpit("GET", "/customer/"+contoso+"/users", "").as("").with("Authorization", cockpitToken))
		stored := map[string]cockpitapi.PortalUser{}
		for _, u := range decode[[]cockpitapi.PortalUser](t, a) {
			stored[u.ID.String()] = u
		}
		for i := range 2 {
			creators[i].verify(t, stored)
			verifyUpdate(t, b, updaters[i], users[i], cockpitToken)
			verifyPatch(t, b, patchers[i], people[i], reportsToken)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d rounds, %d changes acknowledged", rounds, total)
}

// load runs the writers, which share the sandboxes, kills the sandbox after so many acknowledged changes, and returns their final number.
func load(t *testing.T, boxes []*box, kill func(), changes int, writers []*writer) int {
	t.Helper()
	var acknowledged atomic.Int64
	enough := make(chan struct{})
	var running sync.WaitGroup
	for i, w := range writers {
		running.Go(func() {
			w.run(t, boxes[i%len(boxes)], func() {
				if acknowledged.Add(1) == int64(changes) {
					close(enough)
				}
			})
		})
	}
	stopped := make(chan struct{})
	go func() { running.Wait(); close(stopped) }()
	select {
	case <-enough:
	case <-stopped:
		t.Error("the writers stopped before the sandbox was killed")
	}
	kill()
	<-stopped
	return int(acknowledged.Load())
}
