package accept

import (
	"math"
	"strconv"

	"github.com/resellerkit/resellerkit/server/contract/internal/shape"
	"github.com/resellerkit/resellerkit/server/contract/internal/strictjson"
)

// number reads a number.
func (s *Scanner) number(n *Node, i int) int {
	length := strictjson.NumberLength(s.data[i:])
	if length == 0 || n.kinds&shape.Number == 0 {
		return -1
	}
	if !s.takesNumber(n, s.data[i:i+length]) {
		return -1
	}
	return i + length
}

// maxNumber is the length of a number up to which strconv.ParseFloat is called without an allocation.
const maxNumber = 32

// takesNumber reports whether the schemas of a place accept the text of a number.
func (s *Scanner) takesNumber(n *Node, text []byte) bool {
	integer, isInteger := integerOfText(text)
	if n.integer && !s.verdict && !(isInteger && fits(integer, n.format)) {
		return s.doubt() > 0
	}
	if !n.finite || isInteger && len(n.numbers)+len(n.enums) == 0 {
		return true
	}
	value := float64(integer)
	if !isInteger {
		if len(text) > maxNumber {
			return s.doubt() > 0
		}
		var err error
		if value, err = strconv.ParseFloat(string(text), 64); err != nil {
			return false
		}
	}
	for i := range n.numbers {
		if !s.bounded(&n.numbers[i], value) {
			return false
		}
	}
	return s.enumeratedNumber(n.enums, value)
}

// integerOfText returns an integer that is written in digits and fits an int64. It leaves out -0.
func integerOfText(text []byte) (int64, bool) {
	digits, negative := text, text[0] == '-'
	if negative {
		digits = text[1:]
	}
	if len(digits) > 19 {
		return 0, false
	}
	n := uint64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false // a decimal point or an exponent
		}
		n = 10*n + uint64(c-'0')
	}
	if n > math.MaxInt64 || negative && n == 0 {
		return 0, false
	}
	if negative {
		return -int64(n), true
	}
	return int64(n), true
}

// fits decides like integerFault of package explain, for numbers that fit an int64.
func fits(n int64, format string) bool {
	switch format {
	case "int32":
		return math.MinInt32 <= n && n <= math.MaxInt32
	case "uint32":
		return 0 <= n && n <= math.MaxUint32
	case "uint64":
		return 0 <= n
	}
	return true
}

// bounded compares a number with its bounds as kin-openapi does.
func (s *Scanner) bounded(r *numberRules, value float64) bool {
	switch {
	case r.integer && value != math.Trunc(value),
		value < r.low, value > r.high,
		r.above && value == r.low, r.below && value == r.high:
		return false
	}
	return r.multiple == 0 || s.isMultiple(value, r.multiple)
}

// isMultiple decides if rounding cannot change the result. kin-openapi accepts a value that differs from a multiple by up to
// 2^-51 of the value.
func (s *Scanner) isMultiple(value, multiple float64) bool {
	const slack = 1.0 / (1 << 51)
	quotient := math.Round(value / multiple)
	if math.Abs(quotient) >= 1<<48 {
		return s.doubt() > 0
	}
	off, allowed := math.Abs(math.FMA(quotient, multiple, -value)), math.Abs(value)*slack
	if off > allowed*0.9 && off < allowed*1.1 {
		return s.doubt() > 0
	}
	return off <= allowed
}

func (s *Scanner) enumeratedNumber(enums []*enumRules, value float64) bool {
	for _, e := range enums {
		if !e.hasNumber(value) {
			return false
		}
	}
	return true
}

func (e *enumRules) hasNumber(value float64) bool {
	for _, one := range e.numbers {
		if one == value {
			return true
		}
	}
	return false
}

// enumerated is called for arrays and objects, which a program does not compare with an enumeration.
func (s *Scanner) enumerated(enums []*enumRules) bool {
	for _, e := range enums {
		if e.nested {
			return s.doubt() > 0
		}
	}
	return false
}
