package sandbox_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/resellerkit/resellerkit/server/internal/storetest"
	"github.com/resellerkit/resellerkit/server/sandbox"
)

var historyLength = flag.Int("operations", 10_000, "length of the history that TestLinearizable checks; a third with -short, a tenth with -race")

// Ensure that what sixteen clients see at the same time could have happened in some order that respects real time: each
// operation takes effect at one moment between its request and its response.
func TestLinearizable(t *testing.T) {
	t.Parallel()
	t.Run("one sandbox", func(t *testing.T) {
		for _, kind := range storetest.Kinds {
			t.Run(kind.Name, func(t *testing.T) {
				b := start(t, sandbox.Options{Store: kind.New(t)})
				checkHistory(t, []*box{b})
			})
		}
	})
	t.Run("three processes on one PostgreSQL", func(t *testing.T) {
		dsn := storetest.Postgres(t)
		var boxes []*box
		for range 3 {
			b, _ := startChild(t, dsn)
			boxes = append(boxes, b)
		}
		checkHistory(t, boxes)
	})
}

// A deed is what a client does to one object, and what it has to show for it.
type deed struct {
	object string
	verb   verb
	value  int
}

type verb int

const (
	doCreate verb = iota
	doUpdate
	doRemove
	doLook
)

// An outcome is a response: whether the object was there (for create, whether it was not), and what look saw.
type outcome struct {
	done  bool
	value int
}

// absent is the value of an object that does not exist.
const absent = -1

// objects is the model: each object is a value or absent, and no object knows of another.
var objects = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := map[string][]porcupine.Operation{}
		for _, op := range history {
			object := op.Input.(deed).object
			parts[object] = append(parts[object], op)
		}
		var all [][]porcupine.Operation
		for _, part := range parts {
			all = append(all, part)
		}
		return all
	},
	Init: func() any { return absent },
	Step: func(state, input, output any) (bool, any) {
		in, out, exists := input.(deed), output.(outcome), state != absent
		switch in.verb {
		case doCreate:
			if out.done {
				return !exists, in.value
			}
			return exists, state
		case doUpdate:
			if out.done {
				return exists, in.value
			}
		case doRemove:
			if out.done {
				return exists, absent
			}
		case doLook:
			if out.done {
				return state == out.value, state
			}
		}
		return !exists, state
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %+v", input, output) },
}

