package contract

// strictRules are the rules that OpenAPI does not ask for; the package comment says why each is there.
var strictRules = map[string]bool{
	"duplicate": true, "case": true, "trailing": true, "utf8": true, "nul": true, "depth": true, "members": true, "size": true, "charset": true,
	"encoding": true, "hijack": true,
}
