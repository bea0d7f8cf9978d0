package shape

// whole reports whether an array or object of a shape can only be checked with all that is in it: because alternatives decide about
// it, or it is compared with others, or its schemas have keywords that only kin-openapi knows. Every other one is checked by its own
// keywords and then piece by piece.
func whole(all []Applied) bool {
	for _, a := range all {
		if !a.firm || a.Schema.Not != nil || a.Schema.UniqueItems || len(a.Schema.Enum) > 0 || !Simple(a.Schema) || Revisits(a.Schema) {
			return true
		}
	}
	return false
}
