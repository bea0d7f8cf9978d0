package main

import (
	"fmt"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/gen/cloudcockpit"
)

const userCount = 2000

// data is the state that the handlers work on. Records in it are immutable, and an update replaces the record, so that a page may
// point into records after the lock is released.
type data struct {
	mu      sync.RWMutex
	users   []*record // sorted by display name
	index   map[uuid.UUID]int
	groups  map[uuid.UUID]string
	created []cloudcockpit.PortalUser // the newest ones, as a ring
	count   uint64
	member  memberRecord
}

// record is a customer user.
type record struct {
	id uuid.UUID

	displayName, email, firstName, lastName, location, domain string
}

// memberRecord is the account user.
type memberRecord struct {
	displayName string
	roles       []string
}

var (
	givenNames  = []string{"Ada", "Barbara", "Edsger", "Grace", "Katherine", "Niklaus", "Radia", "Zoë"}
	familyNames = []string{"Dijkstra", "Hopper", "Johnson", "Liskov", "Lovelace", "Perlman", "Wirth"}
)

// newData makes the users. In bad data the display name of the first user is too long for the document, so that a server that checks
// responses must refuse the page.
func newData(bad bool) *data {
	d := &data{
		index: make(map[uuid.UUID]int, userCount), groups: map[uuid.UUID]string{uuid.MustParse(group): "Viewer"},
		created: make([]cloudcockpit.PortalUser, 1024), member: memberRecord{displayName: "Uma Underwood", roles: []string{"account.user"}},
	}
	for i := range userCount {
		given := givenNames[i*len(givenNames)/userCount]
		family := familyNames[i%len(familyNames)]
		r := &record{
			id:          uuid.MustParse(fmt.Sprintf("a0000000-0000-4000-8000-%012d", i+1)),
			displayName: fmt.Sprintf("%s %04d %s", given, i+1, family), firstName: given, lastName: family,
			email:    fmt.Sprintf("user%04d@contoso.example", i+1),
			location: "US", domain: "contoso.example",
		}
		d.users, d.index[r.id] = append(d.users, r), i
	}
	if bad {
		d.users[0].displayName = strings.Repeat("x", 51)
	}
	return d
}

// page returns a page of the users, and their number.
func (d *data) page(number, size int) ([]*record, int) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	from := min((number-1)*size, len(d.users))
	to := min(from+size, len(d.users))
	return append([]*record(nil), d.users[from:to]...), len(d.users)
}

// replace replaces the user with the id of r, if there is one.
func (d *data) replace(r *record) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, ok := d.index[r.id]
	if ok {
		d.users[i] = r
	}
	return ok
}

// add stores a portal user under a new id. Only the newest ones are kept, so that a fast server, which creates more of them, does not
// use more memory.
func (d *data) add(u cloudcockpit.PortalUser) uuid.UUID {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count++
	id := decimalID(d.count)
	u.ID = &id
	d.created[d.count%uint64(len(d.created))] = u
	return id
}

// decimalID returns 40000000-0000-4000-8000-… with n in decimal digits.
func decimalID(n uint64) uuid.UUID {
	id := uuid.UUID{0: 0x40, 6: 0x40, 8: 0x80}
	for i := 15; i > 9; i-- {
		id[i] = byte(n%10 | n/10%10<<4)
		n /= 100
	}
	return id
}

// patch changes the account user.
func (d *data) patch(change func(*memberRecord) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	changed := d.member
	if err := change(&changed); err != nil {
		return err
	}
	d.member = changed
	return nil
}
