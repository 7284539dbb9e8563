import type { IrExpr } from '../../../ir/expr.ts';
import {
  assign,
  branch,
  combine,
  type Draft,
  declare,
  keep,
  loop,
  type Maybe,
  refuse,
} from './draft.ts';
import { both, call, type GoExpr, number, text } from './go.ts';
import { typeOf } from './kinds.ts';
import { originIn } from './lookups.ts';
import { parsed } from './parsed.ts';
import { bind } from './quantifiers.ts';

type Call = Extract<IrExpr, { op: 'call' }>;
type Writer = (args: readonly Maybe[], draft: Draft, of: Call) => Maybe | null;

const missing = text('ValueMissing: a value that is needed here is missing');

/** A built-in of language.md §10 by the functions of Go templates; what has none there is refused. */
export function builtin(expr: Call, draft: Draft): Maybe {
  const writer = writers.get(expr.function);
  const written = writer === undefined ? filtered(expr, draft) : run(writer, expr, draft);
  return written ?? refuse(`\`${expr.function}\``, originIn(expr) ?? undefined, draft);
}

function run(writer: Writer, expr: Call, draft: Draft): Maybe | null {
  return writer(
    expr.args.map((arg) => draft.compile.maybe(arg, draft)),
    draft,
    expr,
  );
}

/** A function of texts: a receiver nobody knows the type of has to be one. */
function ofTexts(make: (args: readonly GoExpr[]) => GoExpr): Writer {
  return (args, draft, { args: of }) => {
    const values = args.map(({ value }) => keep(value, draft));
    const whole = combine(args, make(values));
    const unsure = of.flatMap((arg, index) => {
      const value = values[index];
      return typeOf(arg) === 'json' && value !== undefined
        ? [call('kindIs', text('string'), value)]
        : [];
    });
    if (unsure.length === 0) return whole;
    return { ...whole, present: both(whole.present, ...unsure), missing };
  };
}

const writers: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  [
    'startsWith',
    ofTexts(([of, start]) => call('hasPrefix', start ?? of ?? text(''), of ?? text(''))),
  ],
  ['endsWith', ofTexts(([of, end]) => call('hasSuffix', end ?? text(''), of ?? text('')))],
  ['matches', ofTexts(([of, pattern]) => call('regexMatch', pattern ?? text(''), of ?? text('')))],
  ['lower', ofTexts(([of]) => call('lower', of ?? text('')))],
  ['upper', ofTexts(([of]) => call('upper', of ?? text('')))],
  ['trim', ofTexts(([of]) => call('trim', of ?? text('')))],
  ['split', ofTexts(([of, by]) => call('splitList', by ?? text(''), of ?? text('')))],
  [
    'replace',
    ofTexts(([of, a, b]) => call('replace', a ?? text(''), b ?? text(''), of ?? text(''))),
  ],
  ['base64', ofTexts(([of]) => call('b64enc', of ?? text('')))],
  ['sha256', ofTexts(([of]) => call('sha256sum', of ?? text('')))],
  ['contains', contains],
  ['size', size],
  ['keys', ofLists('map', (of) => call('sortAlpha', call('keys', of)))],
  ['unique', ofLists('slice', (of) => call('uniq', of))],
  ['first', first],
  ['join', ([list, by]) => joined(list, by)],
  ['json', ([of]) => (of === undefined ? null : combine([of], call('toRawJson', of.value)))],
  ['string', asText],
  ['int', convert],
  ['quantity', convert],
  ['percent', convert],
  ['duration', convert],
  ['version', convert],
  ['fromJson', ([of], draft) => (of === undefined ? null : read('json', of, draft))],
  ['min', ofInts('min')],
  ['max', ofInts('max')],
  ['range', ofInts('range')],
]);

function contains([of, item]: readonly Maybe[], draft: Draft, { args }: Call): Maybe | null {
  const [receiver] = args;
  if (of === undefined || item === undefined || receiver === undefined) return null;
  const [from, what] = [keep(of.value, draft), keep(item.value, draft)];
  if (typeOf(receiver) === 'string') return combine([of, item], call('contains', what, from));
  if (receiver.op === 'list' || (receiver.op === 'const' && Array.isArray(receiver.value))) {
    return combine([of, item], call('has', what, from));
  }
  const inText = both(
    call('kindIs', text('string'), from),
    what.go === 'text' ? null : call('kindIs', text('string'), what),
    call('contains', what, from),
  );
  const inList = both(call('kindIs', text('slice'), from), call('has', what, from));
  const whole = combine([of, item], call('or', inText, inList));
  const isEither = call(
    'or',
    call('kindIs', text('string'), from),
    call('kindIs', text('slice'), from),
  );
  return { ...whole, present: both(whole.present, isEither), missing };
}

