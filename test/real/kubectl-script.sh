# What people do with kubectl: run against our API server and against kube-apiserver, and what is printed is compared
# block by block (kubectl-script.test.ts). A block begins with `###`, is run by sh, and sees what those before it left.
# Left out is what docs/embedded-hub.md says the embedded hub does not do: defaults and checks of Pods and what holds them,
# and descriptions of Kubernetes' own kinds.

### create a namespace
kubectl create namespace demo
kubectl create namespace demo
kubectl get namespace demo
kubectl get namespace demo -o yaml

### create from a file, with defaults filled in
kubectl create -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: demo, labels: { app: web } }
data: { color: green, size: "1" }
YAML
kubectl create -f - <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: demo, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: "nginx:1", ports: [{ containerPort: 80 }], resources: { limits: { cpu: 100m, memory: 64Mi } } }
YAML
kubectl get deployment web -n demo -o jsonpath='{.spec.selector} {.metadata.generation}{"\n"}'

### create by words
kubectl create configmap words -n demo --from-literal=a=1 --from-literal=b=2
kubectl create secret generic hidden -n demo --from-literal=password=hunter2
kubectl create serviceaccount bot -n demo
kubectl create role reader -n demo --verb=get,list,watch --resource=configmaps,deployments.apps
kubectl create rolebinding bot-reads -n demo --role=reader --serviceaccount=demo:bot
kubectl create clusterrole lister --verb=list --resource=namespaces
kubectl create clusterrolebinding bot-lists --clusterrole=lister --serviceaccount=demo:bot
kubectl create service clusterip web -n demo --tcp=80:8080 --dry-run=client -o yaml
kubectl create deployment words -n demo --image=nginx:1 --dry-run=server -o name

### create what is wrong
kubectl create -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: Wrong_Name, namespace: demo }
YAML
kubectl create -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: unknown-field, namespace: demo }
dataa: { a: b }
YAML
kubectl create -f - <<'YAML'
apiVersion: v1
kind: Gadget
metadata: { name: unknown-kind, namespace: demo }
YAML
kubectl create -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: no-namespace, namespace: nowhere }
YAML
kubectl create -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: wrong-type, namespace: demo }
data: { a: 1 }
YAML
kubectl create configmap settings -n demo

### get in every form
kubectl get configmaps -n demo
kubectl get cm settings -n demo -o yaml
kubectl get cm settings -n demo -o json
kubectl get cm -n demo -o name
kubectl get cm -n demo -o wide --show-labels
kubectl get cm -n demo -L app --no-headers
kubectl get cm settings -n demo -o jsonpath='{.data.color}{"\n"}'
kubectl get cm -n demo -o custom-columns=NAME:.metadata.name,COLOR:.data.color
kubectl get cm -n demo -o go-template='{{range .items}}{{.metadata.name}} {{end}}{{"\n"}}'
kubectl get cm -n demo --sort-by=.metadata.name
kubectl get cm -n demo --chunk-size=1
kubectl get deployments,secrets,serviceaccounts,roles,rolebindings -n demo
kubectl get clusterrole lister
kubectl get clusterrolebinding bot-lists -o wide
kubectl get cm settings -n demo --show-managed-fields -o yaml

### get some
kubectl get cm -n demo -l app=web
kubectl get cm -n demo -l 'app notin (web)'
kubectl get cm -n demo -l 'app in ('
kubectl get cm -n demo --field-selector metadata.name=words
kubectl get cm -n demo --field-selector data.color=green
kubectl get secrets -n demo --field-selector type=Opaque
kubectl get cm -A --field-selector metadata.namespace=demo

### get what is not there
kubectl get cm missing -n demo
kubectl get cm settings missing -n demo
kubectl get gadgets
kubectl get cm -n nowhere
kubectl get deployments.v1beta1.apps -n demo
kubectl get --raw /api/v1/namespaces/demo/configmaps/missing
kubectl get --raw /nothing/here
kubectl get --raw /healthz
kubectl get cm missing -n demo --ignore-not-found

### describe
kubectl describe namespace demo
kubectl describe configmap settings -n demo
kubectl describe secret hidden -n demo
kubectl describe deployment web -n demo | sed -n '/^Labels:/,/^Replicas:/s/ \+/ /p'
kubectl describe serviceaccount bot -n demo
kubectl describe role reader -n demo
kubectl describe rolebinding bot-reads -n demo
kubectl describe clusterrole lister
kubectl describe configmap missing -n demo
kubectl describe cm -n demo -l app=web

