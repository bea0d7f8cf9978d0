package param

// A Form says how the texts of a parameter become a value.
type Form struct {
	List, JSON bool   // otherwise it is one value
	Opaque     bool   // no schema describes it, or only kin-openapi decodes it
	Exploded   bool   // each element of a list has a text of its own
	AllowEmpty bool   // an empty text is no value
	Separator  string // of elements that share a text
}

// Form returns the form of the parameter.
func (p *Parameter) Form() Form {
	return Form{
		List: p.Kind == list, JSON: p.Kind == jsonText, Opaque: p.Kind == unchecked || p.Kind == Styled || p.Kind == ByKin || p.Kind == SingleText,
		Exploded: p.In == "query" && p.explode, AllowEmpty: p.allowEmpty, Separator: p.separator,
	}
}
