import { expect } from 'vitest';
import { lower } from '../../../src/ir/lower/lower.ts';
import { type KubeObject, refKey, refOf } from '../../../src/kube/object.ts';
import { applyDefaults } from '../../../src/kube/schema/defaults.ts';
import { schemaOf } from '../../../src/kube/schema/definitions.ts';
import { compile, severityOf } from '../../../src/lang/index.ts';

/** The objects a module stands for, by key; fails where it has errors. */
export function objectsOf(text: string): ReadonlyMap<string, KubeObject> {
  const { program, diagnostics } = compile({ files: [{ uri: 'main.ocm', text }] });
  const errors = diagnostics.filter((each) => severityOf(each) === 'error');
  expect(errors, text).toEqual([]);
  const objects = program === null ? [] : lower(program).objects.map(({ object }) => object);
  return new Map(objects.map((object) => [refKey(refOf(object)), object]));
}

/** What is left of a difference between objects that is none: defaults, and the order of keys. */
export function canonical(object: KubeObject): unknown {
  const schema = schemaOf(refOf(object));
  return sorted(schema === undefined ? object : applyDefaults(schema, object));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]);
}

/** The law: the module stands for these objects and no others (language.md, Rule 63). */
export function expectSame(text: string, wanted: readonly KubeObject[]): void {
  const made = objectsOf(text);
  expect([...made.keys()].sort()).toEqual(wanted.map((object) => refKey(refOf(object))).sort());
  for (const object of wanted) {
    const have = made.get(refKey(refOf(object)));
    expect(have === undefined ? null : canonical(have)).toEqual(canonical(object));
  }
}
