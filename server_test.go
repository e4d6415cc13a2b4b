package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"companygraph/test/program"

	"github.com/alecthomas/kong"
	"github.com/ncruces/go-sqlite3"
)

func TestMain(m *testing.M) { program.Main(m) }

func TestFirstStartSeedsAndSecondDoesNot(t *testing.T) {
	folder := t.TempDir()
	const query = `{ bans { nodes { title } } nodes(ids: ["kaspersky-lab"]) { id } }`
	first := program.Start(t, folder)
	want := first.Ask(t, query)
	if !strings.Contains(want, `"kaspersky-lab"`) {
		t.Errorf("the bundled data is not there: %s", want)
	}
	if err := first.Stop(); err != nil {
		t.Errorf("ended with %v", err)
	}
	if !strings.Contains(first.Log(), "loaded the bundled data") {
		t.Error("the first start did not say that it loaded data")
	}
	second := program.Start(t, folder)
	if got := second.Ask(t, query); got != want {
		t.Errorf("second start answers\n%s\nthe first answered\n%s", got, want)
	}
	if err := second.Stop(); err != nil {
		t.Errorf("ended with %v", err)
	}
	if strings.Contains(second.Log(), "loaded") {
		t.Error("the second start loaded data again")
	}
}

func TestDatasetNoneLoadsNothing(t *testing.T) {
	s := program.Start(t, t.TempDir(), "--dataset", "none")
	if got := s.Ask(t, `{ entities { totalCount } facts { totalCount } }`); got != `{"data":{"entities":{"totalCount":0},"facts":{"totalCount":0}}}` {
		t.Error(got)
	}
	if err := s.Stop(); err != nil {
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
		"no address":      {[]string{"--listen", ""}, "--listen: the address is empty: give HOST:PORT"},
		"large port":      {[]string{"--listen", "65536"}, "--listen 65536"},
		"wrong header":    {[]string{"--cors-origin", "http://a", "--cors-header", "X App"}, "--cors-header X App: must be the name of a header"},
		"any header":      {[]string{"--cors-origin", "http://a", "--cors-header", "*"}, "--cors-header *: must be the name of a header"},
		"unknown host":    {[]string{"--listen", "256.0.0.1:80"}, "--listen 256.0.0.1:80"},
		"used port":       {[]string{"--listen", used.Addr().String()}, "address already in use"},
		"no database":     {[]string{"--sqlite", file("text.db", "This is no database, only some text.", 0o600)}, "is not a SQLite database"},
		"foreign":         {[]string{"--sqlite", foreignDatabase(t, folder)}, "is a database of another program"},
		"missing folder":  {[]string{"--sqlite", filepath.Join(folder, "missing", "x.db")}, "cannot be opened"},
		"a folder":        {[]string{"--sqlite", folder}, "it is not a file but a folder"},
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
			run := program.Command{Folder: folder, Arguments: append([]string{"--listen", "127.0.0.1:0"}, c.args...)}
			text, err := run.Run(t)
			if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() < 1 {
				t.Errorf("ended with %v, want a status above 0", err)
			}
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
	s := program.Start(t, folder, "--tls-cert", cert, "--tls-key", key)
	if got := servedBy(t, s.URL); got != "first" {
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
		if got := servedBy(t, s.URL); got != change.want {
			t.Errorf("served with %s, want %s", got, change.want)
		}
	}
	if err := s.Stop(); err != nil {
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
	s := program.Start(t, folder, "--trusted-documents", folder, "--trusted-only")
	if got := s.Ask(t, text); got != `{"data":{"bans":{"totalCount":1}}}` {
		t.Error(got)
	}
	if got := s.Ask(t, "{ __typename }"); !strings.Contains(got, "DOCUMENT_NOT_TRUSTED") {
		t.Error(got)
	}
}

func TestSchemaPrintsTheWholeSchema(t *testing.T) {
	out, err := program.Command{Arguments: []string{"schema"}}.Run(t)
	if err != nil || !strings.Contains(out, "type Query {") || !strings.Contains(out, "input BanWhere {") {
		t.Errorf("printed %d bytes, error %v", len(out), err)
	}
}

// flags are those of the server, as --help lists them.
func flags(t *testing.T) []*kong.Flag {
	t.Helper()
	parser, err := kong.New(&commands{}, vars())
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(parser.Model.Flags, func(f *kong.Flag) bool { return f.Name == "help" || f.Name == "version" })
}

// Each flag has a variable. Those that say nothing of Neo4j, whose own names they
// keep, have the prefix of the program.
func TestEveryFlagHasAVariable(t *testing.T) {
	for _, f := range flags(t) {
		if len(f.Envs) != 1 || !strings.HasPrefix(f.Envs[0], "COMPANYGRAPH_") && !strings.HasPrefix(f.Name, "neo4j-") {
			t.Errorf("--%s has %v", f.Name, f.Envs)
		}
	}
}

// docs/http.md lists every flag with its variable and its default.
func TestTableOfSettings(t *testing.T) {
	page, err := os.ReadFile("docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, f := range flags(t) {
		value := ""
		if f.Default != "" {
			value = "`" + f.Default + "` "
		}
		fmt.Fprintf(&want, "| `--%s` | `%s` | %s|\n", f.Name, f.Envs[0], value)
	}
	_, table, _ := strings.Cut(string(page), "| Flag | Variable | Default |\n|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	if strings.TrimSpace(table) != strings.TrimSpace(want.String()) {
		t.Errorf("the table of settings in docs/http.md must be\n%s", &want)
	}
}

// limitRow is a row of the table of limits that has one flag.
var limitRow = regexp.MustCompile("(?m)^\\| (?:`[a-zA-Z]+`)? ?\\| `--([a-z-]+)`(?: and fixed ones)? \\| ([^|]+) \\|")

// The table of limits in docs/http.md has the defaults there are, and every limit.
func TestTableOfLimits(t *testing.T) {
	page, err := os.ReadFile("docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]string{}
	for _, row := range limitRow.FindAllStringSubmatch(string(page), -1) {
		written[row[1]] = row[2]
	}
	for _, f := range flags(t) {
		if f.Group == nil || f.Group.Key != "limits" {
			continue
		}
		if got := plainNumber(written[f.Name]); got != f.Default {
			t.Errorf("--%s is %s by default, and docs/http.md says %q", f.Name, f.Default, written[f.Name])
		}
	}
}

// plainNumber is a number as a flag takes it: 10,000, 2 MiB, 5 s, 50 a second.
func plainNumber(written string) string {
	number, unit, _ := strings.Cut(strings.ReplaceAll(written, ",", ""), " ")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil:
		return written
	case unit == "KiB":
		n <<= 10
	case unit == "MiB":
		n <<= 20
	case unit == "s":
		return number + "s"
	}
	return strconv.Itoa(n)
}

func TestHelpShowsEveryFlagAndItsVariable(t *testing.T) {
	out, err := program.Command{Arguments: []string{"--help"}}.Run(t)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--listen", "$COMPANYGRAPH_LISTEN", "127.0.0.1:8080", "--sqlite", "$COMPANYGRAPH_SQLITE", "--neo4j-uri", "$NEO4J_URI", "--neo4j-user", "$NEO4J_USER",
		"--neo4j-password", "$NEO4J_PASSWORD", "--neo4j-database", "$NEO4J_DATABASE", "--adopt", "--dataset", "$COMPANYGRAPH_DATASETS", "--cors-origin", "$COMPANYGRAPH_CORS_ORIGIN",
		"--max-body", "$COMPANYGRAPH_MAX_BODY", "--max-price", "$COMPANYGRAPH_MAX_PRICE", "--operation-timeout", "$COMPANYGRAPH_OPERATION_TIMEOUT", "--rate-limit", "$COMPANYGRAPH_RATE_LIMIT",
		"--trusted-proxy", "$COMPANYGRAPH_TRUSTED_PROXY", "--trusted-documents", "$COMPANYGRAPH_TRUSTED_DOCUMENTS", "--trusted-only", "--tls-cert", "$COMPANYGRAPH_TLS_CERT", "--tls-key", "$COMPANYGRAPH_TLS_KEY",
		"--cors-credentials", "--cache-for", "--[no-]introspection", "--[no-]suggestions",
		"seed load ", "seed datasets ", "seed remove ", "seed copy ", "seed check ", "seed span ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("--help does not show %s", want)
		}
	}
}
