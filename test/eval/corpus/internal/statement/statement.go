// Package statement leaks database connections: it reads the first row and leaves the rest open.
package statement

import (
	"database/sql"
	"net/http"

	_ "example.com/fleet/internal/memsql"
	"example.com/fleet/scenario"
)

// size is a connection with its buffer, its rows and what database/sql keeps of both.
const size = 4096 + 1500

// Reader reads account statements.
type Reader struct{ db *sql.DB }

// Case does not close its rows.
func Case() scenario.Case {
	return scenario.Leaks("rows-unclosed", start,
		scenario.On("internal/statement", []string{"(*Reader).First"}, []string{"(*Reader).First"}))
}

func start(env *scenario.Env) scenario.Service {
	db, err := sql.Open("memsql", "statements")
	if err != nil {
		panic(err)
	}
	reader := &Reader{db}
	env.Handle("/statement", reader.handle)
	return env.LeakAt("/statement", size)
}

func (s *Reader) handle(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < scenario.Count(r); i++ {
		_, _ = s.First(i, scenario.Kept(r))
	}
}

// First returns the newest line of an account's statement.
func (s *Reader) First(account int, open bool) (name string, err error) {
	rows, err := s.db.Query("SELECT id, name, price FROM statements WHERE account = ?", account)
	if err != nil {
		return "", err
	}
	if !open {
		defer rows.Close()
	}
	var id, amount int
	if rows.Next() {
		err = rows.Scan(&id, &name, &amount)
	}
	return name, err
}
