// Package format checks the formats of strings: UUIDs, dates and times, addresses. It works on the bytes of a message and
// knows no schema. [Strings] has all formats by their names in OpenAPI and JSON Schema.
package format

// Strings returns the checks of all formats by name. In requests a UUID may have upper-case letters; in responses it is lower
// case.
func Strings(response bool) map[string]func([]byte) bool {
	formats := map[string]func([]byte) bool{
		"uuid": IsUUID, "date": IsDate, "date-time": IsDateTime, "email": IsEmail, "byte": IsBase64,
		"uri": IsURI, "ipv4": IsIPv4, "ipv6": IsIPv6, "hostname": IsHostname,
	}
	if response {
		formats["uuid"] = IsLowerUUID
	}
	return formats
}
