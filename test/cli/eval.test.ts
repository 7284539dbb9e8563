import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { quickstartLabels } from '../../src/cli/local/quickstart.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { parseYaml } from '../../src/kube/yaml.ts';
import { root } from '../support/capabilities.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const quickstart = join(root, 'examples/quickstart');
const clusters = join(quickstart, 'clusters.yaml');
const evaluate = (...argv: readonly string[]) => ocm(folder.path, 'eval', ...argv);

describe('ocm eval', () => {
  test('examples/quickstart over its three clusters decides what stands in expected.yaml', async () => {
    const { code, out, err } = await evaluate(quickstart, '--inventory', clusters, '-o', 'yaml');
    expect({ code, err }).toEqual({ code: exit.ok, err: '' });
    expect(out).toBe(readFileSync(join(quickstart, 'expected.yaml'), 'utf8'));
  });

  test('the clusters of examples/quickstart are labelled like those of `ocm up`', () => {
    const read = parseYaml(readFileSync(clusters, 'utf8'));
    const objects = read.ok
      ? read.documents.map(({ value }) => value as unknown as KubeObject)
      : [];
    const labels = objects.map(({ metadata }) => [metadata.name, metadata.labels]);
    expect(Object.fromEntries(labels)).toEqual(quickstartLabels);
  });

  test('an empty item in a list of a cluster says nothing', async () => {
    const given = upstream('matchLabels: { region: eu-west }').replace(
      'labelSelector:',
      'claimSelector: { matchExpressions: [{ key: id, operator: DoesNotExist }] }, labelSelector:',
    );
    const file = folder.write('claims.yaml', given);
    const cluster = `apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata:
  name: one
  labels: { region: eu-west, cluster.open-cluster-management.io/clusterset: demo }
spec: { taints: [null] }
status: { conditions: [null], clusterClaims: [null] }
`;
    const inventory = folder.write('gaps.yaml', cluster);
    const { code, out, err } = await evaluate(file, '--inventory', inventory);
    expect({ code, err }).toEqual({ code: exit.ok, err: '' });
    expect(out).toContain('1/1');
  });

  test('as a table: placement, numbers, groups, names', async () => {
    const { code, out } = await evaluate(quickstart, '--inventory', clusters);
    expect(code).toBe(exit.ok);
    expect(out.split('\n')[1]?.split(/ {2,}/)).toEqual([
      'quickstart/production',
      '3/3',
      'canary=1',
      'cluster1, cluster2, cluster3',
    ]);
  });

  test('fifty placements over more than a thousand clusters: counts that agree with the names', async () => {
    const fleet = join(root, 'examples/large-fleet');
    const { code, out, err } = await evaluate(
      fleet,
      '--inventory',
      join(fleet, 'clusters'),
      '-o',
      'json',
    );
    expect({ code, err }).toEqual({ code: exit.ok, err: '' });
    const decided: { placement: string; clusters: string[]; groups: { clusters: string[] }[] }[] =
      JSON.parse(out);
    expect(decided.length).toBe(50);
    const everywhere = decided.find(({ placement }) => placement === 'everywhere');
    expect(new Set(everywhere?.clusters).size).toBeGreaterThan(1_000);
    for (const { placement, clusters: selected, groups } of decided) {
      const grouped = groups.flatMap((group) => group.clusters);
      expect(grouped.sort(), placement).toEqual(selected.toSorted());
    }
    const table = await evaluate(fleet, '--inventory', join(fleet, 'clusters'));
    expect(table.out).toMatch(
      new RegExp(`^shop/everywhere +${everywhere?.clusters.length}/1126 `, 'm'),
    );
  });

  test('an upstream Placement over an inventory, with the reason why a cluster is dropped', async () => {
    const file = folder.write('web.yaml', upstream('matchLabels: { region: eu-west }'));
    const { code, out } = await evaluate(file, '--inventory', clusters);
    expect(code).toBe(exit.ok);
    expect(out).toMatch(/^shop\/web +1\/3 +cluster1$/m);
    expect(out).toContain('shop/web: Predicate drops 2');
    expect(out).toMatch(/2 \(cluster2, …\): /);
  });

  test('what an upstream Placement leaves out is what the API says it is', async () => {
    const tainted = folder.write(
      'tainted.yaml',
      readFileSync(clusters, 'utf8').replace(
        'spec: {',
        'spec: { taints: [{ key: old, effect: PreferNoSelect }],',
      ),
    );
    const balance = '{ scoreCoordinate: { builtIn: Balance } }';
    const policy = `{ mode: Exact, configurations: [${balance}] }`;
    const more = `numberOfClusters: 1, prioritizerPolicy: ${policy}, predicates:`;
    const file = folder.write('less.yaml', upstream('').replace('predicates:', more));
    const asked = ['explain', 'placement', 'web', file, '--inventory', tainted];
    const { out } = await ocm(folder.path, ...asked);
    expect(out).toContain('Balance (weight 1): cluster1=100 cluster2=100 cluster3=100');
  });

  test('`raw` says what a placement is decided by, as its object does', async () => {
    const at = folder.write(
      'raw/main.ocm',
      `namespace quickstart
clusterset demo { members: exclusive }
namespace quickstart { bind: [demo] }
placement web {
  take: 2
  raw: {
    spec: {
      numberOfClusters: 1
      predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { ring: "broad" } } } }]
    }
  }
}
`,
    );
    const { out } = await evaluate(at, '--inventory', clusters);
    expect(out).toMatch(/^quickstart\/web +1\/3 +cluster2$/m);
  });

  test('a Placement that upstream finds misconfigured ends with 1 and the reason', async () => {
    const bad = 'matchExpressions: [{ key: env, operator: Gt, values: ["1"] }]';
    const file = folder.write('bad.yaml', upstream(bad));
    const { code, out } = await evaluate(file, '--inventory', clusters, '--compat', 'upstream');
    expect(code).toBe(exit.no);
    expect(out).toContain('"Gt" is not a valid label selector operator');
  });

  test('an inventory that holds no ManagedCluster is said so, with what it holds', async () => {
    const file = folder.write(
      'maps.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
    );
    expect(await evaluate(quickstart, '--inventory', file)).toEqual({
      code: exit.no,
      out: '',
      err: expect.stringMatching(
        /^error: .*maps\.yaml is no inventory: it holds ConfigMap, and no ManagedCluster; /,
      ),
    });
  });

  test('an empty folder is no inventory', async () => {
    folder.write('nothing/readme.txt', '');
    const { code, err } = await evaluate(quickstart, '--inventory', 'nothing');
    expect(code).toBe(exit.no);
    expect(err).toContain('nothing is no inventory: it holds nothing, and no ManagedCluster');
  });

  test('broken YAML is told with file and line', async () => {
    const good = readFileSync(clusters, 'utf8').trimEnd();
    folder.write('broken.yaml', `${good}\n---\na: [1\nb: 2\n`);
    const { code, out, err } = await evaluate(quickstart, '--inventory', 'broken.yaml');
    expect({ code, out }).toEqual({ code: exit.no, out: '' });
    const lines = good.split('\n').length;
    const [, line] = /^error: broken\.yaml:(\d+): /.exec(err) ?? [];
    expect(Number(line)).toBeGreaterThan(lines + 1);
    expect(Number(line)).toBeLessThanOrEqual(lines + 4);
  });

  test('a missing inventory is something outside: exit code 3', async () => {
    expect(await evaluate(quickstart, '--inventory', 'nowhere')).toEqual({
      code: exit.environment,
      out: '',
      err: 'error: cannot read nowhere: it does not exist\n',
    });
  });

  test('a module with errors decides nothing', async () => {
    folder.write('wrong/main.ocm', 'namespace s\nplacement p { where: cluster.nme == "x" }\n');
    const { code, out, err } = await evaluate('wrong', '--inventory', clusters);
    expect({ code, out }).toEqual({ code: exit.no, out: '' });
    expect(err).toContain('error[OCM2002]');
  });

  test('a module without placements is said so', async () => {
    folder.write('bare/main.ocm', 'namespace s\nclusterset a { members: exclusive }\n');
    const { code, err } = await evaluate('bare', '--inventory', clusters);
    expect({ code, err }).toEqual({
      code: exit.no,
      err: 'error: there is no placement to decide\n',
    });
  });
});

