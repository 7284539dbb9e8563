import { findValue } from '../bind/lookup.ts';
import type { Module } from '../bind/program.ts';
import type { Word } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { refer, type Session } from './session.ts';

/** The module an alias names; `lost` where it could not be imported, null where it is no alias. */
export function moduleNamed(
  { text, span }: Word,
  context: Context,
  session: Session,
): Module | 'lost' | null {
  const symbol = findValue(text, context.file);
  if (symbol?.symbol !== 'alias') return null;
  refer(session, context, span, symbol);
  return symbol.module ?? 'lost';
}

/** The aliases of a file. */
export function aliasNames({ file }: Context): Iterable<string> {
  return file.aliases.keys();
}
