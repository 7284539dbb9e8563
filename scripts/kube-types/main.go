// Prints how the objects of Kubernetes' own kinds are laid out, one type a line:
//
//	<type> <field>:<protobuf number>:<what>[flags] …
//
// what: s text, i integer, n integer of 32 bits, f number, b boolean, y bytes, time, microtime, duration, quantity, intorstring, raw, fields,
// [what] a list, {what} a map, or a type. Flags: * pointer, ! written even when empty, ^ its fields are those of the
// type around it. A kind that is "packed" has a type here for reading its protobuf only. Facts are read from the Go types by reflection; src/runtime/apiserver/types/built-in.txt is this.
package main

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

var versions = []string{
	"/v1", "admissionregistration.k8s.io/v1", "apps/v1", "authentication.k8s.io/v1", "authorization.k8s.io/v1",
	"autoscaling/v2", "batch/v1", "certificates.k8s.io/v1", "coordination.k8s.io/v1", "discovery.k8s.io/v1",
	"events.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1", "networking.k8s.io/v1", "node.k8s.io/v1", "policy/v1",
	"rbac.authorization.k8s.io/v1", "resource.k8s.io/v1", "scheduling.k8s.io/v1", "storage.k8s.io/v1",
}

var special = map[string]string{
	"k8s.io/apimachinery/pkg/apis/meta/v1.Time":       "time",
	"k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime":  "microtime",
	"k8s.io/apimachinery/pkg/apis/meta/v1.Duration":   "duration",
	"k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1":   "fields",
	"k8s.io/apimachinery/pkg/api/resource.Quantity":   "quantity",
	"k8s.io/apimachinery/pkg/util/intstr.IntOrString": "intorstring",
	"k8s.io/apimachinery/pkg/runtime.RawExtension":    "raw",
	"k8s.io/api/authentication/v1.ExtraValue":         "extra",
	"k8s.io/api/authorization/v1.ExtraValue":          "extra",
	"k8s.io/api/certificates/v1.ExtraValue":           "extra",

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON": "raw",
}

var lines = map[string]string{}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var roots []string
	root := func(group, version string, t reflect.Type) {
		if strings.HasSuffix(t.Name(), "List") || strings.HasSuffix(t.Name(), "Options") && group != "meta.k8s.io" {
			return
		}
		if _, ok := t.FieldByName("ObjectMeta"); !ok && group != "meta.k8s.io" {
			return
		}
		roots = append(roots, fmt.Sprintf("kind %s/%s/%s %s", group, version, t.Name(), name(t)))
		describe(t)
	}
	for _, gv := range versions {
		parsed, err := schema.ParseGroupVersion(strings.TrimPrefix(gv, "/"))
		if err != nil {
			panic(err)
		}
		for kind, t := range scheme.Scheme.KnownTypes(parsed) {
			if kind == t.Name() {
				root(parsed.Group, parsed.Version, t)
			}
		}
	}
	root("autoscaling", "v1", reflect.TypeOf(autoscalingv1.Scale{}))
	root("meta.k8s.io", "v1", reflect.TypeOf(metav1.DeleteOptions{}))
	definition := reflect.TypeOf(apiextensionsv1.CustomResourceDefinition{})
	roots = append(roots, "packed apiextensions.k8s.io/v1/CustomResourceDefinition "+name(definition))
	describe(definition)
	for name, line := range lines {
		roots = append(roots, fmt.Sprintf("type %s%s", name, line))
	}
	sort.Strings(roots)
	for i, line := range roots {
		if i == 0 || line != roots[i-1] {
			fmt.Fprintln(out, line)
		}
	}
}

func name(t reflect.Type) string {
	path := strings.TrimPrefix(t.PkgPath(), "k8s.io/")
	for _, prefix := range []string{"api/", "apimachinery/pkg/apis/", "apiextensions-apiserver/pkg/apis/"} {
		path = strings.TrimPrefix(path, prefix)
	}
	return strings.ReplaceAll(path, "/", ".") + "." + t.Name()
}

func describe(t reflect.Type) {
	if _, known := lines[name(t)]; known {
		return
	}
	lines[name(t)] = ""
	var line strings.Builder
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		tag := field.Tag.Get("protobuf")
		if tag == "" {
			continue // TypeMeta
		}
		number := strings.Split(tag, ",")[1]
		parts := strings.Split(field.Tag.Get("json"), ",")
		flags := ""
		of := field.Type
		if of.Kind() == reflect.Pointer {
			flags += "*"
			of = of.Elem()
		}
		omitempty, inline := false, parts[0] == ""
		for _, part := range parts[1:] {
			omitempty = omitempty || part == "omitempty"
			inline = inline || part == "inline"
		}
		if _, named := field.Tag.Lookup("json"); !named {
			inline, parts[0] = false, field.Name // a type that writes its JSON itself
		}
		if inline {
			flags += "^"
		} else if !omitempty {
			flags += "!"
		}
		json := parts[0]
		if json == "" {
			json = field.Name
		}
		fmt.Fprintf(&line, " %s:%s:%s%s", json, number, what(of), flags)
	}
	lines[name(t)] = line.String()
}

func what(t reflect.Type) string {
	if s, ok := special[t.PkgPath()+"."+t.Name()]; ok {
		return s
	}
	switch t.Kind() {
	case reflect.String:
		return "s"
	case reflect.Bool:
		return "b"
	case reflect.Int32:
		return "n"
	case reflect.Int, reflect.Int64, reflect.Uint32, reflect.Uint64:
		return "i"
	case reflect.Float32, reflect.Float64:
		return "f"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "y"
		}
		return "[" + what(t.Elem()) + "]"
	case reflect.Map:
		return "{" + what(t.Elem()) + "}"
	case reflect.Pointer:
		return what(t.Elem())
	case reflect.Struct:
		describe(t)
		return name(t)
	}
	panic("no word for " + t.String())
}
