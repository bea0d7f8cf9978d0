package jsonpatch

// test compares the target location with the value. The value is converted as
// if it were written, so that "5" equals 5, but it need not be a known role.
func (d *document) test(op, path string, v value) error {
	at, err := d.find(op, path)
	switch {
	case err != nil:
		return err
	case at.element:
		return d.testElement(at.segment, v)
	case at.property == displayName:
		return d.testName(at.segment, v)
	}
	return d.testRoles(at.segment, v)
}

func (d *document) testName(segment string, v value) error {
	want, ok := v.text()
	switch {
	case !ok:
		return invalidValue(v.String())
	case d.displayName == nil && want == nil:
		return nil
	case d.displayName == nil:
		return propertyDiffers("", segment, v.String())
	case want == nil || *want != *d.displayName:
		return propertyDiffers(*d.displayName, segment, v.String())
	}
	return nil
}

func (d *document) testRoles(segment string, v value) error {
	want, ok := v.texts()
	switch {
	case !ok:
		return invalidValue(v.String())
	case d.roles == nil && want == nil:
		return nil
	case d.roles == nil:
		return propertyDiffers("", segment, v.String())
	case want == nil || !d.roles.equal(want):
		return propertyDiffers(listName, segment, v.String())
	}
	return nil
}

func (d *document) testElement(segment string, v value) error {
	i := -1 // "-": the library reads element -1, after it has converted the value
	if segment != end {
		var err error
		if i, err = indexBelow(segment, d.roles.size); err != nil {
			return err
		}
	}
	want, ok := v.text()
	switch {
	case !ok:
		return invalidValue(v.String())
	case i < 0:
		return malformed()
	case want == nil || *want != d.roles.at(i):
		return elementDiffers(d.roles.at(i), i, v.String())
	}
	return nil
}
