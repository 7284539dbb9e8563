import { estimateCost } from '../../../src/engine/cel/estimate/estimate.ts';
import { dyn } from '../../../src/engine/cel/types.ts';
import { readSchema } from '../../../src/kube/schema/read-schema.ts';
import { celTypeOf } from '../../../src/runtime/apiserver/objects/cel-schema.ts';
import { extentOf, sizeAt } from '../../../src/runtime/apiserver/objects/cel-size.ts';
import { compileRule } from '../../../src/runtime/apiserver/objects/compile-rule.ts';

const text = (maxLength?: number) => ({
  type: 'string',
  ...(maxLength !== undefined && { maxLength }),
});
const list = (items: object, maxItems?: number) => ({
  ...{ type: 'array', items },
  ...(maxItems !== undefined && { maxItems }),
});
const map = (additionalProperties: object, maxProperties?: number) => ({
  ...{ type: 'object', additionalProperties },
  ...(maxProperties !== undefined && { maxProperties }),
});

/** What the expressions below are rules of. */
const looked = {
  type: 'object',
  required: ['s', 'n'],
  properties: {
    s: text(10),
    t: text(21),
    free: text(),
    e: { type: 'string', enum: ['a', 'bcd', 'größer'] },
    n: { type: 'integer' },
    d: { type: 'number' },
    b: { type: 'boolean' },
    raw: { type: 'string', format: 'byte', maxLength: 33 },
    when: { type: 'string', format: 'date-time' },
    day: { type: 'string', format: 'date' },
    long: { type: 'string', format: 'duration' },
    port: { 'x-kubernetes-int-or-string': true },
    l: list(text(5), 10),
    lFree: list(text(5)),
    ln: list({ type: 'integer' }, 7),
    lo: list(
      {
        type: 'object',
        required: ['name'],
        properties: { name: text(8), tags: list(text(6), 3), in: { type: 'integer' } },
      },
      4,
    ),
    m: map(text(9), 6),
    mFree: map({ type: 'integer' }),
    ml: map(list(text(4), 5), 3),
    deep: { type: 'object', properties: { m: map(text(13), 4), l: list(text(7), 6) } },
    'odd-name': text(12),
  },
};

