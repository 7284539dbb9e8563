import { describe, expect, it } from 'vitest';
import type { LabelSelector } from '../../src/kube/object.ts';
import { compileSelector, matchesLabels } from '../../src/kube/selector.ts';

function matches(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const compiled = compileSelector(selector);
  if (!compiled.ok) throw new Error(compiled.message);
  return matchesLabels(compiled.requirements, labels);
}

const one = (key: string, operator: string, values?: readonly string[]): LabelSelector => ({
  matchExpressions: [{ key, operator, ...(values ? { values } : {}) }],
});

describe('label selectors', () => {
  it('match everything when empty', () => {
    expect(matches({}, {})).toBe(true);
    expect(matches({ matchLabels: {}, matchExpressions: [] }, { a: 'b' })).toBe(true);
  });

  it('need every label and every expression', () => {
    const selector = { matchLabels: { env: 'prod' }, ...one('tier', 'In', ['gold', 'silver']) };
    expect(matches(selector, { env: 'prod', tier: 'gold' })).toBe(true);
    expect(matches(selector, { env: 'prod', tier: 'bronze' })).toBe(false);
    expect(matches(selector, { tier: 'gold' })).toBe(false);
  });

  it('let NotIn and DoesNotExist match an absent key', () => {
    expect(matches(one('tier', 'NotIn', ['gold']), {})).toBe(true);
    expect(matches(one('tier', 'NotIn', ['gold']), { tier: 'gold' })).toBe(false);
    expect(matches(one('tier', 'DoesNotExist'), {})).toBe(true);
    expect(matches(one('tier', 'Exists'), { tier: '' })).toBe(true);
  });

  it('do not find members of Object', () => {
    expect(matches(one('constructor', 'Exists'), {})).toBe(false);
    expect(matches({ matchLabels: { toString: 'x' } }, {})).toBe(false);
    expect(matches(one('constructor', 'In', ['x']), { constructor: 'x' } as never)).toBe(true);
  });

  it.each([
    [one('a', 'Gt', ['1']), '"Gt" is not a valid label selector operator'],
    [one('a', ''), '"" is not a valid label selector operator'],
    [
      one('a', 'In', []),
      "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
    ],
    [
      one('a', 'Exists', ['x']),
      'values: Invalid value: ["x"]: values set must be empty for exists and does not exist',
    ],
    [
      one('claim', 'In', ['a b']),
      "values[0][claim]: Invalid value: \"a b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
    [one('/x', 'Exists'), 'key: Invalid value: "/x": prefix part must be non-empty'],
  ])('say what apimachinery says of %j', (selector, message) => {
    expect(compileSelector(selector)).toEqual({ ok: false, message });
  });

  it('name every problem of one expression', () => {
    const compiled = compileSelector(one('', 'In', []));
    expect(compiled.ok ? '' : compiled.message).toMatch(/^\[key: .*, values: .*\]$/);
  });

  it('take any text as a value where only claims are meant', () => {
    const value = `https://api.example.com:6443/${'x'.repeat(100)}`;
    expect(compileSelector(one('url', 'In', [value]), 'label').ok).toBe(false);
    const compiled = compileSelector(one('url', 'In', [value]), 'any');
    expect(compiled.ok && matchesLabels(compiled.requirements, { url: value })).toBe(true);
  });
});
