import type { Span } from '../../base/span.ts';
import type { IrExpr } from '../../ir/expr.ts';
import type { TestRead } from '../../ir/test-plan.ts';
import { findBlock, findValue } from '../bind/lookup.ts';
import type { BlockSymbol } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import type { Reference } from '../fold/value.ts';
import { testValues } from '../schema/test-values.ts';
import { type Sort, sortHeads } from '../schema/types.ts';
import type { MemberNode } from '../syntax/ast.ts';
import { type Context, findLocal } from './context.ts';
import { complain, refer, type Session } from './session.ts';
import { choices, cluster, refTo, type Type } from './type.ts';
import { known, residual, type Typed } from './typed.ts';
import { quotedList } from './words.ts';

/** Sorts of blocks a test may ask about. */
export const testSorts = (Object.keys(sortHeads) as Sort[]).filter(
  (sort) => testValues[sort] !== undefined,
);

/** What a bare word means in a test where nothing else does: a cluster of its fixture, or the one block of that name (Rule 19, steps 5 and 7). */
export function resolveInTest(
  name: string,
  span: Span,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed | null {
  if (context.test === undefined) return null;
  const isCluster = context.test.clusters.has(name);
  if (isCluster && expected !== null && choices(expected).some(({ is }) => is === 'cluster')) {
    return clusterNamed(name, context);
  }
  const found = testSorts.flatMap((sort) => {
    const symbol = blockNamed(name, sort, context);
    return symbol === null ? [] : [{ sort, symbol }];
  });
  const meanings = [...(isCluster ? ['cluster'] : []), ...found.map(({ sort }) => sortHeads[sort])];
  if (meanings.length > 1) return ambiguous(name, span, meanings, context, session);
  const [only] = found;
  if (only !== undefined) return blockNamedAs(only.symbol, only.sort, span, context, session);
  return isCluster ? clusterNamed(name, context) : null;
}

function ambiguous(
  name: string,
  span: Span,
  heads: readonly string[],
  context: Context,
  session: Session,
): Typed {
  const written = heads.map((head) => `${head}.${name}`);
  const fixes = written.map((text) => ({ title: `write \`${text}\``, edits: [{ span, text }] }));
  const help = [`write ${quotedList(written, 'or')}`];
  const meanings = quotedList(written, 'and');
  return complain(session, context, problem('OCM2008', span, { name, meanings }, { help, fixes }));
}

/** `app.web`, `cluster.eu-1`: a name with its sort in front, in a test; null where it is none. */
export function qualifiedName(
  { of, name }: MemberNode,
  context: Context,
  session: Session,
): Typed | null {
  if (context.test === undefined || of.kind !== 'name') return null;
  const { text: head } = of.name;
  if (findLocal(context, head) !== null || findValue(head, context.file) !== null) return null;
  if (head === 'cluster' && context.test.clusters.has(name.text)) {
    return clusterNamed(name.text, context);
  }
  const sort = testSorts.find((each) => sortHeads[each] === head);
  const symbol = sort === undefined ? null : blockNamed(name.text, sort, context);
  if (sort === undefined || symbol === null) return null;
  return blockNamedAs(symbol, sort, name.span, context, session);
}

/** Blocks a word of a test could have meant, had not a value of the module that name: `policy.teams`. */
export function hiddenBlocks(name: string, context: Context): readonly string[] {
  if (context.test === undefined) return [];
  const sorts = testSorts.filter((sort) => blockNamed(name, sort, context) !== null);
  return sorts.map((sort) => `${sortHeads[sort]}.${name}`);
}

/** Names a test knows besides those of the module, for suggestions. */
export function testNames({ test, file }: Context): readonly string[] {
  if (test === undefined) return [];
  const blocks = testSorts.flatMap((sort) => [
    ...(file.module.blocks.get(sortHeads[sort])?.values() ?? []),
  ]);
  return [...test.clusters, ...blocks.map(({ name }) => name)];
}

function blockNamed(name: string, sort: Sort, { namespace, file }: Context): BlockSymbol | null {
  return findBlock(name, sort, namespace, file.module, file);
}

function blockNamedAs(
  symbol: BlockSymbol,
  sort: Sort,
  span: Span,
  context: Context,
  session: Session,
): Typed {
  refer(session, context, span, symbol);
  const { objectName: name, namespace } = symbol;
  const value: Reference = { refers: sort, name, namespace, to: symbol };
  return known(refTo(sort), value);
}

/** A cluster of the fixture, as the variable it is while the test runs. */
export function clusterNamed(name: string, context: Context): Typed {
  const read: Omit<TestRead, 'variable'> = { of: 'cluster', namespace: '', name };
  return residual(cluster, variableFor(read, context));
}

/** The variable that stands for something a test asks about. Notes that it is read. */
export function variableFor(read: Omit<TestRead, 'variable'>, { test }: Context): IrExpr {
  // A blank cannot be in a name of an author, so no lambda hides it.
  const path = read.of === 'cluster' ? read.name : `${read.namespace}/${read.name}`;
  const variable = `${read.of} ${path}`;
  test?.reads.set(variable, { variable, ...read });
  return { op: 'variable', name: variable };
}
