import type { Expr, MapEntry } from './ast.ts';
import { call, ident, literal, memberCall, operators } from './ast.ts';
import { addOps, exprStart, mulOps, only, orEnd, primaryStart, relationOps } from './expected.ts';
import { tokenize } from './lexer.ts';
import type { Literal } from './literal.ts';
import { readBytes, readDouble, readInt, readString, readUint } from './literal.ts';
import { expandMacro, type Macros } from './macros.ts';
import { Cursor, GiveUp } from './recovery.ts';
import type { CelProblem, Source } from './source.ts';
import { locationOf } from './source.ts';
import type { Token, TokenKind } from './token.ts';

/** A parsed expression with macros expanded, and what is wrong with its text. */
export interface Parsed {
  readonly expr: Expr;
  readonly problems: readonly CelProblem[];
}

const maxPoints = 100_000;
/** Where nothing was understood there is no place to name either; it prints as column 0. */
const nowhere = -1;

const reserved: ReadonlySet<string> = new Set(
  'as break const continue else false for function if import in let loop package namespace null return true var void while'.split(
    ' ',
  ),
);

/** Parses an expression; never throws. Messages are those of cel-go's parser. `macros` are those of libraries. */
export function parse(source: Source, macros: Macros): Parsed {
  const size = source.points.length;
  if (size > maxPoints) {
    const message = `expression code point size exceeds limit: size: ${size}, limit ${maxPoints}`;
    return { expr: unknown(nowhere), problems: [{ at: null, message }] };
  }
  const { tokens, errors } = tokenize(source);
  const cursor = new Cursor(tokens, source, errors);
  const parser: Parser = { cursor, macros, problems: [] };
  const problems: CelProblem[] = errors.map(({ at, text }) => ({
    at: locationOf(source, at),
    message: `Syntax error: token recognition error at: '${text}'`,
  }));
  let expr = unknown(nowhere);
  let gaveUp: string | null = null;
  try {
    expr = parseStart(parser);
  } catch (end) {
    if (!(end instanceof GiveUp)) throw end;
    gaveUp = end.message;
    parser.problems.length = 0;
  }
  for (const { at, message } of [...cursor.errors, ...parser.problems]) {
    problems.push({ at: size === 0 ? { line: 1, column: -1 } : locationOf(source, at), message });
  }
  if (gaveUp !== null) problems.push({ at: null, message: gaveUp });
  return { expr, problems };
}

interface Parser {
  readonly cursor: Cursor;
  readonly macros: Macros;
  /** Of text that is syntax, but means nothing: reserved words, numbers out of range, macros. */
  readonly problems: { at: number; message: string }[];
}

const isExprStart = has(exprStart);
const isRelation = has(relationOps);
const isAdd = has(addOps);
const isMul = has(mulOps);
const afterMember = orEnd("'.'", "'['");
const relationTail = orEnd(...relationOps);
const calcTail = orEnd(...mulOps, ...addOps);
const listTail = orEnd("','");

function parseStart(p: Parser): Expr {
  return p.cursor.rule(
    'start',
    orEnd(),
    () => {
      const expr = parseExpr(p, only('<EOF>'));
      p.cursor.match('<EOF>', only());
      return expr;
    },
    () => unknown(nowhere),
  );
}

function parseExpr(p: Parser, follow: ReturnType<typeof only>): Expr {
  const { cursor } = p;
  return cursor.rule(
    'expr',
    follow,
    () => {
      const test = parseOr(p, orEnd("'?'"));
      if (cursor.kind() !== "'?'") return test;
      const { start: at } = cursor.consume();
      const yes = parseOr(p, only("':'"));
      cursor.match("':'", only(...exprStart));
      return call(at, operators.conditional, test, yes, parseExpr(p, orEnd()));
    },
    () => unknown(nowhere),
  );
}

function parseOr(p: Parser, follow: ReturnType<typeof only>): Expr {
  const part = () => parseAnd(p, orEnd("'||'"));
  return parseLogic(p, { rule: 'conditionalOr', op: "'||'", name: operators.or, part, follow });
}

