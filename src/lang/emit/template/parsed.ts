import type { IrType } from '../../../ir/expr.ts';
import { type Draft, keep } from './draft.ts';
import { call, type GoExpr, not, text } from './go.ts';

/** A text as a value of a type. */
export interface Parsed {
  readonly value: GoExpr;
  /** Whether it parses; null where any text does. */
  readonly parses: GoExpr | null;
}

/** What a text has to look like. A leading zero would make Go read an int as octal; 18 digits always fit 64 bits. */
const patterns: Partial<Readonly<Record<IrType, string>>> = {
  int: '^[+-]?(0|[1-9][0-9]{0,17})$',
  score: '^(-?([1-9]?[0-9]|100))$',
  float: '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,2})?$',
  bool: '^(true|false)$',
  quantity: '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$',
  duration: '^([0-9]+([.][0-9]+)?(ns|us|ms|s|min|m|h|d))+$',
  percent: '^(100|[1-9]?[0-9])%$',
  version: '^v?[0-9]+[.][0-9]+.*$',
};

/** Reads a text as a type. */
export function parsed(type: IrType, of: GoExpr, draft: Draft): Parsed {
  const pattern = patterns[type];
  if (type === 'json') {
    const written = keep(of, draft);
    const value = keep(call('fromJson', written), draft);
    // What is no JSON gives nothing, and so does `null`.
    const isNull = call('eq', call('trim', written), text('null'));
    return { value, parses: call('or', isNull, not(call('kindIs', text('invalid'), value))) };
  }
  if (pattern === undefined) return { value: of, parses: null };
  const written = keep(of, draft);
  return {
    value: converted(type, written),
    parses: call('regexMatch', text(pattern), written),
  };
}

/** A text that parses as a type. */
export function converted(type: IrType, written: GoExpr): GoExpr {
  switch (type) {
    case 'int':
    case 'score':
      return call('toInt', written);
    case 'float':
      return call('float64', written);
    case 'json':
      return call('fromJson', written);
    case 'bool':
      return call('eq', written, text('true'));
    default:
      return written;
  }
}
