package shape

// A Policy says what to do about a name that the document does not declare.
type Policy int

const (
	Report Policy = iota + 1 // a finding for which the message is not refused
	Reject                   // a finding for which it is
	Ignore
)
