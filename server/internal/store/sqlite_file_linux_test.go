package store_test

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// asOther runs fn as a user who is not root and has no rights by its group. The thread that it runs on ends with it.
func asOther(fn func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if os.Getuid() == 0 {
			runtime.LockOSThread()
			_, _, _ = syscall.Syscall(syscall.SYS_SETFSGID, 65534, 0, 0)
			_, _, _ = syscall.Syscall(syscall.SYS_SETFSUID, 65534, 0, 0)
		}
		fn()
	}()
	<-done
}

// Ensure that a file that can be read and not written to is refused when it is opened.
func TestOpen_Unwritable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, dir os.FileMode
		want      string
	}{
		"the file may not be written to":         {0o444, 0o777, "cannot be written to"},
		"no file may be created beside it":       {0o666, 0o555, "cannot be written to"},
		"neither the file nor its folder may be": {0o444, 0o555, "cannot be written to"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The folders of t.TempDir are closed to other users.
			dir, err := os.MkdirTemp("", "unwritable")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(dir, 0o700); _ = os.RemoveAll(dir) })
			file := filepath.Join(dir, "a.db")
			if err := open(t, "sqlite:"+file).Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(file, c.file); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, c.dir); err != nil {
				t.Fatal(err)
			}
			asOther(func() { wantRefused(t, "sqlite:"+file, c.want) })
		})
	}
}
