//go:build tools

// Package realparts names the programs that tests run for real, so that "go mod tidy" keeps what they need.
package realparts

import (
	_ "github.com/open-policy-agent/opa"
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kubectl"
)
