package contract

import "strconv"

// A statusKey is a key of an operation's responses.
type statusKey struct {
	key           string // 200, 2XX or default
	status, class int    // of the key; the other one is 0
	plan          *responsePlan
}

func newStatusKey(key string, plan *responsePlan) statusKey {
	k := statusKey{key: key, plan: plan}
	if status, err := strconv.Atoi(key); err == nil {
		k.status = status
	} else if key != "default" {
		k.class = int(key[0] - '0')
	}
	return k
}

// index returns the index of the key that describes a status, or -1: the status itself goes before its range, and that before
// default.
func (p *responsePlans) index(status int) int {
	if p.find(status) == nil {
		return -1
	}
	found := -1
	for i, k := range p.keys {
		switch {
		case k.status == status:
			return i
		case k.class == status/100, k.key == "default" && found < 0:
			found = i
		}
	}
	return found
}
