import { declareValues } from '../bind/declare.ts';
import { loadProgram } from '../bind/load.ts';
import { startSession } from '../check/checker.ts';
import { checkProgram } from '../check/program.ts';
import { type Attribute, mayGuess, type Session } from '../check/session.ts';
import { checkTests } from '../check/tests/tests.ts';
import { startCollector } from '../collect.ts';
import { type Analysis, analyse, type CompileInput } from '../compile.ts';
import { checkEmission } from '../emit/emit.ts';
import type { SourceUnit } from '../syntax/parse.ts';
import { emptyWorkspace } from '../workspace.ts';
import { frameOf, type Lasting, startLasting } from './adopt.ts';
import { Store } from './store.ts';

/** What a check finds out about a module, without the program it makes. */
export type Findings = Pick<Analysis, 'diagnostics' | 'names' | 'references' | 'types' | 'kindOf'>;

/** What is checked: as for `compile`, again and again. */
export type IncrementalInput = Omit<CompileInput, 'cache' | 'params'>;

/** Checks a module after each edit; what the edit does not touch is not checked again. */
export interface IncrementalCheck {
  /** The same findings as of a check from nothing. */
  readonly check: (input: IncrementalInput) => Findings;
  /** Forgets results: files that are no sources may have changed. */
  readonly forget: () => void;
  /** Of the last check: how many of its steps were done, and how many were taken from the one before. */
  readonly effort: () => { readonly done: number; readonly taken: number };
}

interface State {
  readonly store: Store;
  readonly lasting: Lasting;
  readonly attributes: Map<string, Attribute>;
  readonly frame: string;
}

/** Starts with nothing: the first check is a whole one. */
export function startIncrementalCheck(): IncrementalCheck {
  let cache = new Map<string, SourceUnit>();
  let state: State | null = null;
  let effort = { done: 0, taken: 0 };
  return {
    check: (input) => {
      const collector = startCollector();
      const workspace = input.workspace ?? emptyWorkspace;
      const { files, namespace = '', plainTemplates = false } = input;
      const loaded = loadProgram({ files, workspace, namespace, read: cache }, collector);
      const frame = `${plainTemplates} ${frameOf(loaded)}`;
      if (state?.frame !== frame) state = startState(frame);
      const { store, lasting, attributes } = state;
      const { program, moved } = lasting.adopt(loaded);
      store.begin(collector, moved);
      declareValues(program, collector);
      lasting.settleValues(program);
      const session = startSession({
        program,
        workspace,
        params: new Map(),
        reporter: store.reporter,
        kept: store.kept,
      });
      Object.defineProperty(session, 'references', { get: () => store.references });
      Object.defineProperty(session, 'budget', { get: () => store.budget });
      const { hold } = session;
      Object.assign(session, {
        hold: (run: () => void) => {
          const held = hold(run);
          // what is kept back may be of values that others use as well
          if (held.length > 0) store.doubtful = true;
          return held;
        },
      });
      trackFleet(session, attributes, store);
      const { checked, allowances } = checkProgram(session);
      checkEmission(checked, session, { plainTemplates });
      checkTests(checked, session);
      effort = { done: store.done, taken: store.taken };
      // what else it says depends on what was guessed before
      if (store.doubtful || !mayGuess(session, 0)) {
        state = null;
        return analyse({ ...input, cache });
      }
      const diagnostics = collector.finish(allowances);
      return {
        diagnostics,
        names: program,
        references: store.allReferences,
        types: session.types,
        kindOf: session.kindOf,
      } as Findings;
    },
    forget: () => {
      cache = new Map();
      state = null;
    },
    effort: () => effort,
  };
}

function startState(frame: string): State {
  const store = new Store();
  return { store, lasting: startLasting(store), attributes: new Map(), frame };
}

/** Attributes of the fleet stay the same objects while they mean the same, wherever they stand. */
function trackFleet(session: Session, known: Map<string, Attribute>, store: Store): void {
  const { attributeOf, attributeNames } = session;
  const names = attributeNames();
  const found = new Map<string, Attribute>();
  for (const name of names) {
    const fresh = attributeOf(name);
    if (fresh === null) continue;
    const old = known.get(name);
    const isSame = old !== undefined && meaningOf(old) === meaningOf(fresh);
    found.set(name, isSame ? Object.assign(old, fresh) : fresh);
  }
  known.clear();
  for (const [name, attribute] of found) known.set(name, attribute);
  const listed = store.trace('attributes', () => [...known.keys()].join(' '));
  Object.assign(session, {
    attributeOf: store.trace('attribute', (name: string) => known.get(name) ?? null),
    attributeNames: () => {
      listed(null);
      return [...known.keys()];
    },
  });
}

function meaningOf({ name, type, source, presence, fallback }: Attribute): string {
  const text = (_: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Map ? [...value] : value;
  };
  return JSON.stringify({ name, type, source, presence, fallback: [fallback] }, text);
}
