import type { CallEstimate, EstimatedCall } from './call.ts';
import { either, patternCost, product, type Size, sum, times, walk } from './size.ts';

const nominal: CallEstimate = { cost: 1 };
const zero: Size = { min: 0, max: 0 };
/** An address is 4 or 16 bytes. */
const address: Size = { min: 4, max: 16 };
/** The longest pattern of a named format. */
const longestFormat = 128;

type Rule = (call: EstimatedCall) => CallEstimate | null;

/**
 * What Kubernetes says of its own functions (apiserver `pkg/cel/library/cost.go`, cel-go `ext/sets.go`); null where that is
 * nothing. It decides which rules a definition may have: more and less are both wrong.
 */
export function estimateLibraryCall(call: EstimatedCall): CallEstimate | null {
  return rules.get(call.name)?.(call) ?? null;
}

const same =
  (rule: Rule) =>
  (...names: readonly string[]): [string, Rule][] =>
    names.map((name) => [name, rule]);

/** Walks its first argument so many times. */
const walksFirst =
  (rounds: number): Rule =>
  ({ args: [first] }) =>
    first ? { cost: walk(first.size, rounds) } : null;

const rewrites: Rule = ({ target }) => target && { cost: walk(target.size), size: target.size };

const looksThrough: Rule = ({ target }) => {
  if (target === null) return null;
  const { type } = target;
  if (type.kind !== 'list') return { cost: walk(target.size) };
  const [of] = type.params;
  const texts = of.kind === 'string' || of.kind === 'bytes';
  return { cost: times(target.size.max, 1 + (texts ? walk(target.elementSize()) : 0)) };
};

const finds: Rule = ({ target, args: [pattern] }) => {
  if (target === null || pattern === undefined) return null;
  const text = walk({ min: 0, max: target.size.max + 1 });
  const size = { min: 0, max: target.size.max };
  return { cost: times(text, patternCost(pattern.size)), size };
};

const replaces: Rule = ({ target, args: [from, to] }) => {
  if (target === null || from === undefined || to === undefined) return null;
  const size = replacedSize(target.size, from.size, to.size);
  return { cost: walk(target.size, 2), size };
};

function replacedSize(text: Size, from: Size, to: Size): Size {
  const most = replacements(text.max, from.min, to.max <= from.min);
  const least = replacements(text.min, from.max, from.max <= to.min);
  return {
    min: times(least.count, to.min) + least.kept,
    max: times(most.count, to.max) + most.kept,
  };
}

function replacements(text: number, from: number, unchanged: boolean) {
  if (from === 0) return { count: text + 1, kept: text };
  return unchanged ? { count: 0, kept: text } : { count: Math.ceil(text / from), kept: 0 };
}

const splits: Rule = ({ target, args: [, limit] }) => {
  if (target === null) return null;
  const { expr } = limit ?? {};
  const given = expr?.kind === 'literal' && typeof expr.value === 'bigint' ? expr.value : null;
  // a limit below 0 is none: cel-go takes it for a very large one
  const max =
    given === null ? target.size.max : given < 0n ? Number.POSITIVE_INFINITY : Number(given);
  return { cost: walk(target.size, 2), size: { min: 0, max } };
};

const joins: Rule = ({ target, args: [separator] }) => {
  if (target === null) return null;
  const { min, max } = target.size;
  const texts = target.type.kind === 'list' ? product(target.size, target.elementSize()) : zero;
  const between = { min: Math.max(min - 1, 0), max: Math.max(max - 1, 0) };
  const size = separator === undefined ? texts : sum(texts, product(separator.size, between));
  return { cost: walk(size), size };
};

const containsAddress =
  (more: number): Rule =>
  ({ overload, args: [other] }) => {
    if (other === undefined) return null;
    const parsed = overload.id.endsWith('string') ? walk(other.size) : 0;
    return { cost: walk(sum(address, address)) + more + parsed };
  };

const addressOf: Rule = (call) => (call.overload.id === 'cidr_ip' ? nominal : walksFirst(1)(call));

const validates: Rule = ({ args: [text] }) =>
  text ? { cost: walk(text.size) * longestFormat * 0.25 } : null;

const compares =
  (rounds: number): Rule =>
  ({ args: [a, b] }) =>
    a && b ? { cost: times(times(a.size.max, b.size.max), rounds) + 1 } : null;

const constantTypes = new Set([
  ...['net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.Semver'],
]);

const equals: Rule = ({ args: [a, b] }) => {
  if (a?.type.kind !== 'opaque' || b?.type.kind !== 'opaque' || a.type.name !== b.type.name) {
    return null;
  }
  if (constantTypes.has(a.type.name)) return nominal;
  if (a.type.name === 'kubernetes.NamedFormat') return { cost: 7 };
  if (a.type.name !== 'kubernetes.URL') return null;
  return { cost: Number.isFinite(b.size.max) ? walk(either(b.size, b.size)) : 1 };
};

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...same(looksThrough)('isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'),
  ['url', ({ args: [text] }) => (text ? { cost: walk(text.size), size: text.size } : null)],
  ...same(rewrites)('lowerAscii', 'upperAscii', 'substring', 'trim'),
  ['replace', replaces],
  ['split', splits],
  ['join', joins],
  ...same(finds)('find', 'findAll'),
  ...same(walksFirst(1))('cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'),
  ['ip', addressOf],
  ['ip.isCanonical', walksFirst(2)],
  ...same(() => nominal)(
    ...['masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback'],
    ...['isLinkLocalMulticast', 'isLinkLocalUnicast', 'isGlobalUnicast', 'format.named'],
    ...['sign', 'asInteger', 'isInteger', 'asApproximateFloat', 'isGreaterThan', 'isLessThan'],
    ...['compareTo', 'add', 'sub', 'major', 'minor', 'patch', 'getScheme', 'getHostname'],
    ...['getHost', 'getPort', 'getEscapedPath', 'getQuery'],
  ),
  ['containsIP', containsAddress(0)],
  ['containsCIDR', containsAddress(walk(address) + 1)],
  ['validate', validates],
  ...same(compares(1))('sets.contains', 'sets.intersects'),
  ['sets.equivalent', compares(2)],
  ['_==_', equals],
]);
