import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { stableJson } from '../../../src/base/json.ts';
import type { CustomResourceDefinition } from '../../../src/kube/core.ts';
import { customKinds } from '../../../src/kube/kinds.ts';
import { type KubeObject, parseApiVersion } from '../../../src/kube/object.ts';
import { applyDefaults } from '../../../src/kube/schema/defaults.ts';
import { crdOf, schemaOf } from '../../../src/kube/schema/definitions.ts';
import { fieldErrorText } from '../../../src/kube/schema/field-error.ts';
import { prune } from '../../../src/kube/schema/prune.ts';
import { validate } from '../../../src/kube/schema/validate.ts';

const crds = fileURLToPath(new URL('../../../../shared/conformance/crds/', import.meta.url));
const folders = ['cluster/v1', 'cluster/v1alpha1', 'cluster/v1beta1', 'cluster/v1beta2'];
const files = [...folders, 'work/v1', 'work/v1alpha1', 'policy', 'addon/v1alpha1'];
const ocmKinds = customKinds.filter((info) => info.group !== 'ocmlang.dev');

/** Deviations that are meant: where in the schema, and why. */
const deviations = new Set([
  // No exponential time in an engine that backtracks; see schema/patterns.ts.
  'ConfigurationPolicy.spec.evaluationInterval.compliant.pattern',
  'ConfigurationPolicy.spec.evaluationInterval.noncompliant.pattern',
]);

describe.skipIf(!existsSync(crds))('definitions compared with upstream’s', () => {
  const upstream = new Map(
    files
      .filter((folder) => existsSync(join(crds, folder)))
      .flatMap((folder) => readdirSync(join(crds, folder)).map((name) => join(crds, folder, name)))
      .filter((path) => path.endsWith('.yaml'))
      .map((path) => load(readFileSync(path, 'utf8')) as CustomResourceDefinition)
      .map((crd) => [crd.metadata.name, crd]),
  );

  it.each(ocmKinds.map((info) => [info.kind, info] as const))('%s', (_, info) => {
    const ours = crdOf(info);
    const theirs = upstream.get(ours.metadata.name);
    expect(theirs, ours.metadata.name).toBeDefined();
    if (theirs === undefined) return;
    expect(ours.spec.scope).toBe(theirs.spec.scope);
    expect(ours.spec.names).toEqual(theirs.spec.names);
    const version = ours.spec.versions[0];
    const same = theirs.spec.versions.find((each) => each.name === version?.name);
    expect(same?.storage, 'version').toBe(true);
    expect(version?.subresources ?? {}).toEqual(same?.subresources ?? {});
    const seen: string[] = [];
    compare(info.kind, version?.schema?.openAPIV3Schema, same?.schema?.openAPIV3Schema, seen);
    expect(seen.filter((path) => !deviations.has(path))).toEqual([]);
    const columns = version?.additionalPrinterColumns?.map(({ name, jsonPath }) => name + jsonPath);
    for (const column of same?.additionalPrinterColumns ?? []) {
      expect(columns).toContain(column.name + column.jsonPath);
    }
  });
});

const policies = fileURLToPath(
  new URL('../../../../shared/conformance/policies/', import.meta.url),
);

describe.skipIf(!existsSync(policies))('policies people use', () => {
  const files = existsSync(policies)
    ? readdirSync(policies, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.yaml'))
        .sort()
    : [];
  const schemas = new Map(ocmKinds.map((info) => [`${info.group}/${info.kind}`, schemaOf(info)]));

  it('are valid and lose no field', () => {
    let seen = 0;
    for (const file of files) {
      for (const object of loadAll(readFileSync(join(policies, file), 'utf8')) as KubeObject[]) {
        if (typeof object?.apiVersion !== 'string') continue;
        const { group } = parseApiVersion(object.apiVersion);
        const schema = schemas.get(`${group}/${object.kind}`);
        if (!schema) continue;
        seen++;
        const faults = validate(schema, applyDefaults(schema, object)).map(fieldErrorText);
        expect({ file, faults, lost: prune(schema, object).unknown }).toEqual({
          file,
          faults: [],
          lost: [],
        });
      }
    }
    expect(seen).toBeGreaterThan(60);
  });
});

/** Collects the paths at which two schemas differ in anything but their descriptions. */
function compare(path: string, ours: unknown, theirs: unknown, differences: string[]): void {
  if (!isObject(ours) || !isObject(theirs)) {
    if (normal(path, ours) !== normal(path, theirs)) differences.push(path);
    return;
  }
  for (const key of keysOf(ours, theirs)) {
    if (key === 'description') continue;
    const [left, right] = [ours[key], theirs[key]];
    if (key === 'properties' && isObject(left) && isObject(right)) {
      for (const name of keysOf(left, right)) {
        compare(`${path}.${name}`, left[name], right[name], differences);
      }
    } else {
      compare(`${path}.${key}`, left, right, differences);
    }
  }
}

function keysOf(a: object, b: object): Set<string> {
  return new Set([...Object.keys(a), ...Object.keys(b)]);
}

function normal(path: string, value: unknown): string {
  if (path.endsWith('.pattern') && typeof value === 'string') {
    return value.replaceAll('[/]', '/').replaceAll('\\/', '/').replaceAll('\\.]', '.]');
  }
  if (Array.isArray(value) && /\.(required|enum)$/.test(path)) {
    return JSON.stringify([...value].sort());
  }
  return value === undefined ? 'absent' : stableJson(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
