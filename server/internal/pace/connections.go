package pace

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// Connections limits how many connections a server has. When there are as many as Max, a new one closes the one that is idle for
// the longest time. If none is idle, it waits.
//
// Set [Connections.State] as the server's ConnState, and serve on [Connections.Listen].
type Connections struct {
	Max int

	mu   sync.Mutex
	free sync.Cond
	open int
	idle list.List // of *conn, the one that is idle for the longest time first
	down bool
}

// Listen returns a listener with the limit.
func (c *Connections) Listen(l net.Listener) net.Listener {
	c.free.L = &c.mu
	return &listener{l, c}
}

type listener struct {
	net.Listener
	connections *Connections
}

// Accept waits for a connection, and then for a place.
func (l *listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.connections.acquire() {
		_ = accepted.Close()
		return nil, net.ErrClosed
	}
	return &conn{Conn: accepted, connections: l.connections}, nil
}

// Close ends the waiting, too.
func (l *listener) Close() error {
	c := l.connections
	c.mu.Lock()
	c.down = true
	c.free.Broadcast()
	c.mu.Unlock()
	return l.Listener.Close()
}

// acquire takes a place, and reports whether the listener is still open.
func (c *Connections) acquire() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.open >= c.Max && !c.down {
		if oldest := c.idle.Front(); oldest != nil {
			c.idle.Remove(oldest)
			idle := oldest.Value.(*conn)
			idle.element = nil
			c.mu.Unlock()
			_ = idle.Close() // frees its place
			c.mu.Lock()
			continue
		}
		c.free.Wait()
	}
	if !c.down {
		c.open++
	}
	return !c.down
}

func (c *Connections) release(closed *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget(closed)
	c.open--
	c.free.Signal()
}

// forget takes a connection out of the idle ones.
func (c *Connections) forget(idle *conn) {
	if idle.element != nil {
		c.idle.Remove(idle.element)
		idle.element = nil
	}
}

// State follows which connections are idle. It is an [http.Server.ConnState].
func (c *Connections) State(changed net.Conn, state http.ConnState) {
	if secure, ok := changed.(interface{ NetConn() net.Conn }); ok {
		changed = secure.NetConn()
	}
	known, ok := changed.(*conn)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget(known)
	if state == http.StateIdle {
		known.element = c.idle.PushBack(known)
		c.free.Signal()
	}
}

// A conn gives its place back when it is closed.
type conn struct {
	net.Conn
	connections *Connections
	once        sync.Once
	element     *list.Element // in the list of idle ones, or nil
}

// Close closes the connection.
func (c *conn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.connections.release(c) })
	return err
}
