import type { IrExpr } from '../../ir/expr.ts';
import { findValue } from '../bind/lookup.ts';
import { type FunctionSymbol, isVisible } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import { callBuiltin, maxRange } from '../fold/functions.ts';
import { compilePattern } from '../fold/pattern.ts';
import { isFields, isList, type Value } from '../fold/value.ts';
import type { ArgNode, CallNode, Expr, MemberNode } from '../syntax/ast.ts';
import { moduleOf } from './access.ts';
import { askedToContain } from './asked-set.ts';
import { functions, methodsOf, type Signature } from './builtins.ts';
import { type Context, findLocal, originOf } from './context.ts';
import { callFunction } from './functions.ts';
import { isKindName } from './kinds.ts';
import { callLambda } from './lambda.ts';
import { lookupCall } from './lookups.ts';
import { warnDeprecated } from './names.ts';
import { objectCalled } from './object-refs.ts';
import { bounded, complain, refer, type Session, spend } from './session.ts';
import { elaborateSource, isSource } from './sources.ts';
import { clustersOf, testMethod } from './test-values.ts';
import { bool, choices, isScalar, optional, required, type Type, typeText } from './type.ts';
import { broken, irOf, isBroken, known, residual, type Typed } from './typed.ts';
import { didYouMean, sourceText } from './words.ts';

/** `of(args)`: a function of the author, a built-in, a method or a source. */
export function elaborateCall(node: CallNode, context: Context, session: Session): Typed {
  if (node.of.kind === 'member') return callMember(node, node.of, context, session);
  if (node.of.kind !== 'name') {
    session.elaborate(node.of, null, context);
    return notCallable(node, 'this', context, session);
  }
  const { text: name } = node.of.name;
  const symbol = findLocal(context, name) === null ? findValue(name, context.file) : null;
  if (symbol?.symbol === 'fun') {
    refer(session, context, node.of.span, symbol);
    warnDeprecated(symbol, node.of.span, context, session);
    return callFunction(symbol, node, context, session);
  }
  if (name === 'has') return elaborateHas(node, context, session);
  if (isSource(name)) return elaborateSource(name, node, context, session);
  const signature = functions.get(name);
  if (signature !== undefined) {
    const args = node.args.map((arg) => plainArg(arg, context, session));
    return callSignature({ node, signature, args, lift: false }, context, session);
  }
  if (symbol === null || symbol.symbol === 'kind') {
    if (isKindName(name, context)) return objectCalled(node, context, session);
  }
  return unknownFunction(node, name, context, session);
}

function unknownFunction(node: CallNode, name: string, context: Context, session: Session): Typed {
  const own = [...context.file.module.values.values()].filter(({ symbol }) => symbol === 'fun');
  const names = [...functions.keys(), 'has', 'file', ...own.map((each) => each.name)];
  const near = didYouMean(name, node.of.span, names);
  const params = { sort: 'function', name };
  return complain(session, context, problem('OCM2001', node.of.span, params, near));
}

function notCallable(node: CallNode, operation: string, context: Context, session: Session): Typed {
  const params = { operation: `${operation}(…)`, type: 'what is no function' };
  return complain(session, context, problem('OCM2005', node.of.span, params));
}

function callMember(node: CallNode, of: MemberNode, context: Context, session: Session): Typed {
  const module = moduleOf(of.of, context, session);
  if (module === 'lost') return broken;
  if (module !== null) {
    const symbol = module.values.get(of.name.text);
    if (symbol?.symbol === 'fun' && isVisible(symbol, context.file)) {
      refer(session, context, of.name.span, symbol);
      return callFunction(symbol as FunctionSymbol, node, context, session);
    }
    const params = { sort: 'function', name: sourceText(context, of.span) };
    return complain(session, context, problem('OCM2001', of.name.span, params));
  }
  const given = session.elaborate(of.of, null, context);
  if (isBroken(given) || of.name.text === '') return broken;
  const lookup = lookupCall(given, node, of, context, session);
  if (lookup !== null) return lookup;
  const asked = testMethod(given, node, of, context, session);
  if (asked !== null) return asked;
  const receiver = clustersOf(given, context);
  const signature = methodsOf(receiver.type)?.get(of.name.text);
  if (signature === undefined) return unknownMethod(of, given.type, context, session);
  if (signature.lambda !== undefined) {
    return callLambda(
      { node, receiver, kind: signature.lambda, name: signature.name },
      context,
      session,
    );
  }
  const rest = node.args.map((arg) => plainArg(arg, context, session));
  const receiverArg: PlainArg = { expr: of.of, typed: () => receiver };
  return callSignature(
    { node, signature, args: [receiverArg, ...rest], lift: true },
    context,
    session,
  );
}