// checkHistory lets the clients do deeds, and judges what they saw.
func checkHistory(t *testing.T, boxes []*box) {
	length := *historyLength
	switch {
	case raceDetector():
		length /= 10
	case testing.Short():
		length /= 3
	}
	h := newHistory(t, boxes)
	const clients = 16
	var running sync.WaitGroup
	for client := range clients {
		running.Go(func() {
			r := rand.New(rand.NewPCG(uint64(client), 42))
			for range length/clients + 1 {
				if err := h.step(client, r); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
	if t.Failed() {
		return
	}
	if result, info := porcupine.CheckOperationsVerbose(objects, h.operations, 2*time.Minute); result != porcupine.Ok {
		file := t.ArtifactDir() + "/history.html"
		t.Errorf("the history of %d operations is not linearizable (%s): see %s, %v", len(h.operations), result, file, porcupine.VisualizePath(objects, info, file))
	}
	t.Logf("%d operations on %d objects, %v", len(h.operations), len(h.known), h.count)
}

// history is what the clients did, and the objects that they know of.
type history struct {
	t              *testing.T
	boxes          []*box
	cockpit, token string
	began          time.Time

	mu         sync.Mutex
	operations []porcupine.Operation
	known      map[string]bool
	people     []string // account users that were created last
	count      map[string]int
	next       int
}

func newHistory(t *testing.T, boxes []*box) *history {
	bearer := func(endpoint, client string) string {
		a := boxes[0].do(t, form(endpoint, strings.Replace(credentials, "demo-csp", client, 1)))
		return "Bearer " + decode[struct {
			Token string `json:"access_token"`
		}](t, a).Token
	}
	h := &history{
		t: t, boxes: boxes, began: time.Now(), known: map[string]bool{}, count: map[string]int{},
		cockpit: bearer(entraPath, "demo-csp"), token: bearer(portalPath, "demo-myreports"),
	}
	// The demo's users are there from the start: that their first change creates them is so for the model only.
	for _, user := range numbered("a0000000", 1, 4) {
		if err := h.do(boxes[0], 0, deed{user, doCreate, 0}, func(b *box) (outcome, error) { return h.updateUser(b, user, 0) }); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// do does a deed and writes it down.
func (h *history) do(b *box, client int, d deed, send func(*box) (outcome, error)) error {
	call := time.Since(h.began)
	out, err := send(b)
	if err != nil {
		return fmt.Errorf("%+v: %w", d, err)
	}
	done := time.Since(h.began)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.operations = append(h.operations, porcupine.Operation{ClientId: client, Input: d, Call: int64(call), Output: out, Return: int64(done)})
	h.known[d.object] = true
	h.count[[]string{"create", "update", "remove", "look"}[d.verb]]++
	return nil
}

// step does one deed by chance.
func (h *history) step(client int, r *rand.Rand) error {
	b := h.boxes[r.IntN(len(h.boxes))]
	h.mu.Lock()
	h.next++
	value := h.next
	var person string
	if len(h.people) > 0 {
		person = h.people[r.IntN(len(h.people))]
	}
	h.mu.Unlock()
	user := numbered("a0000000", 1, 4)[r.IntN(4)]
	email := fmt.Sprintf("p%d@linear.example", r.IntN(5))
	switch n := r.IntN(12); {
	case n == 0 || person == "":
		return h.createPerson(b, client, value)
	case n < 3:
		return h.do(b, client, deed{person, doLook, 0}, func(b *box) (outcome, error) { return h.lookPerson(b, person) })
	case n < 5:
		return h.do(b, client, deed{person, doUpdate, value}, func(b *box) (outcome, error) { return h.patchPerson(b, person, value) })
	case n == 5:
		return h.do(b, client, deed{person, doRemove, 0}, func(b *box) (outcome, error) {
			return judge(b.try(h.t, h.reports("DELETE", "/"+person, "")))(200, 404)
		})
	case n < 8:
		return h.do(b, client, deed{user, doUpdate, value}, func(b *box) (outcome, error) { return h.updateUser(b, user, value) })
	case n < 10:
		return h.do(b, client, deed{user, doLook, 0}, func(b *box) (outcome, error) { return h.lookUser(b, user) })
	case n == 10:
		return h.do(b, client, deed{email, doCreate, value}, func(b *box) (outcome, error) { return h.createPortalUser(b, email) })
	}
	return h.do(b, client, deed{email, doRemove, 0}, func(b *box) (outcome, error) {
		return judge(b.try(h.t, h.portal("DELETE", "/users/"+email, "")))(204, 404)
	})
}

func (h *history) reports(method, rest, body string) call {
	return reports(method, accountUsers+rest, body).as("").with("Authorization", h.token)
}

func (h *history) portal(method, target, body string) call {
	return cockpit(method, target, body).as("").with("Authorization", h.cockpit)
}

// judge reads a response that has one status for success and one for failure.
func judge(a response, err error) func(done, not int) (outcome, error) {
	return func(done, not int) (outcome, error) {
		switch {
		case err != nil:
			return outcome{}, err
		case a.status != done && a.status != not:
			return outcome{}, fmt.Errorf("got %d %s, want %d or %d", a.status, a.body, done, not)
		}
		return outcome{done: a.status == done}, nil
	}
}

// createPerson makes an account user with an e-mail of its own, and replaces one that the other writers know by it.
func (h *history) createPerson(b *box, client, value int) error {
	d := deed{verb: doCreate, value: value}
	roles := strings.Join(append([]string{"account.user"}, rolesOf(value&^1)...), `","`)
	body := fmt.Sprintf(`{"displayName":"v%d","email":"v%[1]d@linear.example","roles":["%s"]}`, value, roles)
	call := time.Since(h.began)
	a, err := b.try(h.t, h.reports("POST", "", body))
	done := time.Since(h.began)
	if err != nil || a.status != http.StatusCreated {
		return fmt.Errorf("%+v: got %d %s, %w", d, a.status, a.body, err)
	}
	location := a.header.Get("Location")
	d.object = location[strings.LastIndex(location, "/")+1:]
	h.mu.Lock()
	defer h.mu.Unlock()
	h.operations = append(h.operations, porcupine.Operation{ClientId: client, Input: d, Call: int64(call), Output: outcome{done: true}, Return: int64(done)})
	h.known[d.object] = true
	h.count["create"]++
	if h.people = append(h.people, d.object); len(h.people) > 8 {
		h.people = h.people[1:]
	}
	return nil
}

// personValue is the value that name and roles give; where they differ, half a patch is to be seen.
func personValue(name string, roles []string) (int, error) {
	value := number(name)
	if want := append([]string{"account.user"}, rolesOf(value&^1)...); !slices.Equal(roles, want) {
		return 0, fmt.Errorf("%s has the roles %q, want %q", name, roles, want)
	}
	return value, nil
}

func (h *history) lookPerson(b *box, id string) (outcome, error) {
	a, err := b.try(h.t, h.reports("GET", "/"+id, ""))
	out, err := judge(a, err)(200, 404)
	if err != nil || !out.done {
		return out, err
	}
	u := decode[struct {
		Data struct {
			DisplayName string
			Roles       []string
		}
	}](h.t, a).Data
	out.value, err = personValue(u.DisplayName, u.Roles)
	return out, err
}

func (h *history) patchPerson(b *box, id string, value int) (outcome, error) {
	patch := fmt.Sprintf(`[{"op":"replace","path":"/displayName","value":"v%d"},{"op":"replace","path":"/roles","value":["account.user"]}`, value)
	for _, role := range rolesOf(value &^ 1) {
		patch += fmt.Sprintf(`,{"op":"add","path":"/roles/-","value":%q}`, role)
	}
	return judge(b.try(h.t, h.reports("PATCH", "/"+id, patch+"]")))(200, 404)
}

func (h *history) updateUser(b *box, id string, value int) (outcome, error) {
	body := fmt.Sprintf(`{"providerInstanceId":%q,"customerUser":{"displayName":"v%d","email":"%s@x.example","firstName":"v%d",
		"lastName":"L","location":"DE","domain":"v%d"}}`, microsoft, value, id[24:], value, value)
	a, err := b.try(h.t, h.portal("PATCH", "/Customers/"+contoso+"/users/"+id, body))
	if err == nil && a.status >= 300 {
		err = fmt.Errorf("got %d %s", a.status, a.body)
	}
	return outcome{done: true}, err
}

func (h *history) lookUser(b *box, id string) (outcome, error) {
	a, err := b.try(h.t, h.portal("GET", "/Customers/"+contoso+"/users/"+id+"?providerInstanceId="+microsoft, ""))
	if err != nil || a.status != http.StatusOK {
		return outcome{}, fmt.Errorf("got %d %s, %w", a.status, a.body, err)
	}
	u := decode[struct{ DisplayName, FirstName, Domain string }](h.t, a)
	if u.DisplayName != u.FirstName || u.DisplayName != u.Domain {
		return outcome{}, fmt.Errorf("got half a change: %s", a.body)
	}
	return outcome{true, number(u.DisplayName)}, nil
}

func (h *history) createPortalUser(b *box, email string) (outcome, error) {
	body := fmt.Sprintf(`{"firstName":"F","lastName":"L","email":%q,"groups":[{"id":%q}]}`, email, viewers)
	return judge(b.try(h.t, h.portal("POST", "/customer/"+contoso+"/users", body)))(201, 400)
}