### apply on the client
cat > maps.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: applied, namespace: demo }
data: { a: "1", b: "2" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: second, namespace: demo }
data: { a: "1" }
YAML
kubectl apply -f maps.yaml
kubectl apply -f maps.yaml
sed -i 's/, b: "2"//' maps.yaml
kubectl apply -f maps.yaml --dry-run=client
kubectl apply -f maps.yaml --dry-run=server
kubectl apply -f maps.yaml
kubectl get cm applied -n demo -o yaml
kubectl apply view-last-applied cm/applied -n demo
kubectl apply -f maps.yaml -o name
kubectl apply -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: applied, namespace: demo }
dataa: { a: b }
YAML
kubectl apply --validate=warn -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: warned, namespace: demo }
dataa: { a: b }
YAML

### apply and prune
cat > pruned.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: stays, namespace: demo, labels: { set: pruned } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: goes, namespace: demo, labels: { set: pruned } }
YAML
prune() { kubectl apply -n demo --prune -l set=pruned --prune-allowlist=core/v1/ConfigMap -f pruned.yaml "$@"; }
prune
sed -i '/^---/,$d' pruned.yaml
prune --dry-run=server
prune
kubectl get cm -n demo -l set=pruned -o name
kubectl delete cm stays -n demo

### apply a deployment and change its lists
cat > web.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: { name: applied, namespace: demo }
spec:
  selector: { matchLabels: { app: applied } }
  template:
    metadata: { labels: { app: applied } }
    spec:
      containers:
        - { name: one, image: "nginx:1", env: [{ name: A, value: "1" }, { name: B, value: "2" }] }
        - { name: two, image: "nginx:1" }
YAML
kubectl apply -f web.yaml
sed -i '/name: two/d; s/, { name: B, value: "2" }//' web.yaml
kubectl apply -f web.yaml
kubectl get deployment applied -n demo -o jsonpath='{range .spec.template.spec.containers[*]}{.name} {.env}{"\n"}{end}'
kubectl get deployment applied -n demo -o jsonpath='{.metadata.generation}{"\n"}'

### apply on the server
cat > ssa.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: ssa, namespace: demo }
data: { a: "1", b: "2" }
YAML
kubectl apply --server-side --field-manager=first -f ssa.yaml
kubectl apply --server-side --field-manager=first -f ssa.yaml
sed -i 's/b: "2"/b: "3"/' ssa.yaml
kubectl apply --server-side --field-manager=second -f ssa.yaml
kubectl apply --server-side --field-manager=second --force-conflicts -f ssa.yaml
kubectl apply --server-side --field-manager=first -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: ssa, namespace: demo }
YAML
kubectl get cm ssa -n demo -o yaml --show-managed-fields
kubectl apply --server-side -f maps.yaml
kubectl apply --server-side --dry-run=server -f ssa.yaml
kubectl apply --server-side -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: ssa, namespace: demo }
dataa: { a: "1" }
YAML

### diff
sed -i 's/a: "1"/a: "9"/' maps.yaml
kubectl diff -f maps.yaml
kubectl apply -f maps.yaml
kubectl diff -f maps.yaml
kubectl diff --server-side --force-conflicts -f ssa.yaml
kubectl diff -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: brand-new, namespace: demo }
data: { a: "1" }
YAML

### patch
kubectl patch cm settings -n demo --type=merge -p '{"data":{"color":"blue","size":null}}'
kubectl patch cm settings -n demo --type=merge -p '{"data":{"color":"blue"}}'
kubectl patch cm settings -n demo --type=json -p '[{"op":"test","path":"/data/color","value":"blue"},{"op":"add","path":"/data/new","value":"x"}]'
kubectl patch cm settings -n demo --type=json -p '[{"op":"test","path":"/data/color","value":"red"}]'
kubectl patch cm settings -n demo --type=json -p '[{"op":"remove","path":"/data/absent"}]'
kubectl patch cm settings -n demo --type=json -p '[{"op":"nonsense","path":"/data"}]'
kubectl patch cm settings -n demo --type=merge -p '{"data":'
kubectl patch deployment web -n demo -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"nginx:2"},{"name":"extra","image":"busybox"}]}}}}'
kubectl get deployment web -n demo -o jsonpath='{.spec.template.spec.containers[*].name} {.spec.template.spec.containers[*].image}{"\n"}'
kubectl patch deployment web -n demo -p '{"spec":{"template":{"spec":{"containers":[{"name":"extra","$patch":"delete"}]}}}}'
kubectl get deployment web -n demo -o jsonpath='{.spec.template.spec.containers[*].name}{"\n"}'
kubectl patch deployment web -n demo --subresource=status --type=merge -p '{"status":{"replicas":2}}'
kubectl patch deployment web -n demo --subresource=scale --type=merge -p '{"spec":{"replicas":5}}'
kubectl patch cm missing -n demo --type=merge -p '{}'
kubectl patch cm settings -n demo --type=merge -p '{"metadata":{"name":"other"}}'
kubectl patch cm settings -n demo --type=merge -p '{"metadata":{"uid":"00000000-0000-0000-0000-000000000000"}}'
kubectl patch cm settings -n demo --dry-run=server --type=merge -p '{"data":{"color":"dry"}}' -o jsonpath='{.data.color}{"\n"}'
kubectl get cm settings -n demo -o jsonpath='{.data.color}{"\n"}'