function unknownMethod(of: MemberNode, type: Type, context: Context, session: Session): Typed {
  const { text: operation, span } = of.name;
  const near = didYouMean(operation, span, methodsOf(type)?.keys() ?? []);
  const params = { operation: `.${operation}()`, type: typeText(type) };
  return complain(session, context, problem('OCM2005', span, params, near));
}

interface PlainArg {
  readonly expr: Expr | null;
  readonly typed: (expected: Type | null) => Typed;
}

function plainArg(arg: ArgNode, context: Context, session: Session): PlainArg {
  const { value } = arg;
  if (value.kind === 'lambda' || arg.name !== null) {
    const params = { word: sourceText(context, arg.span), where: 'these arguments' };
    const refuse = (): Typed => complain(session, context, problem('OCM2002', arg.span, params));
    return { expr: null, typed: refuse };
  }
  return { expr: value, typed: (expected) => session.elaborate(value, expected, context) };
}

interface SignatureCall {
  readonly node: CallNode;
  readonly signature: Signature;
  readonly args: readonly PlainArg[];
  /** Whether the first argument may be missing, and with it the result (a method on an optional). */
  readonly lift: boolean;
}

function callSignature(call: SignatureCall, context: Context, session: Session): Typed {
  const { node, signature, args, lift } = call;
  const { takes, name } = signature;
  const least = signature.least ?? takes.length;
  if (args.length < least || args.length > takes.length) {
    return wrongCount(
      node,
      { expected: takes.length - (lift ? 1 : 0), found: node.args.length },
      context,
      session,
    );
  }
  const typed: Typed[] = [];
  for (const [index, arg] of args.entries()) {
    const expected = takes[index] ?? (index > 0 ? firstHint(signature, typed) : null);
    typed.push(arg.typed(index === 0 && lift ? null : expected));
  }
  if (typed.some(isBroken)) return broken;
  const missing = typed.findIndex(
    (each, index) => each.type.is === 'optional' && !(lift && index === 0),
  );
  if (missing >= 0)
    return notPlain(args[missing]?.expr ?? node, typed[missing]?.type, context, session);
  const types = typed.map(({ type }) => required(type));
  const isLifted =
    typed.some(({ type }) => type.is === 'optional') || isScalar(types[0] ?? bool, 'json');
  const refused = refuse(signature, types);
  if (refused !== null) {
    const params = { operation: name, type: typeText(refused) };
    return complain(session, context, problem('OCM2005', node.of.span, params));
  }
  const plain = signature.gives(types);
  const type = isLifted || signature.partial === true ? optional(plain) : plain;
  if (typed.every((each) => each.known))
    return runKnown(call, typed, plain, type, context, session);
  const origin = originOf(context, node.span);
  const asked = name === 'contains' ? askedToContain(typed, context, session) : null;
  const ir: IrExpr =
    asked === null
      ? { op: 'call', function: name, args: typed.map(irOf), origin }
      : { ...asked, origin };
  return bounded(session, context, node.span, residual(type, ir, typed));
}

/** The second argument of `min`, `contains` … is of the type of the first, or of its elements. */
function firstHint({ name }: Signature, [first]: readonly Typed[]): Type | null {
  if (first === undefined) return null;
  const plain = required(first.type);
  if (name === 'min' || name === 'max') return plain;
  return name === 'contains' && plain.is === 'list' ? plain.of : null;
}

const ordered = [
  'int',
  'float',
  'score',
  'quantity',
  'duration',
  'percent',
  'version',
  'time',
] as const;

