package resolvers

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"companygraph/graph"

	"github.com/jellydator/ttlcache/v3"
	"golang.org/x/time/rate"
)

// admitted lets so many requests be answered at once, and cuts off clients that
// do not read their answers.
func admitted(atOnce int, next http.Handler) http.Handler {
	places := newGate(atOnce, admissionPatience)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		leave, err := places.enter(r.Context(), 1)
		if err != nil {
			recordOf(r.Context()).refused("requests")
			w.Header().Set("Retry-After", "1")
			newAnswer(w, r).refuse(http.StatusServiceUnavailable, mask(r.Context(), err))
			return
		}
		defer leave()
		controller := http.NewResponseController(w)
		// Not every writer has a deadline: those of tests have none.
		_ = controller.SetWriteDeadline(time.Now().Add(writeTimeout))
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
	entry, _ := l.clients.GetOrSetFunc(clientAddress(r, l.options.TrustedProxy), func() *rate.Limiter {
		return rate.NewLimiter(rate.Limit(l.options.RateLimit), l.options.RateBurst)
	})
	if entry.Value().Allow() {
		l.next.ServeHTTP(w, r)
		return
	}
	recordOf(r.Context()).refused("rate")
	w.Header().Set("Retry-After", "1")
	err := &graph.Error{Code: graph.CodeRate, Message: "too many requests from this address"}
	newAnswer(w, r).refuse(http.StatusTooManyRequests, coded(err))
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