### scale and set
kubectl scale deployment web -n demo --replicas=3
kubectl scale deployment web -n demo --current-replicas=9 --replicas=1
kubectl set image deployment/web -n demo web=nginx:3
kubectl set env deployment/web -n demo COLOR=red
kubectl set resources deployment/web -n demo --limits=cpu=200m
kubectl get deployment web -n demo -o jsonpath='{.spec.replicas} {.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].env} {.spec.template.spec.containers[0].resources}{"\n"}'
kubectl rollout history deployment/web -n demo
kubectl rollout pause deployment/web -n demo
kubectl rollout resume deployment/web -n demo
kubectl rollout restart deployment/web -n demo | sed 's/[0-9].*//'

### edit
KUBE_EDITOR="sed -i s/blue/orange/" kubectl edit cm settings -n demo
KUBE_EDITOR="true" kubectl edit cm settings -n demo
KUBE_EDITOR="sed -i s/green/violet/" kubectl edit cm settings -n demo
KUBE_EDITOR="sed -i s/^data:/dataa:/" kubectl edit cm settings -n demo --validate=false 2>&1 | sed 's#/tmp/[^ "]*#FILE#g'
kubectl get cm settings -n demo -o jsonpath='{.data}{"\n"}'

### replace
kubectl get cm words -n demo -o json > words.json
kubectl annotate cm words -n demo changed=yes
kubectl replace -f words.json
kubectl replace --force -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: words, namespace: demo }
data: { c: "3" }
YAML
kubectl get cm words -n demo -o jsonpath='{.data}{"\n"}'
kubectl replace -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: not-there, namespace: demo }
YAML

### label and annotate
kubectl label cm settings -n demo tier=front
kubectl label cm settings -n demo tier=back
kubectl label --overwrite cm settings -n demo tier=back
kubectl label cm settings -n demo tier-
kubectl label cm settings -n demo absent-
kubectl label cm settings -n demo 'tier=not valid!'
kubectl label cm settings -n demo '-bad-key=x'
kubectl label cm --all -n demo all=yes
kubectl label cm settings -n demo --list | sort
kubectl label cm settings -n demo --resource-version=1 tier=stale
kubectl annotate cm settings -n demo note='anything at all!'
kubectl annotate cm settings -n demo note=other
kubectl annotate --overwrite cm settings -n demo note=other
kubectl annotate cm settings -n demo note-
kubectl annotate cm settings -n demo --list

### wait
kubectl wait cm/settings -n demo --for=jsonpath='{.data.color}'=orange --timeout=5s
kubectl wait cm/settings -n demo --for=jsonpath='{.data.color}'=pink --timeout=1s
kubectl wait cm/settings -n demo --for=create --timeout=5s
kubectl wait cm/missing -n demo --for=delete --timeout=5s
kubectl wait cm/missing -n demo --for=condition=Ready --timeout=1s
kubectl wait deployment/web -n demo --for=condition=Available --timeout=1s
(sleep 1; kubectl create configmap later -n demo) >/dev/null 2>&1 & kubectl wait cm/later -n demo --for=create --timeout=20s; wait
(sleep 1; kubectl delete configmap later -n demo) >/dev/null 2>&1 & kubectl wait cm/later -n demo --for=delete --timeout=20s; wait

### watch
kubectl create configmap watched -n demo
columns=EVENT:.type,NAME:.object.metadata.name,LABELS:.object.metadata.labels
env kubectl get cm -n demo --field-selector metadata.name=watched --watch --output-watch-events -o custom-columns=$columns --request-timeout=120s > watched.txt 2>&1 &
until grep -q ADDED watched.txt; do sleep 0.1; done
kubectl label cm watched -n demo seen=yes
kubectl delete cm watched -n demo
until grep -q DELETED watched.txt; do sleep 0.1; done
kill $!
cat watched.txt

