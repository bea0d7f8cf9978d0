package contract_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/resellerkit/resellerkit/openapi"
	"github.com/resellerkit/resellerkit/server/contract"
)

// A documented response is one of which a document has an example.
type documented struct {
	document  string
	c         *contract.Contract
	call      *contract.Call
	status    int
	key       string
	mediaType string
	schema    *openapi3.Schema
	example   any
}

func (d *documented) header() http.Header { return http.Header{"Content-Type": {d.mediaType}} }

func (d *documented) check(t testing.TB, value any) contract.Violations {
	t.Helper()
	return d.c.CheckResponse(d.call, d.status, d.header(), encode(t, value))
}

func encode(t testing.TB, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// decode copies a value by its JSON.
func decode(t testing.TB, value any) any {
	t.Helper()
	var copied any
	if err := json.Unmarshal(encode(t, value), &copied); err != nil {
		t.Fatal(err)
	}
	return copied
}

// ours are both APIs' documents.
func ours(t testing.TB) map[string]*openapi3.T {
	t.Helper()
	cloudCockpit, err := openapi.CloudCockpit()
	if err != nil {
		t.Fatal(err)
	}
	myReports, err := openapi.MyReports()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*openapi3.T{"cloudcockpit": cloudCockpit, "myreports": myReports}
}

// documentedResponses returns the responses of both documents that have an example.
func documentedResponses(t testing.TB, opts contract.Options) []*documented {
	t.Helper()
	opts.Observe = true
	var list []*documented
	for name, doc := range ours(t) {
		c, err := contract.New(doc, opts)
		if err != nil {
			t.Fatal(err)
		}
		for _, template := range doc.Paths.Keys() {
			operations := doc.Paths.Value(template).Operations()
			for _, method := range slices.Sorted(maps.Keys(operations)) {
				op := operations[method]
				call := &contract.Call{Operation: &contract.Operation{ID: op.OperationID, Method: method}}
				for _, key := range op.Responses.Keys() {
					d := documented{document: name, c: c, call: call, key: key, status: statusOf(t, key)}
					list = append(list, examples(t, d, op.Responses.Value(key).Value)...)
				}
			}
		}
	}
	if len(list) < 50 {
		t.Fatalf("only %d responses have an example", len(list))
	}
	return list
}

func statusOf(t testing.TB, key string) int {
	t.Helper()
	var status int
	if err := json.Unmarshal([]byte(key), &status); err != nil {
		t.Fatalf("the status %s is none", key)
	}
	return status
}

func examples(t testing.TB, d documented, response *openapi3.Response) []*documented {
	t.Helper()
	var list []*documented
	for mediaType, media := range response.Content {
		values := []any{media.Example}
		for _, ref := range media.Examples {
			values = append(values, ref.Value.Value)
		}
		for _, value := range values {
			if value != nil {
				one := d
				one.mediaType, one.schema, one.example = mediaType, media.Schema.Value, decode(t, value)
				list = append(list, &one)
			}
		}
	}
	return list
}
