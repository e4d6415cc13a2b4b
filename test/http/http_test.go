// Package http_test runs suites and clients written elsewhere against the
// server as it is built, on SQLite with the bundled data. `make http` installs
// what they need.
package http_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"companygraph/test/http/genqlient"
	"companygraph/test/program"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// url is where the server answers.
var url string

func TestMain(m *testing.M) {
	code, err := serveAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "test/http:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

func serveAndRun(m *testing.M) (code int, err error) {
	defer program.Remove()
	folder, err := os.MkdirTemp("", "companygraph-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	// All limits are the defaults but the rate: the suites ask as fast as they can.
	server, err := program.Launch(program.Command{Folder: folder, Arguments: []string{"--rate-limit", "0"}})
	if err != nil {
		return 0, err
	}
	defer server.Kill()
	url = server.URL
	return m.Run(), nil
}

// run is a suite that prints what passed and ends with a status above 0 if
// anything did not.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	suite := exec.Command(name, args...)
	suite.Env = append(os.Environ(), "GRAPHQL_URL="+url, "PYTHONDONTWRITEBYTECODE=1")
	suite.Stdout, suite.Stderr = os.Stdout, os.Stderr
	if err := suite.Run(); err != nil {
		t.Errorf("%s %s: %v (make http installs what is missing)", name, strings.Join(args, " "), err)
	}
}

func TestAudits(t *testing.T) {
	run(t, "node", "--test", "--test-reporter=spec", "audits.test.mjs")
}

func TestJavaScriptClients(t *testing.T) {
	run(t, "node", "--test", "--test-reporter=spec", "clients.test.mjs")
}

func TestPythonClient(t *testing.T) {
	run(t, "pytest", "-v", "-p", "no:cacheprovider", "gql_test.py")
}

func TestSchemathesis(t *testing.T) {
	run(t, "pytest", "-n", "2", "-p", "no:cacheprovider", "schemathesis_test.py")
}

func TestGenqlient(t *testing.T) {
	client := graphql.NewClient(url, http.DefaultClient)
	firm, err := genqlient.Firm(t.Context(), client, "kaspersky-lab")
	if err != nil {
		t.Fatal(err)
	}
	if company, ok := (*firm.Firm).(*genqlient.FirmFirmCompany); !ok || company.Name != "Kaspersky Lab" || len(company.Bans.Nodes) != 1 {
		t.Errorf("got %+v", *firm.Firm)
	}
	page, proposed := 100, genqlient.PhaseProposed
	where := &genqlient.FactWhere{Phase: &genqlient.PhaseFilter{Eq: &proposed}}
	facts, err := genqlient.Facts(t.Context(), client, where, &page)
	if err != nil {
		t.Fatal(err)
	}
	if len(facts.Facts.Nodes) != facts.Facts.TotalCount || facts.Facts.TotalCount == 0 {
		t.Errorf("%d of %d facts", len(facts.Facts.Nodes), facts.Facts.TotalCount)
	}
	page = 1000
	_, err = genqlient.Facts(t.Context(), client, nil, &page)
	if code := codeOf(err); code != "LIMIT_EXCEEDED" {
		t.Errorf("error %v with code %v", err, code)
	}
}

// codeOf is the code of the first error of an answer.
func codeOf(err error) any {
	list, _ := err.(gqlerror.List) //nolint:errorlint // what genqlient returns
	if len(list) == 0 {
		return nil
	}
	return list[0].Extensions["code"]
}
