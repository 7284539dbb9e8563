import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import { lower } from '../../../src/ir/lower/lower.ts';
import { readSchema } from '../../../src/kube/schema/read-schema.ts';
import type { Schema } from '../../../src/kube/schema/schema.ts';
import { validate } from '../../../src/kube/schema/validate.ts';
import { parseYaml } from '../../../src/kube/yaml.ts';
import { compile } from '../../../src/lang/index.ts';
import { readCase } from '../case.ts';

const definitions = new URL('../../../../shared/conformance/crds/policy/', import.meta.url);
const cases = fileURLToPath(new URL('policy/ok', import.meta.url));

/** Schemas of upstream's kinds of policies, by kind. */
function schemas(): ReadonlyMap<string, Schema> {
  const found = new Map<string, Schema>();
  for (const file of readdirSync(definitions).filter((name) => name.endsWith('.yaml'))) {
    const read = parseYaml(readFileSync(new URL(file, definitions), 'utf8'), 'kubernetes');
    if (!read.ok) throw new Error(`${file}: ${read.message}`);
    for (const { value } of read.documents) {
      const { spec } = value as unknown as {
        readonly spec: {
          readonly names: { readonly kind: string };
          readonly versions: readonly {
            readonly schema: { readonly openAPIV3Schema: JsonObject };
          }[];
        };
      };
      const schema = spec.versions[0]?.schema.openAPIV3Schema;
      if (schema !== undefined) found.set(spec.names.kind, readSchema(schema));
    }
  }
  return found;
}

interface Entry {
  readonly objectDefinition: JsonObject & { readonly kind: string; readonly spec?: JsonObject };
}

/** The objects of a case, and those its policies put on clusters, with the remediation the hub gives them. */
function objectsOf(text: string): readonly JsonObject[] {
  const { program } = compile(readCase(text));
  const objects = lower(program ?? { decls: [] }).objects.map(
    ({ object }) => object as unknown as JsonObject,
  );
  const templates = objects.flatMap(({ kind, spec }) => {
    if (kind !== 'Policy') return [];
    const { remediationAction, 'policy-templates': entries } = spec as unknown as {
      readonly remediationAction?: Json;
      readonly 'policy-templates': readonly Entry[];
    };
    return entries.map(({ objectDefinition }) => ({
      ...objectDefinition,
      spec: {
        ...objectDefinition.spec,
        ...(remediationAction === undefined ? {} : { remediationAction }),
      },
    }));
  });
  return [...objects, ...templates];
}

describe.skipIf(!existsSync(definitions))(
  'what policies become fits upstream’s definitions',
  () => {
    const known = existsSync(definitions) ? schemas() : new Map<string, Schema>();

    test('and would not if it were otherwise', () => {
      const schema = known.get('OperatorPolicy');
      const spec = { remediationAction: 'inform', complianceType: 'Musthave', subscription: {} };
      const wrong = { apiVersion: 'x/v1', kind: 'OperatorPolicy', metadata: { name: 'a' }, spec };
      const found = schema === undefined ? [] : validate(schema, wrong);
      expect(found.map(({ field }) => field).sort()).toEqual([
        'spec.complianceType',
        'spec.upgradeApproval',
      ]);
    });

    test.each(readdirSync(cases).filter((name) => name.endsWith('.ocm')))('%s', (name) => {
      let looked = 0;
      for (const object of objectsOf(readFileSync(join(cases, name), 'utf8'))) {
        const schema = known.get(String(object['kind']));
        if (schema === undefined) continue;
        looked += 1;
        expect(validate(schema, object), JSON.stringify(object)).toEqual([]);
      }
      expect(looked).toBeGreaterThan(0);
    });
  },
);
