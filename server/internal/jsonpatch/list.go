package jsonpatch

import "slices"

// chunkSize bounds the elements that one insertion moves. With a plain slice, a
// patch of 1 MiB that inserts at the front of a long list would take seconds.
const chunkSize = 512

// A list is a list of strings with cheap insertion and removal at any index. No
// chunk is empty.
type list struct {
	chunks [][]string
	size   int
}

// newList returns a list of items, which it copies.
func newList(items []string) *list {
	l := &list{size: len(items)}
	for chunk := range slices.Chunk(items, chunkSize/2) {
		l.chunks = append(l.chunks, slices.Clone(chunk))
	}
	return l
}

// all returns the elements in a slice of their own, never nil.
func (l *list) all() []string {
	items := make([]string, 0, l.size)
	for _, chunk := range l.chunks {
		items = append(items, chunk...)
	}
	return items
}

// locate returns the chunk of element i and its index in the chunk.
func (l *list) locate(i int) (chunk, offset int) {
	for c := range l.chunks {
		if i < len(l.chunks[c]) {
			return c, i
		}
		i -= len(l.chunks[c])
	}
	panic("jsonpatch: index out of range")
}

func (l *list) at(i int) string {
	c, o := l.locate(i)
	return l.chunks[c][o]
}

func (l *list) set(i int, s string) {
	c, o := l.locate(i)
	l.chunks[c][o] = s
}

func (l *list) insert(i int, s string) {
	c, o := l.room(i)
	l.chunks[c] = slices.Insert(l.chunks[c], o, s)
	l.size++
}

// room returns where to insert element i, in a chunk that is not full.
func (l *list) room(i int) (chunk, offset int) {
	c, o := 0, 0
	switch {
	case l.size == 0:
		l.chunks = [][]string{nil}
	case i == l.size:
		c = len(l.chunks) - 1
		o = len(l.chunks[c])
	default:
		c, o = l.locate(i)
	}
	if len(l.chunks[c]) < chunkSize {
		return c, o
	}
	half := slices.Clone(l.chunks[c][chunkSize/2:])
	l.chunks[c] = l.chunks[c][:chunkSize/2]
	l.chunks = slices.Insert(l.chunks, c+1, half)
	if o <= chunkSize/2 {
		return c, o
	}
	return c + 1, o - chunkSize/2
}

func (l *list) remove(i int) {
	c, o := l.locate(i)
	l.chunks[c] = slices.Delete(l.chunks[c], o, o+1)
	if len(l.chunks[c]) == 0 {
		l.chunks = slices.Delete(l.chunks, c, c+1)
	}
	l.size--
}

func (l *list) contains(s string) bool {
	for _, chunk := range l.chunks {
		if slices.Contains(chunk, s) {
			return true
		}
	}
	return false
}

// equal reports whether the list has the same elements as other. A null in other
// differs from every element.
func (l *list) equal(other []*string) bool {
	if len(other) != l.size {
		return false
	}
	for _, chunk := range l.chunks {
		for i, s := range chunk {
			if other[i] == nil || *other[i] != s {
				return false
			}
		}
		other = other[len(chunk):]
	}
	return true
}
