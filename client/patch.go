package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/gen/myreports"
)

// A UserPatch is a change to a MyReports user. It can name only what the service lets a patch change, the display name and
// the roles. The operations are carried out in the order in which they were added, all of them or none, except that those
// of [UserPatch.RemoveRole] come first. Each method returns a new patch and leaves its receiver unchanged, so that patches
// can be shared.
//
// A patch can be shown before it is sent: [UserPatch.String] is for people, [UserPatch.MarshalJSON] gives the JSON Patch,
// and [AccountUsers.Preview] reads the user and returns the patch that would be sent.
type UserPatch struct {
	operations myreports.JSONPatch
	gives      []string // roles that the operations give
	removes    []string // roles to remove by name
}

// Patch returns a patch that changes nothing yet:
//
//	err := users.Patch(ctx, userID, client.Patch().ReplaceDisplayName("My New Name").AddRole("user.admin"))
func Patch() UserPatch { return UserPatch{} }

// ReplaceDisplayName renames the user. An empty name and one of more than 100 characters are [ErrInvalid].
func (p UserPatch) ReplaceDisplayName(name string) UserPatch {
	return p.with("replace", "/displayName", name)
}

// TestDisplayName makes the patch fail with [ErrInvalid] unless the user has this name. Add it before the changes that
// depend on it.
func (p UserPatch) TestDisplayName(name string) UserPatch {
	return p.with("test", "/displayName", name)
}

// AddRole gives the user a role and keeps the others. A role that the user already has is no error.
func (p UserPatch) AddRole(role string) UserPatch {
	p.gives = append(slices.Clip(p.gives), role)
	return p.with("add", "/roles/-", role)
}

// RemoveRole takes a role from the user and keeps the others. A role that the user does not have is no error.
//
// The service removes by index only. Therefore Patch first reads the user, and sends a test and a remove of the index that
// it found in front of the other operations. The test fails if the roles have changed in between, so that no other role is
// removed; Patch then reads and sends once more.
func (p UserPatch) RemoveRole(role string) UserPatch {
	p.removes = append(slices.Clip(p.removes), role)
	return p
}

// ReplaceRoles sets the roles of the user. Every role that is not given is lost, including account.user, without which a
// user cannot sign in. The exception is customer.user.pbx, which the PBX manages. To give one role, use
// [UserPatch.AddRole].
func (p UserPatch) ReplaceRoles(roles ...string) UserPatch {
	p.gives = append(slices.Clip(p.gives), roles...)
	return p.with("replace", "/roles", append([]string{}, roles...))
}

// String returns the operations in the order in which they are carried out, such as
//
//	remove role "user.admin"; replace /displayName "My New Name"; add /roles/- "branding.admin"
//
// A role to remove is shown by its name, as long as its index is not known; see [AccountUsers.Preview].
func (p UserPatch) String() string {
	var parts []string
	for _, role := range p.removes {
		parts = append(parts, "remove role "+strconv.Quote(role))
	}
	for _, op := range p.operations {
		parts = append(parts, strings.TrimSpace(orEmpty(op.Op)+" "+op.Path+" "+string(op.Value)))
	}
	if parts == nil {
		return "no change"
	}
	return strings.Join(parts, "; ")
}

// MarshalJSON returns the JSON Patch that is sent. A role to remove, whose index is not known yet, is written as an
// operation that JSON Patch does not have, {"op":"removeRole","value":"user.admin"}: a service would refuse it, where it
// would carry out a remove with a made-up index.
func (p UserPatch) MarshalJSON() ([]byte, error) {
	all := make([]any, 0, len(p.removes)+len(p.operations))
	for _, role := range p.removes {
		all = append(all, removeRole{Op: "removeRole", Value: role})
	}
	for _, op := range p.operations {
		all = append(all, op)
	}
	return json.Marshal(all)
}

type removeRole struct {
	Op    string `json:"op"`
	Value string `json:"value"`
}

func (p UserPatch) with(op, path string, value any) UserPatch {
	p.operations = append(slices.Clip(p.operations), operationOf(op, path, value))
	return p
}

func operationOf(op, path string, value any) myreports.JSONPatchOperation {
	raw, _ := json.Marshal(value) // a string or a list of strings, which cannot fail
	return myreports.JSONPatchOperation{Op: &op, Path: path, Value: raw}
}

// check refuses a patch that gives and removes the same role, because the call does not show which of the two comes last.
func (p UserPatch) check() error {
	for _, role := range p.removes {
		if slices.Contains(p.gives, role) {
			return fmt.Errorf("the patch both gives and removes the role %q", role)
		}
	}
	return nil
}

// A removal is a role of a user at the index where it was found.
type removal struct {
	index int
	role  string
}

// removals returns the last role first, because removing one changes the indexes behind it.
func (p UserPatch) removals(roles []string) []removal {
	var found []removal
	for i, role := range slices.Backward(roles) {
		if slices.Contains(p.removes, role) {
			found = append(found, removal{i, role})
		}
	}
	return found
}

// behind returns the removals, followed by the patch's operations.
func (p UserPatch) behind(front []removal) myreports.JSONPatch {
	all := make(myreports.JSONPatch, 0, 2*len(front)+len(p.operations))
	for _, r := range front {
		path := fmt.Sprintf("/roles/%d", r.index)
		all = append(all, operationOf("test", path, r.role), myreports.JSONPatchOperation{Op: new("remove"), Path: path})
	}
	return append(all, p.operations...)
}

// A patcher sends patches to one user.
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
	front, err := t.removals(ctx, p)
	if err != nil {
		return err
	}
	err = t.sendBehind(ctx, p, front)
	if failure, ok := errors.AsType[*Error](err); !ok || failure.Status != http.StatusBadRequest {
		return err
	}
	// The roles tell whether it was the test that failed. The message does not, because its wording is not promised.
	moved, readErr := t.removals(ctx, p)
	if readErr == nil && !slices.Equal(front, moved) {
		return t.sendBehind(ctx, p, moved)
	}
	return err
}

// preview returns the patch as it would be sent now. Only a patch that removes roles needs to read the user.
func (t patcher) preview(ctx context.Context, p UserPatch) (UserPatch, error) {
	if err := p.check(); err != nil {
		return UserPatch{}, t.core.refuse(ctx, t.operation, err)
	}
	if len(p.removes) == 0 {
		return p, nil
	}
	front, err := t.removals(ctx, p)
	if err != nil {
		return UserPatch{}, err
	}
	return UserPatch{operations: p.behind(front), gives: p.gives}, nil
}

// removals reads the user and returns where the roles to remove are.
func (t patcher) removals(ctx context.Context, p UserPatch) ([]removal, error) {
	roles, err := t.roles(ctx)
	if err != nil {
		return nil, err
	}
	if roles == nil { // to take this for a user without roles would leave a role in place without an error
		return nil, t.core.misshapen(ctx, t.operation, errors.New("the user was returned without roles, so that none can be removed"))
	}
	return p.removals(roles), nil
}

func (t patcher) sendBehind(ctx context.Context, p UserPatch, front []removal) error {
	all := p.behind(front)
	if len(all) == 0 {
		return nil // the user has none of the roles to remove, and nothing else was asked for
	}
	return t.send(ctx, all)
}
