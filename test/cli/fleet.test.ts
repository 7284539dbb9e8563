import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readInventory } from '../../src/cli/inventory.ts';
import { exit } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { root } from '../support/capabilities.ts';
import { testIo } from '../support/io.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

interface Cluster {
  readonly labels?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, string>>;
}

/** An inventory of clusters c0, c1 … */
function inventory(name: string, clusters: readonly Cluster[], more: readonly unknown[] = []) {
  const objects = clusters.map(({ labels = {}, claims = {} }, n) => ({
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name: `c${n}`, labels },
    status: { clusterClaims: Object.entries(claims).map(([key, value]) => ({ name: key, value })) },
  }));
  folder.write(`${name}/all.json`, JSON.stringify({ kind: 'List', items: [...objects, ...more] }));
  return name;
}
const infer = (path: string) => ocm(folder.path, 'fleet', 'infer', path);
const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;

describe('ocm fleet infer', () => {
  test('cannot drive a terminal, and gives a file what there is', async () => {
    const label = 'env\u202evne';
    const name = inventory('hostile', [{ labels: { [label]: 'prod' } }]);
    const io = { ...testIo({ cwd: folder.path }), isTerminal: true };
    await run(['fleet', 'infer', name], io);
    expect(io.stdout()).toContain('env\\u202evne');
    expect(io.stdout()).not.toContain(label);
    expect((await infer(name)).out).toContain(label);
  });

  test('what all clusters have is required, what some have is optional, few texts are a choice', async () => {
    const name = inventory('simple', [
      { labels: { env: 'prod', 'acme.io/tier': 'gold' } },
      { labels: { env: 'dev' } },
      { labels: { env: 'prod', 'acme.io/tier': 'silver-plus' } },
    ]);
    expect(await infer(name)).toEqual({
      code: exit.ok,
      out: lines(
        'fleet {',
        '  tier?: gold | silver-plus from label "acme.io/tier"',
        '  env:   dev | prod',
        '}',
      ),
      err: '',
    });
  });

  test('twelve distinct texts are a choice, thirteen are a string', async () => {
    const of = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ labels: { a: `x${n}` } }));
    expect((await infer(inventory('twelve', of(12)))).out).toMatch(/^ {2}a: x0\n? *\| x1/m);
    expect((await infer(inventory('thirteen', of(13)))).out).toBe('fleet {\n  a: string\n}\n');
  });

  test('numbers, versions, quantities and durations are those', async () => {
    const of = (n: number) => ({
      labels: { gpus: `${n}`, spot: n > 1 ? 'true' : 'false', load: `0.${n}`, disk: `${n}00Gi` },
      claims: { 'kubeversion.open-cluster-management.io': `v1.3${n}.2`, uptime: `${n}h` },
    });
    expect((await infer(inventory('types', [of(1), of(2)]))).out).toBe(
      lines(
        'fleet {',
        '  disk:        quantity',
        '  gpus:        int',
        '  load:        float',
        '  spot:        bool',
        '  kubeversion: version  from claim "kubeversion.open-cluster-management.io"',
        '  uptime:      duration from claim "uptime"',
        '}',
      ),
    );
  });

  test('names and words that the language has itself are quoted or changed', async () => {
    const name = inventory('odd', [
      {
        labels: { name: 'string', 'a.b/7up': 'in', region: '', __proto__x: 'v1.2x', 'x/if': '$a' },
        claims: { region: 'not' },
      },
      { labels: { name: 'x', 'a.b/7up': '"', region: 'é', 'x/if': '$$' } },
    ]);
    const { out } = await infer(name);
    folder.write('odd-module/main.ocm', `namespace n\n${out}`);
    expect(await ocm(folder.path, 'check', 'odd-module')).toMatchObject({ code: exit.ok, out: '' });
    expect(out).toContain('name-label');
    expect(out).toContain('region-claim');
  });

  test('scores and add-ons come and go, so they are optional', async () => {
    const name = inventory(
      'more',
      [{ labels: { a: 'b' } }],
      [
        {
          apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
          kind: 'AddOnPlacementScore',
          metadata: { name: 'usage', namespace: 'c0' },
          status: { scores: [{ name: 'cpu', value: 3 }] },
        },
        {
          apiVersion: 'addon.open-cluster-management.io/v1alpha1',
          kind: 'ManagedClusterAddOn',
          metadata: { name: 'metrics', namespace: 'c0' },
        },
      ],
    );
    expect((await infer(name)).out).toBe(
      lines(
        'fleet {',
        '  a:        b',
        '  cpu?:     score     from score "usage/cpu"',
        '  metrics?: condition from addon "metrics"',
        '}',
      ),
    );
  });

  test.each(['examples/quickstart/clusters.yaml', 'examples/large-fleet/clusters'])(
    'the block of %s compiles, and every cluster has what it requires',
    async (path) => {
      const clusters = join(root, path);
      const { out } = await infer(clusters);
      folder.write('inferred/main.ocm', `namespace n\n${out}`);
      expect(await ocm(folder.path, 'check', 'inferred')).toMatchObject({ code: exit.ok, out: '' });
      const recorded = readInventory(clusters, testIo({ cwd: folder.path }));
      const required = [...out.matchAll(/^ {2}([\w-]+):[^\n]*?(?: from label "(.*)")?$/gm)];
      const labels = required.filter(([line]) => !/ from (?:claim|condition) /.test(line));
      expect(labels.length).toBeGreaterThan(0);
      for (const { metadata } of recorded.clusters) {
        for (const [, name = '', key = name] of labels) {
          expect(Object.keys(metadata.labels ?? {})).toContain(key);
        }
      }
    },
  );

  test('what is no inventory is said to be none', async () => {
    folder.write('none/a.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n');
    const { code, err } = await infer('none');
    expect(code).toBe(exit.no);
    expect(err).toContain('is no inventory');
  });
});
