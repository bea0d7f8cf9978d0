package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
	"github.com/resellerkit/resellerkit/server/witness/internal/yamledit"
)

// A Document is an OpenAPI 3.0 document that exchanges are checked against. It is immutable, and safe for concurrent use.
type Document struct {
	Name string // as in commands, evidence and reports
	Path string // of the file, as in reports, such as openapi/cloudcockpit.yaml
	Data []byte // content of the file; must not be changed

	doc      *openapi3.T
	contract *contract.Contract
	sum      string // SHA-256 of Data, in hex

	root       *yaml.Node
	operations map[string]*operationInfo // by ID
	names      map[string]bool           // members, parameters, headers and path segments
	headers    map[string]bool           // headers of responses, as places
	segments   map[string]string         // literal path segments, by their lower case

	mu       sync.Mutex
	evidence map[string]Evidence // results of evidenceOf, by schema

	roundTrip    func() error             // result of yamledit.CheckRoundTrip
	fingerprints func() map[string]string // hashes of the operations, by ID; see fingerprint
}

// maxDocument limits the size of a document, in bytes.
const maxDocument = 32 << 20

// NewDocument parses a document. References to other files are not followed. path is only used in reports and errors.
func NewDocument(name, path string, data []byte) (*Document, error) {
	if len(data) > maxDocument {
		return nil, fmt.Errorf("%s: larger than %d MiB", path, maxDocument>>20)
	}
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true // the lines that reports name
	doc, err := loader.LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, err)
	}
	c, err := contract.New(doc, documentOptions())
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", path, err)
	}
	sum := sha256.Sum256(data)
	d := &Document{Name: name, Path: path, Data: data, doc: doc, contract: c, sum: hex.EncodeToString(sum[:])}
	if err := d.index(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	d.roundTrip = sync.OnceValue(func() error { return yamledit.CheckRoundTrip(data) })
	d.fingerprints = sync.OnceValue(d.allFingerprints)
	return d, nil
}

// documentOptions returns the options of the contract that checks the exchanges. Case is ignored in paths and in names of query
// parameters, because the services ignore it.
func documentOptions() contract.Options {
	return contract.Options{
		Observe: true, IgnoreCase: true, UndeclaredHeaders: contract.Report, Formats: map[string]func([]byte) bool{"uuid": nil},
		MaxRequestBody: maxChecked, MaxResponseBody: maxChecked,
	}
}

// maxChecked limits the decoded size of a body that is checked. The limits of a Proxy apply before, to the bytes that are copied.
const maxChecked = 64 << 20

// ErrUnknownDocument is returned by [Embedded] for an unknown name.
var ErrUnknownDocument = errors.New("no document of that name")

// Embedded returns one of this project's own documents, by name: cloudcockpit or myreports.
func Embedded(name string) (*Document, error) {
	switch name {
	case "cloudcockpit":
		return NewDocument(name, "openapi/cloudcockpit.yaml", openapi.CloudCockpitYAML)
	case "myreports":
		return NewDocument(name, "openapi/myreports.yaml", openapi.MyReportsYAML)
	}
	return nil, fmt.Errorf("%w: %s", ErrUnknownDocument, name)
}

// NameOf returns the name of the document in a file: the name of the file, without directory and extension.
func NameOf(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// servers returns the URLs of the document's servers, with the default values of their variables.
func (d *Document) servers() []*url.URL {
	var urls []*url.URL
	for _, server := range d.doc.Servers {
		text := server.URL
		for name, variable := range server.Variables {
			text = strings.ReplaceAll(text, "{"+name+"}", variable.Default)
		}
		if u, err := url.Parse(text); err == nil {
			urls = append(urls, u)
		}
	}
	return urls
}

// Base returns the path of the document's first server, without a slash at the end: what comes before the paths of its operations.
func (d *Document) Base() string { return d.bases()[0] }

// bases returns the paths of the document's servers without a slash at the end, each once; the empty one where it has no servers.
func (d *Document) bases() []string {
	var bases []string
	for _, u := range d.servers() {
		base := strings.TrimRight(u.Path, "/")
		if !slices.Contains(bases, base) {
			bases = append(bases, base)
		}
	}
	if len(bases) == 0 {
		bases = []string{""}
	}
	return bases
}
