package neo4jtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// project asks Maven for Neo4j and all it needs.
const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId>
  <artifactId>neo4jtest</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.neo4j</groupId>
      <artifactId>neo4j</artifactId>
      <version>` + Version + `</version>
    </dependency>
  </dependencies>
</project>
`

// jars returns the folder with the jars of Neo4j, which is kept between runs.
func jars(ctx context.Context) (string, error) {
	if _, err := exec.LookPath("java"); err != nil {
		return "", errors.New("tests with Neo4j need java: install a Java runtime, 17 or newer, and have java in PATH")
	}
	cache, err := cacheFolder()
	if err != nil {
		return "", err
	}
	unlock, err := lock(cache)
	if err != nil {
		return "", err
	}
	defer unlock()
	kept := filepath.Join(cache, "neo4j-"+Version, "lib")
	if _, err := os.Stat(kept); err == nil {
		return kept, nil
	}
	return kept, download(ctx, cache, kept)
}

// cacheFolder is .cache at the root of the repository, which git ignores.
func cacheFolder() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			cache := filepath.Join(folder, ".cache")
			return cache, os.MkdirAll(cache, 0o750)
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("there is no go.mod above the working directory")
		}
		folder = filepath.Dir(folder)
	}
}

// lock makes test processes take turns; the system ends the lock of one that
// ends.
func lock(cache string) (unlock func(), err error) {
	file, err := os.OpenFile(filepath.Join(cache, "neo4j.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, nil
}

// download has Maven copy the jars to a folder beside their place, and moves
// that there when it is complete.
func download(ctx context.Context, cache, place string) error {
	if _, err := exec.LookPath("mvn"); err != nil {
		return errors.New("tests with Neo4j need mvn to obtain it: install Maven and have mvn in PATH, or set NEO4J_TEST_URI")
	}
	folder, err := os.MkdirTemp(cache, "neo4j-download-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := os.WriteFile(filepath.Join(folder, "pom.xml"), []byte(project), 0o600); err != nil {
		return err
	}
	lib := filepath.Join(folder, "lib")
	command := exec.CommandContext(ctx, "mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory="+lib)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("mvn could not obtain Neo4j %s: %w\n%s", Version, err, out)
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o750); err != nil {
		return err
	}
	return os.Rename(lib, place)
}
