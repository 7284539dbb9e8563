import type { Span } from '../../base/span.ts';
import type { Origin } from '../../ir/program.ts';
import type { TestRead, TestSubject } from '../../ir/test-plan.ts';
import type { ModuleFile } from '../bind/program.ts';
import { inFile, type Place } from '../place.ts';
import type { FenceNode } from '../syntax/ast.ts';
import type { TemplateFences } from './template-fences.ts';
import type { Type } from './type.ts';
import type { Typed } from './typed.ts';

/** A name bound by a parameter, a lambda or a loop. */
export interface Local {
  readonly name: string;
  readonly typed: Typed;
  readonly outer: Local | null;
  /** Set where a file-level `for` bound it: its value is said in messages. */
  readonly iterates?: true;
}

/** A path that is known to be present here (§4.2, flow typing). */
export interface Present {
  readonly path: string;
  readonly outer: Present | null;
}

/** Where an expression stands, and what may be said there. */
export interface Context {
  readonly file: ModuleFile;
  readonly place: Place;
  /** Of the block or file it is in. */
  readonly namespace: string;
  readonly locals: Local | null;
  readonly present: Present | null;
  /** Whether `cluster` is in scope (Rule 28); if not, `where` says where we are. */
  readonly cluster: boolean;
  /** The type of `object`, where it is in scope (Rule 28). */
  readonly object?: Type;
  /** Where values may be looked up besides: on the hub, or on the cluster as well (Rules 28 and 59). */
  readonly lookups?: 'hub' | 'agent';
  /** Fences of CEL that may stand here (Rule 62). */
  readonly cel: ReadonlySet<FenceNode>;
  /** Fences of Go templates that may stand here. */
  readonly templates?: TemplateFences;
  /** In words, for OCM2201: `` `take` ``, `a policy`. */
  readonly where: string;
  /** What to do about OCM2201 here. */
  readonly advice?: string;
  /** Where it is noted that `cluster` was used; null where nobody asks. */
  readonly usage: { cluster: boolean } | null;
  /** True where variables stand for values that are known when it counts: in the declaration of a function. */
  readonly abstract: boolean;
  /** True in a branch that is known not to be taken: what it computes does not matter. */
  readonly dead: boolean;
  /** The call that a function's body is evaluated for: its own mistakes were reported where it is declared. */
  readonly call: Call | null;
  /** Set where blocks of other namespaces may be named (Rule 23). */
  readonly acrossNamespaces?: true;
  /** Set where it is asked who is in a set: that cannot be told by sets. */
  readonly ofMembers?: true;
  /** Set within a test. */
  readonly test?: TestScope;
}
/** What a test adds to what may be said (Rules 19 and 56). */
export interface TestScope {
  /** Names of the clusters of its fixture. */
  readonly clusters: ReadonlySet<string>;
  /** What expressions refer to, by the variable it becomes. Filled. */
  readonly reads: Map<string, TestRead>;
  /** Clusters and placements an expression says `in` of. Filled. */
  readonly about: TestSubject[];
}
export interface Call {
  readonly place: Place;
  readonly span: Span;
  /** How many calls are within each other. */
  readonly depth: number;
}

/** The context with one more name. */
export function withLocal(context: Context, name: string, typed: Typed): Context {
  return { ...context, locals: { name, typed, outer: context.locals } };
}

/** The innermost local of a name. */
export function findLocal({ locals }: Context, name: string): Local | null {
  for (let local = locals; local !== null; local = local.outer) {
    if (local.name === name) return local;
  }
  return null;
}

/** The context where some paths are present. */
export function withPresent(context: Context, paths: readonly string[]): Context {
  let { present } = context;
  for (const path of paths) present = { path, outer: present };
  return present === context.present ? context : { ...context, present };
}

export function isPresent({ present }: Context, path: string): boolean {
  for (let each = present; each !== null; each = each.outer) {
    if (each.path === path) return true;
  }
  return false;
}

/** Where an expression stands, for the IR. */
export function originOf({ place }: Pick<Context, 'place'>, span: Span): Origin {
  return place.originOf?.(span) ?? { file: place.unit.index, span: inFile(place, span) };
}
