package jsonpatch

import "fmt"

// Malformed is the message for a document that is not a JSON Patch, and for one
// to which an ASP.NET Core service without guards would respond with a 500.
const Malformed = "The JSON patch document was malformed and could not be parsed."

// The texts below are the library's resource strings. The comment beside each is
// its name in the library.

func malformed() error { return &Error{Malformed} } // InvalidJsonPatchDocument

func invalidOperation(op string) error { // InvalidJsonPatchOperation
	return errorf("Invalid JsonPatch operation '%s'.", op)
}

func invalidPath(path string) error { // InvalidValueForPath
	return errorf("The provided string '%s' is an invalid path.", path)
}

func segmentNotFound(segment string) error { // TargetLocationAtPathSegmentNotFound
	return errorf("The target location specified by path segment '%s' was not found.", segment)
}

func locationNotFound(op, path string) error { // TargetLocationNotFound
	return errorf("For operation '%s', the target location specified by path '%s' was not found.", op, path)
}

func invalidValue(shown string) error { // InvalidValueForProperty
	return errorf("The value '%s' is invalid for target location.", shown)
}

func invalidIndex(segment string) error { // InvalidIndexValue
	return errorf("The path segment '%s' is invalid for an array index.", segment)
}

func outOfBounds(segment string) error { // IndexOutOfBounds
	return errorf("The index value provided by path segment '%s' is out of bounds of the array size.", segment)
}

func propertyDiffers(current, segment, tested string) error { // ValueNotEqualToTestValue
	return errorf("The current value '%s' at path '%s' is not equal to the test value '%s'.", current, segment, tested)
}

func elementDiffers(current string, index int, tested string) error { // ValueAtListPositionNotEqualToTestValue
	return errorf("The current value '%s' at position '%d' is not equal to the test value '%s'.", current, index, tested)
}

func errorf(format string, args ...any) error {
	return &Error{fmt.Sprintf(format, args...)}
}
