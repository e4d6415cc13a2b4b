package httpserver

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"companygraph/graph"
	"companygraph/resolvers"
	"companygraph/telemetry"

	"github.com/jellydator/ttlcache/v3"
	"golang.org/x/time/rate"
)

// admitted lets so many requests be answered at once, and cuts off clients that
// do not read their answers within a time. What streams without an end, as a
// subscription does, calls both SetWriteDeadline and SetReadDeadline of
// [http.ResponseController] with no time before it begins: the first deadline is
// set here, the second one by [NewServer], and when that passes net/http ends the
// request's context, although the request has been read.
func admitted(atOnce int, within time.Duration, next http.Handler) http.Handler {
	places := resolvers.NewGate(atOnce, admissionPatience)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		leave, err := places.Enter(r.Context(), 1)
		if err != nil {
			telemetry.RecordOf(r.Context()).Refused("requests")
			w.Header().Set("Retry-After", "1")
			newAnswer(w, r).refuse(http.StatusServiceUnavailable, resolvers.Mask(r.Context(), err))
			return
		}
		defer leave()
		controller := http.NewResponseController(w)
		// Not every writer has a deadline: those of tests have none.
		_ = controller.SetWriteDeadline(time.Now().Add(within))
		next.ServeHTTP(w, r)
		_ = controller.SetWriteDeadline(time.Time{})
	})
}

const (
	// admissionPatience is how long a request waits for its turn.
	admissionPatience = time.Second
	// writeTimeout is how long a request may take from its turn to its last byte.
	writeTimeout = 30 * time.Second
)

// How many addresses are told apart at most, and for how long one is remembered
// that is quiet: by then it may send a burst again anyway.
const (
	rememberedAddresses = 10_000
	quietTime           = 10 * time.Minute
)

// rateLimiter counts the requests of each client address.
type rateLimiter struct {
	options Traffic
	clients *ttlcache.Cache[netip.Addr, *rate.Limiter]
	next    http.Handler
}

// rateLimited refuses clients that send more requests than the options allow.
func rateLimited(options Traffic, next http.Handler) http.Handler {
	if options.RateLimit == 0 {
		return next
	}
	return &rateLimiter{options: options, next: next, clients: ttlcache.New(
		ttlcache.WithCapacity[netip.Addr, *rate.Limiter](rememberedAddresses),
		ttlcache.WithTTL[netip.Addr, *rate.Limiter](quietTime),
	)}
}

func (l *rateLimiter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isLocal(r) {
		l.next.ServeHTTP(w, r)
		return
	}
	entry, _ := l.clients.GetOrSetFunc(clientAddress(r, l.options.TrustedProxy), func() *rate.Limiter {
		return rate.NewLimiter(rate.Limit(l.options.RateLimit), l.options.RateBurst)
	})
	if entry.Value().Allow() {
		l.next.ServeHTTP(w, r)
		return
	}
	telemetry.RecordOf(r.Context()).Refused("rate")
	w.Header().Set("Retry-After", "1")
	err := &graph.Error{Code: graph.CodeRate, Message: "too many requests from this address"}
	newAnswer(w, r).refuse(http.StatusTooManyRequests, resolvers.Coded(err))
}

// forwardedHeaders are those by which proxies say for whom they ask.
var forwardedHeaders = []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"}

// isLocal reports whether a request comes from this machine and from no proxy on
// it: a script or a page of a developer is not to be held up.
func isLocal(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback() &&
		!slices.ContainsFunc(forwardedHeaders, func(name string) bool { return len(r.Header.Values(name)) > 0 })
}

// clientAddress is where a request comes from: the last address before that of
// a trusted proxy. Of IPv6 it is the network, which one client has as a whole.
func clientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, _ := netip.ParseAddrPort(r.RemoteAddr)
	client := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(client) }) {
			break
		}
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		client = before.Unmap().WithZone("")
	}
	if client.Is6() {
		network, _ := client.Prefix(64)
		return network.Addr()
	}
	return client
}