### explain
fields() { kubectl explain "$@" 2>&1 | sed -n '/^error/p; /^[A-Z]*: /p; /^exit/p; s/ *-required-//; s/^ *\([A-Za-z]*\)\t</\1 </p'; }
fields configmap
fields configmap.data
fields deployment.spec.template.spec.containers.ports
fields role.rules
fields configmap.nothing
fields gadget
fields secret --output=plaintext-openapiv2

### a kind of its own
kubectl apply -f - <<'YAML'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [all] }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {}, scale: { specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas } }
      additionalPrinterColumns:
        - { name: Size, type: integer, jsonPath: .spec.size }
        - { name: Color, type: string, jsonPath: .spec.color, priority: 1 }
      schema:
        openAPIV3Schema:
          type: object
          description: A thing of a size.
          required: [spec]
          properties:
            spec:
              type: object
              description: What is wanted.
              required: [size]
              properties:
                size: { type: integer, minimum: 1, maximum: 10, description: How large. }
                color: { type: string, enum: [red, green], default: red }
                replicas: { type: integer }
                parts:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [name]
                  items: { type: object, required: [name], properties: { name: { type: string }, weight: { type: integer } } }
              x-kubernetes-validations:
                - { rule: "!(self.size > 5 && self.color == 'green')", message: green ones are small }
            status: { type: object, x-kubernetes-preserve-unknown-fields: true }
YAML
kubectl wait crd/widgets.example.com --for=condition=Established --timeout=20s
kubectl get crd widgets.example.com
until kubectl get widgets -n demo >/dev/null 2>&1; do sleep 0.2; done
kubectl api-resources --api-group=example.com

### objects of it
kubectl create -f - <<'YAML'
apiVersion: example.com/v1
kind: Widget
metadata: { name: one, namespace: demo }
spec: { size: 3, parts: [{ name: a, weight: 1 }] }
YAML
kubectl get widgets -n demo
kubectl get wd -n demo -o wide
kubectl get widget one -n demo -o yaml
kubectl describe widget one -n demo
kubectl explain widget.spec
kubectl explain widget --recursive
kubectl patch widget one -n demo --type=merge -p '{"spec":{"size":11}}'
kubectl patch widget one -n demo --type=merge -p '{"spec":{"size":7,"color":"green"}}'
kubectl patch widget one -n demo --type=merge -p '{"spec":{"size":"three"}}'
kubectl patch widget one -n demo -p '{"spec":{"size":4}}'
kubectl apply --server-side --field-manager=other -f - <<'YAML'
apiVersion: example.com/v1
kind: Widget
metadata: { name: one, namespace: demo }
spec: { parts: [{ name: b, weight: 2 }] }
YAML
kubectl get widget one -n demo -o jsonpath='{.spec.parts[*].name}{"\n"}'
kubectl scale widget one -n demo --replicas=4
kubectl patch widget one -n demo --subresource=status --type=merge -p '{"status":{"replicas":4,"any":{"thing":1}}}'
kubectl get widget one -n demo -o jsonpath='{.status} {.metadata.generation}{"\n"}'
kubectl create -f - <<'YAML'
apiVersion: example.com/v1
kind: Widget
metadata: { name: two, namespace: demo }
spec: { sizee: 3 }
YAML
kubectl create --validate=false -f - <<'YAML'
apiVersion: example.com/v1
kind: Widget
metadata: { name: pruned, namespace: demo }
spec: { size: 3, unknown: 1 }
YAML
kubectl get widget pruned -n demo -o jsonpath='{.spec}{"\n"}'
kubectl delete widget pruned -n demo
kubectl delete widgets --all -n demo
kubectl delete crd widgets.example.com
kubectl wait crd/widgets.example.com --for=delete --timeout=20s

### auth can-i
kubectl auth can-i create pods
kubectl auth can-i '*' '*'
kubectl auth can-i get configmaps -n demo --as=system:serviceaccount:demo:bot
kubectl auth can-i delete configmaps -n demo --as=system:serviceaccount:demo:bot
kubectl auth can-i get configmaps -n default --as=system:serviceaccount:demo:bot
kubectl auth can-i get configmaps/settings -n demo --as=system:serviceaccount:demo:bot
kubectl auth can-i get pods --subresource=log -n demo --as=system:serviceaccount:demo:bot
kubectl auth can-i list namespaces --as=system:serviceaccount:demo:bot
kubectl auth can-i get /healthz --as=system:serviceaccount:demo:bot --as-group=system:authenticated
kubectl auth can-i get gadgets -n demo
kubectl auth can-i --list -n demo --as=system:serviceaccount:demo:bot | grep -v openid | tr -s ' '
kubectl auth can-i get configmaps -q; echo $?

