package jsonpatch

import "strings"

// end is the segment that stands for the position after the last element in an
// add and, a quirk of the library, for the last element in all other operations.
const end = "-"

// listName is what .NET prints for the list of roles.
const listName = "System.Collections.Generic.List`1[System.String]"

// A document is the user that is being patched.
type document struct {
	displayName *string
	roles       *list // nil means null
	kept        []string
	validRole   func(string) bool
}

// A place is the target of a path: a property, or an element of roles.
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

// find resolves path. If a segment does not exist, the error names that segment;
// if a property on the way is null, the error names op and path.
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
		// .NET's ordinal comparison folds ASCII letters only. EqualFold alone
		// would take "roleſ" for roles; the check of the length excludes that.
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

// read reads the source of move and copy.
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

// existing returns the index of an element that must exist.
func (d *document) existing(segment string) (int, error) {
	if segment != end {
		return indexBelow(segment, d.roles.size)
	}
	if d.roles.size == 0 {
		return 0, malformed() // the library reads element -1
	}
	return d.roles.size - 1, nil
}

// remove sets a property to null, or removes an element of roles.
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

// replaceRoles replaces roles by a list; nil means null. It appends the kept roles that the user had.
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
