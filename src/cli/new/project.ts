/** The files of a new project by their names; they are formatted, and its tests pass. */
export function projectFiles(namespace: string): Readonly<Record<string, string>> {
  return {
    'ocm.json': '{}\n',
    'main.ocm': main(namespace),
    'tests.ocm': tests(namespace),
    'clusters.yaml': clusters,
  };
}

const main = (namespace: string) => `// Which clusters, what must hold there, how change spreads.
namespace ${namespace}

/// What a cluster looks like here; \`ocm fleet infer clusters.yaml\` writes one for yours.
fleet {
  env:     dev | prod
  ring:    canary | broad = broad
  region?: string
}

clusterset main { members: exclusive }
namespace ${namespace} { bind: [main] }

/// Production, the canary first.
placement production {
  from:  [main]
  where: cluster.env == prod

  group canary { where: cluster.ring == canary }
}

/// The version to run: \`--param image=…\`
param image: string = "nginx:1.28"

rollout careful {
  by:          group
  first:       [canary]
  soak:        10m
  deadline:    30m
  maxFailures: 0
}

app web {
  on:      [production]
  rollout: careful

  resource Deployment web {
    metadata: { namespace: "default", labels: { app: "web" } }
    spec: {
      replicas: if cluster.ring == canary then 1 else 3
      selector: { matchLabels: { app: "web" } }
      template: {
        metadata: { labels: { app: "web" } }
        spec:     { containers: [{ name: "web", image: image }] }
      }
    }
  }
}

/// Every production cluster says who is responsible for it.
policy owner {
  on:       [production]
  severity: low

  musthave ConfigMap owner {
    metadata: { namespace: "default" }
    data:     { team: "${namespace}" }
  }
}
`;

const tests = (namespace: string) => `namespace ${namespace}

fixture small {
  defaults: { sets: [main] }

  cluster berlin  { env: prod, ring: canary }
  cluster madrid  { env: prod }
  cluster sandbox { env: dev }
}

test "production only" {
  fleet: small

  expect production.clusters == [berlin, madrid]
  expect sandbox not in production because "env"
}

test "a failing canary stops the rollout" {
  fleet: small

  simulate web {
    at 0s  { expect web.updating == [berlin] }
    at 5m  { berlin: Failed }
    at 40m { expect web.halted && web.untouched == [madrid] }
  }
}
`;

const clusters = `# Three clusters to try things on. From a hub: kubectl get managedclusters -o yaml
${[
  ['berlin', 'prod', 'canary', 'eu-central'],
  ['madrid', 'prod', 'broad', 'eu-west'],
  ['sandbox', 'dev', 'broad', 'eu-west'],
]
  .map(
    ([name, env, ring, region]) => `apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata:
  name: ${name}
  labels:
    cluster.open-cluster-management.io/clusterset: main
    env: ${env}
    ring: ${ring}
    region: ${region}
`,
  )
  .join('---\n')}`;
