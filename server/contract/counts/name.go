package counts

import "github.com/resellerkit/resellerkit/server/contract/internal/strictjson"

// Bounds of what is kept of names that no document declares.
const (
	MaxNames    = 64 // undeclared members of one object, or parameters and headers of one message
	MaxUnlisted = 16 // strings outside of one enumeration
	MaxMedia    = 16 // undeclared media types of one message
	MaxStatuses = 32 // undeclared statuses of one operation

	// MaxDepth is how deeply undeclared places are counted, in steps from the body.
	MaxDepth = 12
)

// Other is the name under which everything is counted whose own name is data, or one too many.
const Other = strictjson.AnyName

// IsName reports whether a name that no document declares looks like the name of a member, and not like data such as an e-mail
// address, a number or a UUID: letters, digits and _ . - after a letter or _, at most 64 bytes and five digits of them, perhaps with
// $ or @ before, and with an annotation of OData (@odata.type) behind it.
func IsName[T string | []byte](name T) bool { return strictjson.IsName(name) }
