/** Kustomizations by name, each the files of a folder; `overlay` is built. */
export const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'names, namespace, labels and annotations': {
    'base/kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: base-\n',
    'base/all.yaml': `apiVersion: v1
kind: Namespace
metadata: { name: old }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: runner }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects:
- { kind: ServiceAccount, name: runner }
- { kind: ServiceAccount, name: default, namespace: old }
- { kind: User, name: somebody }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { own: "1" } }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: runner
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: a, labelSelector: { matchLabels: { app: web } } }] } }
      containers: [{ name: web, image: "web:1" }]
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec: { schedule: "0 0 * * *", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "registry.example.com:5000/a" }] } } } } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: web
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: db }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce] } }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: db } } }] }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
---
apiVersion: acme.io/v1
kind: Web
metadata: { name: custom }
spec: { selector: { a: b } }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: all }
rules: []
`,
    'overlay/kustomization.yaml': `resources: [../base]
namespace: shop
nameSuffix: -x
commonLabels: { team: web }
labels: [{ pairs: { a: b } }, { pairs: { t: u }, includeTemplates: true }]
commonAnnotations: { note: "yes" }
images: [{ name: web, newTag: "2" }, { name: registry.example.com:5000/a, newName: other, digest: "sha256:abc" }, { name: db, newName: mirror/db }]
replicas: [{ name: web, count: 4 }]
`,
  },
  patches: {
    'overlay/kustomization.yaml': `resources: [all.yaml]
patchesStrategicMerge:
- merge.yaml
- |-
  apiVersion: v1
  kind: ConfigMap
  metadata: { name: gone }
  $patch: delete
patches:
- target: { kind: Deployment, name: w.* }
  patch: |-
    - { op: replace, path: /spec/replicas, value: 7 }
    - { op: add, path: /metadata/annotations, value: { by: json } }
- target: { labelSelector: "tier=a" }
  patch: |-
    apiVersion: any
    kind: any
    metadata: { name: any, labels: { marked: "yes" } }
- path: inline.yaml
patchesJson6902:
- { target: { version: v1, kind: ConfigMap, name: kept }, path: ops.json }
`,
    'overlay/ops.json':
      '[{ "op": "test", "path": "/data/a", "value": "1" }, { "op": "move", "from": "/data/a", "path": "/data/b" }]',
    'overlay/merge.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      containers:
      - { name: web, env: [{ name: B, value: "2" }], ports: [{ containerPort: 80, name: http }] }
      - { name: side, $patch: delete }
      volumes: [{ name: v, emptyDir: {} }]
`,
    'overlay/inline.yaml': `apiVersion: acme.io/v1
kind: Web
metadata: { name: custom }
spec: { list: [3], map: { b: 2 }, gone: null }
`,
    'overlay/all.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { tier: a } }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - { name: web, image: "web:1", env: [{ name: A, value: "1" }, { name: B, value: "1" }] }
      - { name: side, image: side }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: kept, labels: { tier: b } }
data: { a: "1" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: gone }
---
apiVersion: acme.io/v1
kind: Web
metadata: { name: custom, labels: { tier: a } }
spec: { list: [1, 2], map: { a: 1 }, gone: 1 }
`,
  },
  'generators and their hashes': {
    'base/kustomization.yaml': `resources: [web.yaml]
configMapGenerator:
- { name: settings, literals: [a=1, "b=<&>", 'c="quoted"'], files: [conf.txt, other=conf.txt], envs: [vars.env] }
- { name: fixed, literals: [a=1], options: { disableNameSuffixHash: true, immutable: true, labels: { own: l } } }
- { name: empty }
secretGenerator:
- { name: token, literals: [t=päss], type: acme.io/t }
- { name: plain, literals: [t=x] }
generatorOptions: { labels: { made: "yes" }, annotations: { by: k } }
`,
    'base/conf.txt': 'line one\nline two\n',
    'base/vars.env': '# comment\nX=1\n\nY=a=b\n',
    'base/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      imagePullSecrets: [{ name: plain }]
      containers:
      - { name: web, image: web, envFrom: [{ configMapRef: { name: settings } }, { secretRef: { name: token } }], env: [{ name: A, valueFrom: { configMapKeyRef: { name: fixed, key: a } } }] }
      volumes: [{ name: a, configMap: { name: settings } }, { name: b, secret: { secretName: token } }, { name: c, projected: { sources: [{ configMap: { name: empty } }] } }]
`,
    'overlay/kustomization.yaml': `resources: [../base]
namePrefix: p-
namespace: shop
configMapGenerator:
- { name: settings, behavior: merge, literals: [a=2, z=9] }
secretGenerator:
- { name: plain, behavior: replace, literals: [new=1] }
`,
  },
  components: {
    'base/kustomization.yaml': 'resources: [map.yaml]\n',
    'base/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { x: "1" }\n',
    'part/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [more.yaml]
patches: [{ target: { kind: ConfigMap, name: a }, patch: '[{ "op": "add", "path": "/data/y", "value": "2" }]' }]
commonAnnotations: { part: "yes" }
`,
    'part/more.yaml':
      'apiVersion: v1\nkind: List\nitems: [{ apiVersion: v1, kind: Secret, metadata: { name: s }, stringData: { a: b } }]\n',
    'overlay/kustomization.yaml': 'resources: [../base]\ncomponents: [../part]\nnamePrefix: c-\n',
  },
};
