package checked

import (
	"errors"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Ensure that a contract that is missing or cannot be loaded is an error of the constructor.
func TestNewChecker_Errors(t *testing.T) {
	t.Parallel()
	if _, err := newChecker("Other", nil, false); err == nil || !strings.Contains(err.Error(), "no contract of Other") {
		t.Errorf("error %v", err)
	}
	mine := errors.New("mine")
	if _, err := compile(func() (*openapi3.T, error) { return nil, mine }); !errors.Is(err, mine) {
		t.Errorf("error %v", err)
	}
}
