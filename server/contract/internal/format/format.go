// Package format checks the formats of strings: UUIDs, dates and times, addresses. It works on the bytes of a message and
// knows no schema. [Strings] has all formats by their names in OpenAPI and JSON Schema.
package format

// Strings returns the checks by which kin-openapi and programs judge the formats of strings: those that OpenAPI 3.0 defines, and
// more of the caller's. OpenAPI leaves all other formats to the two sides of an API, so that they are annotations. A nil function
// stands for this package's own check, see [Known]. In requests a UUID may have upper-case letters; in responses it is lower
// case.
func Strings(response bool, more map[string]func([]byte) bool) map[string]func([]byte) bool {
	formats := map[string]func([]byte) bool{"date": IsDate, "date-time": IsDateTime, "byte": IsBase64}
	for name, check := range more {
		if check == nil {
			check = known[name]
		}
		formats[name] = check
	}
	if own := UUID(response, more); own != nil {
		formats["uuid"] = own
	}
	return formats
}

// UUID returns this package's check of UUIDs if the caller asks for it. It accepts only 36 bytes of ASCII, which a function of the
// caller's need not.
func UUID(response bool, more map[string]func([]byte) bool) func([]byte) bool {
	switch check, asked := more["uuid"]; {
	case !asked || check != nil:
		return nil
	case response:
		return IsLowerUUID
	}
	return IsUUID
}

// known are the checks of formats that OpenAPI 3.0 does not define.
var known = map[string]func([]byte) bool{
	"uuid": IsUUID, "email": IsEmail, "uri": IsURI, "ipv4": IsIPv4, "ipv6": IsIPv6, "hostname": IsHostname,
}

// Known reports whether this package checks a format.
func Known(name string) bool {
	return known[name] != nil || name == "date" || name == "date-time" || name == "byte"
}
