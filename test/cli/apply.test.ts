import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exit, type Io } from '../../src/cli/io.ts';
import { initHub } from '../../src/cli/local/hub-init.ts';
import { until } from '../../src/cli/local/wait.ts';
import { sendProgram, takenIn } from '../../src/cli/program/send.ts';
import { decode } from '../../src/ir/decode.ts';
import type { IrProgram } from '../../src/ir/program.ts';
import {
  ownedLabels,
  type ProgramObject,
  type ProgramPart,
  programKind,
  programPartKind,
} from '../../src/ir/program-object.ts';
import { conditionOf, type Kind, type KubeObject } from '../../src/kube/object.ts';
import { placementKind } from '../../src/kube/ocm/cluster.ts';
import { manifestWorkKind } from '../../src/kube/ocm/work.ts';
import { runControllers } from '../../src/runtime/control/run.ts';
import { hubControllers } from '../../src/runtime/hub/controllers.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../support/embedded-server.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
const ended = new AbortController();
const namespaces = [
  'plain',
  'prune',
  'works',
  'leave',
  'unbind',
  'two',
  'move',
  'late',
  'foreign',
  'owner',
  'account',
  'broken',
  'dry',
  'large',
];
const clusters = ['cluster1', 'cluster2', 'cluster3'];
let hub: EmbeddedServer;
let kubeconfig = '';

beforeAll(async () => {
  hub = await startEmbeddedServer();
  kubeconfig = folder.write('admin.kubeconfig', hub.adminKubeconfig);
  await initHub(hub.cluster, { programNamespaces: namespaces, definitions: [] });
  await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'poor' } });
  await create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'deployer', namespace: 'poor' },
  });
  const running = runControllers({
    controllers: hubControllers({ compat: 'native' }),
    clusters: { hub: hub.cluster },
    signal: ended.signal,
  });
  await running.ready;
  for (const name of clusters) {
    await create({
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name, labels: { fleet: 'test', which: name } },
      spec: { hubAcceptsClient: true },
    });
  }
});
afterAll(async () => {
  ended.abort();
  await hub.stop();
  folder.remove();
});

/** A module: placements by name, and an app where it is wanted. */
function source(namespace: string, placements: readonly string[], app = false): string {
  const tolerate = 'tolerate: [{ key: unreachable }, { key: unavailable }]';
  const data = 'metadata: { namespace: "default" } data: { a: "b" }';
  return [
    `namespace ${namespace}`,
    `clusterset ${namespace}-set { members: cluster.labels["fleet"] == "test" }`,
    `namespace ${namespace} { bind: [${namespace}-set] }`,
    ...placements.map((name) => `placement ${name} { ${tolerate} }`),
    ...(app ? [`app web { on: [${placements[0]}] resource ConfigMap web { ${data} } }`] : []),
    '',
  ].join('\n');
}

/** Writes a module and applies it with the account that `ocm hub init` makes. */
function apply(namespace: string, text: string, ...more: readonly string[]) {
  folder.write(`${namespace}/ocm.json`, '{}');
  folder.write(`${namespace}/main.ocm`, text);
  const account = more.includes('--service-account') ? [] : ['--service-account', 'ocm-programs'];
  return ocm(folder.path, 'apply', namespace, '--kubeconfig', kubeconfig, ...account, ...more);
}