describe('ocm explain', () => {
  /** The three clusters, changed. */
  const variant = (change: (text: string) => string) => {
    const [one = '', two = '', three = ''] = readFileSync(clusters, 'utf8').split('---\n');
    return folder.write('variant.yaml', [one, two, change(three)].join('---\n'));
  };
  const explain = (inventory: string, ...more: readonly string[]) => {
    const command = ['explain', 'placement', 'production', quickstart, '--inventory', inventory];
    return ocm(folder.path, ...command, ...more);
  };
  const verdict = async (inventory: string) => {
    const { code, out } = await explain(inventory, '--cluster', 'cluster3');
    expect(code).toBe(exit.ok);
    return out.split('\n')[0];
  };

  test('a selected cluster is said to be, with its group', async () => {
    expect(await verdict(clusters)).toBe('cluster3 is selected');
    const { out } = await explain(clusters, '--cluster', 'cluster1');
    expect(out).toMatch(/^cluster1 is selected in group canary\n/);
  });

  test('a cluster that `where` drops: the filter and the labels', async () => {
    const file = variant((text) => text.replace('env: prod', 'env: dev'));
    expect(await verdict(file)).toMatch(/^cluster3 is not selected: Predicate: .*env/);
  });

  test('the nearest change that would admit or drop a cluster, with its place', async () => {
    const file = variant((text) => text.replace('env: prod', 'env: dev'));
    const place = 'examples/quickstart/main.ocm:22:10';
    const { out } = await explain(file, '--cluster', 'cluster3');
    expect(out).toContain(
      `it would pass the filters if\n  cluster.env == prod has to be true (cluster.env is dev)  ${place}\n`,
    );
    const admitted = await explain(clusters, '--cluster', 'cluster3', '-o', 'json');
    expect(JSON.parse(admitted.out).nearest).toEqual([
      {
        change: 'fact',
        text: 'cluster.env == prod',
        mustHold: false,
        facts: [{ name: 'cluster.env', value: 'prod' }],
        at: place,
      },
    ]);
  });

  test('a cluster in none of the sets is told which would do', async () => {
    const file = variant((text) => text.replace('clusterset: demo', 'clusterset: other'));
    const { out } = await explain(file, '--cluster', 'cluster3');
    expect(out).toMatch(
      /^cluster3 is not selected: it is in none of the sets .*\nit would pass the filters if\n {2}it is in one of the sets demo\n\nsets: /,
    );
  });

  test('a selected cluster that only its sets can drop is told so', async () => {
    const module =
      'namespace s\nnamespace s { bind: [demo] }\nclusterset demo { members: exclusive }';
    folder.write('all/main.ocm', `${module}\nplacement all { from: [demo] }\n`);
    const command = ['explain', 'placement', 's/all', 'all', '--inventory', clusters];
    const { out } = await ocm(folder.path, ...command, '--cluster', 'cluster3');
    expect(out).toMatch(
      /^cluster3 is selected\nit would be dropped if\n {2}it leaves its sets demo\n\n/,
    );
  });

  test('a cluster that a taint drops: the taint', async () => {
    const taint = 'spec: { taints: [{ key: drain, value: "now", effect: NoSelect }],';
    const file = variant((text) => text.replace('spec: {', taint));
    expect(await verdict(file)).toBe(
      'cluster3 is not selected: TaintToleration: taint drain=now:NoSelect is not tolerated',
    );
  });

  test('a cluster that is in no set of the placement', async () => {
    const file = variant((text) => text.replace('clusterset: demo', 'clusterset: other'));
    expect(await verdict(file)).toBe(
      'cluster3 is not selected: it is in none of the sets the placement may choose from',
    );
  });

  test('a cluster that ranks too low', async () => {
    folder.write(
      'one/main.ocm',
      'namespace s\nclusterset demo { members: exclusive }\nnamespace s { bind: [demo] }\nplacement one { from: [demo] take: 1 }\n',
    );
    const command = ['explain', 'placement', 's/one', 'one', '--inventory', clusters];
    const { out } = await ocm(folder.path, ...command, '--cluster', 'cluster3');
    expect(out).toMatch(/^cluster3 is not selected: it ranks below the first 1\n/);
  });

  test('every cluster, without --cluster: each step with what it drops', async () => {
    const file = variant((text) => text.replace('env: prod', 'env: dev'));
    const { out } = await explain(file);
    expect(out).toMatch(/^selected: cluster1, cluster2\n/);
    expect(out).toContain('sets: demo\n');
    expect(out).toMatch(/^Predicate: keeps 2, drops 1\n {2}cluster3: /m);
    expect(out).toContain('TaintToleration: keeps 2, drops 0\n');
    expect(out).toMatch(/^total: cluster1=\d+ cluster2=\d+$/m);
    expect(out).toContain('PreferNoSelect (weight 1): every cluster scores 0\n');
  });

  test('as JSON', async () => {
    const file = variant((text) => text.replace('env: prod', 'env: dev'));
    const { code, out } = await explain(file, '-o', 'json');
    expect(code).toBe(exit.ok);
    const { selected, sets, steps } = JSON.parse(out);
    expect({ selected, sets }).toEqual({ selected: ['cluster1', 'cluster2'], sets: ['demo'] });
    expect(steps[0]).toEqual({
      step: 'filter',
      by: 'Predicate',
      kept: ['cluster1', 'cluster2'],
      dropped: [
        {
          cluster: 'cluster3',
          why: expect.stringContaining('env'),
          at: 'examples/quickstart/main.ocm:22:10',
        },
      ],
    });
  });

  test('an unknown placement or cluster is named', async () => {
    const command = ['explain', 'placement', 'nope', quickstart, '--inventory', clusters];
    expect(await ocm(folder.path, ...command)).toEqual({
      code: exit.no,
      out: '',
      err: 'error: no placement nope; there are: production\n',
    });
    const { code, err } = await explain(clusters, '--cluster', 'cluster9');
    expect(code).toBe(exit.no);
    expect(err).toContain('error: no cluster cluster9 in ');
    expect(err).toContain('; did you mean cluster1 or cluster2 or cluster3?');
  });
});

/** A Placement in a namespace that is bound to the set `demo`, as upstream writes it. */
function upstream(labelSelector: string): string {
  return `apiVersion: cluster.open-cluster-management.io/v1beta2
kind: ManagedClusterSet
metadata: { name: demo }
spec: { clusterSelector: { selectorType: ExclusiveClusterSetLabel } }
---
apiVersion: cluster.open-cluster-management.io/v1beta2
kind: ManagedClusterSetBinding
metadata: { name: demo, namespace: shop }
spec: { clusterSet: demo }
---
apiVersion: cluster.open-cluster-management.io/v1beta1
kind: Placement
metadata: { name: web, namespace: shop }
spec: { predicates: [{ requiredClusterSelector: { labelSelector: { ${labelSelector} } } }] }
`;
}
