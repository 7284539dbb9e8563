import { describe, expect, it } from 'vitest';
import { isError } from '../../../src/engine/cel/value.ts';
import { bare, problem, rich, run } from './support.ts';

// Answers of cel-go 0.29 in upstream's environment.
describe('expressions hold', () => {
  it.each([
    'managedCluster.metadata.labels["env"] == "dev"',
    'managedCluster.metadata.?labels.env.orValue("none") == "dev"',
    '!has(managedCluster.metadata.finalizers)',
    'managedCluster.status.allocatable.cpu == "500m"',
    'managedCluster.spec.leaseDurationSeconds > 59.5',
    'quantity(managedCluster.status.allocatable.memory).isLessThan(quantity("2Gi"))',
    'semver(managedCluster.status.version.kubernetes.substring(1)).isGreaterThan(semver("1.30.0"))',
    'managedCluster.metadata.annotations["a"].parseJSON().gpu.H100 == 2',
    'managedCluster.status.clusterClaims.exists(c, c.name == "sku" && c.value.split(",").size() == 3)',
    'timestamp(managedCluster.metadata.creationTimestamp) < timestamp("2030-01-01T00:00:00Z")',
    'dyn(1) == 1.0 && dyn(1u) == 1',
    '[1, 2, 3].map(x, x * 2).filter(x, x > 2).sum() == 10',
    '[1, 2, 3].exists_one(x, x == 2) && [1, 2, 3].all(x, x > 0)',
    '[1, 2, 3].exists(x, x / 0 == 1 || x == 2)',
    'true || managedCluster.foo',
    '"héllo".size() == 5 && "日本".charAt(1) == "本"',
    '"%d %s %.2f %x".format([1, "a", 2.345, 255]) == "1 a 2.35 ff"',
    '"a1b22".findAll("[0-9]+") == ["1", "22"]',
    'ip("10.0.0.1").family() == 4 && cidr("10.0.0.0/8").containsIP("10.1.1.1")',
    'url("https://example.com:80/a b?k=1").getEscapedPath() == "/a%20b"',
    'duration("90s") + duration("1m") == duration("2m30s")',
    'timestamp("2026-01-02T03:04:05Z").getHours("+02:30") == 5',
    'optional.of(1).optMap(x, x + 1).value() == 2',
    '{"a": 1, ?"b": optional.none()} == {"a": 1}',
    'type(1) == int && type(managedCluster) == map',
    'format.dns1123Label().validate("Abc").hasValue()',
    'string(1e21) + string(1.5) == "1e+211.5"',
    'b"\\xff".size() == 1 && bytes("é").size() == 2',
    '-9223372036854775808 < 0 && 18446744073709551615u > 0u',
  ])('%s', (source) => {
    expect(run(source).value).toBe(true);
  });

  it('that need labels fail on a cluster without any, as upstream has it', () => {
    expect(isError(run('!("x" in managedCluster.metadata.labels)', bare).value)).toBe(true);
    expect(run('!has(managedCluster.metadata.labels)', bare).value).toBe(true);
    expect(run('managedCluster.status.conditions == null', bare).value).toBe(true);
  });
});

describe('expressions fail', () => {
  it.each([
    '1 / 0 == 1',
    '7 % 0 == 1',
    '9223372036854775807 + 1 == 0',
    '1u - 2u == 0u',
    'managedCluster.foo.bar == 1',
    '[1][5] == 1',
    'int("x") == 1',
    'semver("v1.30.2") == semver("1.30.2")',
    'timestamp("2026-02-30T00:00:00Z") == timestamp(0)',
    '"a".matches("[")',
    'dyn(quantity("1")) == "1"',
    'optional.none().value() == 1',
    '"{bad".parseJSON() == 1',
    'managedCluster.scores("missing").size() == 0',
    '[].max() == 1',
  ])('%s', (source) => {
    expect(isError(run(source).value)).toBe(true);
  });
});