/** Rules and what each may cost at most; kube-apiserver says the same (test/real/rule-costs.test.ts). */
export const ruleCosts: Readonly<Record<string, number>> = {
  'self.s == self.t': 8,
  "self.s == 'abc'": 3,
  'self.s != self.e': 5,
  'self.n == 1': 2,
  'self.n < 3 && self.b': 5,
  'self.b || self.n > 1 || self.d < 2.5': 8,
  'self.s < self.t': 8,
  "self.raw == b'abc'": 3,
  "self.when < timestamp('2020-01-01T00:00:00Z')": 4,
  'self.day > self.when': 5,
  "self.long < duration('1h')": 4,
  "type(self.port) == int ? self.port > 0 : self.port == '80%'": 7,
  'has(self.s)': 1,
  'has(self.s) && has(self.lo) && self.lo.size() > 1': 6,
  '!has(self.s) || self.s.size() > 1': 6,
  "self.s.startsWith('ab')": 3,
  'self.s.endsWith(self.t)': 13,
  "self.s.contains('abc')": 6,
  'self.free.contains(self.t)': 2831161,
  "self.s.matches('^[a-z]+$')": 12,
  "matches(self.s, '^[a-z]+$')": 3,
  "(self.s + self.t) == 'x'": 18,
  '(self.s + self.t).contains(self.e)': 32,
  "self.s + 'x' + self.t == self.e": 25,
  "self.s in ['a', 'b', 'c']": 15,
  'self.s in self.l': 14,
  "'a' in self.m": 3,
  "self.m['a'] == 'b'": 4,
  'self.l[0] == self.s': 7,
  'self.l[0].contains(self.s)': 13,
  "self.lo[1].name == 'x'": 5,
  "self.lo[1].tags[0] == 'x'": 6,
  "self.ml['x'][0].contains('abc')": 6,
  'self.l.size() == 2 && size(self.m) > 1': 8,
  "self.l.all(x, x == 'a')": 53,
  'self.l.all(x, x.contains(self.s))': 143,
  "self.l.exists(x, x.startsWith('abc'))": 63,
  'self.l.exists_one(x, x == self.s)': 74,
  "self.l.map(x, x + 'y').all(z, z.contains('abcdefghijkl'))": 214,
  "self.l.filter(x, x != 'y').size() > 0": 165,
  "self.l.filter(x, x != 'y').all(z, z == self.t)": 224,
  "self.l.map(x, x != 'y', x + 'z').exists(z, z.matches('a+'))": 254,
  'self.l.all(x, self.l.exists_one(y, x == y))': 673,
  "self.lFree.all(x, x == 'a')": 5242878,
  'self.ln.all(x, x > 1)': 38,
  'self.ln.sum() > 5': 10,
  'self.lo.all(o, o.tags.all(t, t.size() > 1))': 99,
  "self.lo.all(o, o.name.contains('abcdefghijk') && o.tags.exists(t, t == o.name))": 1347,
  "self.lo.map(o, o.name).all(n, n.startsWith('abc'))": 90,
  "self.m.all(k, self.m[k] == 'v')": 51,
  "self.m.all(k, k.contains('abcdefghijklm'))": 27,
  'self.mFree.all(k, k.size() > 2 && self.mFree[k] > 1)': 4943282,
  "self.ml.all(k, self.ml[k].all(v, v.contains('abc')))": 117,
  'self.l.isSorted()': 32,
  'self.ln.isSorted()': 9,
  "self.l.max() == 'x' && self.ln.min() == 1": 43,
  "self.l.indexOf('a') == 1": 33,
  "self.s.indexOf('a') == self.s.lastIndexOf('b')": 13,
  'self.s.lowerAscii() == self.t.upperAscii()': 21,
  "self.s.trim().contains('abcdefghijklm')": 14,
  "self.s.substring(1) == 'a' && self.s.substring(1, 3) == 'b'": 14,
  "self.s.replace('a', 'bcd').contains('abcdefghijklm')": 34,
  "self.s.replace('', 'bcd').contains('abcdefghijklm')": 44,
  "self.s.replace('abc', 'd').contains('abcdefghijklm')": 18,
  "self.s.replace(self.t, self.e).contains('abcdefghijklm')": 88,
  "self.s.replace('a', 'bcd', 2) == 'x'": 11,
  "self.s.split(',').all(p, p.size() > 1)": 251,
  "self.s.split(',', 3).all(p, p.contains('abc'))": 23,
  "self.l.join(',').contains('abcdefghijklm')": 65,
  'self.l.join() == self.s': 28,
  "self.s.find('[a-z]+') == 'a'": 13,
  "self.s.findAll('[a-z]+').size() > 1": 14,
  "self.s.findAll('[a-z]+').all(f, f.contains('abc'))": 173,
  "self.s.charAt(1) == 'a'": 4,
  "'%s-%d'.format([self.s, self.n]) == 'x'": 16,
  "strings.quote(self.s).contains('abcdefghijklm')": 24,
  'bytes(self.s) == self.raw': 12,
  'string(self.raw) == self.s': 12,
  'string(self.n) == self.s': 9,
  'int(self.s) == self.n': 5,
  'double(self.n) == self.d': 5,
  'dyn(self.s) == dyn(self.t)': 10,
  "dyn(self.l).all(x, x == 'a')": 44,
  "quantity(self.s).isGreaterThan(quantity('1Gi'))": 8,
  'isQuantity(self.t) && quantity(self.s) == quantity(self.t)': 29,
  "url(self.s).getHost() == 'a' && url(self.s) == url(self.t)": 34,
  'isURL(self.s)': 3,
  'ip(self.s).family() == 4 && isIP(self.t)': 19,
  'ip(self.s) == ip(self.t) || ip.isCanonical(self.s)': 28,
  'cidr(self.s).containsIP(self.t)': 21,
  'cidr(self.s).containsIP(ip(self.t))': 21,
  'cidr(self.s).containsCIDR(self.t) && cidr(self.s).containsCIDR(cidr(self.t))': 48,
  'cidr(self.s).ip().family() == 4 && cidr(self.s).prefixLength() == 8': 17,
  'cidr(self.s).masked() == cidr(self.t) && isCIDR(self.free)': 314594,
  '!format.dns1123Label().validate(self.s).hasValue()': 133,
  "!format.named('uuid').value().validate(self.t).hasValue()": 294,
  'semver(self.s).major() == 1 && isSemver(self.t)': 19,
  "semver(self.s).isLessThan(semver(self.t)) && semver(self.s) == semver('1.0.0')": 26,
  "sets.contains(self.l, ['a', 'b'])": 33,
  'sets.intersects(self.l, self.lFree)': 10485755,
  'sets.equivalent(self.l, self.l)': 205,
  "self.?s.orValue('x') == 'y'": 4,
  'self.?l.hasValue() && self.l[?1].hasValue()': 7,
  'optional.none().or(optional.of(self.s)).value() == self.t': 17,
  "(self.b ? self.s : self.t) == 'x'": 5,
  "(self.b ? self.s : self.t).contains('abcdefghijklm')": 22,
  "(self.b ? self.l : ['a']).all(x, x.contains('abc'))": 53,
  "(self.l + ['abcdefghijk']).all(x, x.contains('abc'))": 58,
  '(self.l + self.lFree).exists(x, x == self.s)': 7340101,
  "[self.s, self.t].all(x, x.contains('abcdefghijklm'))": 23,
  '[1, 2, 3].all(x, x > self.n)': 32,
  "{'a': self.s, 'b': self.t}.all(k, k == 'a')": 43,
  "{'a': self.s}['a'] == self.t": 39,
  "self.l == ['a', 'b']": 13,
  'self.lo == self.lo': 5,
  "self.m == {'a': 'b'}": 33,
  'self.n + 1 > 2 * self.n - 3 / 2 % 5': 10,
  '-self.n < 1': 4,
  '!self.b': 3,
  "self.odd__dash__name == 'x'": 3,
  "self.when.getFullYear() == 2020 && self.when + duration('1h') > self.when": 11,
  "self.l.all(i, x, i > 0 && x.contains('abc'))": 83,
  "self.m.all(k, v, v.contains(k) || v == 'abcdefghijk')": 51,
  'self.l.exists(i, x, x == self.s)': 93,
  'self.m.existsOne(k, v, k == v)': 28,
  'self.l.exists_one(i, x, i == 2)': 44,
  "self.l.transformList(i, x, x + 'z').all(y, y.contains('abcdefghijklm'))": 214,
  "self.m.transformList(k, v, v != 'a', v).all(y, y.contains('abcdefghijklm'))": 128,
  "self.l.transformMap(i, x, x + 'y').all(k, v, v.contains('abc'))": 144,
  "self.m.transformMap(k, v, k != 'a', v + 'b').size() > 2": 89,
  "self.m.transformMapEntry(k, v, {v: k}).all(k, k.contains('abcdefghijklm'))": 262,
  "self.ml.all(k, v, v.all(i, x, x.contains('abc')))": 108,
  'self.lo.all(i, o, o.tags.transformList(j, t, t).size() == i)': 235,
  "self.s.matches(self.t) && self.free.matches('a')": 314684,
  'oldSelf.s == self.s && self.l.all(x, x in oldSelf.l)': 171,
  'self.lo.all(o, o.tags.all(t, t != o.name && o.__in__ > 1))': 27,
  "self.deep.m.all(k, v, k.contains('abcdefghijklm') && v.contains('abcdefghijklm'))": 120,
  'self.deep.l.all(x, self.deep.m.exists(k, k == x))': 190,
  'self.deep.l.transformList(i, x, i).all(y, y > 1)': 123,
  'self.lo.all(o, self.lo.exists_one(p, p.name == o.name && p.tags.all(t, t in o.tags)))': 671,
  'self.ln.sum() + quantity(self.s).asInteger() > 1': 18,
  'sign(quantity(self.s).add(quantity(self.t)).sub(1)) == 1': 21,
};

