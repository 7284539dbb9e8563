import { base64Decode, utf8Decode } from '../../base/bytes.ts';
import { isJsonObject, type Json } from '../../base/json.ts';
import type { IrExpr } from '../../ir/expr.ts';
import { type Lookup, type LookupRead, lookupOf, readOf } from '../../ir/lookup.ts';
import { type KubeObject, parseApiVersion } from '../../kube/object.ts';
import { parseAs } from './convert.ts';
import { type Binding, costExceeded, type Run, spend } from './scope.ts';
import {
  fromJson,
  isFields,
  isMissing,
  type Missing,
  type MissingReason,
  missing,
  scalarText,
  type Value,
} from './value.ts';
import { weigh } from './weight.ts';

/** What an expression asks about objects of the hub, or of the cluster (language.md Rule 60). */
export interface LookupQuestion {
  readonly at: 'hub' | 'agent';
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Empty where the one who is asked knows it: the namespace of what is rendered. */
  readonly namespace: string;
  readonly clusterScoped: boolean;
  /** Null for all objects that have the labels. */
  readonly name: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is known: it was gathered before, an evaluation reads nothing itself. */
export type LookupAnswer =
  /** In order of their names; none where there is no such object. */
  | { readonly state: 'read'; readonly objects: readonly KubeObject[] }
  /** Nobody has looked yet: neither a value nor the lack of one. */
  | { readonly state: 'unread' }
  /** It may not be looked at. */
  | { readonly state: 'refused'; readonly message: string };

/** The namespace a question is about, for what is rendered in a namespace. */
export function namespaceAsked({ clusterScoped, namespace }: LookupQuestion, own: string): string {
  return clusterScoped ? '' : namespace || own;
}

/** Answers lookups from what was gathered; the same question gets the same answer during an evaluation. */
export type Lookups = (question: LookupQuestion) => LookupAnswer;

type Call = Extract<IrExpr, { readonly op: 'call' }>;

/**
 * The value of a lookup; undefined where the call is none. Where it fails the whole evaluation fails, whatever stands
 * around it, unless it is `soft`: right before a `??` (Rule 31). What is not known, or forbidden, is never defaulted.
 */
export function lookedUp(
  expr: Call,
  on: Run,
  bound: Binding | null,
  soft = false,
): Value | Missing | undefined {
  const read = readOf(expr);
  const lookup = read?.of ?? lookupOf(expr);
  if (lookup === null) return undefined;
  const value = read === null ? objectsOf(lookup, on, bound) : keyOf(read, on, bound);
  if (!isMissing(value)) return spend(on, weigh(value)) ? value : costExceeded();
  stop(value, on, soft);
  return value;
}

const weight = { LookupPending: 3, LookupForbidden: 2, LookupFailed: 1 } as const;

// Not known yet goes before everything: what follows from it is not known either.
function stop(found: Missing, on: Run, soft: boolean): void {
  const reason = found.missing;
  const rank = reason in weight ? weight[reason as keyof typeof weight] : 0;
  if (rank === 0 || (soft && reason === 'LookupFailed')) return;
  const before = on.stopped === null ? 0 : weight[on.stopped.missing as keyof typeof weight];
  if (rank > before) on.stopped = found;
}

function objectsOf(lookup: Lookup, on: Run, bound: Binding | null): Value | Missing {
  const found = find(lookup, on, bound);
  if ('missing' in found) return found;
  if (lookup.name === null) {
    const list = found.objects.map(asValue);
    return list.find(isMissing) ?? (list as readonly Value[]);
  }
  const [object] = found.objects;
  return object === undefined
    ? lacking('LookupFailed', `no ${found.title}`, found.isComputed)
    : asValue(object);
}

function keyOf({ of, key, as }: LookupRead, on: Run, bound: Binding | null): Value | Missing {
  const at = textOf(key, on, bound);
  if (typeof at !== 'string') return at;
  const found = find(of, on, bound);
  if ('missing' in found) return found;
  const text = textAt(found.objects[0], at, of.kind);
  const value = text === undefined ? undefined : readAs(as, text);
  if (value !== undefined) return value;
  const article = /^[aeiou]/.test(as) ? 'an' : 'a';
  const what = as === 'string' ? 'no key' : `not ${article} ${as} at key`;
  const isComputed = found.isComputed || key.op !== 'const';
  return lacking('LookupFailed', `${what} ${at} in ${found.title}`, isComputed);
}

function textAt(object: KubeObject | undefined, key: string, kind: string): string | undefined {
  const data = (object as { readonly data?: unknown } | undefined)?.data;
  if (!isJsonObject(data) || !Object.hasOwn(data, key)) return undefined;
  const text = data[key];
  if (typeof text !== 'string' || kind !== 'Secret') {
    return typeof text === 'string' ? text : undefined;
  }
  const bytes = base64Decode(text);
  return (bytes && utf8Decode(bytes)) ?? undefined;
}

/** As the templates of policies read it: to Go `017` is 15, so it is no int at all. */
const int = /^[+-]?(0|[1-9]\d{0,17})$/;

function readAs(as: LookupRead['as'], text: string): Value | undefined {
  if (as === 'int' && !int.test(text)) return undefined;
  if (as !== 'json') return parseAs(as, text) ?? undefined;
  try {
    const value = fromJson(JSON.parse(text) as Json);
    return isMissing(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

interface Found {
  readonly objects: readonly KubeObject[];
  /** `ConfigMap shop/texts on the hub`. */
  readonly title: string;
  /** Whether the title holds what an expression gave. */
  readonly isComputed: boolean;
}

function find(lookup: Lookup, on: Run, bound: Binding | null): Found | Missing {
  const namespace = textOf(lookup.namespace, on, bound);
  const name = lookup.name === null ? null : textOf(lookup.name, on, bound);
  const wanted =
    lookup.labels === null ? noLabels : labelsOf(on.evaluate(lookup.labels, on, bound));
  if (typeof namespace !== 'string') return namespace;
  if (name !== null && typeof name !== 'string') return name;
  if ('missing' in wanted) return wanted;
  const labels = Object.fromEntries(wanted);
  const { at, apiVersion, kind, clusterScoped } = lookup;
  const of = { ...parseApiVersion(apiVersion), kind };
  const question: LookupQuestion = { at, ...of, namespace, clusterScoped, name, labels };
  if (kind === 'Secret' && question.group === '') on.secret = true;
  const answer = on.scope.lookups?.(question) ?? unanswered;
  const isComputed = [lookup.namespace, lookup.name].some((of) => of !== null && of.op !== 'const');
  if (answer.state === 'unread') return lacking('LookupPending', titleOf(question), isComputed);
  if (answer.state === 'refused') return lacking('LookupForbidden', answer.message, isComputed);
  return { objects: answer.objects, title: titleOf(question), isComputed };
}

const noLabels: ReadonlyMap<string, string> = new Map();
const unanswered: LookupAnswer = {
  state: 'refused',
  message: 'nothing is known here of objects that are looked up',
};

/** A part of a question; what is no text names nothing. */
function textOf(expr: IrExpr, on: Run, bound: Binding | null): string | Missing {
  const value = on.evaluate(expr, on, bound);
  if (isMissing(value)) return value;
  return scalarText(value) ?? missing('LookupFailed', 'a name that is a text');
}

function labelsOf(labels: Value | Missing): ReadonlyMap<string, string> | Missing {
  if (isMissing(labels)) return labels;
  const fields = labels !== null && typeof labels === 'object' && isFields(labels) ? labels : null;
  const written = [...(fields ?? [])].map(([key, value]) => [key, scalarText(value)] as const);
  const texts = written.filter((pair): pair is [string, string] => pair[1] !== null);
  if (fields === null || texts.length < written.length) {
    return missing('LookupFailed', 'labels that are texts');
  }
  return new Map(texts);
}

function titleOf({ at, kind, namespace, name }: LookupQuestion): string {
  const place = namespace === '' ? '' : `${namespace}/`;
  return `${kind} ${place}${name ?? ''} on the ${at === 'hub' ? 'hub' : 'cluster'}`;
}

function lacking(reason: MissingReason, what: string, isComputed: boolean): Missing {
  return { ...missing(reason, what), ...(isComputed && { quotes: true }) };
}

// One object is read by many clusters, again and again.
const known = new WeakMap<KubeObject, Value | Missing>();

function asValue(object: KubeObject): Value | Missing {
  const before = known.get(object);
  if (before !== undefined) return before;
  // A ConfigMap without data has none, and not an unknown one.
  const isEmpty = object.kind === 'ConfigMap' && object.apiVersion === 'v1';
  const value = fromJson({ ...(isEmpty && { data: {} }), ...object } as unknown as Json);
  known.set(object, value);
  return value;
}
