//go:build tools

// Names upstream's hub controllers and agents, so that "go mod tidy" keeps what they need.
package main

import (
	_ "open-cluster-management.io/ocm/pkg/cmd/hub"
	_ "open-cluster-management.io/ocm/pkg/cmd/spoke"
	_ "open-cluster-management.io/ocm/pkg/cmd/webhook"
)