/** Rules that nothing bounds. */
export const endless: readonly string[] = [
  "self.?lo[?0].?name.orValue('x').contains('abcdefghijklm')",
  "optional.of(self.s).optMap(x, x + 'y').orValue('z') == 'a'",
  'self.lFree.all(x, self.lFree.exists(y, x.contains(y)))',
];

/** What our server takes a rule of the schema to cost at most. */
export function estimated(rule: string): number {
  const schema = readSchema(looked);
  const { program, problem } = compileRule({ rule }, celTypeOf(schema, false) ?? dyn);
  const extent = extentOf(schema, false);
  if (program === null || extent === null) throw new Error(`${rule}: ${problem}`);
  return estimateCost(program.expr, program.checked, (path) => sizeAt(extent, path));
}

const limit = 10_000_000;

/** How often a rule of such a cost must be there for all of them to exceed the limit a little, so that it is told. */
export function oftenEnough(cost: number): number {
  return Math.ceil((limit * 1.2) / cost);
}

/** A definition with each rule at a place of its own, which is there so often that the message tells its cost. */
export function costlyDefinition(costs: Readonly<Record<string, number>>): object {
  const places = Object.entries(costs).map(([rule, cost], at) => {
    const place = { ...looked, 'x-kubernetes-validations': [{ rule }] };
    const key = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['s'] };
    return [`p${at}`, { ...list(place, oftenEnough(cost)), ...key }] as const;
  });
  return {
    ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    metadata: { name: 'costs.example.com' },
    spec: {
      ...{ group: 'example.com', scope: 'Namespaced' },
      names: { plural: 'costs', singular: 'cost', kind: 'Cost', listKind: 'CostList' },
      versions: [
        {
          ...{ name: 'v1', served: true, storage: true },
          schema: { openAPIV3Schema: { type: 'object', properties: Object.fromEntries(places) } },
        },
      ],
    },
  };
}
