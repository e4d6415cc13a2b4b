package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// binary is the server, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "companygraph")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(folder) }()
		binary = filepath.Join(folder, "companygraph")
		if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
			panic(string(out))
		}
		return m.Run()
	}())
}

// server is a running process of the binary.
type server struct {
	t       *testing.T
	process *exec.Cmd
	url     string
	log     *bytes.Buffer
}

var address = regexp.MustCompile(`https?://[0-9.:]+/graphql`)

// start runs the binary in a folder until it prints its address.
func start(t *testing.T, folder string, args ...string) *server {
	t.Helper()
	s := &server{t: t, log: &bytes.Buffer{}, process: exec.Command(binary, append([]string{"--listen", "127.0.0.1:0"}, args...)...)}
	s.process.Dir, s.process.Stderr = folder, s.log
	out, err := s.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.process.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("no address: %v\n%s", err, s.log)
	}
	if s.url = address.FindString(line); s.url == "" {
		t.Fatalf("no address in %q", line)
	}
	return s
}

// ask sends a query and returns the body of the answer.
func (s *server) ask(query string) string {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		s.t.Fatal(err)
	}
	response, err := http.Post(s.url, "application/json", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(string(answer))
}

// stop interrupts the process and returns how it ended.
func (s *server) stop() error {
	s.t.Helper()
	if err := s.process.Process.Signal(syscall.SIGINT); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.process.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(5 * time.Second):
		s.t.Fatal("still running 5 s after the interrupt")
		return nil
	}
}

func TestFirstStartSeedsAndSecondDoesNot(t *testing.T) {
	folder := t.TempDir()
	const query = `{ bans { nodes { title } } nodes(ids: ["kaspersky-lab"]) { id } }`
	first := start(t, folder)
	want := first.ask(query)
	if !strings.Contains(want, `"kaspersky-lab"`) {
		t.Errorf("the bundled data is not there: %s", want)
	}
	if err := first.stop(); err != nil {
		t.Errorf("ended with %v", err)
	}
	if !strings.Contains(first.log.String(), "loaded the bundled data") {
		t.Error("the first start did not say that it loaded data")
	}
	second := start(t, folder)
	if got := second.ask(query); got != want {
		t.Errorf("second start answers\n%s\nthe first answered\n%s", got, want)
	}
	if err := second.stop(); err != nil {
		t.Errorf("ended with %v", err)
	}
	if strings.Contains(second.log.String(), "loaded") {
		t.Error("the second start loaded data again")
	}
}

func TestDatasetNoneLoadsNothing(t *testing.T) {
	s := start(t, t.TempDir(), "--dataset", "none")
	if got := s.ask(`{ entities { totalCount } facts { totalCount } }`); got != `{"data":{"entities":{"totalCount":0},"facts":{"totalCount":0}}}` {
		t.Error(got)
	}
	if err := s.stop(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// A request that is under way when the interrupt comes is answered: here one
// whose body arrives only afterwards.
func TestInterruptLetsRequestsEnd(t *testing.T) {
	s := start(t, t.TempDir())
	connection, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(s.url, "http://"), "/graphql"))
	if err != nil {
		t.Fatal(err)
	}
	const body = `{"query":"{ __typename }"}`
	const head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 26\r\n\r\n"
	send := func(text string) {
		if _, err := connection.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	send(head)
	reader := bufio.NewReader(connection)
	// The server asks for the body: the request is being handled now.
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100") {
		t.Fatal(line, err)
	}
	if err := s.process.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	send(body)
	answer, err := io.ReadAll(reader)
	if err != nil || !strings.Contains(string(answer), `{"data":{"__typename":"Query"}}`) {
		t.Errorf("answer %q, error %v", answer, err)
	}
	if err := s.process.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestBadSettingsEndInOneLine(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = used.Close() }()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown flag":    {[]string{"--colour"}, "unknown flag --colour"},
		"unknown command": {[]string{"dance"}, "dance"},
		"unknown dataset": {[]string{"--dataset", "nope"}, "no bundled dataset of this name"},
		"wrong address":   {[]string{"--listen", "here"}, "--listen here"},
		"unknown host":    {[]string{"--listen", "256.0.0.1:80"}, "--listen 256.0.0.1:80"},
		"used port":       {[]string{"--listen", used.Addr().String()}, "address already in use"},
		"no database":     {[]string{"--sqlite", file("text.db", "This is no database, only some text.", 0o600)}, "is not a SQLite database"},
		"foreign":         {[]string{"--sqlite", foreignDatabase(t, folder)}, "is a database of another program"},
		"missing folder":  {[]string{"--sqlite", filepath.Join(folder, "missing", "x.db")}, "cannot be opened"},
		"a folder":        {[]string{"--sqlite", folder}, "cannot be opened"},
		"no Neo4j":        {[]string{"--neo4j-uri", "bolt://" + unused(t), "--neo4j-password", "x"}, "cannot be reached"},
		"limit of 0":      {[]string{"--max-depth", "0"}, "--max-depth: must be above 0"},
		"large page":      {[]string{"--max-page", "1000"}, "the schema promises 100 at most"},
		"any origin":      {[]string{"--cors-origin", "*"}, "--cors-origin *: must be an origin"},
		"key missing":     {[]string{"--tls-cert", "x.pem"}, "--tls-cert and --tls-key belong together"},
		"no certificate":  {[]string{"--tls-cert", "x.pem", "--tls-key", "x.pem"}, "--tls-cert x.pem: "},
		"no trusted":      {[]string{"--trusted-only"}, "--trusted-documents must say which"},
		"wrong trusted":   {[]string{"--trusted-documents", file("trusted.json", `{"an-id":"{ nothing }"}`, 0o600)}, "an-id: "},
		"wrong proxy":     {[]string{"--trusted-proxy", "everyone"}, "everyone"},
		"wrong Neo4j URI": {[]string{"--neo4j-uri", "localhost"}, "neo4j localhost: "},
	} {
		t.Run(name, func(t *testing.T) {
			run := exec.Command(binary, append([]string{"--listen", "127.0.0.1:0"}, c.args...)...)
			run.Dir = folder
			out, err := run.CombinedOutput()
			if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() < 1 {
				t.Errorf("ended with %v, want a status above 0", err)
			}
			text := strings.TrimSpace(string(out))
			if strings.Contains(text, "\n") || !strings.Contains(text, c.want) {
				t.Errorf("printed %q, want one line with %q", text, c.want)
			}
		})
	}
}

