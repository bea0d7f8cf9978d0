package explain

import (
	"errors"
)

// errPanic is returned if a decoder of kin-openapi panics, which hostile input has caused before.
var errPanic = errors.New("the decoder panicked")

func Guard(decode func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return decode()
}
