import { describe, expect, test } from 'vitest';
import { schemaType } from '../../../src/lang/check/type-node.ts';
import {
  type Construct,
  isConstruct,
  reservedHeads,
  schemaOf,
  schemas,
} from '../../../src/lang/schema/constructs.ts';
import { clusterMembers } from '../../../src/lang/schema/fleet.ts';
import { noteSchemas } from '../../../src/lang/schema/notes.ts';
import type { BlockSchema, KeySchema } from '../../../src/lang/schema/schema.ts';
import { schemaTypes, sortHeads } from '../../../src/lang/schema/types.ts';
import { parseType } from '../../../src/lang/syntax/parser.ts';

const heads = Object.keys(schemas) as Construct[];

describe.each(heads)('the schema of %s', (head) => {
  const schema: BlockSchema = schemas[head];
  const keys = Object.entries<KeySchema>(schema.keys);

  test('names itself, and agrees with the blocks around and within', () => {
    expect(schema.head).toBe(head);
    for (const inner of schema.blocks) expect(schemaOf(inner)?.in).toContain(head);
    for (const outer of schema.in) {
      if (outer !== 'file') expect(schemaOf(outer)?.blocks).toContain(head);
    }
  });

  test('has types that can be read, words included', () => {
    for (const [, { type }] of keys) {
      expect(parseType(type).problems).toEqual([]);
      expect(schemaType(type).is).not.toBe('unknown');
    }
  });

  test('says what each key is for, in a sentence', () => {
    expect(schema.doc).toMatch(/^[A-Z`].*\.$/s);
    for (const [key, { doc }] of keys) expect(doc, key).toMatch(/^[A-Z`].*\.$/s);
  });

  test('has a default that its type takes, where it has one', () => {
    for (const [key, { fallback, required }] of keys) {
      if (fallback !== undefined) expect(required, key).toBeUndefined();
    }
  });
});

test('sorts are the heads that something refers to', () => {
  const named = heads.flatMap((head) => (schemas[head].sort === null ? [] : [schemas[head].sort]));
  expect(named.sort()).toEqual(Object.keys(sortHeads).sort());
  for (const [sort, head] of Object.entries(sortHeads)) expect(schemaOf(head)?.sort).toBe(sort);
});

test('types of keys and of the members of a cluster can be read', () => {
  for (const type of [
    ...Object.values(schemaTypes),
    ...Object.values(clusterMembers).map((member) => member.type),
  ]) {
    expect(parseType(type).problems).toEqual([]);
  }
});

test('a word that is reserved is no block, and says what to write instead', () => {
  for (const [head, instead] of reservedHeads) {
    expect(isConstruct(head)).toBe(false);
    expect(instead.length).toBeGreaterThan(5);
  }
});

test('notes stand on what there is', () => {
  const places = new Set(['any', 'value', 'key', 'kindDecl', ...heads, ...reservedHeads.keys()]);
  for (const { on } of Object.values(noteSchemas)) {
    for (const place of on) expect(places).toContain(place);
  }
});
