import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { irSchema } from '../../../src/ir/schema/program.ts';

test('grammar/ir.schema.json is the schema in src/ir/schema', () => {
  const written = readFileSync(new URL('../../../grammar/ir.schema.json', import.meta.url), 'utf8');
  expect(written, 'run `npm run generate`').toBe(`${JSON.stringify(irSchema(), null, 2)}\n`);
});

test('every named schema is referred to, and every reference is defined', () => {
  const { $defs, ...root } = irSchema();
  const text = JSON.stringify({ root, $defs });
  const referred = new Set([...text.matchAll(/"#\/\$defs\/([\w.-]+)"/g)].map(([, name]) => name));
  expect([...referred].sort()).toEqual(Object.keys($defs ?? {}));
});
