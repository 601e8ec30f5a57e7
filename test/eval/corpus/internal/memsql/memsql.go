// Package memsql is a database/sql driver that answers from memory, so that the corpus needs no server.
package memsql

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"strings"
)

func init() { sql.Register("memsql", memDriver{}) }

type memDriver struct{}

// packet is the buffer a connection reads into.
const packet = 4 << 10

func (memDriver) Open(name string) (driver.Conn, error) {
	return &conn{buffer: make([]byte, packet), session: "session of " + name}, nil
}

type conn struct {
	buffer  []byte
	session string
}

func (c *conn) Prepare(query string) (driver.Stmt, error) {
	return &statement{conn: c, query: query, inputs: strings.Count(query, "?")}, nil
}

func (c *conn) Close() error              { return nil }
func (c *conn) Begin() (driver.Tx, error) { return transaction{}, nil }

type transaction struct{}

func (transaction) Commit() error   { return nil }
func (transaction) Rollback() error { return nil }

type statement struct {
	conn   *conn
	query  string
	inputs int
}

func (s *statement) Close() error  { return nil }
func (s *statement) NumInput() int { return s.inputs }

func (s *statement) Exec(args []driver.Value) (driver.Result, error) {
	return driver.RowsAffected(1), nil
}

// Query answers a handful of rows made of the arguments.
func (s *statement) Query(args []driver.Value) (driver.Rows, error) {
	return &rows{statement: s, key: fmt.Sprint(args), left: 6}, nil
}

type rows struct {
	statement *statement
	key       string
	left      int
}

func (r *rows) Columns() []string { return []string{"id", "name", "price"} }
func (r *rows) Close() error      { return nil }

func (r *rows) Next(dest []driver.Value) error {
	if r.left == 0 {
		return io.EOF
	}
	r.left--
	dest[0], dest[1], dest[2] = int64(r.left), []byte("row of "+r.key), int64(100*r.left)
	return nil
}
