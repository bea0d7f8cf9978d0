package witness

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/resellerkit/resellerkit/server/contract/counts"
)

// A Finding is one departure of exchanges from a document: one place and one rule, with how often it was seen. It holds names,
// kinds and counts, and no value of any message.
type Finding struct {
	// ID is the same in every run, whatever the counts and lines are: 12 hexadecimal digits of a hash of contract, class, operation,
	// In, Status, Place and Rule.
	ID        string `json:"id"`
	Class     Class  `json:"class"`
	Contract  string `json:"contract"`
	Operation string `json:"operation,omitempty"` // "" where no operation matches
	Status    int    `json:"status,omitempty"`    // of the response; 0 for a request
	In        string `json:"in"`                  // path, query, header, cookie, body or response
	Place     string `json:"place"`               // JSON pointer; * for any index, {} for a name that is data
	Rule      string `json:"rule"`                // as in contract.Violation, or refused, shape
	Expected  string `json:"expected,omitempty"`

	Got      []Count  `json:"got,omitempty"`    // what was found instead, by kind
	Schema   string   `json:"schema,omitempty"` // pointer in the document, through $ref
	Line     int      `json:"line,omitempty"`   // of that
	Evidence Evidence `json:"evidence,omitzero"`

	Exchanges int64 `json:"exchanges"`         // that show it
	Of        int64 `json:"of,omitempty"`      // exchanges in which it could have been seen
	Places    int64 `json:"places,omitempty"`  // values that show it
	AtLeast   bool  `json:"atLeast,omitempty"` // counted on a sample

	First string `json:"first,omitempty"` // days, as 2006-01-02
	Last  string `json:"last,omitempty"`

	Also     []string `json:"also,omitempty"`     // other operations with the same departure at the same place of the document
	Proposal string   `json:"proposal,omitempty"` // "patch", or why there is none
	Accepted string   `json:"accepted,omitempty"` // the reason for which it is accepted

	runs   int              // how many runs saw it
	at     *counts.Place    // what was counted there; nil where nothing is
	parent *counts.Declared // what the document asks of the object that has the place
}

// A Count is how often something was found.
type Count struct {
	What string `json:"what"`
	N    int64  `json:"n"`
}

// Evidence is what the document says of its own fact: how well it is proven. It is zero where the document is silent.
type Evidence struct {
	Grade  string `json:"grade,omitempty"`
	Source string `json:"source,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Class says whose departure a finding is, and so what to do about it.
type Class string

// Classes.
const (
	Differs Class = "differs" // the service does other than the document states
	New     Class = "new"     // the service does what the document does not mention
	Strict  Class = "strict"  // a rule of ours, beyond OpenAPI, is broken: OpenAPI would let it pass
	Yours   Class = "yours"   // the caller departed, and the service refused it, as the document says
	Foreign Class = "foreign" // a gateway or proxy responded, not the service
)

// classes are in the order of reports.
var classes = []Class{Differs, New, Strict, Yours, Foreign}

// A key is what a finding is known by.
type key struct {
	class     Class
	operation string
	in        string
	status    int
	place     string
	rule      string
}

// anyClass returns the key without the class, which depends on the document and on other exchanges.
func (k key) anyClass() key {
	k.class = ""
	return k
}

// id returns the finding's ID.
func (k key) id(contract string) string {
	text := strings.Join([]string{contract, string(k.class), k.operation, k.in, strconv.Itoa(k.status), k.place, k.rule}, "\x00")
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}

func (f *Finding) key() key { return key{f.Class, f.Operation, f.In, f.Status, f.Place, f.Rule} }

// order sorts findings: by class, then the most frequent first.
func order(findings []*Finding) {
	slices.SortStableFunc(findings, func(a, b *Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(classes, a.Class), slices.Index(classes, b.Class)),
			cmp.Compare(b.Exchanges, a.Exchanges),
			cmp.Compare(a.Contract, b.Contract), cmp.Compare(a.Operation, b.Operation),
			cmp.Compare(a.Status, b.Status), cmp.Compare(a.In, b.In),
			cmp.Compare(a.Place, b.Place), cmp.Compare(a.Rule, b.Rule),
		)
	})
}

// where returns a line that says where a finding is, for people.
func (f *Finding) where() string {
	parts := []string{cmp.Or(f.Operation, "no operation")}
	if f.Status != 0 {
		parts = append(parts, statusText(f.Status))
	}
	if f.In != "response" {
		parts = append(parts, f.In)
	}
	if f.Place != "" {
		parts = append(parts, plain(f.Place))
	}
	return strings.Join(parts, " ")
}

// frequency returns how often a finding was seen, for people.
func (f *Finding) frequency() string {
	n := strconv.FormatInt(f.Exchanges, 10)
	if f.AtLeast {
		n = "≥ " + n
	}
	if f.Of > 0 {
		n += " of " + strconv.FormatInt(f.Of, 10)
	}
	return n
}

// got returns what was found instead, for people.
func (f *Finding) got() string {
	parts := make([]string, len(f.Got))
	for i, c := range f.Got {
		parts[i] = plain(c.What) + " × " + strconv.FormatInt(c.N, 10)
	}
	return strings.Join(parts, ", ")
}

// plain makes text that came from a file or a message fit for a terminal.
func plain(s string) string {
	quoted := strconv.Quote(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
