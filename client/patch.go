package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/resellerkit/resellerkit/gen/myreports"
)

// A UserPatch says how to change a MyReports user. It names only what the service lets be patched, display name and
// roles. The operations are carried out in the order in which they were added, all of them or none; but those of
// [UserPatch.RemoveRole] come first. Each method returns a new patch and leaves the one it is called on as it was, so
// that patches can be shared.
type UserPatch struct {
	operations myreports.JSONPatch
	gives      []string // roles that the operations give
	removes    []string
}

// Patch begins a patch that changes nothing yet:
//
//	err := users.Patch(ctx, userID, client.Patch().ReplaceDisplayName("My New Name").AddRole("user.admin"))
func Patch() UserPatch { return UserPatch{} }

// ReplaceDisplayName renames the user. An empty name is [ErrInvalid], and so is one of more than 100 characters.
func (p UserPatch) ReplaceDisplayName(name string) UserPatch {
	return p.with("replace", "/displayName", name)
}

// TestDisplayName makes the patch fail with [ErrInvalid] unless the user has this name: put it before what shall be
// changed only then.
func (p UserPatch) TestDisplayName(name string) UserPatch {
	return p.with("test", "/displayName", name)
}

// AddRole gives the user a role and keeps the others. One that the user has already is no error.
func (p UserPatch) AddRole(role string) UserPatch {
	p.gives = append(slices.Clip(p.gives), role)
	return p.with("add", "/roles/-", role)
}

// RemoveRole takes a role from the user and keeps the others. One that the user does not have is no error.
//
// The service removes by index only. Therefore Patch reads the user first and puts a test and a remove for the index that
// it found in front of the other operations, so that no other role is removed if they move meanwhile; then it reads and
// sends once more.
func (p UserPatch) RemoveRole(role string) UserPatch {
	p.removes = append(slices.Clip(p.removes), role)
	return p
}

// ReplaceRoles makes the given roles all that the user has. Mind that every role that is not given is lost, account.user,
// without which a user cannot sign in, among them. The exception is customer.user.pbx, which comes from the PBX. To give
// one role, use [UserPatch.AddRole].
func (p UserPatch) ReplaceRoles(roles ...string) UserPatch {
	p.gives = append(slices.Clip(p.gives), roles...)
	return p.with("replace", "/roles", append([]string{}, roles...))
}

func (p UserPatch) with(op, path string, value any) UserPatch {
	p.operations = append(slices.Clip(p.operations), operationOf(op, path, value))
	return p
}

func operationOf(op, path string, value any) myreports.JSONPatchOperation {
	raw, _ := json.Marshal(value) // a string or a list of them
	return myreports.JSONPatchOperation{Op: &op, Path: path, Value: raw}
}

// check refuses a patch that gives and takes the same role: the two would be carried out in an order that nobody sees.
func (p UserPatch) check() error {
	for _, role := range p.removes {
		if slices.Contains(p.gives, role) {
			return fmt.Errorf("the patch both gives and removes the role %q", role)
		}
	}
	return nil
}

// A removal is a role of a user at the place where it was found.
type removal struct {
	index int
	role  string
}

// removals are the last first, for each one moves those behind it.
func (p UserPatch) removals(roles []string) []removal {
	var found []removal
	for i, role := range slices.Backward(roles) {
		if slices.Contains(p.removes, role) {
			found = append(found, removal{i, role})
		}
	}
	return found
}

// behind puts the patch's operations behind the removals.
func (p UserPatch) behind(front []removal) myreports.JSONPatch {
	all := make(myreports.JSONPatch, 0, 2*len(front)+len(p.operations))
	for _, r := range front {
		path := fmt.Sprintf("/roles/%d", r.index)
		all = append(all, operationOf("test", path, r.role), myreports.JSONPatchOperation{Op: new("remove"), Path: path})
	}
	return append(all, p.operations...)
}

// A patcher is where a patch goes.
type patcher struct {
	core      *core
	operation string
	roles     func(context.Context) ([]string, error)
	send      func(context.Context, myreports.JSONPatch) error
}

func (t patcher) patch(ctx context.Context, p UserPatch) error {
	if err := p.check(); err != nil {
		return t.core.refuse(ctx, t.operation, err)
	}
	if len(p.removes) == 0 {
		return t.send(ctx, p.behind(nil))
	}
	ctx = withOneCorrelationID(ctx)
	roles, err := t.roles(ctx)
	if err != nil {
		return err
	}
	front := p.removals(roles)
	err = t.sendBehind(ctx, p, front)
	if failure, ok := errors.AsType[*Error](err); !ok || failure.Status != http.StatusBadRequest {
		return err
	}
	// Whether it was the test that failed is told by the roles and not by the message: the message has no promised wording.
	roles, readErr := t.roles(ctx)
	if moved := p.removals(roles); readErr == nil && !slices.Equal(front, moved) {
		return t.sendBehind(ctx, p, moved)
	}
	return err
}

func (t patcher) sendBehind(ctx context.Context, p UserPatch, front []removal) error {
	all := p.behind(front)
	if len(all) == 0 {
		return nil // all that was asked is so already
	}
	return t.send(ctx, all)
}