### what somebody without rights is told
kubectl get secrets -n demo --as=system:serviceaccount:demo:bot
kubectl get secret hidden -n demo --as=system:serviceaccount:demo:bot
kubectl create configmap x -n demo --as=system:serviceaccount:demo:bot
kubectl delete configmap settings -n demo --as=system:serviceaccount:demo:bot
kubectl patch deployment web -n demo -p '{}' --as=system:serviceaccount:demo:bot
kubectl get nodes --as=jane --as-group=staff
kubectl get configmaps -n demo --as=system:serviceaccount:demo:bot -o name
kubectl create rolebinding more -n demo --clusterrole=cluster-admin --user=jane --as=system:serviceaccount:demo:bot

### auth whoami
kubectl auth whoami --as=jane --as-group=staff --as-group=system:authenticated
kubectl auth whoami --as=jane -o yaml
kubectl auth whoami --as=system:serviceaccount:demo:bot -o json

### auth reconcile
kubectl auth reconcile -f - <<'YAML'
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: demo }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [list] }]
YAML
kubectl get role reader -n demo -o jsonpath='{.rules}{"\n"}'

### create token
kubectl create token bot -n demo --duration=20m | sed 's/^ey.*/TOKEN/'
kubectl create token missing -n demo
kubectl create token bot -n demo --duration=1m
kubectl create token bot -n demo --bound-object-kind=Secret --bound-object-name=absent
TOKEN=$(kubectl create token bot -n demo --duration=20m)
kubectl config view --raw --minify -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d > ca.crt
SERVER=$(kubectl config view --raw --minify -o jsonpath='{.clusters[0].cluster.server}')
bot() { kubectl --kubeconfig=/dev/null --server="$SERVER" --certificate-authority=ca.crt --token="$TOKEN" "$@"; }
bot auth whoami
bot get cm -n demo -o name
bot get secret hidden -n demo
bot delete cm --all -n demo
TOKEN=nonsense bot get cm -n demo

### api-resources
# kinds of its own a server may have; componentstatuses are deprecated, and there is nothing they could tell
kubectl api-resources --no-headers -o wide --sort-by=name | grep -v -e open-cluster-management -e ocmlang -e componentstatuses | tr -s ' '
kubectl api-resources --api-group=apps
kubectl api-resources --namespaced=false -o name | grep -v -e open-cluster-management -e ocmlang -e componentstatuses
kubectl api-versions | grep -v -e open-cluster-management -e ocmlang -e autoscaling/v1

### certificates
kubectl create -f - <<'YAML'
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: nonsense }
spec: { request: bm9uc2Vuc2U=, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth] }
YAML
kubectl certificate approve absent
kubectl get csr

### finalizers and deletion
kubectl create -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: { name: held, namespace: demo, finalizers: [example.com/hold] }
YAML
kubectl delete cm held -n demo --wait=false
kubectl get cm held -n demo -o jsonpath='{.metadata.finalizers} {.metadata.deletionGracePeriodSeconds}{"\n"}'
kubectl patch cm held -n demo --type=merge -p '{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}'
kubectl patch cm held -n demo --type=merge -p '{"metadata":{"finalizers":null}}'
kubectl get cm held -n demo

### delete
kubectl delete cm settings -n demo --dry-run=server
kubectl delete cm settings -n demo --dry-run=client
kubectl delete cm settings -n demo
kubectl delete cm settings -n demo
kubectl delete cm settings -n demo --ignore-not-found
kubectl delete -f maps.yaml
kubectl delete cm -n demo -l all=yes
kubectl delete cm --all -n demo
kubectl delete deployment applied -n demo --timeout=20s
kubectl delete deployment web -n demo --cascade=orphan --wait=false
kubectl get deployment web -n demo -o jsonpath='{.metadata.finalizers}{"\n"}'
kubectl delete role/reader rolebinding/bot-reads -n demo
kubectl delete clusterrole lister
kubectl delete clusterrolebinding bot-lists
kubectl delete gadget x
kubectl delete secret hidden -n demo --now
kubectl delete cm --all -n nowhere
kubectl get all -n demo
