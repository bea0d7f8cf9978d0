package jsonpatch

// write applies add (insert is true) and replace.
func (d *document) write(op, path string, v value, insert bool) error {
	at, err := d.find(op, path)
	switch {
	case err != nil:
		return err
	case at.element:
		return d.writeElement(at.segment, v, insert)
	case at.property == displayName:
		return d.writeName(v)
	}
	return d.writeRoles(v)
}

func (d *document) writeName(v value) error {
	name, ok := v.text()
	if !ok {
		return invalidValue(v.String())
	}
	d.displayName = name
	return nil
}

func (d *document) writeRoles(v value) error {
	if v.kind == listKind {
		d.replaceRoles(v.list) // it can only be the user's own list, which is valid
		return nil
	}
	elements, ok := v.texts()
	if !ok {
		return invalidValue(v.String())
	}
	if elements == nil {
		d.replaceRoles(nil)
		return nil
	}
	names := make([]string, len(elements))
	for i, element := range elements {
		if err := d.checkRole(element); err != nil {
			return err
		}
		names[i] = *element
	}
	d.replaceRoles(newList(names))
	return nil
}

// writeElement checks the index before the value, as the library does.
func (d *document) writeElement(segment string, v value, insert bool) error {
	i, err := d.position(segment, insert)
	if err != nil {
		return err
	}
	role, ok := v.text()
	if !ok {
		return invalidValue(v.String())
	}
	if i < 0 {
		return malformed() // replace of "-" in an empty list
	}
	if err := d.checkRole(role); err != nil {
		return err
	}
	if insert {
		d.roles.insert(i, *role)
	} else {
		d.roles.set(i, *role)
	}
	return nil
}

// position returns the index at which add and replace write. Add may write behind
// the last element. In a replace "-" is the last element, -1 in an empty list.
func (d *document) position(segment string, insert bool) (int, error) {
	size := d.roles.size
	switch {
	case segment == end && insert:
		return size, nil
	case segment == end:
		return size - 1, nil
	case insert:
		return indexBelow(segment, size+1)
	}
	return indexBelow(segment, size)
}

// checkRole refuses unknown roles and null, which .NET prints as an empty text.
func (d *document) checkRole(role *string) error {
	switch {
	case role == nil:
		return invalidValue("")
	case d.validRole != nil && !d.validRole(*role):
		return invalidValue(*role)
	}
	return nil
}
