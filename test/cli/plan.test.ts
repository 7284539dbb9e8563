import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const module = (more: {
  readonly image?: string;
  readonly where?: string;
  readonly mode?: string;
}) => `
namespace team
fleet {
  env:    prod | dev
  ring:   canary | broad = broad
  region: string from claim "region.example.com"
  k8s:    version from claim "k8s.example.com"
}
clusterset all-of-us { members: exclusive }
namespace team { bind: [all-of-us] }
placement web {
  from:  [all-of-us]
  where: ${more.where ?? 'cluster.env == prod'}
  group canary { where: cluster.ring == canary }
}
rollout careful { by: group, first: [canary], soak: 10m }
app shop {
  on:      [web]
  rollout: careful
  resource ConfigMap shop {
    metadata: { namespace: "default" }
    data: { image: "${more.image ?? '1'}", region: cluster.region }
  }
}
policy owner {
  on:   [web]
  mode: ${more.mode ?? 'inform'}
  musthave ConfigMap owner { metadata: { namespace: "default" } }
}
`;

const cluster = (name: string, env: string, ring: string, region: string, k8s: string) => `
apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata:
  name: ${name}
  labels: { env: ${env}, ring: ${ring}, cluster.open-cluster-management.io/clusterset: all-of-us }
spec: { hubAcceptsClient: true }
status:
  clusterClaims:
    - { name: region.example.com, value: ${region} }
    - { name: k8s.example.com, value: ${k8s} }
  conditions:
    - { type: ManagedClusterConditionAvailable, status: "True", reason: x, message: x, lastTransitionTime: "2026-01-01T00:00:00Z" }
`;

folder.write(
  'fleet.yaml',
  [
    cluster('c1', 'prod', 'canary', 'eu-1', 'v1.33.0'),
    cluster('c2', 'prod', 'broad', 'eu-1', 'v1.35.0'),
    cluster('c3', 'prod', 'broad', 'us-1', 'v1.34.0'),
    cluster('c4', 'dev', 'broad', 'us-1', 'v1.35.0'),
  ].join('---'),
);
folder.write('old/main.ocm', module({}));

interface Planned {
  readonly code: number;
  readonly err: string;
  readonly out: string;
}
const plan = (...args: readonly string[]): Promise<Planned> =>
  ocm(folder.path, 'plan', ...args, '--inventory', 'fleet.yaml');

