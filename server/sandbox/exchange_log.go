package sandbox

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/resellerkit/resellerkit/gen/control"
	"github.com/resellerkit/resellerkit/server/contract"
)

// What is remembered: no more exchanges, and no more bytes in them. The oldest go first.
const (
	maxExchanges     = 1000
	maxExchangeBytes = 16 << 20
)

// What a record, a line and a finding take beside their texts, in bytes.
const (
	recordOverhead = 512
	lineOverhead   = 32
)

// record is a remembered exchange. When it is in the log, the log's lock guards what changes: the answer's body, the duration
// and the size.
type record struct {
	control.Exchange // without its messages
	contract         *contract.Contract
	started          time.Time // by the real clock
	query            string    // the beginning, as it was sent
	request          keptMessage
	response         keptMessage
	size             int
}

// newRecord keeps what is known when the head of the answer goes out.
func newRecord(r *http.Request, x *exchange, status int, answer http.Header) *record {
	rec := &record{
		Exchange: control.Exchange{
			Operation: orNil(x.operation), Method: cutString(r.Method), Path: path(r), Status: int32(status), Findings: findingsOf(x.findings),
			Duration: milliseconds(time.Since(x.started)),
		},
		contract: x.contract, started: x.started, query: query(r),
		request: keptMessage{lines: linesOf(r.Header), media: x.media, body: x.in.body, length: x.in.length},
	}
	if status != 0 {
		rec.response = keptMessage{
			lines: linesOf(answer), media: answer.Get("Content-Type"), part: x.spoil != nil && x.spoil.Cut == control.Within,
		}
	}
	rec.size = recordOverhead + len(rec.Method) + len(rec.Path) + len(rec.query) + rec.request.size() + rec.response.size()
	for _, f := range rec.Findings {
		rec.size += recordOverhead/2 + len(f.Pointer) + len(f.Expected)
	}
	return rec
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// shown is the exchange without its secrets. The messages are read here, so that nobody waits for it who does not ask.
func (rec *record) shown() control.Exchange {
	x := rec.Exchange
	x.Query = rec.shownQuery()
	request, hidden := rec.body()
	x.Request = rec.request.shown(request)
	if x.Status != 0 {
		x.Response = rec.response.shown(rec.answer(request, hidden))
	}
	return x
}

func (rec *record) body() (shown []byte, hidden []string) {
	m := &rec.request
	if rec.Operation == nil || len(m.body) == 0 {
		return nil, nil
	}
	return rec.contract.RedactRequest(*rec.Operation, m.media, m.body, m.cut())
}

// answer is the answer's body. An error may repeat what was sent, MyReports' do: where that is not known, it is not shown.
func (rec *record) answer(request []byte, hidden []string) []byte {
	m := &rec.response
	failed := rec.Status >= http.StatusBadRequest
	unknown := rec.request.length > 0 && (request == nil || rec.request.cut())
	if rec.Operation == nil || len(m.body) == 0 || failed && unknown {
		return nil
	}
	if !failed {
		hidden = nil
	}
	return rec.contract.RedactResponse(*rec.Operation, int(rec.Status), m.media, m.body, m.cut(), hidden)
}

// exchangeLog remembers the newest exchanges. It is safe for concurrent use.
type exchangeLog struct {
	mu     sync.Mutex
	last   int64     // the newest id
	gone   int64     // the newest id that is forgotten
	recent []*record // those after gone; up to maxExchanges before them are nil
	first  int       // the index of the oldest
	bytes  int
}

func (l *exchangeLog) add(rec *record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	rec.ID = l.last
	l.recent = append(l.recent, rec)
	l.bytes += rec.size
	l.trim()
}

// answered adds to the body of an answer. One goroutine calls it for a record.
func (l *exchangeLog) answered(rec *record, next []byte) {
	body := rec.response.body
	if rec.Operation != nil {
		body = kept(body, next)
	}
	duration := milliseconds(time.Since(rec.started))
	l.mu.Lock()
	defer l.mu.Unlock()
	more := cap(body) - cap(rec.response.body)
	rec.response.body, rec.Duration, rec.size = body, duration, rec.size+more
	rec.response.length += int64(len(next))
	if rec.ID > l.gone {
		l.bytes += more
		l.trim()
	}
}

// trim forgets the oldest exchanges. It moves the others seldom.
func (l *exchangeLog) trim() {
	for len(l.recent)-l.first > maxExchanges || l.bytes > maxExchangeBytes {
		oldest := l.recent[l.first]
		l.bytes -= oldest.size
		l.gone = oldest.ID
		l.recent[l.first] = nil
		l.first++
	}
	if l.first >= maxExchanges {
		n := copy(l.recent, l.recent[l.first:])
		clear(l.recent[n:])
		l.recent, l.first = l.recent[:n], 0
	}
}

// after gives the exchanges with a greater id, oldest first.
func (l *exchangeLog) after(id int64) []control.Exchange {
	records := l.copied(id)
	list := make([]control.Exchange, len(records))
	for i := range records {
		list[i] = records[i].shown()
	}
	return list
}

func (l *exchangeLog) copied(id int64) (records []record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, rec := range l.recent[l.first:] {
		if rec.ID > id {
			records = append(records, *rec)
		}
	}
	return records
}

// forget drops the exchanges; ids go on counting, so that nobody's ?after= misses one.
func (l *exchangeLog) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recent, l.first, l.bytes, l.gone = nil, 0, 0, l.last
}

// maxPath limits what is remembered of a path, and of a query, in bytes.
const maxPath = 2048

// path is a request's path as it was sent, which is ASCII: a control character in the path makes no list or log unreadable.
func path(r *http.Request) string {
	escaped := r.URL.EscapedPath()
	if len(escaped) > maxPath || len(r.RequestURI) > maxPath {
		return strings.Clone(escaped[:min(len(escaped), maxPath)]) // holds on to nothing else
	}
	return escaped
}
