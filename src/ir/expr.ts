import type { Json } from '../base/json.ts';
import type { LabelSelector } from '../kube/object.ts';
import type { Origin } from './program.ts';

/** Types a value of the IR can have (language.md §4.1); enums and references are strings here. */
export type IrType =
  | 'bool'
  | 'int'
  | 'float'
  | 'string'
  | 'quantity'
  | 'duration'
  | 'percent'
  | 'version'
  | 'time'
  | 'cidr'
  | 'score'
  | 'condition'
  | 'json';

/** Where a fact about a cluster is read from, relative to its ManagedCluster, add-ons and scores. */
export type IrSource =
  | { readonly from: 'label' | 'claim' | 'annotation'; readonly key: string }
  /** Present only when the condition is True or False. */
  | { readonly from: 'condition'; readonly type: string }
  | { readonly from: 'score'; readonly resource: string; readonly score: string }
  | { readonly from: 'addon'; readonly name: string }
  /** A path in the ManagedCluster, for example `['status', 'allocatable', 'memory']`. */
  | { readonly from: 'field'; readonly path: readonly string[] }
  /**
   * Names of the cluster sets the cluster is in: a list of strings. Where a condition asks for one set, `selector` is how
   * that one chooses its members, null for an exclusive set; it is absent for a set nobody here declares.
   */
  | { readonly from: 'sets'; readonly selector?: LabelSelector | null }
  /** Its taints: a list of records key, value?, effect, since. */
  | { readonly from: 'taints' };

/** One fact about a cluster, typed. A text that does not parse as `type` is unknown, never the default (Rule 30). */
export interface IrAttribute {
  readonly op: 'attribute';
  /** As the author wrote it after `cluster.`; for reasons and messages. */
  readonly name: string;
  readonly source: IrSource;
  readonly type: IrType;
  /** Members of an enum. */
  readonly members?: readonly string[];
  /** Used when the fact is missing. */
  readonly default?: Json;
  readonly origin?: Origin;
}

export type IrComparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type IrArithmetic = '+' | '-' | '*' | '/';

/**
 * An expression that is evaluated per cluster (or per object), three-valued where facts are missing.
 * Functions and `let`s are inlined and constants folded: what is left needs facts.
 */
export type IrExpr =
  /** Quantities, durations, percents, versions, times, cidrs and integers beyond 2^53 are texts, as written. */
  | { readonly op: 'const'; readonly type: IrType; readonly value: Json }
  | IrAttribute
  | { readonly op: 'and' | 'or'; readonly args: readonly IrExpr[]; readonly origin?: Origin }
  | { readonly op: 'not'; readonly arg: IrExpr; readonly origin?: Origin }
  | {
      readonly op: 'compare';
      readonly by: IrComparison;
      readonly left: IrExpr;
      readonly right: IrExpr;
      readonly origin?: Origin;
    }
  /** The right side is a list, a record (its keys), a cidr or a string list. */
  | {
      readonly op: 'in';
      readonly left: IrExpr;
      readonly right: IrExpr;
      readonly origin?: Origin;
    }
  | { readonly op: 'has'; readonly arg: IrExpr; readonly origin?: Origin }
  | {
      readonly op: 'arithmetic';
      readonly by: IrArithmetic;
      readonly left: IrExpr;
      readonly right: IrExpr;
    }
  | { readonly op: 'negate'; readonly arg: IrExpr }
  | { readonly op: 'coalesce'; readonly left: IrExpr; readonly right: IrExpr }
  | { readonly op: 'if'; readonly test: IrExpr; readonly yes: IrExpr; readonly no: IrExpr }
  | { readonly op: 'member'; readonly of: IrExpr; readonly name: string }
  | { readonly op: 'index'; readonly of: IrExpr; readonly at: IrExpr }
  /** A built-in of language.md §10; a method has its receiver as first argument. */
  | {
      readonly op: 'call';
      readonly function: string;
      readonly args: readonly IrExpr[];
      readonly origin?: Origin;
    }
  /** Only as an argument of `any`, `all`, `filter`, `map`. */
  | { readonly op: 'lambda'; readonly variable: string; readonly body: IrExpr }
  | { readonly op: 'variable'; readonly name: string }
  /** A string with interpolations. */
  | { readonly op: 'format'; readonly parts: readonly IrExpr[] }
  | { readonly op: 'list'; readonly items: readonly IrItem[] }
  /** Keys in order; a later one wins over one that came from a spread. */
  | { readonly op: 'record'; readonly items: readonly IrRecordItem[] }
  /** CEL as upstream placements hold it, over `managedCluster`; evaluated by engine/cel. */
  | { readonly op: 'cel'; readonly source: string; readonly origin?: Origin }
  /** A selector as an upstream object holds it, verbatim, also when it is not valid. */
  | {
      readonly op: 'selector';
      readonly over: 'label' | 'claim';
      readonly selector: LabelSelector;
      readonly origin?: Origin;
    };

/** What a list is made of: an element, the elements of another list, or one per item of a loop. */
export type IrItem =
  | { readonly item: 'value'; readonly value: IrExpr }
  | { readonly item: 'spread'; readonly of: IrExpr }
  | (IrLoop & { readonly items: readonly IrItem[] })
  | (IrBranch & { readonly yes: readonly IrItem[]; readonly no: readonly IrItem[] });

/** What a record is made of. */
export type IrRecordItem =
  | { readonly item: 'field'; readonly key: string; readonly value: IrExpr }
  | { readonly item: 'spread'; readonly of: IrExpr }
  | (IrLoop & { readonly items: readonly IrRecordItem[] })
  | (IrBranch & {
      readonly yes: readonly IrRecordItem[];
      readonly no: readonly IrRecordItem[];
    });

interface IrLoop {
  readonly item: 'for';
  /** One name (list items, map keys) or two (index or key, value). */
  readonly variables: readonly string[];
  readonly over: IrExpr;
  readonly test: IrExpr | null;
}
interface IrBranch {
  readonly item: 'if';
  readonly test: IrExpr;
}
