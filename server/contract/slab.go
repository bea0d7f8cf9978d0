package contract

import (
	"unsafe"

	"github.com/getkin/kin-openapi/openapi3"
)

// A slab hands out values of one type that are kept together, two kilobytes at a time. The collector marks a slab once, and
// values one by one, each of them a cache miss or two, in every cycle; see [pruner].
type slab[T any] struct{ free []T }

const slabBytes = 2048

// next returns a zero value.
func (s *slab[T]) next() *T { return &s.list(1)[0] }

// list returns n zero values, and no room for more.
func (s *slab[T]) list(n int) []T {
	if n > len(s.free) {
		var value T
		s.free = make([]T, max(n, slabBytes/int(unsafe.Sizeof(value))))
	}
	list := s.free[:n:n]
	s.free = s.free[n:]
	return list
}

// slabs are what a document's plans are made of.
type slabs struct {
	schemas    slab[openapi3.Schema]
	refs       slab[openapi3.SchemaRef]
	shapes     slab[shape]
	applied    slab[applied]
	nodes      slab[node]
	members    slab[member]
	plans      slab[schemaPlan]
	media      slab[mediaPlan]
	parameters slab[parameter]
	responses  slab[responsePlan]
	programs   slab[parameterProgram]
	types      slab[knownType]
	strings    slab[string]
}
