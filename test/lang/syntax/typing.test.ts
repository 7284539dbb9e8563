import { describe, expect, test } from 'vitest';
import { parseModule } from '../../../src/lang/syntax/parse.ts';

/** A declaration with what an author may have typed so far in place of `¦`. */
const around: Readonly<Record<string, string>> = {
  placement: 'placement p {\n  from: [a]\n¦\n  take: 1\n  group g { where: true }\n}\n',
  policy: 'policy p {\n  on: [a]\n¦\n  mode: inform\n  musthave Namespace n { }\n}\n',
  app: 'app p {\n  on: [a]\n¦\n  via: works\n  resource ConfigMap c { data: { a: "b" } }\n}\n',
  rollout: 'rollout p {\n  by: group\n¦\n  soak: 1m\n  first: [g]\n}\n',
  clusterset: 'clusterset p {\n  members: exclusive\n¦\n  labels: { a: "b" }\n  raw: { }\n}\n',
  namespace: 'namespace p {\n  bind: [a]\n¦\n  create: true\n  x: 1\n}\n',
};
const states = [
  'where:',
  'where: cluster.',
  'where: cluster.env ==',
  'tolerate: [',
  'tolerate: {',
  'where: f(',
  'whe',
  'group ea',
  '}',
  'where: a &&',
  'where: "ab',
  'where: a.b(x: ',
];

describe.each(Object.keys(around))('while a %s is being typed', (name) => {
  const [before = '', after = ''] = (around[name] ?? '').split('¦');

  test.each(states)('`%s` keeps what is around it', (state) => {
    const text = `let first = 1\n\n${before}  ${state}${after}\nlet last = 1\n`;
    const { chunks } = parseModule(text);
    const decls = chunks.flatMap(({ chunk }) => chunk.decls);
    const problems = chunks.flatMap(({ chunk }) => chunk.problems);
    expect(decls.map(({ kind }) => kind)).toEqual([
      'binding',
      name === 'namespace' ? 'namespace' : 'block',
      'binding',
    ]);
    expect(problems).toHaveLength(1);
    const [, decl] = decls;
    const body = decl?.kind === 'block' || decl?.kind === 'namespace' ? decl.body : null;
    const keys = body?.items.map((item) => {
      if (item.kind === 'property') return item.key.kind === 'word' ? item.key.text : '';
      return item.kind === 'block' ? item.head.text : item.kind;
    });
    const kept = [...`${before}${after}`.matchAll(/^ {2}(\w+)/gm)].map(([, word]) => word);
    expect(keys).toEqual(expect.arrayContaining(kept));
  });
});
