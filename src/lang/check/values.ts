import type { Json } from '../../base/json.ts';
import type { BindingSymbol, FunctionSymbol, TypeSymbol } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import { checkPredicate } from './absence.ts';
import type { Context, Local } from './context.ts';
import { checkLocalName } from './local-names.ts';
import { parameterValue } from './parameters.ts';
import { complain, type FunctionInfo, type Session } from './session.ts';
import { isTruth, required, type Type, typeText, unknown } from './type.ts';
import { builtInType, readType } from './type-node.ts';
import { isBroken, known, residual, retyped, type Typed } from './typed.ts';

const noFunction: FunctionInfo = { formals: [], result: unknown, usesCluster: false, sound: false };

/** The value of a `let` or `param` (Rule 24). */
export function readBinding(symbol: BindingSymbol, context: Context, session: Session): Typed {
  const { node } = symbol;
  const declared = node.type === null ? null : readType(node.type, context, session);
  if (node.word === 'let') {
    if (node.value === null) return lacks(symbol, '= value', context, session);
    return evaluated(session.elaborate(node.value, declared, context), declared);
  }
  const fallback = node.value === null ? null : session.elaborate(node.value, declared, context);
  const type = declared ?? fallback?.type ?? null;
  if (type === null) return lacks(symbol, ': type', context, session);
  const given = givenFor(symbol, session);
  if (given !== undefined) return fromOutside(symbol, given, type, context, session);
  if (fallback !== null) return evaluated(fallback, declared);
  // An optional parameter that nobody gives is missing.
  if (type.is === 'optional') return known(type, undefined);
  const help = [`give it one: \`--param ${nameOutside(symbol, session) ?? symbol.name}=…\``];
  const params = { name: symbol.name };
  return complain(session, context, problem('OCM2023', symbol.span, params, { help }));
}

function evaluated(typed: Typed, declared: Type | null): Typed {
  return isBroken(typed) || declared === null ? typed : retyped(typed, declared);
}

function lacks(symbol: BindingSymbol, key: string, context: Context, session: Session): Typed {
  // Without a value being typed yet there is a syntax error already.
  const params = { block: `\`${symbol.symbol} ${symbol.name}\``, key };
  return complain(session, context, problem('OCM2029', symbol.span, params));
}

function fromOutside(
  symbol: BindingSymbol,
  given: Json,
  type: Type,
  context: Context,
  session: Session,
): Typed {
  const value = parameterValue(given, type);
  if (value !== undefined) return known(type, value);
  const shown = JSON.stringify(given);
  const found = shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
  const params = { expected: typeText(required(type)), found: `\`${found}\`` };
  const help = [`the value was given from outside, for \`${symbol.name}\``];
  return complain(session, context, problem('OCM2004', symbol.span, params, { help }));
}

function givenFor(symbol: BindingSymbol, session: Session): Json | undefined {
  const name = nameOutside(symbol, session);
  return name === null ? undefined : session.params.get(name);
}

/** What a parameter is called from outside: `name`, or `alias.name` where its module is imported by the root. */
function nameOutside({ name, file }: BindingSymbol, { program }: Session): string | null {
  if (file.module === program.root) return name;
  for (const { aliases } of program.root.files) {
    for (const alias of aliases.values()) {
      if (alias.module === file.module) return `${alias.name}.${name}`;
    }
  }
  return null;
}

/** Parameters that are given and that nobody declares, and those that are declared. */
export function unknownParameters(session: Session): {
  readonly unknown: readonly string[];
  readonly declared: ReadonlySet<string>;
} {
  const declared = new Set<string>();
  for (const module of session.program.modules) {
    for (const symbol of module.values.values()) {
      const name = symbol.symbol === 'param' ? nameOutside(symbol, session) : null;
      if (name !== null) declared.add(name);
    }
  }
  const unknown = [...session.params.keys()].filter((name) => !declared.has(name));
  return { unknown, declared };
}

/** What a function is; its body is checked once with parameters nobody knows. */
export function readFunction(
  symbol: FunctionSymbol,
  context: Context,
  session: Session,
): FunctionInfo {
  const { node } = symbol;
  const usage = { cluster: false };
  const formals: { readonly name: string; readonly type: Type }[] = [];
  let locals: Local | null = null;
  for (const formal of node.formals) {
    const type = readType(formal.type, context, session);
    const { text: name, span } = formal.name;
    checkLocalName(formal.name, context, session);
    if (formals.some((each) => each.name === name)) {
      complain(session, context, problem('OCM2014', span, { name }));
    }
    formals.push({ name, type });
    const isCluster = required(type).is === 'cluster';
    const typed = isCluster ? known(type, null) : residual(type, { op: 'variable', name });
    locals = { name, typed, outer: locals };
  }
  const result = node.result === null ? null : readType(node.result, context, session);
  const inside: Context = { ...context, locals, usage, cluster: true, abstract: true };
  const body = session.elaborate(node.body, result, inside);
  if (isBroken(body)) return { ...noFunction, formals };
  const type = result ?? body.type;
  if (isTruth(required(type))) checkPredicate(node.body, inside, session);
  return { formals, result: type, usesCluster: usage.cluster, sound: true };
}

/** The type a `type` declaration names. */
export function readTypeDecl(symbol: TypeSymbol, context: Context, session: Session): Type {
  const { name, span } = symbol;
  if (builtInType(name) !== null) {
    complain(session, context, problem('OCM2007', span, { name, what: 'a type of the language' }));
  }
  return readType(symbol.node.type, context, session);
}
