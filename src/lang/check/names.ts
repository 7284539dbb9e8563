import type { Span } from '../../base/span.ts';
import type { ObjectKind } from '../bind/kinds.ts';
import { blocksOf, findBlock, findValue, valueNames } from '../bind/lookup.ts';
import type { AliasSymbol, BlockSymbol, ValueSymbol } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import type { Reference } from '../fold/value.ts';
import { secondary } from '../place.ts';
import { hubSets, type Sort, sortHeads } from '../schema/types.ts';
import type { NameNode } from '../syntax/ast.ts';
import { type Context, findLocal } from './context.ts';
import { groupNames } from './groups.ts';
import { isKindName, resolveKind } from './kinds.ts';
import { lookupsOf } from './lookups.ts';
import { complain, mayGuess, refer, type Session } from './session.ts';
import { resolveInTest, testNames } from './test-names.ts';
import { choices, cluster, kindType, listOf, refTo, type Type, typeText } from './type.ts';
import { broken, known, residual, type Typed } from './typed.ts';
import { guess, inBrackets, quotedList } from './words.ts';

/** What a bare word means, by the order of Rule 19. */
export function resolveName(
  { name: { text: name }, span }: NameNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  if (name === '') return broken;
  const member = memberOf(name, expected);
  const inScope = findInScope(name, span, context, session);
  const kind = kindValue(name, span, expected, context, session);
  if (kind !== null) return kind;
  if (member !== null) {
    if (inScope === null) return known(member, name);
    const meanings = `a member of ${typeText(member)}, and ${inScope.what}`;
    return complain(session, context, problem('OCM2008', span, { name, meanings }));
  }
  if (inScope !== null) return inScope.typed();
  for (const sort of sortsOf(expected)) {
    const found = resolveBlock({ name, span, sort }, context, session);
    if (found !== null) return found;
  }
  const inTest = resolveInTest(name, span, expected, context, session);
  if (inTest !== null) return inTest;
  if (specialNames.has(name)) return specialValue(name, span, context, session);
  return unknownName(name, span, expected, context, session);
}

