import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindInfo } from '../../src/kube/kinds.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { parseApiVersion } from '../../src/kube/object.ts';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { parseYaml } from '../../src/kube/yaml.ts';
import { ask } from '../support/ask.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const root = fileURLToPath(new URL('../..', import.meta.url));
const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Every module below a folder, as a path from the root. */
function modulesBelow(folder: string): readonly string[] {
  const files = globSync(`${folder}/**/*.ocm`, { cwd: root });
  return [...new Set(files.map((file) => dirname(file)))].sort();
}

interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** Definitions in the files of a folder, in the order of their files: one version of a group before the next. */
function definitionsIn(folder: string): readonly Definition[] {
  if (!existsSync(folder)) return [];
  return globSync('**/*.yaml', { cwd: folder })
    .sort()
    .flatMap((file) => {
      const read = parseYaml(readFileSync(join(folder, file), 'utf8'));
      if (!read.ok) throw new Error(`${file}: ${read.message}`);
      return read.documents.map(({ value }) => value as unknown as Definition);
    })
    .filter((of) => of?.kind === 'CustomResourceDefinition');
}

const upstream = definitionsIn(join(root, '../shared/conformance/crds'));
const own = customResourceDefinitions() as unknown as readonly Definition[];
/** Upstream's definitions where they are at hand, ours for the other kinds, fixtures for what neither has. */
const definitions: readonly Definition[] = firstOfEachName([
  ...upstream,
  ...own,
  ...definitionsIn(join(root, 'test/fixtures/definitions')),
]);
/** What takes the place of one of these later: the same kinds, with one version more. */
const later = upstream.filter((of) => !definitions.includes(of));

function firstOfEachName(all: readonly Definition[]): readonly Definition[] {
  const found = new Map<string, Definition>();
  for (const of of all) if (!found.has(of.metadata.name)) found.set(of.metadata.name, of);
  return [...found.values()];
}

/** The kinds definitions serve, as `apiVersion/Kind`. */
function kindsOf(of: readonly Definition[]): readonly string[] {
  return of.flatMap(({ spec: { group, names, versions } }) =>
    versions.filter(({ served }) => served).map(({ name }) => `${group}/${name}/${names.kind}`),
  );
}

describe.skipIf(missing !== '')(`the examples on a real kube-apiserver${missing}`, () => {
  let server: RealApiserver;
  /** What was created, as `apiVersion/Kind`. */
  const created = new Set<string>();

  beforeAll(async () => {
    server = await startKubeApiserver();
    for (const definition of definitions) {
      const made = await ask(server, 'POST', definitionsPath, definition as never);
      expect(made.status, `${definition.metadata.name}: ${made.body.message}`).toBe(201);
    }
  }, 180_000);
  afterAll(() => server?.stop());

  async function areServed(all: readonly Definition[]): Promise<void> {
    const paths = all.flatMap(({ spec }) =>
      spec.versions
        .filter(({ served }) => served)
        .map(({ name }) => `/apis/${spec.group}/${name}/${spec.names.plural}`),
    );
    for (const path of paths) {
      await expect
        .poll(async () => (await ask(server, 'GET', path)).status, { timeout: 60_000 })
        .toBe(200);
    }
  }

  async function create(object: KubeObject, existing: readonly number[] = []): Promise<void> {
    // What the schema does not know is an error, not pruned in silence.
    const path = `${pathOf(object)}?fieldValidation=Strict`;
    const { status, body } = await ask(server, 'POST', path, object as never);
    const what = `${object.kind} ${object.metadata.name}`;
    expect([201, ...existing], `${what}: ${JSON.stringify(body.message)}`).toContain(status);
    created.add(`${object.apiVersion}/${object.kind}`);
  }

  /** Compiles a module as a user does, and creates all of it, and what its policies put on clusters. */
  async function createModule(module: string): Promise<void> {
    const run = promisify(execFile);
    const args = ['compile', module, '-o', 'json', '--namespace', 'default'];
    const { stdout } = await run(join(root, 'bin/ocm'), args, { cwd: root, maxBuffer: 1 << 28 });
    const { items } = JSON.parse(stdout) as { readonly items: readonly KubeObject[] };
    for (const name of new Set(items.map(({ metadata }) => metadata.namespace ?? 'default'))) {
      await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, [409]);
    }
    for (const object of items) {
      // the namespaces themselves are there already
      await create(object, object.kind === 'Namespace' ? [409] : []);
      for (const template of templatesOf(object)) await create(template);
    }
  }

  const modules = [...modulesBelow('examples'), ...modulesBelow('test/fixtures/kinds')];

  test('every definition is served', () => areServed(definitions), 120_000);

  test('there are examples', () => {
    expect(modulesBelow('examples').length).toBeGreaterThanOrEqual(2);
  });

  test.each(modules)('%s compiles, and every object of it is created', createModule, 120_000);

  test.skipIf(upstream.length === 0)(
    'the definitions of add-ons with v1beta1 take the place of those without, and objects of it are created',
    async () => {
      for (const definition of later) {
        const path = `${definitionsPath}/${definition.metadata.name}`;
        const { body } = await ask(server, 'GET', path);
        const { resourceVersion } = (body as unknown as Definition).metadata;
        const next = { ...definition, metadata: { ...definition.metadata, resourceVersion } };
        expect((await ask(server, 'PUT', path, next as never)).status).toBe(200);
      }
      await areServed(later);
      for (const module of modulesBelow('test/fixtures/addon-v1beta1')) await createModule(module);
    },
    120_000,
  );

  test.skipIf(upstream.length === 0)(
    'no kind of the 27 definitions, of ours or of the fixtures is left out',
    () => {
      expect(upstream).toHaveLength(27);
      const all = kindsOf([...definitions, ...later]);
      expect(all.filter((kind) => !created.has(kind))).toEqual([]);
    },
  );
});

/** What a policy puts on clusters, as the hub makes it: in a namespace, and with the policy's remediation. */
function templatesOf({ kind, metadata, ...of }: KubeObject): readonly KubeObject[] {
  if (kind !== 'Policy') return [];
  const { spec } = of as unknown as {
    readonly spec: {
      readonly remediationAction?: string;
      readonly 'policy-templates': readonly { readonly objectDefinition: KubeObject }[];
    };
  };
  const { remediationAction } = spec;
  return spec['policy-templates'].flatMap(({ objectDefinition: made }) => {
    if (parseApiVersion(made.apiVersion).group !== parseApiVersion(policyVersion).group) return [];
    const { spec: own } = made as unknown as { readonly spec: object };
    return {
      ...made,
      metadata: { ...made.metadata, namespace: metadata.namespace ?? 'default' },
      spec: { ...own, ...(remediationAction === undefined ? {} : { remediationAction }) },
    } as KubeObject;
  });
}

const policyVersion = 'policy.open-cluster-management.io/v1';

/** Where objects of this kind are created. */
function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const { group, version } = parseApiVersion(apiVersion);
  const info = kindInfo({ group, kind });
  const defined = definitions.find(({ spec }) => spec.group === group && spec.names.kind === kind);
  const plural = info?.plural ?? defined?.spec.names.plural;
  if (plural === undefined)
    throw new Error(`test/fixtures has no definition of ${kind} (${group})`);
  const namespaced = info?.namespaced ?? defined?.spec.scope === 'Namespaced';
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespaced
    ? `${base}/namespaces/${metadata.namespace ?? 'default'}/${plural}`
    : `${base}/${plural}`;
}
