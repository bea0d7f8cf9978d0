package strictjson

// NumberLength returns the length of the JSON number at the start of text, or 0.
func NumberLength[T string | []byte](text T) int {
	i := 0
	if i < len(text) && text[i] == '-' {
		i++
	}
	n := Digits(text, i)
	if n == 0 || n > 1 && text[i] == '0' {
		return 0
	}
	i += n
	if i < len(text) && text[i] == '.' {
		if n = Digits(text, i+1); n == 0 {
			return 0
		}
		i += 1 + n
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		return exponent(text, i+1)
	}
	return i
}

func exponent[T string | []byte](text T, i int) int {
	if i < len(text) && (text[i] == '+' || text[i] == '-') {
		i++
	}
	n := Digits(text, i)
	if n == 0 {
		return 0
	}
	return i + n
}

func Digits[T string | []byte](text T, from int) int {
	i := from
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	return i - from
}
