import { describe, expect, test } from 'vitest';
import { analyse, severityOf } from '../../../src/lang/index.ts';

const before = `namespace shop
fleet { env: prod | stage }
clusterset all { }
namespace shop { bind: [all] }
placement web { where: cluster.env == prod }
app store { on: [web] }
fixture small { cluster a { env: prod } }
`;
const after =
  '\nplacement last { where: cluster.env == stage }\ntest "after" { fleet: small  expect a in web }\n';

/** Constructs with a hole where somebody is typing. */
const holes = {
  fixture: 'fixture f { ‹› }',
  cluster: 'fixture f { cluster c { ‹› } }',
  test: 'test "t" { fleet: small ‹› }',
  simulate: 'test "t" { fleet: small simulate store { ‹› } }',
  at: 'test "t" { fleet: small simulate store { at 5m { ‹› } } }',
  on: 'test "t" { fleet: small on a { ‹› } }',
  object: 'test "t" { fleet: small on a { object Pod p { ‹› } } }',
};

/** What may stand there for a moment. */
const states = [
  'env',
  'env:',
  'env: pr',
  'expect',
  'expect web.',
  'expect a in',
  'expect web.clusters == [a,',
  'expect web.group("ca',
  'expect (a.env == prod &&',
  'cluster',
  'object Pod',
  'at 5',
  'simulate {',
  '}',
  '@fuzz(',
  'for i in range(1,',
];

describe.each(Object.entries(holes))('while %s is being typed', (_, hole) => {
  test.each(states)('`%s` keeps all other declarations', (state) => {
    const text = `${before}${hole.replace('‹›', state)}${after}`;
    const { checked, diagnostics } = analyse({ files: [{ uri: 'main.ocm', text }] });
    const names = checked.blocks.map(({ construct, name }) => `${construct} ${name}`.trim());
    expect(names).toEqual(
      expect.arrayContaining(['placement web', 'app store', 'fixture small', 'placement last']),
    );
    // What is wrong is said of the declaration that is being typed, and of no other.
    const start = before.length;
    const end = text.length - after.length;
    for (const { span, code } of diagnostics.filter((each) => severityOf(each) === 'error')) {
      expect({ code, inside: span.start >= start && span.start <= end + 1 }).toEqual({
        code,
        inside: true,
      });
    }
  });
});
