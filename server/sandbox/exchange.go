package sandbox

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/resellerkit/resellerkit/gen/sandbox"
	"github.com/resellerkit/resellerkit/server/contract"
)

// maxExchanges is how many exchanges are remembered.
const maxExchanges = 1000

// exchange is a request on its way through the sandbox, and what was found about it. One goroutine writes to it.
type exchange struct {
	gate      gate // of the API that is asked, or nil
	started   time.Time
	operation string
	findings  []contract.Violation
	failure   error
	spoil     *spoiler // what shall go wrong with the answer, or nil
}

type exchangeKey struct{}

func withExchange(r *http.Request, x *exchange) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// find is the contract's hook for findings.
func find(r *http.Request, v contract.Violation) {
	if x := exchangeOf(r.Context()); x != nil {
		x.findings = append(x.findings, v)
	}
}

// exchangeLog remembers the newest exchanges. It is safe for concurrent use.
type exchangeLog struct {
	mu     sync.Mutex
	last   int64
	recent []sandbox.Exchange // up to twice maxExchanges, so that the old ones go seldom
}

func (l *exchangeLog) add(x sandbox.Exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	x.ID = l.last
	if len(l.recent) == 2*maxExchanges {
		l.recent = append(l.recent[:0], l.recent[maxExchanges:]...)
	}
	l.recent = append(l.recent, x)
}

// after gives the exchanges with a greater id, oldest first.
func (l *exchangeLog) after(id int64) []sandbox.Exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := []sandbox.Exchange{}
	for _, x := range l.recent[max(0, len(l.recent)-maxExchanges):] {
		if x.ID > id {
			list = append(list, x)
		}
	}
	return list
}

// forget drops the exchanges; ids go on counting, so that nobody's ?after= misses one.
func (l *exchangeLog) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recent = l.recent[:0]
}

func findingsOf(list []contract.Violation) []sandbox.Finding {
	out := make([]sandbox.Finding, len(list))
	for i, v := range list {
		// A caller's name for a member may hold what this list's own contract refuses.
		pointer := strings.ReplaceAll(v.Pointer, "\x00", "\uFFFD")
		out[i] = sandbox.Finding{Where: v.In, Pointer: pointer, Rule: v.Rule, Expected: v.Expected, Grade: v.Grade}
	}
	return out
}
