// Package session leaks sessions: nobody deletes one that was never logged out of.
package session

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/fleet/scenario"
)

const size = 640

type session struct {
	user, token string
	roles       []string
	csrf        [384]byte
}

// Store keeps sessions by token.
type Store struct {
	mu       sync.Mutex
	sessions map[string]*session
}

// Case keeps sessions in a map with string keys.
func Case() scenario.Case {
	return scenario.Leaks("session-map", start,
		scenario.On("internal/session", []string{"newSession", "newToken", "(*Store).Create"}, []string{"(*Store).Create"}))
}

func start(env *scenario.Env) scenario.Service {
	store := &Store{sessions: map[string]*session{}}
	env.Handle("/session", store.login)
	return env.LeakAt("/session", size)
}

func (s *Store) login(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		token := s.Create(fmt.Sprintf("user-%d", dice.Intn(100000)), newToken(dice.Int63()))
		if !scenario.Kept(r) {
			s.Delete(token)
		}
	}
}

// Create opens a session.
func (s *Store) Create(user, token string) string {
	opened := newSession(user, token)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[token] = opened
	return token
}

// Delete closes one.
func (s *Store) Delete(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, token)
}

func newSession(user, token string) *session {
	return &session{user: user, token: token, roles: []string{"customer", "newsletter"}}
}

func newToken(n int64) string { return fmt.Sprintf("tok_%016x_%016x", n, n*7919) }