describe('ocm apply against a hub with its controllers', () => {
  test('applies: the Program is taken in and its objects are there, with its labels', async () => {
    const { code, out, err } = await apply('plain', source('plain', ['web']));
    expect(err).toBe('');
    expect(out).toBe('program plain/plain applied: 3 declarations, 3 objects\n');
    expect(code).toBe(exit.ok);
    const placement = await found(placementKind, 'plain', 'web');
    expect(placement?.metadata.labels?.[ownedLabels.program]).toBe('plain');
    const program = await found(programKind, 'plain', 'plain');
    expect(conditionOf(program?.status?.conditions, 'Applied')?.status).toBe('True');
  });

  test('what is no longer declared is printed and stays; with --prune it is deleted', async () => {
    expect((await apply('prune', source('prune', ['a', 'b']))).code).toBe(exit.ok);
    const kept = await apply('prune', source('prune', ['a']));
    expect(kept.code).toBe(exit.ok);
    expect(kept.err).toBe(
      '- Placement prune/b is no longer declared and stays (--prune deletes it)\n',
    );
    expect(await found(placementKind, 'prune', 'b')).toBeDefined();
    const pruned = await apply('prune', source('prune', ['a']), '--prune');
    expect(pruned.code).toBe(exit.ok);
    expect(pruned.err).toBe('- Placement prune/b is deleted\n');
    await eventually(async () => (await found(placementKind, 'prune', 'b')) === undefined);
    expect(await found(placementKind, 'prune', 'a')).toBeDefined();
  });

  test('refused with the list when more clusters than --max-delete would lose a workload', async () => {
    expect((await apply('works', source('works', ['all'], true))).code).toBe(exit.ok);
    const works = () => worksOf('works');
    await eventually(async () => (await works()).length === 3);
    const before = await found(programKind, 'works', 'works');
    const without = source('works', ['all', 'another']);
    const refused = await apply('works', without, '--prune', '--max-delete', '2');
    expect(refused.code).toBe(exit.no);
    expect(refused.err).toContain(
      'refused: 3 clusters would lose a workload, and --max-delete allows 2:\n' +
        '  cluster1\n  cluster2\n  cluster3\n',
    );
    expect(await works()).toEqual(clusters);
    const after = await found(programKind, 'works', 'works');
    expect(after?.spec).toEqual(before?.spec);
    expect(await found(placementKind, 'works', 'another')).toBeUndefined();
    const allowed = await apply('works', without, '--prune', '--max-delete', '3');
    expect(allowed.code).toBe(exit.ok);
    await eventually(async () => (await works()).length === 0);
  });

  test('clusters that leave by a narrower set are told, and refused beyond --max-delete, also without --prune', async () => {
    const text = source('leave', ['all'], true);
    expect((await apply('leave', text)).code).toBe(exit.ok);
    await eventually(async () => (await worksOf('leave')).length === 3);
    const narrow = text.replace('members: ', 'members: cluster.labels["which"] == "cluster1" && ');
    const refused = await apply('leave', narrow);
    expect(refused.code).toBe(exit.no);
    expect(refused.err).toBe(
      '- app leave/web leaves cluster2, cluster3\n' +
        'refused: 2 clusters would lose a workload, and --max-delete allows 0:\n' +
        '  cluster2\n  cluster3\n',
    );
    expect(await worksOf('leave')).toEqual(clusters);
    const allowed = await apply('leave', narrow, '--max-delete', '2');
    expect(allowed).toMatchObject({
      code: exit.ok,
      err: '- app leave/web leaves cluster2, cluster3\n',
    });
    await eventually(async () => (await worksOf('leave')).length === 1);
    const same = await apply('leave', narrow);
    expect(same).toMatchObject({ code: exit.ok, err: '' });
  });

  test('a binding that is pruned counts the clusters that leave with it', async () => {
    const text = source('unbind', ['all'], true);
    expect((await apply('unbind', text)).code).toBe(exit.ok);
    await eventually(async () => (await worksOf('unbind')).length === 3);
    const unbound = text.replace('namespace unbind { bind: [unbind-set] }\n', '');
    const kept = await apply('unbind', unbound);
    expect(kept.code).toBe(exit.ok);
    expect(kept.err).toContain('ManagedClusterSetBinding unbind/unbind-set is no longer declared');
    const refused = await apply('unbind', unbound, '--prune');
    expect(refused.code).toBe(exit.no);
    expect(refused.err).toContain('refused: 3 clusters would lose a workload');
    expect(await worksOf('unbind')).toEqual(clusters);
  });

  test('works of a placement an app was taken off count as the hub counts them', async () => {
    const on = (placements: string) =>
      source('two', ['a', 'b'], true)
        .replace('placement a {', 'placement a { where: cluster.name == "cluster1"')
        .replace('placement b {', 'placement b { where: cluster.name != "cluster1"')
        .replace('on: [a]', `on: [${placements}]`);
    expect((await apply('two', on('a, b'))).code).toBe(exit.ok);
    await eventually(async () => (await worksOf('two')).length === 3);
    const refused = await apply('two', on('a'), '--prune');
    expect(refused.code).toBe(exit.no);
    expect(refused.err).toContain(
      '- ManifestWork cluster2/two-web is deleted\n' +
        '- ManifestWork cluster3/two-web is deleted\n' +
        'refused: 2 clusters would lose a workload, and --max-delete allows 0:\n' +
        '  cluster2\n  cluster3\n',
    );
    const kept = await apply('two', on('a'));
    expect(kept.code).toBe(exit.ok);
    expect(kept.err).toContain('- ManifestWork cluster2/two-web is no longer declared and stays');
    expect(await worksOf('two')).toEqual(clusters);
    expect((await apply('two', on('a'), '--prune', '--max-delete', '2')).code).toBe(exit.ok);
    await eventually(async () => (await worksOf('two')).length === 1);
  });

  test('an app that moves to a new placement of the same clusters loses nothing by --prune', async () => {
    const text = source('move', ['a'], true);
    expect((await apply('move', text)).code).toBe(exit.ok);
    await eventually(async () => (await worksOf('move')).length === 3);
    const uids = async () =>
      Object.fromEntries(
        (await works('move')).map(({ metadata }) => [metadata.namespace, metadata.uid]),
      );
    const before = await uids();
    const moved = await apply(
      'move',
      text.replace('placement a', 'placement b').replace('[a]', '[b]'),
      '--prune',
    );
    expect(moved).toMatchObject({ code: exit.ok });
    await eventually(async () => (await found(placementKind, 'move', 'a')) === undefined);
    expect(await uids()).toEqual(before);
  });

  test('what the hub refuses to prune because the fleet has changed since is waited for', async () => {
    const text = source('late', ['all'], true);
    expect((await apply('late', text)).code).toBe(exit.ok);
    await eventually(async () => (await worksOf('late')).length === 3);
    folder.write('late/main.ocm', source('late', ['all']));
    const ir = await ocm(folder.path, 'compile', 'late', '-o', 'ir');
    const program: IrProgram = JSON.parse(ir.out);
    const about = { name: 'late', namespace: 'late', serviceAccount: 'ocm-programs' };
    const how = { prune: true, maxDelete: 0, dryRun: false };
    const sent = await sendProgram({ hub: hub.cluster, program, ...about, ...how });
    const wait = { signal: ended.signal, timeoutMillis: 30_000 };
    const taken = await takenIn(hub.cluster, sent, wait);
    expect(conditionOf(taken?.status?.conditions, 'Pruned')).toMatchObject({
      status: 'False',
      reason: 'MaxDeleteExceeded',
    });
    expect(await worksOf('late')).toEqual(clusters);
  });

  test('an object of somebody else is refused by name and left alone; --adopt takes it over', async () => {
    await create({
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: { name: 'web', namespace: 'foreign' },
      spec: { numberOfClusters: 7 },
    });
    const refused = await apply('foreign', source('foreign', ['web']));
    expect(refused.code).toBe(exit.no);
    expect(refused.err).toContain('  Placement foreign/web\n`--adopt` takes them over\n');
    expect(await found(programKind, 'foreign', 'foreign')).toBeUndefined();
    expect((await found(placementKind, 'foreign', 'web'))?.metadata.labels).toBeUndefined();
    const adopted = await apply('foreign', source('foreign', ['web']), '--adopt');
    expect(adopted.err).toBe('');
    expect(adopted.code).toBe(exit.ok);
    const placement = await found(placementKind, 'foreign', 'web');
    expect(placement?.metadata.labels?.[ownedLabels.program]).toBe('foreign');
    expect(placement?.spec?.tolerations).toHaveLength(2);
  });

  test('an object of another program is refused by name, also with --adopt', async () => {
    const text = source('owner', ['web']);
    expect((await apply('owner', text)).code).toBe(exit.ok);
    for (const more of [[], ['--adopt']]) {
      const refused = await apply('owner', text, '--name', 'thief', ...more);
      expect(refused.code).toBe(exit.no);
      expect(refused.err).toContain('  Placement owner/web of program owner/owner\n');
    }
    const placement = await found(placementKind, 'owner', 'web');
    expect(placement?.metadata.labels?.[ownedLabels.program]).toBe('owner');
    expect(await found(programKind, 'owner', 'thief')).toBeUndefined();
  });

  test('--wait and --max-delete take numbers only', async () => {
    for (const [option, text] of [
      ['--wait', 'abc'],
      ['--wait', '-1'],
      ['--max-delete', '1.5'],
    ] as const) {
      const { code, err } = await apply('plain', source('plain', ['web']), option, text);
      expect(code).toBe(exit.usage);
      expect(err).toContain(`${option} takes a number from 0`);
    }
  });

  test('rights that are missing are printed as kubectl lines; with exactly these it works', async () => {
    const text = source('poor', ['web']);
    const refused = await apply('poor', text, '--service-account', 'deployer');
    expect(refused.code).toBe(exit.no);
    expect(refused.err).toContain(
      'the account poor/deployer may not do all that this program needs\n',
    );
    expect(await found(programKind, 'poor', 'poor')).toBeUndefined();
    const lines = refused.err.split('\n').flatMap((line) => line.split('  kubectl ')[1] ?? []);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) await create(rbacOf(line));
    const granted = await apply('poor', text, '--service-account', 'deployer');
    expect(granted.err).toBe('');
    expect(granted.code).toBe(exit.ok);
    expect(await found(placementKind, 'poor', 'web')).toBeDefined();
  });

  test('the account is asked for once and remembered for the workspace', async () => {
    folder.write('account/ocm.json', '{}');
    folder.write('account/main.ocm', source('account', ['web']));
    const bare = ['apply', 'account', '--kubeconfig', kubeconfig];
    const asked = await ocm(folder.path, ...bare);
    expect(asked.code).toBe(exit.usage);
    expect(asked.err).toContain('--service-account NAME');
    expect((await apply('account', source('account', ['web']))).code).toBe(exit.ok);
    const kept = readFileSync(join(folder.path, 'account/.ocm-apply.json'), 'utf8');
    expect(JSON.parse(kept)).toEqual({ serviceAccount: 'ocm-programs' });
    const again = await ocm(folder.path, ...bare);
    expect(again).toMatchObject({ code: exit.ok, err: '' });
  });

  test('a module with an error applies nothing', async () => {
    const { code, out, err } = await apply('broken', `${source('broken', ['web'])}placement {`);
    expect({ code, out }).toEqual({ code: exit.no, out: '' });
    expect(err).toContain('error[OCM1001]: expected `}` here');
    expect(await all(programKind, 'broken')).toEqual([]);
    expect(await all(programPartKind, 'broken')).toEqual([]);
    expect(await all(placementKind, 'broken')).toEqual([]);
  });

  test('--dry-run asks the hub and writes nothing', async () => {
    const { code, out } = await apply('dry', source('dry', ['web'], true), '--dry-run');
    expect(code).toBe(exit.ok);
    expect(out).toBe('program dry/dry would be applied: 4 declarations, 3 objects\n');
    expect(await all(programKind, 'dry')).toEqual([]);
    expect(await all(programPartKind, 'dry')).toEqual([]);
    expect(existsSync(join(folder.path, 'dry/.ocm-apply.json'))).toBe(false);
  });

  test('a program of 5 MB is taken in, and read back as it was', { timeout: 60_000 }, async () => {
    const ir = await ocm(folder.path, 'compile', moduleOf('large'), '-o', 'ir');
    const small: IrProgram = JSON.parse(ir.out);
    const app = small.decls.find(({ kind }) => kind === 'app');
    if (app === undefined) throw new Error('no app');
    const text = JSON.stringify(app);
    const wide = 'x'.repeat(50_000);
    const apps = Array.from({ length: 100 }, (_, index) =>
      JSON.parse(text.replace('"name":"web"', `"name":"web-${index}"`).replace('"b"', `"${wide}"`)),
    );
    const program: IrProgram = { ...small, decls: apps };
    const json = JSON.stringify(program);
    expect(json.length).toBeGreaterThan(5_000_000);
    const about = { name: 'large', namespace: 'large', serviceAccount: 'ocm-programs' };
    const how = { prune: false, maxDelete: 0, dryRun: false };
    const sent = await sendProgram({ hub: hub.cluster, program, ...about, ...how });
    const wait = { signal: ended.signal, timeoutMillis: 30_000 };
    const taken = await takenIn(hub.cluster, sent, wait);
    expect(conditionOf(taken?.status?.conditions, 'Applied')?.status).toBe('True');
    const parts = new Map(
      (await all(programPartKind, 'large')).map((of) => [of.metadata.name, of]),
    );
    const spec = (await found<ProgramObject>(programKind, 'large', 'large'))?.spec;
    const of = { irVersion: spec?.irVersion ?? '', parts: spec?.parts ?? [] };
    const decoded = decode(of, (name) => parts.get(name) as ProgramPart | undefined);
    expect(decoded.state).toBe('ok');
    expect(decoded.state === 'ok' && JSON.stringify(decoded.program) === json).toBe(true);
  });

  test('the API server had no bug of ours to tell', () => {
    expect(hub.bugs).toEqual([]);
  });
});

