package answer

// Value returns *p, or the zero value if p is nil.
func Value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// OrNil returns a pointer to v, or nil if v is the zero value.
func OrNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// OrEmpty returns the list, or an empty one if it is nil, which JSON would write as null.
func OrEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Each lists rows and converts each of them. The result is never nil.
func Each[R, D any](list func() ([]R, error), convert func(R) (D, error)) ([]D, error) {
	rows, err := list()
	if err != nil {
		return nil, err
	}
	out := make([]D, len(rows))
	for i, row := range rows {
		if out[i], err = convert(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}