/** A type of an argument the function is not for, where its signature does not say it all. */
function refuse({ name }: Signature, types: readonly Type[]): Type | null {
  const [first] = types;
  if (first === undefined) return null;
  const all = (test: (type: Type) => boolean): Type | null =>
    types.find((type) => !test(type)) ?? null;
  switch (name) {
    case 'min':
    case 'max':
      return all((type) => choices(type).every((each) => isScalar(each, ...ordered)));
    case 'merge':
      return all((type) => type.is === 'record' || isScalar(type, 'json'));
    case 'string':
    case 'int':
    case 'float':
    case 'quantity':
    case 'duration':
    case 'version':
    case 'percent':
      return first.is === 'list' || first.is === 'record' || first.is === 'cluster' ? first : null;
    case 'json':
    case 'yaml':
      return first.is === 'cluster' || first.is === 'source' ? first : null;
    default:
      return null;
  }
}

function runKnown(
  { node, signature, args }: SignatureCall,
  typed: readonly Typed[],
  plain: Type,
  type: Type,
  context: Context,
  session: Session,
): Typed {
  const values = typed.map((each) => (each.known ? each.value : undefined));
  if (values.includes(undefined)) return known(type, undefined);
  if (!spend(session, context, node.span, costOf(signature.name, values as Value[]))) return broken;
  const value = callBuiltin(signature.name, values as Value[]);
  if (value !== undefined) return known(plain, value);
  const why = failure(signature.name, values as Value[]);
  if (why === null) return known(type, undefined);
  const at = args[1]?.expr ?? node;
  return complain(session, context, problem('OCM2024', at.span, { why }));
}

/** What a constant call has to say for itself where it has no answer; null where that is a missing value. */
function failure(name: string, [, second]: readonly Value[]): string | null {
  if (name === 'range') return `a range has at most ${maxRange} numbers`;
  if (name === 'matches' && typeof second === 'string' && compilePattern(second) === null) {
    return 'the pattern is no regular expression of RE2';
  }
  return null;
}

function costOf(name: string, values: readonly Value[]): number {
  const sizes = values.map(sizeOf);
  const sum = sizes.reduce((a, b) => a + b, 1);
  if (name === 'range') return Number(maxRange) >> 2;
  if (name === 'replace') return sum + (sizes[0] ?? 0) * (1 + (sizes[2] ?? 0));
  return name === 'unique' || name === 'matches' ? sum * 4 : sum;
}

function sizeOf(value: Value): number {
  if (typeof value === 'string') return 1 + (value.length >> 4);
  if (typeof value !== 'object' || value === null) return 1;
  if (isList(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 1);
  if (!isFields(value)) return 1;
  let sum = 1;
  for (const item of value.values()) sum += sizeOf(item);
  return sum;
}

function wrongCount(
  node: CallNode,
  count: { readonly expected: number; readonly found: number },
  context: Context,
  session: Session,
): Typed {
  const arguments_ = (n: number): string => (n === 1 ? '1 argument' : `${n} arguments`);
  const params = { expected: arguments_(count.expected), found: String(count.found) };
  return complain(session, context, problem('OCM2004', node.span, params));
}

function notPlain(expr: Expr, type: Type | undefined, context: Context, session: Session): Typed {
  const params = { expected: 'a value', found: type === undefined ? 'nothing' : typeText(type) };
  const help = [`say what holds where it is missing: \`${sourceText(context, expr.span)} ?? …\``];
  return complain(session, context, problem('OCM2004', expr.span, params, { help }));
}

/** `has(path)`: whether something is there. */
function elaborateHas(node: CallNode, context: Context, session: Session): Typed {
  const [arg, ...more] = node.args;
  if (arg === undefined || more.length > 0 || arg.value.kind === 'lambda') {
    return wrongCount(node, { expected: 1, found: node.args.length }, context, session);
  }
  const typed = session.elaborate(arg.value, null, context);
  if (isBroken(typed)) return broken;
  if (typed.known) return known(bool, typed.value !== undefined);
  const ir = { op: 'has', arg: typed.ir, origin: originOf(context, node.span) } as const;
  return residual(bool, ir, [typed]);
}