function parseAnd(p: Parser, follow: ReturnType<typeof only>): Expr {
  const part = () => parseRelation(p, 0, orEnd("'&&'"));
  return parseLogic(p, { rule: 'conditionalAnd', op: "'&&'", name: operators.and, part, follow });
}

interface Logic {
  readonly rule: string;
  readonly op: TokenKind;
  readonly name: string;
  readonly part: () => Expr;
  readonly follow: ReturnType<typeof only>;
}

function parseLogic({ cursor }: Parser, { rule, op, name, part, follow }: Logic): Expr {
  const terms: Expr[] = [];
  const ops: number[] = [];
  const body = () => {
    terms.push(part());
    while (cursor.kind() === op) {
      ops.push(cursor.consume().start);
      terms.push(part());
    }
    return balance(name, terms, ops);
  };
  return cursor.rule(rule, follow, body, () => balance(name, terms, ops));
}

// cel-go makes a balanced tree of a chain, so that it does not nest deeply.
function balance(name: string, terms: readonly Expr[], ops: readonly number[]): Expr {
  if (terms.length <= 1) return terms[0] ?? unknown(nowhere);
  const middle = Math.floor(ops.length / 2);
  const left = balance(name, terms.slice(0, middle + 1), ops.slice(0, middle));
  const right = balance(name, terms.slice(middle + 1), ops.slice(middle + 1));
  return call(ops[middle] ?? 0, name, left, right);
}

const relationNames: ReadonlyMap<TokenKind, string> = new Map([
  ["'<'", operators.less],
  ["'<='", operators.lessEquals],
  ["'>'", operators.greater],
  ["'>='", operators.greaterEquals],
  ["'=='", operators.equals],
  ["'!='", operators.notEquals],
  ["'in'", operators.in],
]);

function parseRelation(p: Parser, above: number, follow: ReturnType<typeof only>): Expr {
  const { cursor } = p;
  let left = unknown(nowhere);
  let levels = 0;
  const body = () => {
    left = parseCalc(p, 0, relationTail);
    while (above < 1 && isRelation(cursor.kind())) {
      cursor.enter('relation');
      levels += 1;
      const op = cursor.consume();
      const name = relationNames.get(op.kind) ?? '';
      left = call(op.start, name, left, parseRelation(p, 1, relationTail));
    }
    return left;
  };
  const expr = cursor.rule('relation', follow, body, () => left);
  cursor.leave('relation', levels);
  return expr;
}

const calcNames: ReadonlyMap<TokenKind, string> = new Map([
  ["'+'", operators.add],
  ["'-'", operators.subtract],
  ["'*'", operators.multiply],
  ["'/'", operators.divide],
  ["'%'", operators.modulo],
]);

function parseCalc(p: Parser, above: number, follow: ReturnType<typeof only>): Expr {
  const { cursor } = p;
  let left = unknown(nowhere);
  let levels = 0;
  const binds = (kind: TokenKind) => (isMul(kind) ? 2 : isAdd(kind) ? 1 : 0);
  const body = () => {
    left = parseUnary(p, calcTail);
    for (let level = binds(cursor.kind()); level > above; level = binds(cursor.kind())) {
      cursor.enter('calc');
      levels += 1;
      const op = cursor.consume();
      left = call(op.start, calcNames.get(op.kind) ?? '', left, parseCalc(p, level, calcTail));
    }
    return left;
  };
  const expr = cursor.rule('calc', follow, body, () => left);
  cursor.leave('calc', levels);
  return expr;
}

function parseUnary(p: Parser, follow: ReturnType<typeof only>): Expr {
  const { cursor } = p;
  const body = () => {
    cursor.sync(only(...exprStart));
    if (!isExprStart(cursor.kind())) throw cursor.noAlternative(1);
    if (cursor.kind() === "'!'") return parseNot(p);
    if (cursor.kind() !== "'-'" || isNumber(cursor.kind(2))) return parseMember(p, orEnd());
    if (!primaryStart.includes(cursor.kind(2))) throw cursor.noAlternative(2);
    return parseNegate(p);
  };
  return cursor.rule('unary', follow, body, () => unknown(nowhere));
}

