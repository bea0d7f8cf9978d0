package shape

import "github.com/resellerkit/resellerkit/server/contract/internal/strictjson"

// Place returns where the steps lead from a value of the shape, which may be nil: as a JSON pointer, but with * for any index, and
// with {} for a name that is data. Names of maps are data, and so are undeclared names that do not look like names of members.
func (s *Shape) Place(steps []strictjson.Step) string {
	place := ""
	for _, step := range steps {
		switch {
		case step.Array:
			place += "/*"
			s = s.items()
		case s.declares(step.Name):
			place += strictjson.PointerTo("", step.Name)
			s = s.Members[step.Name].Shape
		case s.IsMap():
			place += "/" + strictjson.AnyName
			s = s.Rest.Shape
		default:
			place += strictjson.PlaceOf(step.Name)
			s = nil
		}
	}
	return place
}

func (s *Shape) items() *Shape {
	if s == nil {
		return nil
	}
	return s.Items.Shape
}

func (s *Shape) declares(name string) bool {
	if s == nil {
		return false
	}
	_, declared := s.Members[name]
	return declared
}

// IsMap reports whether members that no schema lists are admitted, so that their names are data: additionalProperties admits them,
// or the schemas are of objects and list none.
func (s *Shape) IsMap() bool {
	if s == nil || s.Open || len(s.Closed) > 0 || s.Said&Object == 0 {
		return false
	}
	lists, admits := false, false
	for _, a := range s.All {
		has := a.Schema.AdditionalProperties.Has
		lists = lists || len(a.Schema.Properties) > 0
		admits = admits || a.Schema.AdditionalProperties.Schema != nil || has != nil && *has
	}
	return admits || !lists
}
