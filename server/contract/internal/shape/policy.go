package shape

// An Policy says what to do about a name that the document does not declare.
type Policy int

const (
	Report Policy = iota + 1 // a finding that does not refuse the message
	Reject                   // a finding that does
	Ignore
)
