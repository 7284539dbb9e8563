package main

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
)

// Greeting is a kind that the server learns at run time.
type Greeting struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              GreetingSpec   `json:"spec,omitempty"`
	Status            GreetingStatus `json:"status,omitempty"`
}

type GreetingSpec struct {
	Text  string `json:"text"`
	Times int64  `json:"times,omitempty"`
}

type GreetingStatus struct {
	Seen       int64              `json:"seen,omitempty"`
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

type GreetingList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Greeting `json:"items"`
}

func (g *Greeting) DeepCopyObject() runtime.Object {
	copied := *g
	copied.ObjectMeta = *g.ObjectMeta.DeepCopy()
	copied.Status.Conditions = append([]metav1.Condition(nil), g.Status.Conditions...)
	return &copied
}

func (l *GreetingList) DeepCopyObject() runtime.Object {
	copied := *l
	copied.Items = nil
	for i := range l.Items {
		copied.Items = append(copied.Items, *l.Items[i].DeepCopyObject().(*Greeting))
	}
	return &copied
}

var (
	greetingGroup    = schema.GroupVersion{Group: "clients.test", Version: "v1"}
	greetingResource = greetingGroup.WithResource("greetings")
	greetingKind     = greetingGroup.WithKind("Greeting")
)

func addGreetings(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(greetingGroup, &Greeting{}, &GreetingList{})
	metav1.AddToGroupVersion(scheme, greetingGroup)
	return nil
}

type props = map[string]apiextensionsv1.JSONSchemaProps

func greetingDefinition(plural string) *apiextensionsv1.CustomResourceDefinition {
	singular := strings.TrimSuffix(plural, "s")
	kind := strings.ToUpper(singular[:1]) + singular[1:]
	condition := apiextensionsv1.JSONSchemaProps{
		Type:     "object",
		Required: []string{"type", "status"},
		Properties: props{
			"type": {Type: "string"}, "status": {Type: "string"},
			"reason": {Type: "string"}, "message": {Type: "string"},
			"observedGeneration": {Type: "integer", Format: "int64"},
			"lastTransitionTime": {Type: "string", Format: "date-time"},
		},
	}
	spec := apiextensionsv1.JSONSchemaProps{
		Type:     "object",
		Required: []string{"text"},
		Properties: props{
			"text":  {Type: "string", MinLength: ptr.To[int64](1)},
			"times": {Type: "integer", Format: "int64", Default: &apiextensionsv1.JSON{Raw: []byte("1")}, Minimum: ptr.To(0.0)},
			"big":   {Type: "integer", Format: "int64"},
			"port":  {XIntOrString: true},
			"free":  {Type: "object", XPreserveUnknownFields: ptr.To(true)},
		},
		XValidations: apiextensionsv1.ValidationRules{{Rule: "self.text != 'bye'", Message: "greet, do not part"}},
	}
	status := apiextensionsv1.JSONSchemaProps{
		Type: "object",
		Properties: props{
			"seen": {Type: "integer", Format: "int64"},
			"conditions": {
				Type: "array", XListType: ptr.To("map"), XListMapKeys: []string{"type"},
				Items: &apiextensionsv1.JSONSchemaPropsOrArray{Schema: &condition},
			},
		},
	}
	return &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: plural + ".clients.test"},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: "clients.test",
			Scope: apiextensionsv1.NamespaceScoped,
			Names: apiextensionsv1.CustomResourceDefinitionNames{
				Plural: plural, Singular: singular, Kind: kind, ListKind: kind + "List",
				ShortNames: []string{singular[:2]}, Categories: []string{"all"},
			},
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: "v1", Served: true, Storage: true,
				Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{
					Type: "object", Properties: props{"spec": spec, "status": status},
				}},
				Subresources: &apiextensionsv1.CustomResourceSubresources{
					Status: &apiextensionsv1.CustomResourceSubresourceStatus{},
					Scale: &apiextensionsv1.CustomResourceSubresourceScale{
						SpecReplicasPath: ".spec.times", StatusReplicasPath: ".status.seen",
					},
				},
				AdditionalPrinterColumns: []apiextensionsv1.CustomResourceColumnDefinition{
					{Name: "Text", Type: "string", JSONPath: ".spec.text"},
				},
				SelectableFields: []apiextensionsv1.SelectableField{{JSONPath: ".spec.text"}},
			}},
		},
	}
}

func defineGreetings(e *env) error { return define(e, "greetings") }

// define brings a kind and waits until it is served.
func define(e *env, plural string) error {
	client, err := apiextensions.NewForConfig(e.config)
	if err != nil {
		return err
	}
	definitions := client.ApiextensionsV1().CustomResourceDefinitions()
	definition := greetingDefinition(plural)
	if _, err := definitions.Create(e, definition, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	return e.until(plural+" are served", func() (bool, error) {
		_, err := e.dynamic.Resource(greetingGroup.WithResource(plural)).List(e, metav1.ListOptions{})
		return err == nil, err
	})
}

func greeting(name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": greetingGroup.String(),
		"kind":       "Greeting",
		"metadata":   map[string]any{"name": name},
		"spec":       spec,
	}}
}

func configMap(name string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data}
}

func labelled(name string, labels map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
}

// fill creates ConfigMaps named item-00, item-01 and so on.
func (e *env) fill(count int) error {
	for i := range count {
		object := configMap(fmt.Sprintf("item-%02d", i), map[string]string{"n": fmt.Sprint(i)})
		if _, err := e.kube.CoreV1().ConfigMaps(e.namespace).Create(e, object, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return nil
}
