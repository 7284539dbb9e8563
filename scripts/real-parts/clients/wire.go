package main

import (
	"net/http"
	"net/url"
	"slices"
	"sync"

	"k8s.io/client-go/rest"
)

// wire notes what a client asks, and the form of what it is answered.
type wire struct {
	mutex sync.Mutex
	noted []exchange
}

type exchange struct {
	method, path string
	query        url.Values
	status       int
	contentType  string
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// on is a configuration whose requests are noted.
func (w *wire) on(config *rest.Config) *rest.Config {
	noting := rest.CopyConfig(config)
	noting.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(request *http.Request) (*http.Response, error) {
			response, err := next.RoundTrip(request)
			made := exchange{method: request.Method, path: request.URL.Path, query: request.URL.Query()}
			if err == nil {
				made.status = response.StatusCode
				made.contentType = response.Header.Get("Content-Type")
			}
			w.mutex.Lock()
			defer w.mutex.Unlock()
			w.noted = append(w.noted, made)
			return response, err
		})
	})
	return noting
}

func (w *wire) exchanges() []exchange {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return slices.Clone(w.noted)
}

func (w *wire) paths() []string {
	var paths []string
	for _, made := range w.exchanges() {
		paths = append(paths, made.path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// reads says how a kind was read, request by request: listed, watched from its beginning, or watched on from a version.
func (w *wire) reads() []string {
	var reads []string
	for _, made := range w.exchanges() {
		switch {
		case made.status == 0:
			continue
		case made.query.Get("watch") == "":
			reads = append(reads, "list")
		case made.query.Get("sendInitialEvents") == "true":
			reads = append(reads, "watch with what is there")
		default:
			reads = append(reads, "watch from a version")
		}
	}
	return slices.Compact(reads)
}
