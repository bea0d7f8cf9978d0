package sandbox_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/resellerkit/resellerkit/server/internal/storetest"
)

// onPostgres makes all tests of this process run on PostgreSQL, but those that are about SQLite.
const onPostgres = "RESELLERKIT_TEST_ON_POSTGRES"

// Ensure all tests of this package pass on PostgreSQL, too.
func TestOnPostgres(t *testing.T) {
	if os.Getenv(storetest.DSN) == "" {
		t.Skipf("%s is not set: give the address of a PostgreSQL database", storetest.DSN)
	}
	if testing.CoverMode() != "" {
		t.Skip("the process would overwrite the coverage")
	}
	t.Parallel()
	some := "."
	if raceDetector() {
		some = "^Test(CustomerUsers|PortalUsers)" // all of them would take minutes, and run the same Go code again
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+some, "-test.short="+strconv.FormatBool(testing.Short()), "-test.timeout=20m",
		// The first is this one, the next run on PostgreSQL anyway, and the sandboxes of the last are in memory, whatever the rest use.
		"-test.skip=^(TestOnPostgres|TestKill|TestLinearizable|TestGeneratedClient|TestExchanges_Bytes|TestSeed_LargeErrors|TestControl_OwnPage)$")
	cmd.Env = append(os.Environ(), onPostgres+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("on PostgreSQL: %v\n%s", err, out)
	}
}

// newStore names a new, empty store that several sandboxes may open.
func newStore(tb testing.TB) string {
	tb.Helper()
	if os.Getenv(onPostgres) != "" {
		return storetest.Postgres(tb)
	}
	return storetest.File(tb)
}

// forget makes New take a store for a new one: it clears the state and fills in the seed. It leaves alone what is dropped here,
// and the first signing key, which stays: to make one takes longer than most tests.
const forget = `DELETE FROM meta; DELETE FROM grants;
	DELETE FROM signing_keys WHERE seq > (SELECT MIN(seq) FROM signing_keys);
	SELECT setval(oid, 1, false) FROM pg_class
	WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace AND relname <> 'signing_keys_seq_seq'`

// TestMain cleans up after anyStore, or is a child process.
func TestMain(m *testing.M) {
	if dsn := os.Getenv(childStore); dsn != "" {
		fmt.Fprintln(os.Stderr, child(dsn))
		os.Exit(1)
	}
	failed := m.Run() != 0
	storetest.DropReused()
	if failed || departed() {
		os.Exit(1)
	}
}

// anyStore is a store for a test that does not say which: in memory, where it runs on SQLite. Like one in memory, it may have
// the signing key of an earlier one.
func anyStore(tb testing.TB, dsn string) string {
	tb.Helper()
	if dsn == "" && os.Getenv(onPostgres) != "" {
		return storetest.Reused(tb, forget)
	}
	return dsn
}