// foreignDatabase makes a SQLite database that is not one of ours.
func foreignDatabase(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Join(folder, "foreign.db")
	database, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(database.Exec("CREATE TABLE other (x)"), database.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// unused is an address on which nobody listens.
func unused(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// With a certificate the server speaks HTTPS, HTTP/2 among it. One that is
// renewed is used without a restart; one that is broken is not.
func TestTLS(t *testing.T) {
	folder := t.TempDir()
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	writeCertificate(t, cert, key, "first")
	s := start(t, folder, "--tls-cert", cert, "--tls-key", key)
	if got := servedBy(t, s.url); got != "first" {
		t.Errorf("served with %s", got)
	}
	// The server looks at the files once a second.
	const look = 1100 * time.Millisecond
	for _, change := range []struct {
		write func()
		want  string
	}{
		{func() { writeCertificate(t, cert, key, "second") }, "second"},
		{func() { _ = os.WriteFile(cert, []byte("half a certificate"), 0o600) }, "second"},
		{func() { writeCertificate(t, cert, key, "third") }, "third"},
	} {
		change.write()
		time.Sleep(look)
		if got := servedBy(t, s.url); got != change.want {
			t.Errorf("served with %s, want %s", got, change.want)
		}
	}
	if err := s.stop(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// servedBy is the name in the certificate with which a query is answered.
func servedBy(t *testing.T, url string) string {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Get(url + "?query=%7B__typename%7D")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK || response.ProtoMajor != 2 || response.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s %s %v", response.Proto, response.Status, response.Header)
	}
	return response.TLS.PeerCertificates[0].Subject.CommonName
}

// writeCertificate writes a certificate with a name, and its key.
func writeCertificate(t *testing.T, certFile, keyFile, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: certificate}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Flags reach the handler.
func TestTrustedOnly(t *testing.T) {
	folder := t.TempDir()
	const text = "{ bans { totalCount } }"
	if err := os.WriteFile(filepath.Join(folder, "bans.graphql"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, folder, "--trusted-documents", folder, "--trusted-only")
	if got := s.ask(text); got != `{"data":{"bans":{"totalCount":1}}}` {
		t.Error(got)
	}
	if got := s.ask("{ __typename }"); !strings.Contains(got, "DOCUMENT_NOT_TRUSTED") {
		t.Error(got)
	}
}

func TestSchemaPrintsTheWholeSchema(t *testing.T) {
	out, err := exec.Command(binary, "schema").Output()
	if err != nil || !strings.Contains(string(out), "type Query {") || !strings.Contains(string(out), "input BanWhere {") {
		t.Errorf("printed %d bytes, error %v", len(out), err)
	}
}

func TestHelpShowsEveryFlagAndItsVariable(t *testing.T) {
	out, err := exec.Command(binary, "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--listen", "$LISTEN", "127.0.0.1:8080", "--sqlite", "$SQLITE_PATH", "--neo4j-uri", "$NEO4J_URI", "--neo4j-user", "$NEO4J_USER",
		"--neo4j-password", "$NEO4J_PASSWORD", "--neo4j-database", "$NEO4J_DATABASE", "--adopt", "--dataset", "$DATASETS", "--cors-origin", "$CORS_ORIGIN",
		"--max-body", "$MAX_BODY", "--max-price", "$MAX_PRICE", "--operation-timeout", "$OPERATION_TIMEOUT", "--rate-limit", "$RATE_LIMIT",
		"--trusted-proxy", "$TRUSTED_PROXY", "--trusted-documents", "$TRUSTED_DOCUMENTS", "--trusted-only", "--tls-cert", "$TLS_CERT", "--tls-key", "$TLS_KEY",
		"--cors-credentials", "--cache-for", "--[no-]introspection", "--[no-]suggestions",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("--help does not show %s", want)
		}
	}
}