function size([of]: readonly Maybe[], draft: Draft, { args: [receiver] }: Call): Maybe | null {
  if (of === undefined || receiver === undefined) return null;
  if (typeOf(receiver) === 'string')
    return combine([of], call('len', call('splitList', text(''), of.value)));
  const from = keep(of.value, draft);
  const found = declare(number(0n), draft);
  const isText = call('kindIs', text('string'), from);
  branch(
    both(of.present, isText),
    (inside) => assign(found, call('len', call('splitList', text(''), from)), inside),
    (inside) => assign(found, call('len', from), inside),
    draft,
  );
  return combine([of], found);
}

function ofLists(kind: 'map' | 'slice', make: (of: GoExpr) => GoExpr): Writer {
  return ([of], draft) => {
    if (of === undefined) return null;
    const from = keep(of.value, draft);
    const present = both(of.present, call('kindIs', text(kind), from));
    return { value: make(from), present, missing };
  };
}

function first([of]: readonly Maybe[], draft: Draft): Maybe | null {
  if (of === undefined) return null;
  const from = keep(of.value, draft);
  const some = call('gt', call('len', from), number(0n));
  return { value: call('index', from, number(0n)), present: both(of.present, some), missing };
}

function joined(list: Maybe | undefined, by: Maybe | undefined): Maybe | null {
  if (list === undefined) return null;
  const parts = by === undefined ? [list] : [list, by];
  return combine(parts, call('join', by?.value ?? text(''), list.value));
}

function asText([of]: readonly Maybe[], _: Draft, { args: [arg] }: Call): Maybe | null {
  if (of === undefined || arg === undefined) return null;
  switch (typeOf(arg)) {
    case 'string':
    case 'quantity':
    case 'percent':
    case 'duration':
    case 'version':
      return of;
    case 'int':
    case 'score':
      return combine([of], call('printf', text('%d'), of.value));
    case 'bool':
    case 'condition':
      return combine([of], call('printf', text('%t'), of.value));
    default:
      return null;
  }
}

/** `int(x)` and its kin, of a text. */
function convert(
  [of]: readonly Maybe[],
  draft: Draft,
  { args: [arg], function: name }: Call,
): Maybe | null {
  if (of === undefined || arg === undefined) return null;
  const from = typeOf(arg);
  if (from === name || (name === 'int' && from === 'score')) return of;
  if (from !== 'string') return null;
  return read(name as 'int', of, draft);
}

function read(type: 'int' | 'json', of: Maybe, draft: Draft): Maybe {
  const { value, parses } = parsed(type, of.value, draft);
  return { value, present: both(of.present, parses), missing };
}

function ofInts(name: 'min' | 'max' | 'range'): Writer {
  return ([a, b], _, { args }) => {
    if (a === undefined || b === undefined) return null;
    if (!args.every((arg) => typeOf(arg) === 'int')) return null;
    const value =
      name === 'range'
        ? call('untilStep', call('int', a.value), call('int', call('add1', b.value)), number(1n))
        : call(name, a.value, b.value);
    return combine([a, b], value);
  };
}

/** `filter` and `map`: one element after the other. */
function filtered({ function: name, args }: Call, draft: Draft): Maybe | null {
  const [list, lambda] = args;
  if ((name !== 'filter' && name !== 'map') || list === undefined || lambda?.op !== 'lambda')
    return null;
  const of = draft.compile.maybe(list, draft);
  const made = declare(call('list'), draft);
  const body = (to: Draft): void => {
    loop(
      of.value,
      { key: false },
      (item, _, each) => {
        const inside = bind(each, lambda.variable, item, list);
        const add = (value: GoExpr, where: Draft): void =>
          assign(made, call('append', made, value), where);
        if (name === 'map') add(draft.compile.need(lambda.body, inside), inside);
        else
          branch(draft.compile.holds(lambda.body, inside), (then) => add(item, then), null, inside);
      },
      to,
    );
  };
  if (of.present === null) body(draft);
  else branch(of.present, body, null, draft);
  return { value: made, present: of.present, missing: of.missing };
}