describe('messages are cel-go\u2019s', () => {
  it.each([
    [
      'xxx.yyy ==',
      "1:11: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
    ],
    ['a b', "1:3: Syntax error: extraneous input 'b' expecting <EOF>"],
    ['f(a', "1:4: Syntax error: missing ')' at '<EOF>'"],
    ['[1 2]', "1:4: Syntax error: extraneous input '2' expecting {']', ','}"],
    ['a.', "1:3: Syntax error: no viable alternative at input '.'"],
    ['.true', "1:2: Syntax error: mismatched input 'true' expecting IDENTIFIER"],
    ['1 = 2', "1:3: Syntax error: token recognition error at: '= '"],
    ['for', '1:1: reserved identifier: for'],
    ['99999999999999999999', '1:1: invalid int literal'],
    ['[1].map(1, 2)', '1:9: argument is not an identifier'],
    ['now()', "1:4: undeclared reference to 'now' (in container '')"],
    ['size(1) == 1', "1:5: found no matching overload for 'size' applied to '(int)'"],
    ['1 == 1.0', "1:3: found no matching overload for '_==_' applied to '(int, double)'"],
    ['1 && true', "1:1: expected type 'bool' but found 'int'"],
    ['"a".b', "1:4: type 'string' does not support field selection"],
    [
      '1.all(x, true)',
      "1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
    ],
    [
      '"%d".format(["a"])',
      '1:14: error during formatting: decimal clause can only be used on ints, uints, and doubles, was given string',
    ],
  ])('%s', (source, message) => {
    expect(problem(source).split('\n')[0]).toBe(`compilation failed: ERROR: <input>:${message}`);
  });

  it('show the line and the place, wide characters included', () => {
    expect(problem('"é" +\n\t日 + x')).toBe(
      [
        "compilation failed: ERROR: <input>:2:2: Syntax error: token recognition error at: '日'",
        ' |  日 + x',
        ' | .＾',
        "ERROR: <input>:2:4: Syntax error: extraneous input '+' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
        ' |  日 + x',
        ' | .．.^',
      ].join('\n'),
    );
  });

  it('tell of patterns that are written out and wrong', () => {
    expect(problem('"a".find("(") == ""')).toBe(
      'instantiation failed: error parsing regexp: missing closing ): `(`',
    );
  });

  it('stop at a hundred', () => {
    const many = problem(Array.from({ length: 150 }, (_, at) => `x${at}`).join(' || '));
    expect(many.split('\n').at(-1)).toBe('50 more errors were truncated');
  });
});

describe('cost', () => {
  // What cel-go counts, which decides where an expression is cut off.
  it.each([
    ['managedCluster.metadata.name', 3],
    ['has(managedCluster.metadata.name)', 3],
    ['managedCluster.metadata.?labels.zzz.hasValue()', 4],
    ['[1, 2, 3].all(x, x > 0)', 26],
    ['[1, 2, 3, 4, 5].filter(x, x % 2 == 0).map(x, x * x).sum()', 104],
    ['"abc".replace("b", "X") == "aXc"', 6],
    ['"abc".matches("^a.c$")', 2],
    ['1 in [1, 2, 3]', 13],
    ['{"a": 1}.a', 32],
  ])('of %s is %i', (source, cost) => {
    expect(run(source).cost).toBe(cost);
  });

  it('ends what is too expensive', () => {
    const list = `[${Array.from({ length: 100 }, (_, at) => at).join(',')}]`;
    const nested = `${list}.all(a, ${list}.all(b, ${list}.all(c, a + b + c >= 0)))`;
    const { value } = run(nested);
    expect(isError(value) && value.message).toBe('operation cancelled: actual cost limit exceeded');
  });
});

describe('hostile expressions', () => {
  it('that nest too deeply are refused', () => {
    expect(problem('('.repeat(5000) + '1' + ')'.repeat(5000))).toContain(
      'expression recursion limit exceeded: 250',
    );
    expect(problem(`a${'.b'.repeat(5000)}`)).toContain('expression recursion limit exceeded: 250');
    expect(problem('1'.padEnd(200_000, ' '))).toContain('expression code point size exceeds limit');
  });

  it('that grow without end are cut off', () => {
    const doubled = (times: number, step: string) =>
      `["x"]${`.map(a, ${step})`.repeat(times)}.size() == 1`;
    expect(isError(run(doubled(60, 'a + a')).value)).toBe(true);
    expect(isError(run(doubled(60, '[a, a]')).value)).toBe(true);
  });

  it('do not reach into objects', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(isError(run(`managedCluster.${name} == 1`).value)).toBe(true);
      expect(run(`has(managedCluster.metadata.labels.${name})`).value).toBe(false);
    }
    const odd = JSON.parse('{"metadata":{"name":"x","labels":{"__proto__":"y"}}}');
    expect(run('managedCluster.metadata.labels.__proto__ == "y"', { ...rich, ...odd }).value).toBe(
      true,
    );
  });
});
