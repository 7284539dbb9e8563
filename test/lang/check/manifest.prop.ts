import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../../../src/lang/compile.ts';
import { readCase } from '../case.ts';

const crd = (schema: unknown) =>
  JSON.stringify({
    kind: 'CustomResourceDefinition',
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Widget' },
      versions: [{ name: 'v1', storage: true, schema: { openAPIV3Schema: schema } }],
    },
  });

const said = (schema: unknown, body: string) =>
  compile(
    readCase(`namespace shop
kind Widget: file("./widget.json")
placement all { }
policy p {
  on: [all]
  musthave Widget a { ${body} }
  check c { each: Widget, require: object.spec.a == "x" }
}
resource Widget b { ${body} }
//# file: widget.json
${crd(schema)}`),
  ).diagnostics.map(({ code }) => code);

test('whatever the schema of a CRD is, bodies are checked and nothing throws', () => {
  const keyword = fc.constantFrom(
    'type',
    'properties',
    'items',
    'required',
    'enum',
    'format',
    'additionalProperties',
    'x-kubernetes-int-or-string',
    '__proto__',
    'constructor',
  );
  const { schema } = fc.letrec((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 2 }),
      fc.dictionary(
        keyword,
        fc.oneof(tie('schema'), fc.constantFrom('object', 'array', 'string', 'integer')),
        { maxKeys: 4 },
      ),
    ),
  }));
  fc.assert(
    fc.property(schema, (of) => {
      expect(() => said(of, 'spec: { a: "x", b: [1, { c: true }] }')).not.toThrow();
    }),
    { numRuns: 60 },
  );
});

test('names of a prototype are fields like any other', () => {
  const open = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
  };
  expect(said(open, 'spec: { constructor: 1 }')).toContain('OCM2002');
  expect(said(open, 'spec: { "__proto__": { a: 1 } }')).toContain('OCM2002');
  expect(said(open, 'spec: { a: "x" }')).toEqual([]);
});

test('a schema that nests without end is read so far, and anything goes below', () => {
  let deep: object = { type: 'string' };
  for (let at = 0; at < 300; at++) deep = { type: 'object', properties: { a: deep } };
  const body = `${'a: { '.repeat(100)}${'} '.repeat(100)}`;
  expect(said({ type: 'object', properties: { spec: deep } }, `spec: { ${body} }`)).not.toContain(
    'OCM2002',
  );
});
