package main

import (
	"fmt"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/restmapper"
)

func discoverySteps(e *env) error {
	seen := &wire{}
	client, err := discovery.NewDiscoveryClientForConfig(seen.on(e.config))
	if err != nil {
		return err
	}
	version, err := client.ServerVersion()
	if err != nil {
		return err
	}
	e.tell("version", []string{version.Major, version.Minor})
	cached := memory.NewMemCacheClient(client)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(cached)
	for _, kind := range []schema.GroupKind{
		{Group: "apps", Kind: "Deployment"},
		{Kind: "Namespace"},
		{Group: "clients.test", Kind: "Greeting"},
		{Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"},
	} {
		mapping, err := mapper.RESTMapping(kind)
		if err != nil {
			return err
		}
		e.tell("mapping of "+kind.String(), []string{mapping.Resource.String(), string(mapping.Scope.Name())})
	}
	shortcuts := restmapper.NewShortcutExpander(mapper, cached, nil)
	for _, short := range []string{"cm", "deploy", "ns", "sa", "crd", "greet", "gr", "configmaps", "greeting"} {
		resource, err := shortcuts.ResourceFor(schema.GroupVersionResource{Resource: short})
		e.tell("resource for "+short, []any{resource.String(), said(err)})
	}
	_, err = mapper.RESTMapping(schema.GroupKind{Group: "clients.test", Kind: "Nothing"})
	e.tell("an unknown kind is no match", meta.IsNoMatchError(err))
	e.tell("paths asked for", seen.paths())

	resources, err := client.ServerResourcesForGroupVersion("clients.test/v1")
	if err != nil {
		return err
	}
	for _, resource := range resources.APIResources {
		resource.StorageVersionHash = ""
		e.tell("resource "+resource.Name, resource)
	}
	_, err = client.ServerResourcesForGroupVersion("clients.test/v9")
	e.tell("a version that is not there", said(err))
	return laterKinds(e, cached, mapper)
}

// laterKinds sees kinds come and go under a mapper that is kept.
func laterKinds(e *env, cached discovery.CachedDiscoveryInterface, mapper *restmapper.DeferredDiscoveryRESTMapper) error {
	later := schema.GroupKind{Group: "clients.test", Kind: "Farewell"}
	_, err := mapper.RESTMapping(later)
	e.tell("before it is defined", meta.IsNoMatchError(err))
	if err := define(e, "farewells"); err != nil {
		return err
	}
	if err := e.until("the mapper knows the new kind", func() (bool, error) {
		mapper.Reset()
		mapping, err := mapper.RESTMapping(later)
		if err == nil {
			e.tell("after it is defined", mapping.Resource.String())
		}
		return err == nil, err
	}); err != nil {
		return err
	}
	paths, err := cached.OpenAPIV3().Paths()
	if err != nil {
		return err
	}
	document, there := paths["apis/clients.test/v1"]
	if !there {
		return fmt.Errorf("no document of clients.test/v1")
	}
	text, err := document.Schema("application/json")
	if err != nil {
		return err
	}
	e.tell("its schema is published", strings.Contains(string(text), "test.clients.v1.Greeting"))
	client, err := apiextensions.NewForConfig(e.config)
	if err != nil {
		return err
	}
	if err := client.ApiextensionsV1().CustomResourceDefinitions().Delete(e, "farewells.clients.test", metav1.DeleteOptions{}); err != nil {
		return err
	}
	return e.until("the mapper forgets the kind", func() (bool, error) {
		mapper.Reset()
		_, err := mapper.RESTMapping(later)
		return meta.IsNoMatchError(err), err
	})
}