function parseNot(p: Parser): Expr {
  const { cursor } = p;
  const { start } = cursor.token();
  let count = 0;
  while (cursor.kind() === "'!'") {
    cursor.consume();
    count += 1;
    cursor.syncLoop(only(...exprStart));
  }
  const member = parseMember(p, orEnd());
  return count % 2 === 0 ? member : call(start, operators.not, member);
}

function parseNegate(p: Parser): Expr {
  const { cursor } = p;
  const { start } = cursor.token();
  let count = 0;
  while (cursor.kind() === "'-'") {
    if (count > 0 && !primaryStart.includes(cursor.kind(2))) throw cursor.noAlternative(2);
    cursor.consume();
    count += 1;
    cursor.syncLoop(only(...primaryStart));
  }
  const member = parseMember(p, orEnd());
  return count % 2 === 0 ? member : call(start, operators.negate, member);
}

function parseMember(p: Parser, follow: ReturnType<typeof only>): Expr {
  const { cursor } = p;
  let of = unknown(nowhere);
  let levels = 0;
  const keep = (partial: Expr) => {
    of = partial;
  };
  const body = () => {
    of = parsePrimary(p, afterMember);
    while (cursor.kind() === "'.'" || cursor.kind() === "'['") {
      cursor.enter('member');
      levels += 1;
      of = cursor.kind() === "'['" ? parseIndex(p, of) : parseDot(p, of, keep);
    }
    return of;
  };
  const expr = cursor.rule('member', follow, body, () => of);
  cursor.leave('member', levels);
  return expr;
}

/** Takes what was made of a rule before its end went wrong: cel-go looks at that too. */
type Keep = (partial: Expr) => void;

function parseDot(p: Parser, of: Expr, keep: Keep): Expr {
  const { cursor } = p;
  const next = cursor.kind(2);
  if (next === 'IDENTIFIER' && cursor.kind(3) === "'('") return parseMethod(p, of, keep);
  if (next !== 'IDENTIFIER' && next !== 'ESC_IDENTIFIER' && next !== "'?'") {
    throw cursor.noAlternative(2);
  }
  const { start } = cursor.consume();
  const optional = cursor.kind() === "'?'";
  if (optional) cursor.consume();
  const nameStart = cursor.token().start;
  const name = parseName(p, afterMember);
  if (name === null) return reject(p, nameStart, 'unsupported ident kind');
  const field = name.kind === 'ESC_IDENTIFIER' ? name.text.slice(1, -1) : name.text;
  if (!optional) return { kind: 'select', at: start, operand: of, field, test: false };
  return call(start, operators.optSelect, of, literal(name.start, field));
}

function parseName({ cursor }: Parser, follow: ReturnType<typeof only>): Token | null {
  const body = () => {
    cursor.sync(only('IDENTIFIER', 'ESC_IDENTIFIER'));
    const kind = cursor.kind();
    if (kind !== 'IDENTIFIER' && kind !== 'ESC_IDENTIFIER') throw cursor.noAlternative(1);
    return cursor.consume();
  };
  return cursor.rule('escapeIdent', follow, body, () => null);
}

function parseMethod(p: Parser, of: Expr, keep: Keep): Expr {
  const { cursor } = p;
  cursor.consume();
  const name = cursor.consume();
  const open = cursor.consume();
  const args = parseArgs(p);
  const made = expand(p, memberCall(open.start, of, name.text, args));
  keep(made);
  cursor.match("')'", afterMember);
  return made;
}

function parseIndex(p: Parser, of: Expr): Expr {
  const { cursor } = p;
  const { start } = cursor.consume();
  cursor.sync(only("'?'", ...exprStart));
  const optional = cursor.kind() === "'?'";
  if (optional) cursor.consume();
  const at = parseExpr(p, only("']'"));
  cursor.match("']'", afterMember);
  return call(start, optional ? operators.optIndex : operators.index, of, at);
}

