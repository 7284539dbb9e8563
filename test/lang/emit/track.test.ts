import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import { compileCel } from '../../../src/engine/cel/cel.ts';
import { unwrapped } from '../../../src/engine/cel/cluster-selector.ts';
import { environment } from '../../../src/engine/cel/environment.ts';
import { baseLibraries, namedTypes } from '../../../src/engine/cel/libraries.ts';
import { fromJson } from '../../../src/engine/cel/map.ts';
import { dyn, mapOfTypes, string } from '../../../src/engine/cel/types.ts';
import { celNegation } from '../../../src/ir/lower/predicate/object-cel.ts';
import { compile } from '../../../src/lang/index.ts';

const objects = environment(
  new Map([['object', mapOfTypes(string, dyn)]]),
  namedTypes,
  baseLibraries,
);

/** The CEL of a condition of a `track`. */
function celOf(key: 'healthy' | 'failed' | 'complete', condition: string): string {
  const text = `namespace shop
kind Web: "acme.io/v1"
clusterset all { }
namespace shop { bind: [all] }
placement p { }
app web { on: [p], track Web a { namespace: "shop", ${key}: ${condition} } }
`;
  const { program, diagnostics } = compile({ files: [{ uri: 'main.ocm', text }] });
  expect(diagnostics).toEqual([]);
  const app = program?.decls.find((decl) => decl.kind === 'app');
  const rules = app?.kind === 'app' ? app.manifestConfigs?.[0]?.conditionRules : undefined;
  return rules?.[0]?.celExpressions?.[0] ?? '';
}

function run(cel: string, object: JsonObject): unknown {
  const compiled = compileCel(cel, objects);
  if (!compiled.ok) throw new Error(compiled.message);
  return unwrapped(
    compiled.program.run({ variables: new Map([['object', fromJson(object, 'int')]]) }).value,
  );
}

const web = (more: JsonObject): JsonObject => ({
  apiVersion: 'acme.io/v1',
  kind: 'Web',
  metadata: { name: 'a', uid: 'u' },
  ...more,
});

describe('a condition on an object, in CEL', () => {
  // Each with an object it holds of, one it does not hold of, and one that lacks what it asks for.
  test.each([
    [
      'object.status.ready == object.spec.replicas',
      { spec: { replicas: 2 }, status: { ready: 2 } },
      { spec: { replicas: 2 }, status: { ready: 1 } },
    ],
    [
      'object.status.ready >= 1 && (object.status.phase ?? "Lost") != "Lost"',
      { status: { ready: 1, phase: 'Up' } },
      { status: { ready: 1, phase: 'Lost' } },
    ],
    [
      '(object.status.phase ?? "Lost") in ["Up", "Done"]',
      { status: { phase: 'Up' } },
      { status: { phase: 'Down' } },
    ],
    [
      'object.status.conditions.any(c => c.type == "Ready" && c.status == "True")',
      { status: { conditions: [{ type: 'X' }, { type: 'Ready', status: 'True' }] } },
      { status: { conditions: [{ type: 'Ready' }] } },
    ],
    [
      'object.status.items.all(i => i.done == true)',
      { status: { items: [{ done: true }] } },
      { status: { items: [{ done: true }, {}] } },
    ],
    [
      'has(object.status.at) && !(has(object.status.error))',
      { status: { at: 1 } },
      { status: { at: 1, error: 'x' } },
    ],
    [
      'object.status.items.size() + 1 > 2',
      { status: { items: [1, 2] } },
      { status: { items: [1] } },
    ],
    ['object.status.text.contains("a")', { status: { text: 'cat' } }, { status: { text: 'dog' } }],
    ['object.status.text.contains("a")', { status: { text: ['a'] } }, { status: { text: ['b'] } }],
    [
      'object.spec["in"]["a-b"].startsWith("x")',
      { spec: { in: { 'a-b': 'xy' } } },
      { spec: { in: { 'a-b': 'y' } } },
    ],
    [
      'if has(object.spec.max) then object.status.n <= object.spec.max else object.status.n == 0',
      { status: { n: 0 } },
      { status: { n: 1 } },
    ],
    [
      'has(object.status.n) && !(object.status.n > 1 || object.status.n < 0)',
      { status: { n: 1 } },
      { status: { n: 2 } },
    ],
  ] as const)('%s', (condition, holds, fails) => {
    const complete = celOf('complete', condition);
    expect([run(complete, web(holds)), run(complete, web(fails)), run(complete, web({}))]).toEqual([
      true,
      false,
      false,
    ]);
    // What is missing is under way, not done.
    const progressing = celOf('healthy', condition);
    expect([
      run(progressing, web(holds)),
      run(progressing, web(fails)),
      run(progressing, web({})),
    ]).toEqual([false, true, true]);
  });
});

test('the opposite of an opposite is what was there', () => {
  for (const cel of ['a', '!(a)', '!(a) && !(b)', '!(a(")") )', "!('\\')' == x)", 'x || y']) {
    expect(celNegation(celNegation(cel))).toBe(cel);
  }
  expect(celNegation('!(a) && !(b)')).toBe('!(!(a) && !(b))');
});
