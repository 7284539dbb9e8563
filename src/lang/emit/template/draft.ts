import type { IrExpr } from '../../../ir/expr.ts';
import type { Origin } from '../../../ir/program.ts';
import { both, call, type GoExpr, type GoNode, not, type TemplateStage, text } from './go.ts';

/** A value as a template has it: `present` says when it is there; null where it always is. */
export interface Maybe {
  readonly value: GoExpr;
  readonly present: GoExpr | null;
  /** What is said where it is needed and not there. */
  readonly missing: GoExpr;
}

/** What a variable of a loop is in the template. */
export interface Bound {
  readonly value: GoExpr;
  readonly stage: TemplateStage;
  /** Whether it is a whole object of an API server, whose shape its kind says. */
  readonly isObject: boolean;
}

/** An expression a Go template cannot say, in words. */
export interface Unsupported {
  readonly what: string;
  readonly origin: Origin | null;
}

/** What all templates of one object share. */
export interface Shared {
  /** Variables made so far: names are never used twice. */
  variables: number;
  /** Expressions that may still be looked at: forms that need a condition and its opposite look twice. */
  steps: number;
  /** Whether guards are left out (`--plain-templates`). */
  readonly plain: boolean;
  /** What an empty namespace means on the hub where the resolver does not say; else empty. */
  readonly hubNamespace: string;
  /** The only namespace templates of the hub may look into; null where any. */
  readonly restrictedTo: string | null;
  readonly unsupported: Unsupported[];
  /** Lookups that mean something else without their guard. */
  readonly unguarded: Origin[];
  /** Secrets that decide something or name something, instead of standing in a field. */
  readonly leaks: Origin[];
  /** Lookups the hub refuses: in another namespace, without an account that may. */
  readonly outside: Outside[];
}
/** A lookup in a namespace that is not the policy's. */
export interface Outside {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly origin: Origin | null;
}

/** How much one object may take. */
export const maxTemplateSteps = 20_000;

/** Starts on an object. */
export function startShared({
  plain,
  hubNamespace,
  restrictedTo,
}: Pick<Shared, 'plain' | 'hubNamespace' | 'restrictedTo'>): Shared {
  return {
    variables: 0,
    steps: maxTemplateSteps,
    plain,
    hubNamespace,
    restrictedTo,
    unsupported: [],
    unguarded: [],
    leaks: [],
    outside: [],
  };
}

/** The compiler of expressions; its files need each other, and find each other here. */
export interface Compile {
  readonly maybe: (expr: IrExpr, draft: Draft) => Maybe;
  /** The value; where it is missing, resolving fails. */
  readonly need: (expr: IrExpr, draft: Draft) => GoExpr;
  /** Whether a condition certainly holds (Rule 29). */
  readonly holds: (expr: IrExpr, draft: Draft) => GoExpr;
  /** Whether a condition certainly does not hold. */
  readonly fails: (expr: IrExpr, draft: Draft) => GoExpr;
}

/** A template being written: what comes before the value, at one stage. */
export interface Draft {
  readonly stage: TemplateStage;
  readonly nodes: GoNode[];
  readonly bound: ReadonlyMap<string, Bound>;
  readonly shared: Shared;
  readonly compile: Compile;
}

/** The same template, where something else may come first. */
export function within(draft: Draft): Draft {
  return { ...draft, nodes: [] };
}

/** The template of the hub within one of the agent. */
export function onHub(draft: Draft): Draft {
  return { ...draft, stage: 'hub', nodes: [] };
}

/** Gives a value a name, unless it is one or a literal. */
export function keep(value: GoExpr, draft: Draft): GoExpr {
  if (value.go !== 'call' && value.go !== 'fromHub') return value;
  return declare(value, draft);
}

/** A new variable. */
export function declare(value: GoExpr, draft: Draft): Extract<GoExpr, { go: 'variable' }> {
  draft.shared.variables += 1;
  const name = `v${draft.shared.variables}`;
  draft.nodes.push({ node: 'set', name, value, declares: true });
  return { go: 'variable', name };
}

/** Gives a variable another value. */
export function assign(variable: GoExpr, value: GoExpr, draft: Draft): void {
  if (variable.go !== 'variable') return;
  draft.nodes.push({ node: 'set', name: variable.name, value, declares: false });
}

/** Runs one side or the other. */
export function branch(
  test: GoExpr,
  yes: (inside: Draft) => void,
  no: ((inside: Draft) => void) | null,
  draft: Draft,
): void {
  const sides = [within(draft), within(draft)] as const;
  yes(sides[0]);
  no?.(sides[1]);
  const [then, otherwise] = [sides[0].nodes, sides[1].nodes];
  if (then.length === 0 && otherwise.length === 0) return;
  draft.nodes.push(
    then.length === 0
      ? { node: 'if', test: not(test), yes: otherwise, no: [] }
      : { node: 'if', test, yes: then, no: otherwise },
  );
}

/** Runs something for each item. */
export function loop(
  over: GoExpr,
  names: { readonly key: boolean },
  body: (item: GoExpr, key: GoExpr, inside: Draft) => void,
  draft: Draft,
): void {
  draft.shared.variables += 2;
  const item = `v${draft.shared.variables}`;
  const key = `v${draft.shared.variables - 1}`;
  const inside = within(draft);
  body({ go: 'variable', name: item }, { go: 'variable', name: key }, inside);
  draft.nodes.push({
    node: 'range',
    key: names.key ? key : null,
    item,
    over,
    body: inside.nodes,
  });
}

/** Fails unless something holds. */
export function insist(on: GoExpr | null, message: GoExpr, draft: Draft): void {
  if (on === null || (on.go === 'bool' && on.value)) return;
  draft.nodes.push({
    node: 'if',
    test: not(on),
    yes: [{ node: 'print', value: call('fail', message), through: [] }],
    no: [],
  });
}

/** A value that is always there. */
export function sure(value: GoExpr): Maybe {
  return { value, present: null, missing: text('') };
}

/** A value made of others, there where they all are. */
export function combine(parts: readonly Maybe[], value: GoExpr): Maybe {
  const gaps = parts.filter(({ present }) => present !== null);
  const [first] = gaps;
  if (first === undefined) return sure(value);
  return { value, present: both(...gaps.map(({ present }) => present)), missing: first.missing };
}

/** Notes that something has no form in a template. */
export function refuse(what: string, origin: Origin | undefined, draft: Draft): Maybe {
  draft.shared.unsupported.push({ what, origin: origin ?? null });
  return sure(text(''));
}
