import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type Json } from '../../../src/base/json.ts';
import { lower } from '../../../src/ir/lower/lower.ts';
import type { IrApp } from '../../../src/ir/program.ts';
import { prune } from '../../../src/kube/schema/prune.ts';
import { readSchema } from '../../../src/kube/schema/read-schema.ts';
import type { Schema } from '../../../src/kube/schema/schema.ts';
import { validate } from '../../../src/kube/schema/validate.ts';
import { parseYaml } from '../../../src/kube/yaml.ts';
import { compile } from '../../../src/lang/index.ts';
import { readCase } from '../../lang/case.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const crds = fileURLToPath(new URL('../shared/conformance/crds', `file://${root}`));

/** Schemas of upstream's definitions, by `group/version/Kind`. */
function upstreamSchemas(): ReadonlyMap<string, Schema> {
  const found = new Map<string, Schema>();
  for (const path of globSync('**/*.yaml', { cwd: crds })) {
    const read = parseYaml(readFileSync(`${crds}/${path}`, 'utf8'), 'kubernetes');
    for (const { value } of read.ok ? read.documents : []) {
      const spec = isJsonObject(value) && isJsonObject(value['spec']) ? value['spec'] : {};
      const { group, names, versions } = spec as Record<string, Json | undefined>;
      for (const version of (Array.isArray(versions) ? versions : []) as readonly Json[]) {
        if (!isJsonObject(version) || !isJsonObject(names)) continue;
        const { name, schema } = version;
        const open = isJsonObject(schema) ? schema['openAPIV3Schema'] : undefined;
        found.set(`${String(group)}/${String(name)}/${String(names['kind'])}`, readSchema(open));
      }
    }
  }
  return found;
}

function objectsOf(path: string) {
  const input = readCase(readFileSync(`${root}/${path}`, 'utf8'));
  const { program } = compile(input);
  if (program === null) throw new Error(`${path} has errors`);
  return lower(program).objects.map(({ object }) => object);
}

describe.skipIf(!existsSync(crds))(
  'what apps, add-ons and placements become is what upstream defines',
  () => {
    test.each([
      'test/lang/emit/app/ok/replicaset.ocm',
      'test/lang/emit/addon/ok/addon.ocm',
      'test/lang/emit/placement/err/spread.ocm',
    ])('%s', (path) => {
      const schemas = upstreamSchemas();
      const objects = objectsOf(path);
      const known = objects.flatMap((object) => {
        const schema = schemas.get(`${object.apiVersion}/${object.kind}`);
        return schema === undefined ? [] : [{ object, schema }];
      });
      expect(known.length).toBeGreaterThan(1);
      for (const { object, schema } of known) {
        expect(validate(schema, object)).toEqual([]);
        expect(prune(schema, object).unknown).toEqual([]);
      }
    });
  },
);

const origin = { file: 0, span: { start: 0, end: 0 } };
const app: IrApp = {
  kind: 'app',
  name: 'site',
  namespace: 'shop',
  origin,
  on: [{ placement: 'one', rollout: null }],
  manifests: [],
};

test('an ApplicationSet reads the decisions of its placement, one for each', () => {
  const source = {
    source: 'git',
    url: 'https://git.example.com/site.git',
    ref: 'v4',
    path: 'deploy',
  } as const;
  const on = ['one', 'two'].map((placement) => ({ placement, rollout: null }));
  const { objects } = lower({ decls: [{ ...app, via: 'argocd', on, sources: [source] }] });
  expect(objects.map(({ object }) => object)).toMatchObject(
    ['one', 'two'].map((placement) => ({
      kind: 'ApplicationSet',
      metadata: { name: `site-${placement}`, namespace: 'shop' },
      spec: {
        generators: [
          {
            clusterDecisionResource: {
              configMapRef: 'ocm-placement-generator',
              labelSelector: {
                matchLabels: { 'cluster.open-cluster-management.io/placement': placement },
              },
            },
          },
        ],
        template: {
          spec: {
            source: { repoURL: source.url, targetRevision: 'v4', path: 'deploy' },
            destination: { server: '{{server}}' },
          },
        },
      },
    })),
  );
});

test('several sources become the sources of one Application, values and release with them', () => {
  const helm = {
    source: 'helm',
    repository: 'oci://registry.example.com/charts',
    chart: 'redis',
    version: '19.1.0',
    values: { auth: { enabled: true } },
    name: 'cache',
    namespace: 'redis',
  } as const;
  const git = {
    source: 'git',
    url: 'https://git.example.com/a.git',
    ref: null,
    path: null,
  } as const;
  const [lowered] = lower({ decls: [{ ...app, via: 'argocd', sources: [helm, git] }] }).objects;
  expect(lowered?.object).toMatchObject({
    metadata: { name: 'site' },
    spec: {
      template: {
        spec: {
          destination: { namespace: 'redis' },
          sources: [
            {
              repoURL: 'registry.example.com/charts',
              chart: 'redis',
              targetRevision: '19.1.0',
              helm: { releaseName: 'cache', valuesObject: { auth: { enabled: true } } },
            },
            { repoURL: 'https://git.example.com/a.git', path: '.' },
          ],
        },
      },
    },
  });
});

test('a replica set of values per cluster, which no compiler writes, is refused', () => {
  const object = { op: 'record', items: [] } as const;
  const decl: IrApp = { ...app, via: 'replicaset', manifests: [{ origin, object }] };
  expect(lower({ decls: [decl] })).toMatchObject({
    objects: [],
    refused: [{ code: 'OCM3301', params: { app: 'site' } }],
  });
});
