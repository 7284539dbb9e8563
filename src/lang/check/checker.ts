import type { Json } from '../../base/json.ts';
import type {
  BindingSymbol,
  FunctionSymbol,
  KindSymbol,
  Program,
  TypeSymbol,
  ValueSymbol,
} from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import type { Reporter } from '../place.ts';
import type { Workspace } from '../workspace.ts';
import type { Context } from './context.ts';
import { elaborate } from './expression.ts';
import { readFleet } from './fleet.ts';
import { hasGroup } from './groups.ts';
import { readKind } from './kinds.ts';
import {
  type Attribute,
  boundedDepth,
  deeper,
  type FunctionInfo,
  type Held,
  type Keep,
  maxSteps,
  type Session,
  type Trace,
} from './session.ts';
import { type Type, unknown } from './type.ts';
import { broken, known, type Typed } from './typed.ts';
import { readBinding, readFunction, readTypeDecl } from './values.ts';

/** What a session is made of. */
export interface SessionInput {
  readonly program: Program;
  readonly workspace: Workspace;
  readonly params: ReadonlyMap<string, Json>;
  readonly reporter: Reporter;
  /** Where checks follow each other: what one keeps for the next. Without it nothing is kept. */
  readonly kept?: Kept;
}

/** What a check keeps for the next one. */
export interface Kept {
  readonly keep: Keep;
  readonly trace: Trace;
  /** Reads each symbol once, like `once`. */
  readonly once: typeof once;
  readonly types: Session['types'];
}

/** The context of the top of a file. */
export function fileContext(
  { file, place }: Pick<ValueSymbol, 'file' | 'place'>,
  where: string,
  advice?: string,
): Context {
  return {
    file,
    place,
    namespace: file.namespace,
    locals: null,
    present: null,
    cluster: false,
    where,
    ...(advice === undefined ? {} : { advice }),
    cel: noFences,
    usage: null,
    abstract: false,
    dead: false,
    call: null,
  };
}

const noFences: ReadonlySet<never> = new Set();
const perCluster = 'a value that differs from cluster to cluster is a `fun`';

/** Starts a check: values, functions and types are looked at when something asks for them, and once. */
export function startSession(input: SessionInput): Session {
  const { program, workspace, params, reporter, kept } = input;
  const remember = kept?.once ?? once;
  const trace: Trace = kept?.trace ?? ((_question, answer) => answer);
  let fleet: ReadonlyMap<string, Attribute> | null = null;
  const attributes = (): ReadonlyMap<string, Attribute> => {
    if (fleet !== null) return fleet;
    // Defaults of attributes do not see the fleet.
    fleet = new Map();
    const symbol = program.fleet;
    if (symbol !== null) fleet = readFleet(symbol, fileContext(symbol, '`fleet`'), session);
    return fleet;
  };
  let held: Held[] | null = null;
  const report: Reporter['report'] = (place, found, iteration) => {
    if (held === null) reporter.report(place, found, iteration);
    else held.push({ place, found, iteration });
  };
  const own: Reporter = { report };
  const session: Session = {
    program,
    workspace,
    params,
    types: kept?.types ?? new Map(),
    references: [],
    budget: { left: maxSteps, depth: 0, exhausted: false },
    report,
    elaborate: (expr, expected, context) => elaborate(expr, expected, context, session),
    bindingOf: remember<BindingSymbol, Typed>(own, broken, (symbol) => {
      const context = fileContext(symbol, `\`${symbol.symbol}\``, perCluster);
      const run = (): Typed => readBinding(symbol, context, session);
      const typed = deeper(session, context, symbol.span, { run, lost: broken });
      return boundedDepth(session, context, symbol.span, typed);
    }),
    functionOf: remember<FunctionSymbol, FunctionInfo>(own, noFunction, (symbol) => {
      const context = fileContext(symbol, '`fun`');
      const run = (): FunctionInfo => readFunction(symbol, context, session);
      return deeper(session, context, symbol.span, { run, lost: noFunction });
    }),
    typeOf: remember<TypeSymbol, Type>(own, unknown, (symbol) => {
      const context = fileContext(symbol, '`type`');
      const run = (): Type => readTypeDecl(symbol, context, session);
      const type = deeper(session, context, symbol.span, { run, lost: unknown });
      return boundedDepth(session, context, symbol.span, known(type, null)).type;
    }),
    kindOf: remember<KindSymbol, ReturnType<typeof readKind>>(own, null, (symbol) =>
      readKind(symbol, fileContext(symbol, '`kind`'), session),
    ),
    attributeOf: (name) => attributes().get(name) ?? null,
    attributeNames: () => [...attributes().keys()],
    keep: kept?.keep ?? ((_step, key, run) => run(key)),
    hasGroup: trace('group', hasGroup),
    trace,
    hold: (run) => {
      const kept: Held[] = [];
      held = kept;
      run();
      held = null;
      return kept;
    },
  };
  return session;
}

const noFunction: FunctionInfo = { formals: [], result: unknown, usesCluster: false, sound: false };

/** Reads each symbol once; one that needs itself is OCM2009 and gives `lost`. */
function once<S extends ValueSymbol, T>(
  { report }: Reporter,
  lost: T,
  read: (symbol: S) => T,
): (symbol: S) => T {
  const found = new Map<S, T>();
  const busy = new Set<S>();
  return (symbol) => {
    const known = found.get(symbol);
    if (known !== undefined) return known;
    if (busy.has(symbol)) {
      report(symbol.place, problem('OCM2009', symbol.span, { what: `\`${symbol.name}\`` }));
      return lost;
    }
    busy.add(symbol);
    const result = read(symbol);
    busy.delete(symbol);
    found.set(symbol, result);
    return result;
  };
}

/** Looks at every value of every module, so that each is checked though nothing uses it. */
export function checkValues(session: Session): void {
  session.attributeNames();
  for (const module of session.program.modules) {
    for (const symbol of module.values.values()) checkValue(symbol, session);
  }
}

function checkValue(symbol: ValueSymbol, session: Session): void {
  switch (symbol.symbol) {
    case 'let':
    case 'param':
      session.bindingOf(symbol);
      return;
    case 'fun':
      session.functionOf(symbol);
      return;
    case 'type':
      session.typeOf(symbol);
      return;
    case 'kind':
      session.kindOf(symbol);
  }
}