function parseArgs(p: Parser): Expr[] {
  const { cursor } = p;
  cursor.sync(only("')'", ...exprStart));
  const args: Expr[] = [];
  if (!isExprStart(cursor.kind())) return args;
  const body = () => {
    args.push(parseExpr(p, listTail));
    while (cursor.kind() === "','") {
      cursor.consume();
      args.push(parseExpr(p, listTail));
    }
    return args;
  };
  return cursor.rule('exprList', only("')'"), body, () => args);
}

function parsePrimary(p: Parser, follow: ReturnType<typeof only>): Expr {
  const { cursor } = p;
  let kept = unknown(nowhere);
  const keep = (partial: Expr) => {
    kept = partial;
  };
  const body = () => {
    cursor.sync(only(...primaryStart));
    if (!primaryStart.includes(cursor.kind())) throw cursor.noAlternative(1);
    switch (cursor.kind()) {
      case "'('":
        return parseNested(p);
      case "'['":
        return parseList(p);
      case "'{'":
        return parseMap(p);
      case 'IDENTIFIER':
      case "'.'":
        return parseNamed(p, keep);
      default:
        return parseLiteral(p);
    }
  };
  return cursor.rule('primary', follow, body, () => kept);
}

function parseNested(p: Parser): Expr {
  p.cursor.consume();
  const expr = parseExpr(p, only("')'"));
  p.cursor.match("')'", orEnd());
  return expr;
}

function parseNamed(p: Parser, keep: Keep): Expr {
  const { cursor } = p;
  const dot = cursor.kind() === "'.'";
  if (dot && cursor.kind(2) !== 'IDENTIFIER') throw cursor.noAlternative(2);
  let ahead = dot ? 3 : 2;
  while (cursor.kind(ahead) === "'.'" && cursor.kind(ahead + 1) === 'IDENTIFIER') ahead += 2;
  if (cursor.kind(ahead) === "'{'") return parseStruct(p, ahead);
  const { start } = cursor.token();
  if (dot) cursor.consume();
  const word = cursor.consume();
  const name = `${dot ? '.' : ''}${word.text}`;
  if (cursor.kind() !== "'('") {
    if (reserved.has(word.text)) return reject(p, start, `reserved identifier: ${word.text}`);
    return ident(word.start, name);
  }
  const open = cursor.consume();
  const args = parseArgs(p);
  const made = reserved.has(word.text)
    ? reject(p, start, `reserved identifier: ${word.text}`)
    : expand(p, call(open.start, name, ...args));
  keep(made);
  cursor.match("')'", orEnd());
  return made;
}

function parseList(p: Parser): Expr {
  const { cursor } = p;
  const { start } = cursor.consume();
  const elements: Expr[] = [];
  const optional = new Set<number>();
  cursor.sync(only("'?'", "','", "']'", ...exprStart));
  const element = () => {
    const { expr, marked } = parseMarked(p, listTail);
    if (marked) optional.add(elements.length);
    elements.push(expr);
  };
  if (mayBeMarked(cursor.kind())) {
    const body = () => {
      element();
      while (cursor.kind() === "','" && mayBeMarked(cursor.kind(2))) {
        cursor.consume();
        element();
      }
    };
    cursor.rule('listInit', only("','", "']'"), body, () => undefined);
  }
  parseClose(p, "']'");
  return { kind: 'list', at: start, elements, optional };
}

// `,`? and the bracket that ends a list, a map or a message.
function parseClose({ cursor }: Parser, close: TokenKind): void {
  cursor.sync(only("','", close));
  if (cursor.kind() === "','") cursor.consume();
  cursor.match(close, orEnd());
}

// `?`? expr
function parseMarked(
  p: Parser,
  follow: ReturnType<typeof only>,
): { readonly expr: Expr; readonly marked: boolean } {
  const { cursor } = p;
  let marked = false;
  const body = () => {
    cursor.sync(only("'?'", ...exprStart));
    marked = cursor.kind() === "'?'";
    if (marked) cursor.consume();
    return parseExpr(p, orEnd());
  };
  const expr = cursor.rule('optExpr', follow, body, () => unknown(nowhere));
  return { expr, marked };
}

