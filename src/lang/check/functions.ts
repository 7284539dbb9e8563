import type { FunctionSymbol } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import type { CallNode } from '../syntax/ast.ts';
import type { Context, Local } from './context.ts';
import { clusterValue } from './names.ts';
import { bounded, complain, type FunctionInfo, type Session, spend } from './session.ts';
import { required, typeText } from './type.ts';
import { broken, isBroken, type Typed } from './typed.ts';
import { sourceText } from './words.ts';

/** Calls a function of the author: its body, evaluated with these arguments. */
export function callFunction(
  symbol: FunctionSymbol,
  node: CallNode,
  context: Context,
  session: Session,
): Typed {
  const info = session.functionOf(symbol);
  if (!info.sound) return broken;
  const args = argumentsOf(symbol, info, node, context, session);
  if (args === null) return broken;
  if (info.usesCluster) {
    const cluster = clusterValue(node.of.span, context, session);
    if (isBroken(cluster)) return broken;
  }
  const depth = (context.call?.depth ?? 0) + 1;
  if (!spend(session, context, node.span, 1)) return broken;
  const { place, span } = context.call ?? { place: context.place, span: node.span };
  const body: Context = {
    ...context,
    file: symbol.file,
    place: symbol.place,
    namespace: symbol.file.namespace,
    locals: args,
    present: null,
    cel: noFences,
    call: { place, span, depth },
  };
  const result = session.elaborate(symbol.node.body, info.result, body);
  return bounded(session, context, node.span, result);
}

const noFences: ReadonlySet<never> = new Set();

function argumentsOf(
  symbol: FunctionSymbol,
  { formals }: FunctionInfo,
  node: CallNode,
  context: Context,
  session: Session,
): Local | null {
  const given = new Map<string, Typed>();
  let sound = true;
  let position = 0;
  for (const arg of node.args) {
    const name = arg.name?.text ?? formals[position]?.name ?? null;
    if (arg.name === null) position += 1;
    const formal = formals.find((each) => each.name === name);
    if (formal === undefined || given.has(formal.name) || arg.value.kind === 'lambda') {
      const word = sourceText(context, arg.span);
      const where = `the arguments of \`${symbol.name}\``;
      complain(session, context, problem('OCM2002', arg.span, { word, where }));
      sound = false;
      continue;
    }
    const typed = session.elaborate(arg.value, formal.type, context);
    sound &&= !isBroken(typed);
    given.set(formal.name, typed);
  }
  let locals: Local | null = null;
  for (const { name, type } of formals) {
    const typed = given.get(name);
    if (typed === undefined) {
      const params = { expected: `\`${name}\`: ${typeText(required(type))}`, found: 'no argument' };
      complain(session, context, problem('OCM2004', node.span, params));
      return null;
    }
    locals = { name, typed: isBroken(typed) ? typed : { ...typed, type }, outer: locals };
  }
  return sound ? (locals ?? noLocals) : null;
}

// A function without parameters has an environment too: null says that the call is wrong.
const noLocals: Local = { name: '', typed: broken, outer: null };
