import { describe, expect, test } from 'vitest';
import { utf8Encode } from '../../../src/base/bytes.ts';
import { decode } from '../../../src/ir/decode.ts';
import { type Encoded, encode } from '../../../src/ir/encode.ts';
import { hashOf } from '../../../src/ir/parts/part.ts';
import type { IrProgram, IrResource } from '../../../src/ir/program.ts';
import { maxPartBytes, type ProgramPart } from '../../../src/ir/program-object.ts';
import { at, largeProgram, programOf } from '../builders.ts';

type Parts = Extract<Encoded, { ok: true }>;

function encoded(program: IrProgram): Parts {
  const result = encode(program, { namespace: 'payments' });
  if (!result.ok) throw new Error(result.why);
  return result;
}

const lookup = (objects: readonly ProgramPart[]) => {
  const byName = new Map(objects.map((part) => [part.metadata.name, part]));
  return (name: string) => byName.get(name);
};
const bytesOf = (object: unknown) => utf8Encode(JSON.stringify(object)).length;

function configMap(text: string): IrResource {
  return {
    kind: 'resource',
    name: 'big',
    namespace: 'payments',
    origin: at(0),
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'big' }, data: { text } },
  };
}

describe('a program whose source is 5 MB', () => {
  const program = largeProgram(5_000_000);
  const parts = encoded(program);

  test('is written in parts within the limit, and read back the same', () => {
    expect(JSON.stringify(program).length).toBeGreaterThan(5_000_000);
    for (const part of parts.objects) expect(bytesOf(part)).toBeLessThan(maxPartBytes);
    expect(decode(parts, lookup(parts.objects))).toEqual({ state: 'ok', program });
  });

  test('has few enough parts for a Program to list', () => {
    expect(parts.parts.length).toBeLessThan(200);
    expect(bytesOf(parts.parts)).toBeLessThan(64 * 1024);
  });

  test.each([10, 2000])('an edit of declaration %i replaces the parts it touches only', (block) => {
    const edited = encoded(largeProgram(5_000_000, { at: block, inserted: 17 }));
    const kept = new Set(parts.parts.map(({ name }) => name));
    const replaced = edited.objects.filter(({ metadata }) => !kept.has(metadata.name));
    const holds = replaced.map(({ spec }) => spec?.holds);
    expect(holds.filter((of) => of === 'decls').length).toBeLessThanOrEqual(2);
    expect(holds.filter((of) => of === 'header').length).toBeLessThanOrEqual(4);
  });

  test('a declaration taken out replaces a few parts only', () => {
    const fewer = { ...program, decls: program.decls.filter((_, index) => index !== 1200) };
    const kept = new Set(parts.parts.map(({ name }) => name));
    const replaced = encoded(fewer).objects.filter(({ metadata }) => !kept.has(metadata.name));
    expect(replaced.length).toBeLessThanOrEqual(8);
  });
});

describe('a declaration larger than a part', () => {
  const program = programOf([configMap('ä"\n'.repeat(300_000)), configMap('small')]);
  const parts = encoded(program);

  test('lies in blobs, each within the limit', () => {
    expect(parts.objects.filter(({ spec }) => spec?.holds === 'blob').length).toBeGreaterThan(2);
    for (const part of parts.objects) expect(bytesOf(part)).toBeLessThan(maxPartBytes);
    expect(decode(parts, lookup(parts.objects))).toEqual({ state: 'ok', program });
  });

  test('is not read without one of them', () => {
    const without = { ...parts, parts: parts.parts.slice(0, -1) };
    expect(decode(without, lookup(parts.objects))).toMatchObject({
      state: 'corrupt',
      why: 'declaration 0 is not in its parts',
    });
  });
});

test('parts carry their namespace and are named by their content', () => {
  const [part] = encoded(programOf([configMap('x')])).objects;
  expect(part?.metadata.namespace).toBe('payments');
  expect(part?.spec && `part-${hashOf(part.spec).slice(0, 32)}`).toBe(part?.metadata.name);
});

test('a program too large for its parts is refused with a reason', () => {
  const huge = configMap('x'.repeat(8_000_000));
  const result = encode(programOf(Array.from({ length: 9 }, () => huge)), { namespace: '' });
  expect(result).toMatchObject({ ok: false, why: expect.stringContaining('at most 64 MiB') });
});

