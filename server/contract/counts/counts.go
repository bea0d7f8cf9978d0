// Package counts holds what was counted of HTTP exchanges: for each operation, direction and status of an OpenAPI document a tree
// of places that mirrors its schemas, with counters. It holds numbers and names of the document, and no value of any message.
//
// [Counts] is what contract.Tally's method Counts returns. Its JSON is made to be kept in files; [Counts.Add] puts several
// together, and [Counts.Places] walks all places.
//
// # Places
//
// A place is written as a JSON pointer in which * stands for any index of an array, and {} for a name that is data: a member that
// only additionalProperties admits, or a name that does not look like one (see [IsName]). So /items/*/id is the id of every
// element of items.
//
// # Limits
//
// What a document declares is all there. What it does not declare is bounded: [MaxNames] names at a place, [MaxUnlisted] values of
// an enumeration, [MaxMedia] media types and [MaxStatuses] statuses; the rest is counted under {}, as one.
//
// # Compatibility
//
// Members of the JSON keep their meaning; others may join them.
package counts

// Counts is what was counted, by the ID of an operation.
type Counts struct {
	Operations map[string]*Operation

	// Document says that the operations, statuses, parameters and places of a document are all there, those that were never
	// seen among them, and that Place.Declared says what it asks of each. The code that makes Counts from a document sets it;
	// reading JSON does not.
	Document bool
}

// An Operation is what was counted of the exchanges of one operation.
type Operation struct {
	Seen int64 `json:"seen"`

	// First and Last are the days on which it was seen, as 2006-01-02. A Tally knows no clock and leaves them empty; Add keeps
	// the earliest and the latest.
	First string `json:"first,omitempty"`
	Last  string `json:"last,omitempty"`

	Requests   Requests            `json:"requests,omitzero"`
	Statuses   map[string]*Message `json:"statuses,omitempty"`   // responses, as the document has them: 200, 4XX or default
	Undeclared map[string]*Message `json:"undeclared,omitempty"` // responses of other statuses, by their three digits
}

// Requests are the requests of one operation by what became of them, for the same departure means different things: where it was
// accepted the document is too strict, and where it was refused the document is confirmed. A member is nil until such a request
// was seen.
type Requests struct {
	Accepted *Message `json:"accepted,omitempty"` // status below 400
	Refused  *Message `json:"refused,omitempty"`  // 400, 413, 414, 415, 422 and 431, which judge the request itself
	Denied   *Message `json:"denied,omitempty"`   // any other 4xx: credentials, absence, conflict, rate
	Failed   *Message `json:"failed,omitempty"`   // 5xx, or no status
}

// A Message is what was counted of requests with one outcome, or of responses with one status.
type Message struct {
	Seen int64 `json:"seen"`
	Fits int64 `json:"fits,omitzero"` // of these, those in which nothing departs that a Tally sees

	// Parameters are the declared parameters of a request, as "query pageSize", and the declared headers of a response, as
	// "header X-Correlation-Id". Place.Absent counts the messages that have none.
	Parameters map[string]*Place `json:"parameters,omitempty"`
	Undeclared map[string]*Place `json:"undeclared,omitempty"` // query parameters and headers, named likewise

	Empty           int64             `json:"empty,omitzero"`                 // messages without a body
	Media           map[string]*Media `json:"mediaTypes,omitempty"`           // as the document has them
	UndeclaredMedia map[string]*Media `json:"undeclaredMediaTypes,omitempty"` // as the message has them, without parameters; "" for none

	Misfits Misfits `json:"misfits,omitempty"` // of the message as a whole: status, mediaType, body, required, syntax …
}

// A Media is what was counted of bodies of one media type.
type Media struct {
	Seen int64  `json:"seen"`
	Body *Place `json:"body,omitempty"` // nil where bodies of this type are not looked into
}

// A Place is what was counted at one place: a body, member, element, parameter or header.
type Place struct {
	Seen   int64 `json:"seen"`            // values, null among them
	Absent int64 `json:"absent,omitzero"` // objects or messages without it; for declared places only

	Null    int64 `json:"null,omitzero"`
	Boolean int64 `json:"boolean,omitzero"`
	Integer int64 `json:"integer,omitzero"` // numbers without fraction and exponent
	Number  int64 `json:"number,omitzero"`  // numbers with one of them
	String  int64 `json:"string,omitzero"`
	Array   int64 `json:"array,omitzero"`
	Object  int64 `json:"object,omitzero"`

	Strings Strings `json:"strings,omitzero"` // what the strings look like; not of secrets
	Longest int64   `json:"longest,omitzero"` // code points of the longest string; of declared places that are not secret

	Values   map[string]int64 `json:"values,omitempty"`   // by value of the declared enumeration, numbers as their text
	Unlisted map[string]int64 `json:"unlisted,omitempty"` // strings outside of it that look like names; {} for all others

	Members    map[string]*Place `json:"members,omitempty"`    // that the document declares
	Undeclared map[string]*Place `json:"undeclared,omitempty"` // that it does not; {} for those whose name is not kept
	Rest       *Place            `json:"rest,omitempty"`       // members that additionalProperties admits, together
	Items      *Place            `json:"items,omitempty"`      // elements, together

	Misfits Misfits `json:"misfits,omitempty"`

	Declared *Declared `json:"-"` // what the document asks here; nil where it is silent, or not known
	Required bool      `json:"-"` // the parent must have it
}

// Strings tells the strings of a place by what they look like. Each string counts once.
type Strings struct {
	Empty         int64 `json:"empty,omitzero"`
	UUID          int64 `json:"uuid,omitzero"`          // 8-4-4-4-12, without capital letters
	UpperUUID     int64 `json:"upperUUID,omitzero"`     // with capital letters
	DateTime      int64 `json:"dateTime,omitzero"`      // RFC 3339
	LocalDateTime int64 `json:"localDateTime,omitzero"` // RFC 3339 but for the offset, which is missing
	Date          int64 `json:"date,omitzero"`
	Digits        int64 `json:"digits,omitzero"` // ASCII digits alone
	Word          int64 `json:"word,omitzero"`   // ASCII letters, digits, and _ - . between them
	Other         int64 `json:"other,omitzero"`
}

// Misfits counts departures at one place by rule. The rules are those of contract.Violation.
type Misfits map[string]Misfit

// A Misfit counts one departure: how many values show it, in how many exchanges.
type Misfit struct {
	Values    int64 `json:"values"`
	Exchanges int64 `json:"exchanges"`
}

// Declared is what a document asks at a place. Places with one schema share it, and it must not be changed. It may be reached from
// itself, for schemas may be recursive.
type Declared struct {
	Schema    string   // pointer into the document, through $ref: #/components/schemas/CustomerUser/properties/id
	Line      int      // of that; 0 if the document's loader did not keep lines
	Kinds     []string // that are accepted, as the counters of a Place are called in JSON; null among them where it is nullable
	Format    string
	Enum      []string // texts and numbers of the enumeration, as Place.Values has them
	ReadOnly  bool
	WriteOnly bool
	Secret    bool // writeOnly or a password: what its strings look like is not counted
	Closed    bool // additionalProperties: false

	Members map[string]Member // that properties name
	Rest    *Declared         // what additionalProperties asks; an empty Declared where it takes anything
	Items   *Declared
}

// A Member is a declared member of an object. Its Declared is nil if the document takes anything there.
type Member struct {
	*Declared
	Required bool
}
