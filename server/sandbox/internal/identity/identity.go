// Package identity stands in for the two identity providers: Entra ID for CloudCockpit, and the identity server of MyReports.
// It issues tokens to the clients of a store, and verifies them.
//
// Most callers want [New], [Server.Handler] for the endpoints, and [Server.Authenticate] for the requests of an API.
package identity

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/resellerkit/resellerkit/server/internal/store"
	"github.com/resellerkit/resellerkit/server/internal/token"
	"github.com/resellerkit/resellerkit/server/sandbox/internal/answer"
)

// A Provider is one of the two identity providers. Issuer and audience differ, so that a token of one API is refused by the
// other. They do not name the sandbox's address: a token outlives a restart on another port. RFC 2606 reserves the domain.
type Provider struct {
	API, Issuer, Audience string
}

// The providers.
var (
	Entra  = Provider{"cloudcockpit", "https://entra.sandbox.invalid", "api://cloudcockpit"}
	Portal = Provider{"myreports", "https://login.sandbox.invalid", "myreports"}
)

// Store is what the package needs of a store.
type Store interface {
	View(context.Context, func(*store.Tx) error) error
	Update(context.Context, func(*store.Tx) error) error
}

// Config is what a [Server] needs.
type Config struct {
	Store Store
	Now   func() time.Time
	Log   *slog.Logger
	// ShareKey signs with a key that all servers of the process share, because making a key takes longer than the rest of the
	// start of a sandbox in memory.
	ShareKey bool
}

// A Server is both identity providers. It is safe for concurrent use.
type Server struct {
	Config
	keys keyring
}

// New loads the signing keys of the store, or makes one. Because they are kept in the store, tokens outlive a restart.
func New(ctx context.Context, config Config) (*Server, error) {
	s := &Server{Config: config}
	return s, s.loadKeys(ctx)
}

// Handler returns the handler of a path of the identity providers, or nil.
func (s *Server) Handler(path string) http.Handler {
	directory, ok := strings.CutSuffix(strings.TrimPrefix(path, "/"), "/oauth2/v2.0/token")
	switch {
	case ok && directory != "" && !strings.Contains(directory, "/"):
		return allow(http.MethodPost, s.tokenEndpoint(Entra))
	case path == "/connect/token":
		return allow(http.MethodPost, s.tokenEndpoint(Portal))
	case path == "/connect/authorize":
		return allow(http.MethodGet, http.HandlerFunc(s.authorize))
	case path == "/.well-known/jwks.json":
		return allow(http.MethodGet, http.HandlerFunc(s.serveKeys))
	case path == "/.well-known/openid-configuration":
		return allow(http.MethodGet, http.HandlerFunc(serveConfiguration))
	}
	return nil
}

// allow answers 405 to every other method.
func allow(method string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method {
			w.Header().Set("Allow", method)
			answer.Problem(w, http.StatusMethodNotAllowed, "Use "+method+".", nil)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Token returns a bearer token for a client of the store, as its identity provider would issue it.
func (s *Server) Token(ctx context.Context, clientID string) (string, error) {
	client, err := s.client(ctx, clientID)
	if err != nil {
		return "", err
	}
	provider := Entra
	if client.API == Portal.API {
		provider = Portal
	}
	return s.sign(client, provider)
}

func (s *Server) client(ctx context.Context, id string) (client store.Client, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		client, err = tx.Client(id)
		return err
	})
	return client, err
}

// tokenLifetime is what Entra ID prints as expires_in.
const tokenLifetime = 3599 * time.Second

func (s *Server) sign(client store.Client, provider Provider) (string, error) {
	now := s.Now()
	claims := token.Claims{
		Issuer: provider.Issuer, Audience: provider.Audience, Subject: client.ID, ID: uuid.NewString(),
		Tenant: client.Tenant, Enterprise: client.Enterprise, Role: client.Role,
		NotBefore: now, IssuedAt: now, Expiry: now.Add(tokenLifetime),
	}
	if client.ResellerID != nil {
		claims.ResellerID = client.ResellerID.String()
	}
	return s.keys.current.Load().Sign(claims)
}
