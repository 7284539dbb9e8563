// Resolves the templates of ConfigurationPolicies as upstream's hub and agent do, for tests that compare: reads
// one JSON request a line, writes one JSON answer a line. Its objects are those of the request: there is no cluster.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/stolostron/go-template-utils/v7/pkg/templates"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	fakediscovery "k8s.io/client-go/discovery/fake"
	fakedynamic "k8s.io/client-go/dynamic/fake"
	clienttesting "k8s.io/client-go/testing"
)

// request is one ConfigurationPolicy as the compiler writes it, and what both clusters hold.
type request struct {
	ID      string           `json:"id"`
	Policy  map[string]any   `json:"policy"`
	Hub     *hub             `json:"hub"`
	Objects []map[string]any `json:"objects"`
}

type hub struct {
	ClusterName string            `json:"clusterName"`
	Labels      map[string]string `json:"labels"`
	Namespace   string            `json:"namespace"`
	Objects     []map[string]any  `json:"objects"`
}

// answer has the resolved `object-templates`, or says why there are none.
type answer struct {
	ID      string          `json:"id"`
	Objects any             `json:"objects,omitempty"`
	OnHub   json.RawMessage `json:"onHub,omitempty"`
	Error   string          `json:"error,omitempty"`
}

// What a key and an initialisation vector are is the business of the controllers; here both are constants.
var encryption = templates.EncryptionConfig{
	AESKey:               []byte("0123456789abcdef0123456789abcdef"),
	InitializationVector: []byte("0123456789abcdef"),
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var req request
		if err := json.Unmarshal(lines.Bytes(), &req); err != nil {
			_ = out.Encode(answer{Error: err.Error()})
			continue
		}
		res := answer{ID: req.ID}
		if err := resolve(&req, &res); err != nil {
			res.Error = err.Error()
		}
		_ = out.Encode(res)
	}
}

func resolve(req *request, res *answer) error {
	policy := req.Policy
	if req.Hub != nil {
		var err error
		if policy, err = onHub(req.Hub, policy); err != nil {
			return fmt.Errorf("hub: %w", err)
		}
		if res.OnHub, err = json.Marshal(policy); err != nil {
			return err
		}
	}
	objects, err := onCluster(req.Objects, policy)
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	res.Objects = objects
	return nil
}

// As the propagator: governance-policy-propagator controllers/propagator/propagation.go.
func onHub(from *hub, policy map[string]any) (map[string]any, error) {
	raw, err := json.Marshal(policy)
	if err != nil {
		return nil, err
	}
	config := templates.Config{AdditionalIndentation: 8, StartDelim: "{{hub", StopDelim: "hub}}"}
	if !templates.HasTemplate(raw, config.StartDelim, false) {
		return policy, nil
	}
	resolver, err := newResolver(from.Objects, config)
	if err != nil {
		return nil, err
	}
	options := &templates.ResolveOptions{
		LookupNamespace: from.Namespace,
		ClusterScopedAllowList: []templates.ClusterScopedObjectIdentifier{{
			Group: "cluster.open-cluster-management.io", Kind: "ManagedCluster", Name: from.ClusterName,
		}},
	}
	if templates.UsesEncryption(raw, config.StartDelim, config.StopDelim) {
		options.EncryptionConfig = encryption
		options.EncryptionEnabled = true
	}
	labels := from.Labels
	if labels == nil {
		labels = map[string]string{}
	}
	context := struct {
		ManagedClusterName   string
		ManagedClusterLabels map[string]string
	}{from.ClusterName, labels}
	return resolved(resolver.ResolveTemplate(raw, context, options))
}

// As the agent: config-policy-controller controllers/configurationpolicy_controller.go.
func onCluster(from []map[string]any, policy map[string]any) (any, error) {
	resolver, err := newResolver(from, templates.Config{})
	if err != nil {
		return nil, err
	}
	spec, _ := policy["spec"].(map[string]any)
	options := func(text []byte, isYAML bool) *templates.ResolveOptions {
		made := &templates.ResolveOptions{InputIsYAML: isYAML}
		if strings.Contains(string(text), "$ocm_encrypted:") {
			made.EncryptionConfig = encryption
			made.DecryptionEnabled = true
		}
		return made
	}
	if text, ok := spec["object-templates-raw"].(string); ok {
		result, err := resolver.ResolveTemplate([]byte(text), nil, options([]byte(text), true))
		if err != nil {
			return nil, err
		}
		var list []any
		return list, json.Unmarshal(result.ResolvedJSON, &list)
	}
	list, ok := spec["object-templates"].([]any)
	if !ok {
		return nil, fmt.Errorf("object-templates is %T", spec["object-templates"])
	}
	for _, entry := range list {
		fields, ok := entry.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("an object template is %T", entry)
		}
		raw, err := json.Marshal(fields["objectDefinition"])
		if err != nil {
			return nil, err
		}
		definition, err := resolved(resolver.ResolveTemplate(raw, nil, options(raw, false)))
		if err != nil {
			return nil, err
		}
		fields["objectDefinition"] = definition
	}
	return list, nil
}

func resolved(result templates.TemplateResult, err error) (map[string]any, error) {
	if err != nil {
		return nil, err
	}
	var object map[string]any
	return object, json.Unmarshal(result.ResolvedJSON, &object)
}

// The kinds both clusters know.
var kinds = []struct {
	group, version, kind, resource string
	namespaced                     bool
}{
	{"", "v1", "Namespace", "namespaces", false},
	{"", "v1", "Node", "nodes", false},
	{"", "v1", "ConfigMap", "configmaps", true},
	{"", "v1", "Secret", "secrets", true},
	{"", "v1", "Pod", "pods", true},
	{"", "v1", "ServiceAccount", "serviceaccounts", true},
	{"apps", "v1", "Deployment", "deployments", true},
	{"cluster.open-cluster-management.io", "v1", "ManagedCluster", "managedclusters", false},
	{"cluster.open-cluster-management.io", "v1alpha1", "ClusterClaim", "clusterclaims", false},
}

func newResolver(objects []map[string]any, config templates.Config) (*templates.TemplateResolver, error) {
	lists := map[schema.GroupVersionResource]string{}
	groups := map[string]*metav1.APIResourceList{}
	var resources []*metav1.APIResourceList
	for _, kind := range kinds {
		gv := schema.GroupVersion{Group: kind.group, Version: kind.version}
		lists[gv.WithResource(kind.resource)] = kind.kind + "List"
		list, ok := groups[gv.String()]
		if !ok {
			list = &metav1.APIResourceList{GroupVersion: gv.String()}
			groups[gv.String()] = list
			resources = append(resources, list)
		}
		list.APIResources = append(list.APIResources, metav1.APIResource{
			Name: kind.resource, Kind: kind.kind, Namespaced: kind.namespaced, Group: kind.group, Version: kind.version,
			Verbs: metav1.Verbs{"get", "list", "watch"},
		})
	}
	var there []runtime.Object
	for _, object := range objects {
		there = append(there, &unstructured.Unstructured{Object: object})
	}
	dynamic := fakedynamic.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), lists, there...)
	discovery := &fakediscovery.FakeDiscovery{Fake: &clienttesting.Fake{Resources: resources}}
	return templates.NewResolverWithClients(dynamic, discovery, config)
}