describe('ocm plan', () => {
  test('of the same module says that nothing changes', async () => {
    expect(await plan('old', '--base', 'old')).toEqual({
      code: exit.ok,
      err: '',
      out: 'nothing changes on 4 clusters\n',
    });
  });

  test('of a module alone: everything is new, in the order of the rollout', async () => {
    const { code, out } = await plan('old');
    expect(code).toBe(exit.ok);
    expect(out).toContain('+ placement team/web: 0 → 3 clusters\n    enter (3): c1, c2, c3\n');
    expect(out).toContain('+ ConfigMap default/shop on c1, c2, c3\n');
    expect(out).toContain('    first: c1\n    after 10m: c2, c3\n');
    expect(out).toContain('+ policy team/owner\n    placed on (3): c1, c2, c3\n');
  });

  test('a change says on which clusters it changes what, and nothing else', async () => {
    folder.write('image/main.ocm', module({ image: '2' }));
    const { out } = await plan('image', '--base', 'old');
    expect(out).toBe(
      [
        '1 app changes; 3 of 4 clusters are touched',
        '',
        '~ app team/shop: 3 clusters to change',
        '    ~ ConfigMap default/shop on c1, c2, c3: data.image',
        '    first: c1',
        '    after 10m: c2, c3',
        '',
      ].join('\n'),
    );
  });

  test('who enters and leaves, what is created and deleted there, and where a policy begins to mend', async () => {
    const where = 'cluster.region == "us-1"';
    folder.write('moved/main.ocm', module({ where, mode: 'enforce' }));
    const { code, out } = await plan('moved', '--base', 'old', '-o', 'json');
    expect(code).toBe(exit.ok);
    const { placements, apps, policies, hub } = JSON.parse(out);
    expect(placements).toEqual([
      {
        namespace: 'team',
        name: 'web',
        is: 'changed',
        before: 3,
        after: 2,
        enter: ['c4'],
        leave: ['c1', 'c2'],
        regrouped: [],
        problems: [],
      },
    ]);
    expect(apps[0].objects).toEqual([
      { object: 'ConfigMap default/shop', is: 'gone', paths: [], clusters: ['c1', 'c2'] },
      { object: 'ConfigMap default/shop', is: 'new', paths: [], clusters: ['c4'] },
    ]);
    expect(policies[0]).toMatchObject({
      enter: ['c4'],
      leave: ['c1', 'c2'],
      enforces: ['c3', 'c4'],
      paths: ['remediationAction'],
    });
    expect(hub.map((one: { object: string }) => one.object)).toContain('Placement team/web');
  });

  test('for CI: exit 1 on what is denied, Markdown for the pull request', async () => {
    const args = ['moved', '--base', 'old', '--deny', 'leave', '-o', 'markdown'];
    const { code, out, err } = await plan(...args);
    expect(code).toBe(exit.no);
    expect(err).toBe('denied: leave\n');
    expect(out).toMatch(/^\*\*ocm plan\*\*: 1 placement, 1 app, 1 policy, /);
    expect(out).toContain('<details><summary>Placements (1)</summary>\n\n```diff\n');
    expect((await plan('moved', '--base', 'old', '--deny', 'delete')).err).toBe('denied: delete\n');
    expect((await plan('old', '--deny', 'delete', '--deny', 'leave')).code).toBe(exit.ok);
    expect((await plan('old', '--base', 'old', '--deny', 'change')).code).toBe(exit.ok);
    expect((await plan('old', '--deny', 'everything')).code).toBe(exit.usage);
  });

  test('what clusters say of themselves stays in its fence, and drives no terminal', async () => {
    const name = JSON.stringify('c1\n````\n<img src=x>\u001b[2J');
    folder.write('evil.yaml', cluster(name, 'prod', 'canary', 'eu-1', 'v1.35.0'));
    const asked = ['plan', 'old', '--inventory', 'evil.yaml', '-o', 'markdown'];
    const { out } = await ocm(folder.path, ...asked);
    const [fence] = /^`{3,}(?=diff$)/m.exec(out.slice(out.indexOf('Apps'))) ?? [];
    expect(out).toContain('````');
    expect(fence?.length).toBeGreaterThan(4);
    expect(out).not.toContain('\u001b');
  });

  test('what if clusters were gone, otherwise, or upgraded', async () => {
    const gone = JSON.parse((await plan('old', '--without', 'region=eu-1', '-o', 'json')).out);
    expect(gone.clusters.leave).toEqual(['c1', 'c2']);
    expect(gone.placements[0]).toMatchObject({ before: 3, after: 1, leave: ['c1', 'c2'] });
    const set = JSON.parse((await plan('old', '--set', 'c4.env=prod', '-o', 'json')).out);
    expect(set.placements[0]).toMatchObject({ enter: ['c4'], leave: [] });
    folder.write('modern/main.ocm', module({ where: 'cluster.k8s >= v1.35' }));
    const up = JSON.parse((await plan('modern', '--upgrade', 'k8s=v1.35.1', '-o', 'json')).out);
    expect(up.placements[0]).toMatchObject({ before: 2, after: 4, enter: ['c1', 'c3'] });
    const label = JSON.parse((await plan('old', '--set', 'c4.label:env=prod', '-o', 'json')).out);
    expect(label.placements).toEqual(set.placements);
  });

  test('what if of attributes wherever they come from, and as the language compares them', async () => {
    const sources = module({ where: 'cluster.version >= v1.35 && cluster.up && cluster.cpu > 20' })
      .replace('where:', 'via: engine\n  where:')
      .replace('k8s:', 'version: version from field "status.version.kubernetes"\n  k8s:')
      .replace('k8s:', 'up: condition from condition "ManagedClusterConditionAvailable"\n  k8s:')
      .replace('k8s:', 'cpu: score from score "usage/cpu"\n  k8s:');
    folder.write('sources/main.ocm', sources);
    const of = (name: string, more: string, ring = 'ring: broad, ') =>
      cluster(name, 'prod', 'broad', 'eu-1', 'v1.35.0')
        .replace('ring: broad, ', ring)
        .replace('status:', `status:\n  version: { kubernetes: ${more} }`);
    const score = (name: string, value: number) => `
apiVersion: cluster.open-cluster-management.io/v1alpha1
kind: AddOnPlacementScore
metadata: { name: usage, namespace: ${name} }
status: { scores: [{ name: cpu, value: ${value} }] }
`;
    folder.write(
      'sources.yaml',
      [
        of('d1', 'v1.35.2'),
        of('d2', 'v1.35.0', ''),
        of('d3', 'v1.34.9'),
        of('d4', 'v1.37.0'),
        score('d1', 50),
        score('d2', 50),
        score('d3', 50),
        score('d4', 10),
      ].join('---'),
    );
    const web = async (...args: readonly string[]) => {
      const asked = ['plan', 'sources', '--inventory', 'sources.yaml', ...args, '-o', 'json'];
      const { out, err } = await ocm(folder.path, ...asked);
      if (err !== '') return err;
      const [first] = JSON.parse(out).placements;
      return first === undefined ? {} : { enter: first.enter, leave: first.leave };
    };
    expect(await web()).toEqual({ enter: ['d1', 'd2'], leave: [] });
    expect(await web('--upgrade', 'version=v1.35.1')).toEqual({ enter: ['d3'], leave: [] });
    // A cluster that has more keeps it.
    const upgraded = ['--upgrade', 'version=v1.36', '--without', 'version=v1.36', '-o', 'json'];
    const { out } = await ocm(
      folder.path,
      'plan',
      'sources',
      '--inventory',
      'sources.yaml',
      ...upgraded,
    );
    expect(JSON.parse(out).clusters.leave).toEqual(['d1', 'd2', 'd3']);
    expect(await web('--without', 'version=v1.35')).toEqual({ enter: [], leave: ['d1', 'd2'] });
    expect(await web('--without', 'ring=broad')).toEqual({ enter: [], leave: ['d1', 'd2'] });
    expect(await web('--without', 'name=d2')).toEqual({ enter: [], leave: ['d2'] });
    expect(await web('--set', 'd4.cpu=21')).toEqual({ enter: ['d4'], leave: [] });
    expect(await web('--set', 'd4.score:usage/cpu=21')).toEqual({ enter: ['d4'], leave: [] });
    expect(await web('--set', 'd1.up=false')).toEqual({ enter: [], leave: ['d1'] });
    expect(await web('--set', 'd4.up=perhaps')).toBe(
      'error: up takes a value of type condition, and not perhaps\n',
    );
    expect(await web('--set', 'd4.name=d5')).toBe(
      'error: the name of a cluster cannot be supposed; edit the inventory instead\n',
    );
  });

  test('a cluster that is supposed not to be available is tainted as a hub would', async () => {
    const type = 'condition:ManagedClusterConditionAvailable';
    const down = JSON.parse((await plan('old', '--set', `c2.${type}=false`, '-o', 'json')).out);
    expect(down.placements[0]).toMatchObject({ enter: [], leave: ['c2'] });
    const tolerant = module({}).replace('where:', 'tolerate: [{ key: unavailable }]\n  where:');
    folder.write('tolerant/main.ocm', tolerant);
    expect((await plan('tolerant', '--set', `c2.${type}=false`)).out).toContain('nothing changes');
  });

  test('what a guard would hold back is said', async () => {
    const guarded = module({}).replace('where:', 'guard: { removeAtMost: 1 }\n  where:');
    folder.write('guarded/main.ocm', guarded);
    const { out } = await plan('guarded', '--without', 'label:none=x', '-o', 'json');
    expect(out).toBe('');
    const moved = await plan('guarded', '--set', 'c1.env=dev', '--set', 'c2.env=dev', '-o', 'json');
    const [web] = JSON.parse(moved.out).placements;
    expect(web).toMatchObject({ before: 3, after: 1, leave: ['c1', 'c2'] });
    expect(web.problems.join()).toContain(
      'a hub would hold this back: 2 of 3 clusters would leave, and 1 may (c1, c2)',
    );
    const one = await plan('guarded', '--set', 'c1.env=dev', '-o', 'json');
    expect(JSON.parse(one.out).placements[0].problems).toEqual([]);
  });

  test('what is looked up is found in the inventory; what is not is said, and a secret is not', async () => {
    const data =
      'a: hub.configmap("texts").string("motd"), b: hub.configmap(cluster.name).string("b")';
    const secret = 'stringData: { token: hub.secret("login").string("token") }';
    const looking = `${module({})}
app banner {
  on: [web]
  resource ConfigMap banner { metadata: { namespace: "default" }, data: { ${data} } }
  resource Secret banner { metadata: { namespace: "default" }, ${secret} }
}`;
    const of = (kind: string, name: string, more: string) =>
      `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: team }\n${more}\n`;
    const objects = (motd: string, token: string) => [
      of('ConfigMap', 'texts', `data: { motd: ${motd} }`),
      of('ConfigMap', 'c1', 'data: { b: one }'),
      of('Secret', 'login', `stringData: { token: ${token} }`),
    ];
    const clusters = ['c1', 'c2'].map((name) => cluster(name, 'prod', 'broad', 'eu', 'v1.35.0'));
    folder.write('looking/main.ocm', looking);
    folder.write('hub.yaml', [...clusters, ...objects('hello', 's3cr3t')].join('---\n'));
    const { code, out } = await ocm(folder.path, 'plan', 'looking', '--inventory', 'hub.yaml');
    expect(code).toBe(exit.ok);
    expect(out).toContain('+ ConfigMap default/banner on c1\n');
    expect(out).toContain('c2 cannot be given it: no key b in ConfigMap c2 on the hub\n');
    expect(out).not.toContain('s3cr3t');
  });

  test('clusters that would be gone are among those that are counted', async () => {
    const { out } = await plan('old', '--without', 'env=prod');
    expect(out).toMatch(/^1 placement, 1 app, 1 policy change; 3 of 4 clusters are touched\n/);
  });

  test('what cannot be supposed is said, with what there is', async () => {
    expect((await plan('old', '--set', 'c9.env=prod')).err).toBe(
      'error: --set c9.env=prod: begins with no cluster of the inventory; did you mean c1 or c2 or c3?\n',
    );
    expect((await plan('old', '--set', 'other.env=prod')).err).toBe(
      'error: --set other.env=prod: begins with no cluster of the inventory; there are: c1, c2, c3, c4\n',
    );
    expect((await plan('old', '--set', 'c1.rin=canary')).err).toContain('; did you mean ring?');
    expect((await plan('old', '--set', 'c1.zone=x')).err).toBe(
      'error: the fleet has no attribute zone; there are: env, ring, region, k8s; or write label:zone\n',
    );
    expect((await plan('old', '--without', 'region=mars')).err).toContain('no cluster');
    expect((await plan('old', '--without', 'region')).code).toBe(exit.usage);
  });

  test('a value the fleet does not allow is not supposed, unless of the bare label', async () => {
    const wrong = await plan('old', '--set', 'c1.env=devv');
    expect(wrong).toEqual({
      code: exit.no,
      out: '',
      err: 'error: env takes prod, dev, and not devv; did you mean dev?\n',
    });
    expect((await plan('old', '--upgrade', 'k8s=new')).err).toBe(
      'error: k8s takes a value of type version, and not new\n',
    );
    expect((await plan('old', '--set', 'c1.label:env=devv')).code).toBe(exit.ok);
  });

  test('a module with errors plans nothing', async () => {
    folder.write('wrong/main.ocm', 'namespace s\nplacement p { where: cluster.nme == "x" }\n');
    const { code, out } = await plan('wrong', '--base', 'old');
    expect({ code, out }).toEqual({ code: exit.no, out: '' });
  });

  test('the same module at a revision of git', async () => {
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: folder.path,
        stdio: 'pipe',
      });
    git('init', '-q');
    folder.write('now/main.ocm', module({}));
    git('add', '.');
    git('commit', '-qm', 'first');
    folder.write('now/main.ocm', module({ image: '3' }));
    const { out } = await plan('now', '--base-ref', 'HEAD');
    expect(out).toContain('~ ConfigMap default/shop on c1, c2, c3: data.image\n');
    const { code, err } = await plan('now', '--base-ref', 'no-such-branch');
    expect(code).toBe(exit.environment);
    expect(err).toBe('error: git knows no revision no-such-branch here\n');
  });
});
