import { findValue } from '../bind/lookup.ts';
import { problem } from '../diagnostics.ts';
import { secondary } from '../place.ts';
import type { Word } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { specialNames } from './names.ts';
import { complain, type Session } from './session.ts';

/** OCM2007 where a parameter, a lambda or a loop takes the name of something else (Rule 19). */
export function checkLocalName(word: Word, context: Context, session: Session): void {
  const { text: name, span } = word;
  const special = specialNames.get(name);
  if (special !== undefined) {
    complain(session, context, problem('OCM2007', span, { name, what: special }));
    return;
  }
  const symbol = findValue(name, context.file);
  if (symbol === null) return;
  const what = `a \`${symbol.symbol}\` of this module`;
  const at = secondary(symbol.place, symbol.span, 'declared here');
  complain(session, context, problem('OCM2007', span, { name, what }, { secondary: [at] }));
}
