package explain

import (
	"errors"
	"math"

	"github.com/getkin/kin-openapi/openapi3"
)

// These errors are constants, because the explanation is made of the schema and not of the error.
var (
	errFormat  = errors.New("format")
	errPattern = errors.New("pattern")
)

// validators adapts the checks of formats for kin-openapi.
func validators(formats map[string]func([]byte) bool) map[string]openapi3.StringFormatValidator {
	all := make(map[string]openapi3.StringFormatValidator, len(formats))
	for name, test := range formats {
		all[name] = openapi3.NewCallbackValidator(func(s string) error {
			if test([]byte(s)) {
				return nil
			}
			return errFormat
		})
	}
	return all
}

func numberFormats() map[string]openapi3.NumberFormatValidator {
	return map[string]openapi3.NumberFormatValidator{
		"float": openapi3.NewRangeFormatValidator(-math.MaxFloat32, math.MaxFloat32),
	}
}

// integerFormats restores kin-openapi's own checks, which a program may have replaced globally. kin-openapi checks a float64;
// integerFault then checks the digits.
func integerFormats() map[string]openapi3.IntegerFormatValidator {
	return map[string]openapi3.IntegerFormatValidator{
		"int32": openapi3.NewRangeFormatValidator[int64](math.MinInt32, math.MaxInt32),
		"int64": openapi3.NewRangeFormatValidator[int64](math.MinInt64, math.MaxInt64),
	}
}
