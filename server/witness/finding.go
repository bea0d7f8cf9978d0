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

// A Finding is one way in which exchanges depart from a document: one rule that is broken at one place, and how often that was seen. It
// holds names, JSON types and counts, and no value of any message.
type Finding struct {
	// ID identifies the finding in all runs: 12 hexadecimal digits of a hash of contract, class, operation, In, Status, Place and Rule.
	// Counts and lines do not change it.
	ID        string `json:"id"`
	Class     Class  `json:"class"`
	Contract  string `json:"contract"`
	Operation string `json:"operation,omitempty"` // "" if no operation matches
	Status    int    `json:"status,omitempty"`    // of the response; 0 for a request
	In        string `json:"in"`                  // path, query, header, cookie, body or response
	Place     string `json:"place"`               // JSON pointer; * for any index, {} for a name that is data
	Rule      string `json:"rule"`                // as in contract.Violation; or refused, gateway, shape, case
	Expected  string `json:"expected,omitempty"`

	Got      []Count  `json:"got,omitempty"`    // what was found instead, such as JSON types
	Schema   string   `json:"schema,omitempty"` // pointer in the document, through $ref
	Line     int      `json:"line,omitempty"`   // line of Schema in the document
	Evidence Evidence `json:"evidence,omitzero"`

	Exchanges int64 `json:"exchanges"`         // exchanges that show the finding
	Of        int64 `json:"of,omitempty"`      // exchanges in which it could have been seen
	Places    int64 `json:"places,omitempty"`  // values that show the finding
	AtLeast   bool  `json:"atLeast,omitempty"` // Exchanges and Places are those of a sample

	First string `json:"first,omitempty"` // days, as 2006-01-02
	Last  string `json:"last,omitempty"`

	Also     []string `json:"also,omitempty"`     // other operations with the same finding at the same place of the document
	Proposal string   `json:"proposal,omitempty"` // "patch" if Propose can settle it, or why it cannot
	Accepted string   `json:"accepted,omitempty"` // reason of the acceptance, see Report.Accept

	runs   int              // number of runs with the finding
	at     *counts.Place    // counts at the place; nil if it is not counted
	parent *counts.Declared // declaration of the object with the place
}

// A Count is how often something was found.
type Count struct {
	What string `json:"what"`
	N    int64  `json:"n"`
}

// Evidence is the x-evidence of a place in the document: on what grounds the document states what it states there. It is zero where the
// document states nothing.
type Evidence struct {
	Grade  string `json:"grade,omitempty"`
	Source string `json:"source,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Class tells findings apart by who departs from the document, and so by what to do about them.
type Class string

// Classes.
const (
	Differs Class = "differs" // the service does something else than the document states
	New     Class = "new"     // the service does something that the document does not mention
	Strict  Class = "strict"  // breaks a rule of package contract that OpenAPI does not have
	Yours   Class = "yours"   // the caller's request departs, and the service refused it
	Foreign Class = "foreign" // a gateway or proxy responded, and not the service
)

// classes lists the classes in the order of reports.
var classes = []Class{Differs, New, Strict, Yours, Foreign}

// A key identifies a finding of one document.
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

// where returns operation, status and place of a finding as text.
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

// frequency returns how often a finding was seen as text, such as "37 of 1204".
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

// got returns what was found instead as text.
func (f *Finding) got() string {
	parts := make([]string, len(f.Got))
	for i, c := range f.Got {
		parts[i] = plain(c.What) + " × " + strconv.FormatInt(c.N, 10)
	}
	return strings.Join(parts, ", ")
}

// plain escapes control characters in text from a file or a message, which could otherwise change what a terminal shows.
func plain(s string) string {
	quoted := strconv.Quote(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
