package jsonpatch

import "strings"

// end is the segment that means "after the last element" to add and, a quirk of
// the library, "the last element" to everything else.
const end = "-"

// listName is what .NET prints for the list of roles.
const listName = "System.Collections.Generic.List`1[System.String]"

// A document is a user while it is patched.
type document struct {
	displayName *string
	roles       *list // nil is null
	kept        []string
	validRole   func(string) bool
}

// A place is where a path leads: a property, or an element of roles.
type place struct {
	property property
	segment  string // the path's last segment, as sent
	element  bool   // segment is an index of roles
}

type property int

const (
	displayName property = iota
	roles
)

func newDocument(u User, validRole func(string) bool) *document {
	d := &document{kept: u.Kept, validRole: validRole}
	if u.DisplayName != nil {
		name := *u.DisplayName
		d.displayName = &name
	}
	if u.Roles != nil {
		d.roles = newList(u.Roles)
	}
	return d
}

func (d *document) user() User {
	u := User{DisplayName: d.displayName, Kept: d.kept}
	if d.roles != nil {
		u.Roles = d.roles.all()
	}
	return u
}

// find follows path. A path that ends in the middle of nowhere names the segment
// that is missing; one that meets a null on its way says so with op and path.
func (d *document) find(op, path string) (place, error) {
	segments, err := split(path)
	if err != nil {
		return place{}, err
	}
	if len(segments) == 0 {
		return place{}, segmentNotFound("")
	}
	p, ok := propertyNamed(segments[0])
	switch {
	case !ok:
		return place{}, segmentNotFound(segments[0])
	case len(segments) == 1:
		return place{property: p, segment: segments[0]}, nil
	case d.isNull(p):
		return place{}, locationNotFound(op, path)
	case p == displayName:
		return place{}, segmentNotFound(segments[1]) // a string has no members
	case len(segments) == 2:
		return place{property: p, segment: segments[1], element: true}, nil
	}
	if _, err := indexBelow(segments[1], d.roles.size); err != nil {
		return place{}, err
	}
	return place{}, segmentNotFound(segments[2])
}

func propertyNamed(segment string) (property, bool) {
	for p, name := range []string{displayName: "displayName", roles: "roles"} {
		// Equal length leaves the ASCII letters, which is what .NET's ordinal
		// comparison folds; EqualFold alone takes "roleſ" for roles.
		if len(segment) == len(name) && strings.EqualFold(segment, name) {
			return property(p), true
		}
	}
	return 0, false
}

func (d *document) isNull(p property) bool {
	if p == displayName {
		return d.displayName == nil
	}
	return d.roles == nil
}

// read is the first half of move and copy.
func (d *document) read(op, path string) (value, error) {
	at, err := d.find(op, path)
	switch {
	case err != nil:
		return value{}, err
	case at.element:
		i, err := d.existing(at.segment)
		if err != nil {
			return value{}, err
		}
		return textValue(d.roles.at(i)), nil
	case d.isNull(at.property):
		return value{}, nil
	case at.property == displayName:
		return textValue(*d.displayName), nil
	}
	return value{kind: listKind, shown: listName, list: d.roles}, nil
}

// existing returns the index of an element that must be there.
func (d *document) existing(segment string) (int, error) {
	if segment != end {
		return indexBelow(segment, d.roles.size)
	}
	if d.roles.size == 0 {
		return 0, malformed() // the library reads element -1
	}
	return d.roles.size - 1, nil
}

// remove sets a property to null, and takes an element out of roles.
func (d *document) remove(op, path string) error {
	at, err := d.find(op, path)
	switch {
	case err != nil:
		return err
	case at.element:
		i, err := d.existing(at.segment)
		if err != nil {
			return err
		}
		d.roles.remove(i)
	case at.property == displayName:
		d.displayName = nil
	default:
		d.replaceRoles(nil)
	}
	return nil
}

// replaceRoles puts a list in the place of roles, nil for null, and keeps what stays. The kept come last.
func (d *document) replaceRoles(l *list) {
	before := d.roles
	d.roles = l
	for _, role := range d.kept {
		if before == nil || !before.contains(role) || l != nil && l.contains(role) {
			continue
		}
		if d.roles == nil {
			d.roles = newList(nil)
		}
		d.roles.insert(d.roles.size, role)
	}
}