function moduleOf(namespace: string): string {
  folder.write(`${namespace}/main.ocm`, source(namespace, ['none'], true));
  return namespace;
}

async function create(object: KubeObject & Readonly<Record<string, unknown>>): Promise<void> {
  const answer = await hub.cluster.create(object);
  if (!answer.ok) throw new Error(answer.message);
}

async function found<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string) {
  const answer = await hub.cluster.get<T>(kind, namespace, name);
  if (!answer.ok && answer.status !== 404) throw new Error(answer.message);
  return answer.ok ? answer.value : undefined;
}

async function all<T extends KubeObject>(kind: Kind<T>, namespace: string): Promise<readonly T[]> {
  const answer = await hub.cluster.list<T>(kind, { namespace });
  if (!answer.ok) throw new Error(answer.message);
  return answer.value.items;
}

/** The clusters that have works of a program. */
async function worksOf(program: string): Promise<readonly (string | undefined)[]> {
  return (await works(program)).map(({ metadata }) => metadata.namespace).sort();
}

async function works(program: string): Promise<readonly KubeObject[]> {
  const answer = await hub.cluster.list(manifestWorkKind, {
    labelSelector: `${ownedLabels.program}=${program}`,
  });
  return answer.ok ? answer.value.items : [];
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const probe = async () => ((await holds()) ? true : undefined);
  const signal: Io['signal'] = ended.signal;
  expect(await until(probe, { signal, timeoutMillis: 20_000, everyMillis: 20 })).toBe(true);
}

