package tally

// An Operation is what a document declares of one operation.
type Operation struct {
	ID       string
	Request  Declaration
	Statuses []Status

	// UndeclaredStatus is how a response of another status departs; 0 if it does not.
	UndeclaredStatus Rule
}

// A Status is what a document declares of one response, under the key it has there: 200, 4XX or default.
type Status struct {
	Key string
	Declaration
}

// A Declaration is what a document declares of a message.
type Declaration struct {
	Parameters []Parameter // of a request, or the headers of a response
	Media      []Media

	// IsUndeclared reports whether a header that is not among the parameters is worth counting: HTTP's own are not.
	IsUndeclared func(header string) bool

	// Declares reports whether a query parameter belongs to a declared one that has several names, as an object has. May be nil.
	Declares func(name string) bool

	// Reserves reports whether the value of a query parameter may have reserved characters, such as a semicolon. May be nil.
	Reserves func(name string) bool

	// FoldQuery maps the names of query parameters to one spelling where their case is ignored, else it is nil.
	FoldQuery func(name string) string

	UndeclaredQuery  Rule // how an undeclared query parameter departs; 0 if it does not
	UndeclaredHeader Rule
	EmptyBody        Rule // how a message without a body departs
}

// A Media is a declared media type.
type Media struct {
	Key    string
	JSON   bool   // bodies may be JSON
	Schema *Shape // of the body; nil takes anything
}

// A ParameterKind is how the text of a parameter becomes a value.
type ParameterKind uint8

// Kinds of parameters.
const (
	Text   ParameterKind = iota // one value
	List                        // several, in one text or, exploded, in several
	JSON                        // JSON text
	Opaque                      // only counted
)

// A Parameter is one of a request, or a header of a response.
type Parameter struct {
	In, Name   string // the name of a header in its canonical form
	Index      int    // in Message.PathValues, for a parameter of the path
	Kind       ParameterKind
	Schema     *Shape // of the value; nil takes any
	Required   bool
	AllowEmpty bool
	Exploded   bool   // each element of a List has a text of its own
	Separator  string // of elements that have not

	// Elements returns the elements in a text that was sent with escapes, as the checks read them. It is nil where only the separator
	// counts.
	Elements func(text, raw string) []string
}

// key is how counts name the parameter.
func (p *Parameter) key() string { return p.In + " " + p.Name }

// An Outcome is what became of a request.
type Outcome uint8

// Outcomes, as counts.Requests has them.
const (
	Accepted Outcome = iota
	Refused
	Denied
	Failed
	outcomes
)

// OutcomeOf tells what a response says about its request.
func OutcomeOf(status int) Outcome {
	switch {
	case status < 100 || status >= 500:
		return Failed
	case status < 400:
		return Accepted
	}
	switch status {
	case 400, 413, 414, 415, 422, 431:
		return Refused
	}
	return Denied
}
