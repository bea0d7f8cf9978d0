package store

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"math"

	"github.com/google/uuid"
)

// sqliteValue converts an argument to a type that the driver takes. The types that the store uses most come first, because
// database/sql's converter, which is the default, uses reflection.
func sqliteValue(arg any) (driver.Value, error) {
	switch v := arg.(type) {
	case nil, string, int64, bool, []byte:
		return v, nil
	case int:
		return int64(v), nil
	case uuid.UUID:
		return v.String(), nil
	case *string:
		if v == nil {
			return nil, nil
		}
		return *v, nil
	}
	return driver.DefaultParameterConverter.ConvertValue(arg)
}

// sqliteRow is the current row of a result.
type sqliteRow struct{ values []driver.Value }

func (r *sqliteRow) reset(columns int) {
	if cap(r.values) < columns {
		r.values = make([]driver.Value, columns)
	}
	r.values = r.values[:columns]
}

// Scan copies the columns into the variables that dest points to, as the method of database/sql does.
func (r *sqliteRow) Scan(dest ...any) error {
	if len(dest) != len(r.values) {
		return fmt.Errorf("%d variables for %d columns", len(dest), len(r.values))
	}
	for i, d := range dest {
		if err := scanSQLite(d, r.values[i]); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return nil
}

func scanSQLite(dest any, value driver.Value) error {
	switch v := value.(type) {
	case string:
		return scanText(dest, v)
	case int64:
		return scanInteger(dest, v)
	case []byte:
		if d, ok := dest.(*[]byte); ok {
			*d = v
			return nil
		}
	case nil:
		return scanNull(dest)
	}
	return scanOther(dest, value)
}

func scanText(dest any, text string) (err error) {
	switch d := dest.(type) {
	case *string:
		*d = text
	case **string:
		copied := text // &text would have every call allocate
		*d = &copied
	case *uuid.UUID:
		*d, err = uuid.Parse(text)
	case **uuid.UUID:
		*d = new(uuid.UUID)
		**d, err = uuid.Parse(text)
	case *Scope:
		*d = Scope(text)
	default:
		return scanOther(dest, text)
	}
	return err
}

func scanInteger(dest any, n int64) error {
	switch d := dest.(type) {
	case *int64:
		*d = n
	case *int:
		*d = int(n)
	case *int32:
		if n < math.MinInt32 || n > math.MaxInt32 {
			return fmt.Errorf("%d does not fit in 32 bits", n)
		}
		*d = int32(n)
	case *bool:
		*d = n != 0
	default:
		return scanOther(dest, n)
	}
	return nil
}

func scanNull(dest any) error {
	switch d := dest.(type) {
	case **string:
		*d = nil
	case **uuid.UUID:
		*d = nil
	case *[]byte:
		*d = nil
	default:
		return scanOther(dest, nil)
	}
	return nil
}

func scanOther(dest any, value driver.Value) error {
	if s, ok := dest.(sql.Scanner); ok {
		return s.Scan(value)
	}
	return fmt.Errorf("a value of type %T is not for a variable of type %T", value, dest)
}