/** A kind, where one is expected and no variable has that name. */
function kindValue(
  name: string,
  span: Span,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed | null {
  if (expected === null || !choices(expected).includes(kindType)) return null;
  if (findLocal(context, name) !== null) return null;
  const alone = choices(expected).length === 1;
  if (!alone && !isKindName(name, context)) return null;
  const kind = resolveKind(name, span, context, session);
  return kind === null ? broken : knownKind(kind);
}

/** A kind as a value. */
export function knownKind(kind: ObjectKind): Typed {
  return known(kindType, { refers: 'Kind', name: kind.kind, namespace: '', to: kind });
}

/** The enum of the expected type that has a word as member. */
function memberOf(name: string, expected: Type | null): Type | null {
  if (expected === null) return null;
  return (
    choices(expected).find((type) => type.is === 'enum' && type.members.includes(name)) ?? null
  );
}

/** The sorts a reference is expected to. */
export function sortsOf(expected: Type | null): readonly Sort[] {
  if (expected === null) return [];
  return choices(expected).flatMap((type) => (type.is === 'ref' ? [type.sort] : []));
}

interface InScope {
  readonly what: string;
  readonly typed: () => Typed;
}

function findInScope(name: string, span: Span, context: Context, session: Session): InScope | null {
  const local = findLocal(context, name);
  if (local !== null) return { what: 'a variable', typed: () => local.typed };
  if (name === 'cluster' && context.cluster) {
    return { what: 'the cluster looked at', typed: () => clusterValue(span, context, session) };
  }
  if (name === 'object' && context.object !== undefined) {
    const object = residual(context.object, { op: 'variable', name });
    return { what: 'the object looked at', typed: () => object };
  }
  const symbol = findValue(name, context.file);
  if (symbol === null) return null;
  return {
    what: `the \`${symbol.symbol}\` of that name`,
    typed: () => symbolValue(symbol, span, context, session),
  };
}

/** Names with a meaning of their own (Rule 28). */
export const specialNames: ReadonlyMap<string, string> = new Map([
  ['cluster', 'the cluster looked at'],
  ['hub', 'the hub'],
  ['agent', 'the agent'],
  ['object', 'the object looked at'],
]);

/** Whether a name means something whatever is expected. */
export function isInScope(name: string, context: Context): boolean {
  if (findLocal(context, name) !== null || specialNames.has(name)) return true;
  return findValue(name, context.file) !== null;
}

function specialValue(name: string, span: Span, context: Context, session: Session): Typed {
  const { where } = context;
  if (name === 'hub' || name === 'agent') {
    if (context.lookups === 'agent' || context.lookups === name) return lookupsOf(name);
    const advice = context.advice === undefined ? [] : [context.advice];
    const help = [...advice, lookupsBelong(name)];
    return complain(session, context, problem('OCM2201', span, { what: name, where }, { help }));
  }
  if (name === 'object') {
    return complain(session, context, problem('OCM2201', span, { what: name, where }));
  }
  return clusterValue(span, context, session);
}

function lookupsBelong(side: 'hub' | 'agent'): string {
  const carried = side === 'hub' ? ', and of an `app` that becomes works' : '';
  return `lookups are values of manifests in a \`policy\`${carried}`;
}

/** `cluster`, where it is in scope. */
export function clusterValue(span: Span, context: Context, session: Session): Typed {
  if (context.usage !== null) context.usage.cluster = true;
  if (context.cluster) return known(cluster, null);
  const { where, advice } = context;
  const help = advice === undefined ? ['this is the same for every cluster'] : [advice];
  const found = problem('OCM2201', span, { what: 'cluster', where }, { help });
  return complain(session, context, found);
}

/** What a value of a module means; `in` the module it is of, where that is another. */
export function symbolValue(
  symbol: ValueSymbol | AliasSymbol,
  span: Span,
  context: Context,
  session: Session,
): Typed {
  refer(session, context, span, symbol);
  warnDeprecated(symbol, span, context, session);
  if (symbol.symbol === 'let' || symbol.symbol === 'param') return session.bindingOf(symbol);
  const operation = symbol.name;
  const type = symbol.symbol === 'fun' ? 'a function without arguments' : `a ${symbol.symbol}`;
  return complain(session, context, problem('OCM2005', span, { operation, type }));
}

/** OCM5003 where the declaration of a value carries `@deprecated`. */
export function warnDeprecated(
  symbol: ValueSymbol | AliasSymbol,
  span: Span,
  context: Context,
  session: Session,
): void {
  if (symbol.symbol === 'alias') return;
  const note = symbol.node.notes.find(({ name }) => name.text === 'deprecated');
  const value = note?.args[0]?.value;
  if (note === undefined || context.call !== null) return;
  const why = value?.kind === 'string' ? value.parts.join('') : 'do not use it';
  complain(session, context, problem('OCM5003', span, { name: symbol.name, why }));
}

/** A word that is to name a block of a sort. */
export interface BlockName {
  readonly name: string;
  readonly span: Span;
  readonly sort: Sort;
}

/** The block of a sort a word names, as a value; null where there is none. */
export function resolveBlock(
  { name, span, sort }: BlockName,
  context: Context,
  session: Session,
): Typed | null {
  const { file, namespace } = context;
  if (sort === 'Group') {
    if (!session.hasGroup({ name, module: file.module })) return null;
    return known(refTo(sort), { refers: sort, name, namespace, to: name });
  }
  const symbol = findBlock(name, sort, namespace, file.module, file);
  if (symbol !== null) return blockValue(symbol, { name, span, sort }, context, session);
  if (sort !== 'ClusterSet' || !hubSets.has(name)) return null;
  return known(refTo(sort), { refers: sort, name, namespace: '', to: name });
}

/** A reference to a block; it has to be in the namespace of the one that refers to it (Rule 23). */
export function blockValue(
  symbol: BlockSymbol,
  { name, span, sort }: BlockName,
  context: Context,
  session: Session,
): Typed {
  refer(session, context, span, symbol);
  const { objectName, namespace } = symbol;
  const value: Reference = { refers: sort, name: objectName, namespace, to: symbol };
  const isFree = sort === 'ClusterSet' || sort === 'Rollout' || sort === 'Fixture';
  // A test emits nothing: it may ask about any namespace.
  const mayCross = context.test !== undefined || context.acrossNamespaces === true;
  if (!isFree && !mayCross && symbol.namespace !== context.namespace) {
    const there = symbol.namespace || 'none';
    const here = context.namespace || 'none';
    const params = { sort: sortHeads[sort], name, there, here };
    const at = secondary(symbol.place, symbol.span, 'declared here');
    complain(session, context, problem('OCM2302', span, params, { secondary: [at] }));
  }
  return known(refTo(sort), value);
}

function unknownName(
  name: string,
  span: Span,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const alone = expected === null ? null : oneOfMany({ name, span }, expected, context, session);
  if (alone !== null) return alone;
  const [sort] = [...sortsOf(expected), ...elementsOf(expected).flatMap(sortsOf)];
  const values = mayGuess(session, 1)
    ? [...valueNames(context.file), ...localNames(context), ...testNames(context)]
    : [];
  if (sort !== undefined) {
    const names = mayGuess(session, 1) ? namesOf(sort, context) : [];
    const near = guess(name, span, () => [...names, ...values], session);
    const help = near.help.length > 0 || names.length === 0 ? near.help : [declared(sort, names)];
    const params = { sort: sortHeads[sort], name };
    return complain(session, context, problem('OCM2001', span, params, { ...near, help }));
  }
  const members = expected === null ? [] : choices(expected).flatMap(membersOf);
  const subtraction = splitAtHyphen(name, values);
  const all = () => [...members, ...values, ...specialNames.keys()];
  const near = guess(name, span, all, session);
  const help =
    name === 'null'
      ? [noNull]
      : subtraction === null
        ? near.help
        : [`write \`${subtraction}\` to subtract`];
  const fixes =
    subtraction === null
      ? near.fixes
      : [{ title: 'subtract', edits: [{ span, text: subtraction }] }];
  const words = members.length === 0 ? 'a known word' : quotedList(members.slice(0, 8), 'or');
  const params = { word: name, expected: words };
  return complain(session, context, problem('OCM2003', span, params, { help, fixes }));
}

const noNull = 'there is no null: leave out what has no value; that of JSON is `fromJson("null")`';

/** What the lists may hold that are expected. */
function elementsOf(expected: Type | null): readonly Type[] {
  if (expected === null) return [];
  return choices(expected).flatMap((type) => (type.is === 'list' ? [type.of] : []));
}

/** OCM2004 for what would be known in a list, and a list is expected. */
function oneOfMany(
  { name, span }: { readonly name: string; readonly span: Span },
  expected: Type,
  context: Context,
  session: Session,
): Typed | null {
  for (const element of elementsOf(expected)) {
    const sort = mayGuess(session, 1)
      ? sortsOf(element).find((each) => namesOf(each, context).includes(name))
      : undefined;
    const member = memberOf(name, element);
    if (sort === undefined && member === null) continue;
    const found = sort === undefined ? typeText(member ?? element) : `a ${sortHeads[sort]}`;
    const params = { expected: typeText(listOf(element)), found };
    return complain(session, context, problem('OCM2004', span, params, inBrackets(span, name)));
  }
  return null;
}

function declared(sort: Sort, names: readonly string[]): string {
  return `each ${sortHeads[sort]} here: ${quotedList(names.slice(0, 8), 'and')}`;
}

function namesOf(sort: Sort, { file }: Context): readonly string[] {
  if (sort === 'Group') return groupNames(file.module);
  const names = blocksOf(sort, file.module).map(({ name }) => name);
  return sort === 'ClusterSet' ? [...new Set([...names, ...hubSets.keys()])] : names;
}

function localNames({ locals }: Context): readonly string[] {
  const names: string[] = [];
  for (let local = locals; local !== null; local = local.outer) names.push(local.name);
  return names;
}

function membersOf(type: Type): readonly string[] {
  return type.is === 'enum' ? type.members : [];
}

/** `a-b` where `a` and `b` are values (Rule 3). */
function splitAtHyphen(name: string, values: readonly string[]): string | null {
  const names = new Set(values);
  for (let at = name.indexOf('-'); at >= 0; at = name.indexOf('-', at + 1)) {
    const left = name.slice(0, at);
    const right = name.slice(at + 1);
    if (names.has(left) && (names.has(right) || /^\d+$/.test(right))) return `${left} - ${right}`;
  }
  return null;
}