test('a program that nests too deep is refused with a reason', () => {
  const object = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`);
  const result = encode(programOf([{ ...configMap('x'), object }]), { namespace: '' });
  expect(result).toEqual({ ok: false, why: 'the program nests deeper than 1000 levels' });
});

describe('decode', () => {
  const program = programOf([configMap('a'), { ...configMap('b'), name: 'b', origin: at(40) }]);
  const parts = encoded(program);
  const names = parts.parts.map(({ name }) => name);

  test('names the parts that are not there yet', () => {
    const first = lookup(parts.objects.slice(0, 1));
    expect(decode(parts, first)).toEqual({ state: 'missing', parts: names.slice(1) });
    expect(decode(parts, () => undefined)).toEqual({ state: 'missing', parts: names });
  });

  test('names a part whose content was changed', () => {
    const changed = parts.objects.map((part, index) =>
      index === 1 ? { ...part, spec: { holds: 'decls' as const, data: '{}\n' } } : part,
    );
    expect(decode(parts, lookup(changed))).toEqual({
      state: 'corrupt',
      part: names[1],
      why: 'its content is not what its hash says',
    });
  });

  const stored = (holds: 'header' | 'decls' | 'blob', data: string): ProgramPart => ({
    apiVersion: 'ocmlang.dev/v1alpha1',
    kind: 'ProgramPart',
    metadata: { name: `${holds}-${data.length}` },
    spec: { holds, data },
  });
  const read = (...objects: readonly ProgramPart[]) =>
    decode(
      {
        irVersion: 'ocm.ir/v1',
        parts: objects.map(({ metadata, spec }) => ({
          name: metadata.name,
          sha256: spec === undefined ? '' : hashOf(spec),
        })),
      },
      lookup(objects),
    );
  const decl = '{"kind":"resource","name":"n","namespace":"","origin":[0,5],"object":{}}\n';
  const header = '{"file":{"uri":"a","sha256":"b"}}\n{"lines":[0,4]}\n{"decls":[0,7]}\n';

  test('reads what stands in the parts', () => {
    expect(read(stored('header', header), stored('decls', decl))).toMatchObject({
      state: 'ok',
      program: {
        files: [{ uri: 'a', sha256: 'b', lineStarts: [0, 4] }],
        decls: [{ origin: { file: 0, span: { start: 7, end: 12 } } }],
      },
    });
  });

  test.each<[string, string, string, string]>([
    ['a line that is no JSON', header, '{"kind"\n', 'a line of it is no JSON'],
    ['a header that is none', '{"file":1}\n', decl, 'the header is none'],
    ['line starts without a file', '{"lines":[1]}\n', decl, 'the header is none'],
    ['fewer declarations', header, '', 'the header has 1 declarations, the parts 0'],
    [
      'a declaration that is none',
      header,
      '{"kind":"resource"}\n',
      "/decls/0 must have required property 'name'",
    ],
    ['null', header, 'null\n', '/decls/0 must be object'],
    ['a blob that is not there', header, '{"blobs":["x"]}\n', 'declaration 0 is not in its parts'],
    [
      'places that are none',
      header,
      decl.replace('[0,5]', '[0,null]'),
      '/decls/0/origin must be object',
    ],
    [
      'places that wrap',
      header,
      decl.replace('[0,5]', '[[[0,1]]]'),
      '/decls/0/origin must be object',
    ],
    [
      'places below zero',
      header,
      decl.replace('[0,5]', '[-9,5]'),
      '/decls/0/origin/span/start must be >= 0',
    ],
  ])('is corrupt: %s', (_name, head, decls, why) => {
    expect(read(stored('header', head), stored('decls', decls))).toMatchObject({
      state: 'corrupt',
      why,
    });
  });

  test('does not read another version', () => {
    expect(decode({ ...parts, irVersion: 'ocm.ir/v2' }, lookup(parts.objects))).toMatchObject({
      state: 'corrupt',
      why: 'the IR is `ocm.ir/v2`, and only `ocm.ir/v1` is known here',
    });
  });

  test('never throws on parts of another form', () => {
    const odd = {
      ...stored('decls', ''),
      spec: { holds: 3, data: null },
    } as unknown as ProgramPart;
    expect(
      decode({ irVersion: 'ocm.ir/v1', parts: [{ name: 'x', sha256: '' }] }, () => odd),
    ).toMatchObject({
      state: 'corrupt',
    });
  });
});