function parseMap(p: Parser): Expr {
  const { cursor } = p;
  const { start } = cursor.consume();
  const entries: MapEntry[] = [];
  cursor.sync(only("'?'", "','", "'}'", ...exprStart));
  const entry = () => {
    const known = p.problems.length;
    const { expr: key, marked: optional } = parseMarked(p, only("':'"));
    // A key without its colon is not looked at any further.
    const { start: at } = cursor.matchOr("':'", only(...exprStart), () => {
      p.problems.length = known;
    });
    entries.push({ at, key, value: parseExpr(p, listTail), optional });
  };
  if (mayBeMarked(cursor.kind())) {
    const body = () => {
      entry();
      while (cursor.kind() === "','" && mayBeMarked(cursor.kind(2))) {
        cursor.consume();
        entry();
      }
    };
    cursor.rule('mapInitializerList', only("','", "'}'"), body, () => undefined);
  }
  parseClose(p, "'}'");
  return { kind: 'map', at: start, entries };
}

function parseStruct(p: Parser, tokens: number): Expr {
  const { cursor } = p;
  let name = '';
  for (let taken = 1; taken < tokens; taken += 1) name += cursor.consume().text;
  const { start } = cursor.consume();
  const fields: Expr[] = [];
  const starts: readonly TokenKind[] = ["'?'", 'IDENTIFIER', 'ESC_IDENTIFIER'];
  cursor.sync(only("','", "'}'", ...starts));
  const field = () => {
    const head = () => {
      cursor.sync(only(...starts));
      if (cursor.kind() === "'?'") cursor.consume();
      parseName(p, orEnd());
    };
    cursor.rule('optField', only("':'"), head, () => undefined);
    cursor.match("':'", only(...exprStart));
    fields.push(parseExpr(p, listTail));
  };
  if (starts.includes(cursor.kind())) {
    const body = () => {
      field();
      while (cursor.kind() === "','" && starts.includes(cursor.kind(2))) {
        cursor.consume();
        field();
      }
    };
    cursor.rule('fieldInitializerList', only("','", "'}'"), body, () => undefined);
  }
  parseClose(p, "'}'");
  return { kind: 'struct', at: start, name, fields };
}

function parseLiteral(p: Parser): Expr {
  const { cursor } = p;
  const negative = cursor.kind() === "'-'";
  if (negative && !isNumber(cursor.kind(2))) throw cursor.noAlternative(2);
  const { start } = cursor.token();
  if (negative) cursor.consume();
  const token = cursor.consume();
  const read = readLiteral(token, negative);
  return read.ok ? literal(start, read.value) : reject(p, start, read.message);
}

function readLiteral({ kind, text }: Token, negative: boolean): Literal {
  switch (kind) {
    case 'NUM_INT':
      return readInt(text, negative);
    case 'NUM_UINT':
      return readUint(text);
    case 'NUM_FLOAT':
      return readDouble(text, negative);
    case 'STRING':
      return readString(text);
    case 'BYTES':
      return readBytes(text);
    case "'null'":
      return { ok: true, value: null };
    default:
      return { ok: true, value: kind === "'true'" };
  }
}

function expand(p: Parser, made: ReturnType<typeof call>): Expr {
  const expanded = expandMacro(made, p.macros);
  if (expanded === null) return made;
  return expanded.ok ? expanded.expr : reject(p, expanded.at, expanded.message);
}

function reject(p: Parser, at: number, message: string): Expr {
  p.problems.push({ at, message });
  return unknown(at);
}

function unknown(at: number): Expr {
  return { kind: 'unknown', at };
}

function mayBeMarked(kind: TokenKind): boolean {
  return kind === "'?'" || isExprStart(kind);
}

function isNumber(kind: TokenKind): boolean {
  return kind === 'NUM_INT' || kind === 'NUM_FLOAT';
}

function has(kinds: readonly TokenKind[]): (kind: TokenKind) => boolean {
  const set = new Set(kinds);
  return (kind) => set.has(kind);
}
