package resolvers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// writeCertificate writes a certificate for a name, and its key, as if at a time.
func writeCertificate(t *testing.T, files TLS, name string, at time.Time) {
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
	for path, block := range map[string]*pem.Block{files.TLSCert: {Type: "CERTIFICATE", Bytes: certificate}, files.TLSKey: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

// A certificate that is renewed is used without a restart; one that is broken
// is not, and the last good one stays.
func TestCertificateIsReadAgain(t *testing.T) {
	folder := t.TempDir()
	files := TLS{TLSCert: filepath.Join(folder, "cert.pem"), TLSKey: filepath.Join(folder, "key.pem")}
	now := time.Now()
	writeCertificate(t, files, "first", now.Add(-3*time.Hour))
	c := &certificate{files: files}
	if err := c.load(); err != nil {
		t.Fatal(err)
	}
	served := func() string {
		t.Helper()
		got, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(got.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		return leaf.Subject.CommonName
	}
	writeCertificate(t, files, "second", now.Add(-2*time.Hour))
	if got := served(); got != "first" {
		t.Errorf("within %s of the last look: %s", lookEvery, got)
	}
	c.looked = time.Time{}
	if got := served(); got != "second" {
		t.Errorf("after the change: %s", got)
	}
	if err := os.WriteFile(files.TLSCert, []byte("half a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.looked = time.Time{}
	if got := served(); got != "second" {
		t.Errorf("with a broken file: %s", got)
	}
	writeCertificate(t, files, "third", now)
	c.looked = time.Time{}
	if got := served(); got != "third" {
		t.Errorf("after the repair: %s", got)
	}
}

func TestTLSConfig(t *testing.T) {
	if config, err := (&TLS{}).Config(); config != nil || err != nil {
		t.Errorf("without files: %v %v", config, err)
	}
	folder := t.TempDir()
	files := TLS{TLSCert: filepath.Join(folder, "cert.pem"), TLSKey: filepath.Join(folder, "key.pem")}
	if _, err := files.Config(); err == nil {
		t.Error("missing files are taken")
	}
	writeCertificate(t, files, "name", time.Now())
	config, err := files.Config()
	if err != nil || config.MinVersion != tls.VersionTLS12 {
		t.Errorf("%v %v", config, err)
	}
	if (&TLS{TLSCert: "x"}).Validate() == nil || (&TLS{TLSKey: "x"}).Validate() == nil || files.Validate() != nil {
		t.Error("a certificate without its key is taken, or one with it is not")
	}
}
