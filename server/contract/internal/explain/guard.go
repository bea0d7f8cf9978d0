package explain

import (
	"errors"
)

// errPanic stands for a panic of kin-openapi's decoders, which hostile input has caused before.
var errPanic = errors.New("the decoder panicked")

func Guard(decode func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return decode()
}
