package strictjson

const (
	maxIdentifier = 64 // bytes of a name, without what stands before and behind it
	maxDigits     = 5  // of a name: with more it is likely to be the number of a person or thing
	annotation    = "@odata."
)

// AnyName is written in the place of a name that is data.
const AnyName = "{}"

// IsName reports whether a name that no document declares looks like the name of a member, and not like data such as an e-mail
// address, a number or a UUID: letters, digits and _ . - after a letter or _, at most 64 bytes and five digits of them, perhaps with
// $ or @ before, and with an annotation of OData (@odata.type) behind it.
func IsName[T string | []byte](name T) bool {
	start := 0
	if len(name) > 0 && (name[0] == '$' || name[0] == '@') {
		start = 1
	}
	end, digits := identifier(name, start)
	if end == start || end-start > maxIdentifier || digits > maxDigits {
		return false
	}
	return end == len(name) || isAnnotation(name[end:])
}

// identifier returns where the identifier that begins at start ends, and how many digits it has.
func identifier[T string | []byte](name T, start int) (end, digits int) {
	for end = start; end < len(name); end++ {
		switch c := name[end]; {
		case isLetter(c) || c == '_':
		case end == start:
			return end, 0
		case '0' <= c && c <= '9':
			digits++
		case c != '.' && c != '-':
			return end, digits
		}
	}
	return end, digits
}

func isAnnotation[T string | []byte](rest T) bool {
	if len(rest) <= len(annotation) || string(rest[:len(annotation)]) != annotation {
		return false
	}
	for i := len(annotation); i < len(rest); i++ {
		if !isLetter(rest[i]) {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