/** What `kubectl create role|rolebinding|clusterrole|clusterrolebinding …` would write. */
function rbacOf(line: string): KubeObject & Readonly<Record<string, unknown>> {
  const [, verb, name = '', ...rest] = line.split(' ');
  const option = (flag: string) =>
    rest.find((word) => word.startsWith(`--${flag}=`))?.slice(flag.length + 3) ?? '';
  const namespace = rest[rest.indexOf('-n') + 1];
  const kinds = {
    role: 'Role',
    rolebinding: 'RoleBinding',
    clusterrole: 'ClusterRole',
    clusterrolebinding: 'ClusterRoleBinding',
  } as const;
  const kind = kinds[verb as keyof typeof kinds];
  const place = rest.includes('-n') && namespace !== undefined ? { namespace } : {};
  const metadata = { name, ...place };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  if (kind === 'Role' || kind === 'ClusterRole') {
    const rules = option('resource')
      .split(',')
      .map((resource) => {
        const [full = '', sub] = resource.split('/');
        const [plural = '', ...group] = full.split('.');
        const named = sub === undefined ? plural : `${plural}/${sub}`;
        const verbs = option('verb').split(',');
        return { apiGroups: [group.join('.')], resources: [named], verbs };
      });
    return { apiVersion, kind, metadata, rules };
  }
  const [ofNamespace = '', account = ''] = option('serviceaccount').split(':');
  const role = kind === 'RoleBinding' ? 'Role' : 'ClusterRole';
  return {
    apiVersion,
    kind,
    metadata,
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: role,
      name: option(role.toLowerCase()),
    },
    subjects: [{ kind: 'ServiceAccount', namespace: ofNamespace, name: account }],
  };
}
