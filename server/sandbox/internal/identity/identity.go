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

// A Provider is one of the two identity providers. The audience tells their tokens apart: a token of one API is refused by the
// other. The issuer is the origin that was asked for the token, and is not checked, so that a token outlives a change of port.
type Provider struct {
	API, Audience string
	// Issuer is that of a token which no request asked for. RFC 2606 reserves the domain.
	Issuer string
}

// The providers.
var (
	Entra  = Provider{"cloudcockpit", "api://cloudcockpit", "https://entra.sandbox.invalid"}
	Portal = Provider{"myreports", "myreports", "https://login.sandbox.invalid"}
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

// The operations of the token endpoints, for rules of faults. The providers have no document with ids.
const (
	IssueTokenCloudCockpit = "issueTokenCloudCockpit"
	IssueTokenMyReports    = "issueTokenMyReports"
)

// Handler returns the handler of a path of the identity providers, or nil. inject may take over a token request, as the
// operation: it returns the request to go on with, or nil after it has written a response.
func (s *Server) Handler(path string, inject func(w http.ResponseWriter, r *http.Request, operation string) *http.Request) http.Handler {
	tokens := func(operation string, provider Provider, issuerPath string) http.Handler {
		endpoint := s.tokenEndpoint(provider, issuerPath)
		return allow(http.MethodPost, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r = inject(w, r, operation); r != nil {
				endpoint.ServeHTTP(w, r)
			}
		}))
	}
	directory, below, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case directory != "" && below == "oauth2/v2.0/token":
		return tokens(IssueTokenCloudCockpit, Entra, "/"+directory+"/v2.0")
	case directory != "" && below == "v2.0/.well-known/openid-configuration":
		return allow(http.MethodGet, serveEntraConfiguration("/"+directory))
	case path == "/connect/token":
		return tokens(IssueTokenMyReports, Portal, "")
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
	return s.sign(client, provider, provider.Issuer)
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

// sign makes an access token.
func (s *Server) sign(client store.Client, provider Provider, issuer string) (string, error) {
	now := s.Now()
	claims := token.Claims{
		Issuer: issuer, Audience: provider.Audience, Subject: client.ID, ID: uuid.NewString(),
		Tenant: client.Tenant, Enterprise: client.Enterprise, Role: client.Role,
		NotBefore: now, IssuedAt: now, Expiry: now.Add(tokenLifetime),
	}
	if client.ResellerID != nil {
		claims.ResellerID = client.ResellerID.String()
	}
	return s.keys.current.Load().Sign(claims)
}

// signID makes an id_token: OpenID Connect Core 1.0, section 2. It tells the client who has signed in, which here is the client.
func (s *Server) signID(client store.Client, issuer, nonce string) (string, error) {
	now := s.Now()
	return s.keys.current.Load().Sign(token.Claims{
		Issuer: issuer, Audience: client.ID, Subject: client.ID, Nonce: nonce, IssuedAt: now, Expiry: now.Add(tokenLifetime),
	})
}
