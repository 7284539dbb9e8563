import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/lang/format/edits.ts';
import { definition } from '../../../src/lang/service/definition.ts';
import { shownDiagnostics } from '../../../src/lang/service/diagnostics.ts';
import { formatting } from '../../../src/lang/service/format.ts';
import { hover } from '../../../src/lang/service/hover.ts';
import { documentSymbols } from '../../../src/lang/service/symbols.ts';
import { around, withCursor } from './case.ts';

describe('hover', () => {
  test.each([
    [
      'a key: its type, what it says and what it becomes',
      'placement a { ta¦ke: 3 }',
      'spec.numberOfClusters',
    ],
    ['a head: what the block is', 'plac¦ement a { }', 'choice of clusters'],
    ['a reference: its doc comment', 'policy a { on: [w¦eb] }', 'Where it runs.'],
    [
      'an attribute: its type and doc comment',
      'placement a { where: cluster.e¦nv == prod }',
      'Set by the pipeline.',
    ],
    ['a value: how it is declared', 'placement a { take: repl¦icas }', 'let replicas = 3'],
    ['what every cluster has', 'placement a { where: cluster.tai¦nts.size() == 0 }', 'Its taints.'],
    ['an expression: its type', 'let a = [1, 2].si¦ze()', 'int'],
    [
      'a note: what it is for',
      '@allow¦(OCM4012, reason: "x")\nplacement a { }',
      'Suppresses one code',
    ],
  ])('says of %s', (_, text, expected) => {
    const { snapshot, at } = withCursor(text);
    expect(hover(snapshot, at)?.markdown).toContain(expected);
  });

  test('says nothing of what has nothing to say', () => {
    const { snapshot, at } = withCursor('¦\n');
    expect(hover(snapshot, at)).toBeNull();
  });
});

describe('go to definition', () => {
  test.each([
    ['a placement', 'policy a { on: [we¦b] }', 'web'],
    ['a set', 'placement a { from: [ed¦ge] }', 'edge'],
    ['an attribute', 'placement a { where: has(cluster.ti¦er) }', 'tier'],
    ['a value', 'placement a { take: repli¦cas }', 'replicas'],
  ])('goes to %s', (_, text, expected) => {
    const { snapshot, at } = withCursor(text);
    const found = definition(snapshot, at);
    const [{ start, end }, file] = [found?.span ?? { start: 0, end: 0 }, found?.file];
    expect([file, around.slice(start, end)]).toEqual(['main.ocm', expected]);
  });

  test('goes nowhere from what refers to nothing', () => {
    const { snapshot, at } = withCursor('placement a { from: [glo¦bal] }');
    expect(definition(snapshot, at)).toBeNull();
  });
});

test('the outline has the declarations, and the blocks in them', () => {
  const { snapshot } = withCursor(
    'policy p {\n  musthave Role reader { }\n}\nfun f(x: int) = x\n¦',
  );
  const outline = documentSymbols(snapshot, 'main.ocm');
  const shown = outline.map(({ name, detail, children }) => [
    `${detail} ${name}`.trim(),
    ...children.map((child) => child.name),
  ]);
  expect(shown).toEqual([
    ['namespace shop'],
    ['fleet', 'env', 'tier'],
    ['clusterset edge'],
    ['namespace shop'],
    ['placement web'],
    ['let replicas'],
    ['policy p', 'Role reader'],
    ['fun f'],
  ]);
  for (const { span, selection } of outline) {
    expect(span.start).toBeLessThanOrEqual(selection.start);
    expect(span.end).toBeGreaterThanOrEqual(selection.end);
  }
});

test('diagnostics have their help and fixes, and a file with nothing wrong has an empty list', () => {
  const { snapshot } = withCursor('placement a { from: [egde] }¦');
  const [shown, ...more] = shownDiagnostics(snapshot).get('main.ocm') ?? [];
  expect(more).toEqual([]);
  expect(shown?.message).toBe('unknown clusterset `egde`\nhelp: did you mean `edge`?');
  expect(shown?.fixes[0]?.edits[0]?.text).toBe('edge');
  expect(shownDiagnostics(withCursor('¦').snapshot).get('main.ocm')).toEqual([]);
});

test('formatting gives edits', () => {
  const { snapshot } = withCursor('placement a {take:3}¦');
  const text = `${around}placement a {take:3}`;
  expect(applyEdits(text, formatting(snapshot, 'main.ocm'))).toContain('placement a { take: 3 }');
});
