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
const upstream = join(root, '../shared/conformance/crds');
const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Every module below examples, as a path from the root. */
const modules = [
  ...new Set(globSync('examples/**/*.ocm', { cwd: root }).map((file) => dirname(file))),
].sort();

interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** Definitions in the files of a folder; of two of one name the later file counts. */
function definitionsIn(folder: string): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>();
  if (!existsSync(folder)) return found;
  for (const file of globSync('**/*.yaml', { cwd: folder }).sort()) {
    const read = parseYaml(readFileSync(join(folder, file), 'utf8'));
    if (!read.ok) throw new Error(`${file}: ${read.message}`);
    for (const document of read.documents) {
      const definition = document.value as unknown as Definition;
      if (definition?.kind === 'CustomResourceDefinition') {
        found.set(definition.metadata.name, definition);
      }
    }
  }
  return found;
}

/** Upstream's definitions where they are at hand, ours for the other kinds, fixtures for what neither has. */
function definitions(): readonly Definition[] {
  const all = new Map(definitionsIn(join(root, 'test/fixtures')));
  for (const own of customResourceDefinitions()) {
    all.set(own.metadata.name, own as unknown as Definition);
  }
  for (const [name, definition] of definitionsIn(upstream)) all.set(name, definition);
  return [...all.values()];
}

describe.skipIf(missing !== '')(`the examples on a real kube-apiserver${missing}`, () => {
  let server: RealApiserver;

  beforeAll(async () => {
    server = await startKubeApiserver();
    for (const definition of definitions()) {
      const made = await ask(server, 'POST', definitionsPath, definition as never);
      expect(made.status, `${definition.metadata.name}: ${made.body.message}`).toBe(201);
    }
  }, 180_000);
  afterAll(() => server?.stop());

  test('every definition is served', async () => {
    const paths = definitions().flatMap(({ spec }) =>
      spec.versions
        .filter(({ served }) => served)
        .map(({ name }) => `/apis/${spec.group}/${name}/${spec.names.plural}`),
    );
    for (const path of paths) {
      await expect
        .poll(async () => (await ask(server, 'GET', path)).status, { timeout: 60_000 })
        .toBe(200);
    }
  }, 120_000);

  test('there are examples', () => {
    expect(modules.length).toBeGreaterThanOrEqual(2);
  });

  test.each(modules)(
    '%s compiles, and every object of it is created',
    async (module) => {
      const run = promisify(execFile);
      const args = ['compile', module, '-o', 'json', '--namespace', 'default'];
      const { stdout } = await run(join(root, 'bin/ocm'), args, { cwd: root, maxBuffer: 1 << 28 });
      const list = JSON.parse(stdout) as { readonly items: readonly KubeObject[] };
      const spaces = new Set(list.items.map(({ metadata }) => metadata.namespace ?? 'default'));
      for (const name of spaces) {
        const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
        const { status } = await ask(server, 'POST', '/api/v1/namespaces', namespace);
        expect([201, 409]).toContain(status);
      }
      for (const object of list.items) {
        const { status, body } = await ask(server, 'POST', pathOf(object), object as never);
        const what = `${object.kind} ${object.metadata.name}`;
        // the namespaces themselves are there already
        const expected = object.kind === 'Namespace' ? [201, 409] : [201];
        expect(expected, `${what}: ${JSON.stringify(body.message)}`).toContain(status);
      }
    },
    120_000,
  );
});

/** Where objects of this kind are created. */
function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const { group, version } = parseApiVersion(apiVersion);
  const info = kindInfo({ group, kind });
  const defined = definitions().find(
    ({ spec }) => spec.group === group && spec.names.kind === kind,
  ) as (Definition & { readonly spec: { readonly scope: string } }) | undefined;
  const plural = info?.plural ?? defined?.spec.names.plural;
  if (plural === undefined)
    throw new Error(`test/fixtures has no definition of ${kind} (${group})`);
  const namespaced = info?.namespaced ?? defined?.spec.scope === 'Namespaced';
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespaced
    ? `${base}/namespaces/${metadata.namespace ?? 'default'}/${plural}`
    : `${base}/${plural}`;
}
