import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kindTable } from '../../../src/kube/kinds.ts';
import { builtInSchemaOf, objectMetaSchema } from '../../../src/kube/schema/built-in.ts';
import { bundledSchemaOf } from '../../../src/kube/schema/kind-schema.ts';
import type { Schema } from '../../../src/kube/schema/schema.ts';
import { root } from '../../support/capabilities.ts';

const core = (kind: string) => builtInSchemaOf({ group: '', version: 'v1', kind });

function at(schema: Schema | undefined, ...path: readonly string[]): Schema | undefined {
  let found = schema;
  for (const name of path) found = name === '[]' ? found?.items : found?.properties?.[name];
  return found;
}

test('every kind of the table has a schema', () => {
  // what is only posted, and never kept or written in a manifest
  const without = kindTable.filter((info) => bundledSchemaOf(info) === undefined);
  expect(without.map(({ kind }) => kind)).toEqual([]);
});

test('fields have the types of the OpenAPI document', () => {
  const container = at(core('Pod'), 'spec', 'containers', '[]');
  expect(container?.required).toEqual(['name']);
  expect(at(container, 'image')).toEqual({ type: 'string' });
  expect(at(container, 'ports', '[]', 'containerPort')).toMatchObject({ format: 'int32' });
  expect(at(container, 'resources', 'limits')?.additionalProperties).toMatchObject({
    format: 'quantity',
  });
  expect(at(core('Service'), 'spec', 'ports', '[]', 'targetPort')).toEqual({
    'x-kubernetes-int-or-string': true,
  });
  expect(at(core('Secret'), 'data')?.additionalProperties).toMatchObject({ format: 'byte' });
  expect(at(objectMetaSchema(), 'creationTimestamp')).toMatchObject({ format: 'date-time' });
});

test('other versions and kinds have none', () => {
  expect(
    bundledSchemaOf({ group: 'policy', version: 'v1beta1', kind: 'Eviction' }),
  ).toBeUndefined();
  expect(core('__proto__')).toBeUndefined();
  const old = { group: 'cluster.open-cluster-management.io', version: 'v1alpha1' };
  expect(bundledSchemaOf({ ...old, kind: 'Placement' })).toBeUndefined();
});

// Two sources, made by different scripts: Go's types by reflection, and the OpenAPI document.
test('agrees with what the API server knows of the same types', () => {
  const text = readFileSync(`${root}src/runtime/apiserver/types/built-in.txt`, 'utf8');
  const types = new Map<string, readonly string[]>();
  const kinds = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [word, name = '', ...rest] = line.split(' ');
    if (word === 'type') types.set(name, rest);
    if (word === 'kind') kinds.set(name, rest[0] ?? '');
  }
  const differing: string[] = [];
  let compared = 0;
  for (const info of kindTable) {
    const schema = builtInSchemaOf(info);
    const type = kinds.get(`${info.group}/${info.version}/${info.kind}`);
    if (schema === undefined || type === undefined) continue;
    compare(schema, type, info.kind, 0);
  }
  expect(differing).toEqual([]);
  expect(compared).toBeGreaterThan(1000);

  function compare(schema: Schema, type: string, path: string, depth: number): void {
    compared += 1;
    const fields = fieldsOf(type);
    const known = Object.keys(schema.properties ?? {}).filter(
      (name) => !['apiVersion', 'kind', 'metadata'].includes(name),
    );
    const served = [...fields.keys()].filter(
      (name) => !['apiVersion', 'kind', 'metadata'].includes(name),
    );
    if (known.sort().join() !== served.sort().join())
      differing.push(`${path}: ${known} | ${served}`);
    if (depth > 6) return;
    for (const name of known) {
      const inner = fields.get(name)?.replace(/[[\]{}]/g, '') ?? '';
      const field = schema.properties?.[name];
      const of = field?.items ?? field?.additionalProperties ?? field;
      if (!types.has(inner) || typeof of !== 'object' || of.properties === undefined) continue;
      compare(of, inner, `${path}.${name}`, depth + 1);
    }
  }

  function fieldsOf(type: string): Map<string, string> {
    return new Map(
      (types.get(type) ?? []).flatMap((field): [string, string][] => {
        const [name = '', , what = ''] = field.split(':');
        const plain = what.replace(/[*!^]+$/, '');
        return what.includes('^') ? [...fieldsOf(plain)] : [[name, plain]];
      }),
    );
  }
});
