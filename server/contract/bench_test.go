package contract

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/resellerkit/resellerkit/openapi"
)

// portalUser is the create request of CloudCockpit.
const portalUser = `{"firstName":"Grace","lastName":"Hopper","email":"grace.hopper@contoso.example","role":{},` +
	`"groups":[{"id":"90000000-0000-4000-8000-000000000002","name":"Viewer"}]}`

// userPage is a page of n customer users, as encoding/json writes it.
func userPage(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"continuationToken":null,"hasNextPage":false,"hasPreviousPage":false,"items":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"displayName":"User Number %d","domain":"contoso.example","email":"user.number%d@contoso.example","firstName":"User",`+
			`"id":"a0000000-0000-4000-8000-%012d","lastName":"Number %d","location":"US","temporaryPassword":null}`, i, i, i, i)
	}
	fmt.Fprintf(&b, `],"paginationParameters":{"pageNumber":1,"pageSize":%d},"totalCount":%d,"totalPages":1}`, n, n)
	return b.Bytes()
}

// cockpit returns CloudCockpit's contract.
func cockpit(t testing.TB, opts Options) *Contract {
	t.Helper()
	doc, err := openapi.CloudCockpit()
	if err != nil {
		t.Fatal(err)
	}
	opts.Observe = true
	c, err := New(doc, opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// benchmarkProgram runs the program over data, and for comparison the slow half.
func benchmarkProgram(b *testing.B, m *mediaPlan, data []byte) {
	b.Helper()
	b.Run("program", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if !m.accepts(data) {
				b.Fatal("not accepted")
			}
		}
	})
	b.Run("slow", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if len(m.plan.slowly(data)) > 0 {
				b.Fatal("not accepted")
			}
		}
	})
}

func BenchmarkCreateRequest(b *testing.B) {
	op := cockpit(b, Options{}).operations["createPortalUser"]
	benchmarkProgram(b, op.body.media[0], []byte(portalUser))
}

func BenchmarkPage25(b *testing.B) {
	op := cockpit(b, Options{}).operations["listCustomerUsers"]
	benchmarkProgram(b, op.responses.find(200).media[0], userPage(25))
}

func BenchmarkPage2000(b *testing.B) {
	op := cockpit(b, Options{}).operations["listCustomerUsers"]
	benchmarkProgram(b, op.responses.find(200).media[0], userPage(2000))
}

func BenchmarkNew_cloudCockpit(b *testing.B) {
	doc, err := openapi.CloudCockpit()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := New(doc, Options{Observe: true}); err != nil {
			b.Fatal(err)
		}
	}
}
