import type { Instant } from '../../base/instant.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import type { IrExpr } from '../../ir/expr.ts';
import type { IrCheckTemplate, IrRegoTemplate } from '../../ir/program.ts';
import { type KubeObject, parseApiVersion } from '../../kube/object.ts';
import { evaluate } from '../predicate/evaluate.ts';
import type { Binding, Scope } from '../predicate/scope.ts';
import { fromJson, isMissing } from '../predicate/value.ts';
import { selectNamespaces } from './namespaces.ts';

/** Everything the verdict of one check depends on. */
export interface CheckInput {
  readonly check: IrCheckTemplate | IrRegoTemplate;
  /** Of the cluster: at least all objects of the kind that is looked at. */
  readonly objects: readonly KubeObject[];
  readonly namespaces: readonly KubeObject[];
  /** Of a check in Rego: its module, loaded by the runtime. */
  readonly rego?: RegoModule;
}

/** Port: a compiled policy in Rego. The runtime loads the Wasm (runtime/rego), within its bounds of time and memory. */
export interface RegoModule {
  /** The value of an entry point such as `data.images.allow`; undefined where no rule gives one. */
  readonly evaluate: (entrypoint: string, input: Json, data: JsonObject) => RegoAnswer;
}
export type RegoAnswer =
  | { readonly ok: true; readonly value: Json | undefined }
  | { readonly ok: false; readonly message: string };

/** What a check finds. */
export interface CheckOutcome {
  /** How many objects were looked at. */
  readonly examined: number;
  readonly violations: readonly CheckViolation[];
  /** Why it cannot be judged at all; null where it was. */
  readonly error: string | null;
}
/** One thing wrong with one object. */
export interface CheckViolation {
  readonly object: KubeObject;
  readonly message: string;
}

/** Violations of one object that are kept; the rest is the same mistake. */
const mostPerObject = 20;

/** Looks at the objects of a kind one by one (language.md §5.3). What is unknown does not hold (Rule 29). Pure and total. */
export function evaluateCheck(input: CheckInput): CheckOutcome {
  const { check } = input;
  const examined = examinedBy(input);
  if (typeof examined === 'string') return { examined: 0, violations: [], error: examined };
  if (check.template === 'rego' && input.rego === undefined) {
    return { examined: 0, violations: [], error: 'its Rego was not compiled' };
  }
  const violations: CheckViolation[] = [];
  let count = 0;
  for (const object of examined) {
    const bound = bindingOf(object);
    const found =
      check.template === 'check'
        ? checkObject(check, object, bound)
        : askRego(check, object, { bound, module: input.rego as RegoModule });
    if (found === 'passed over') continue;
    count += 1;
    for (const message of found.slice(0, mostPerObject)) violations.push({ object, message });
  }
  return { examined: count, violations, error: null };
}

/** The objects of its kind in its namespaces, in the order they were given; a text where the selector is none. */
function examinedBy({ check, objects, namespaces }: CheckInput): readonly KubeObject[] | string {
  const { group, kind } = check.each;
  const ofKind = objects.filter(
    (object) => object.kind === kind && parseApiVersion(object.apiVersion).group === group,
  );
  if (check.namespaceSelector === null) return ofKind;
  const selected = selectNamespaces(check.namespaceSelector, namespaces);
  if (!selected.ok) return selected.error;
  const names = new Set(selected.names);
  // a selector of namespaces says nothing of what is in none
  return ofKind.filter(
    ({ metadata: { namespace = '' } }) => namespace === '' || names.has(namespace),
  );
}

// An expression over an object is about no cluster and no time.
const scope: Scope = { cluster: null, now: 0 as Instant, compat: 'native' };

function bindingOf(object: KubeObject): Binding | null {
  const value = fromJson(object as unknown as Json);
  return isMissing(value) ? null : { name: 'object', value, outer: null };
}

function checkObject(
  check: IrCheckTemplate,
  object: KubeObject,
  bound: Binding | null,
): readonly string[] | 'passed over' {
  if (check.where !== null && evaluate(check.where, scope, bound) !== true) return 'passed over';
  const value = evaluate(check.require, scope, bound);
  if (value === true) return [];
  if (typeof value === 'object' && value !== null && 'missing' in value) {
    if (value.missing === 'CostExceeded') {
      return [`${subject(object)} is too large to be judged by ${check.name}`];
    }
  }
  return [messageOf(check.message, object, check.name, bound)];
}

function askRego(
  check: IrRegoTemplate,
  object: KubeObject,
  { bound, module }: { readonly bound: Binding | null; readonly module: RegoModule },
): readonly string[] {
  const input = object as unknown as Json;
  const said = (): string => messageOf(check.message, object, check.name, bound);
  const messages: string[] = [];
  if (check.allow !== undefined) {
    const answer = module.evaluate(check.allow, input, check.data);
    if (!answer.ok) return [`${subject(object)} could not be judged: ${answer.message}`];
    if (answer.value !== true) messages.push(said());
  }
  if (check.deny !== undefined) {
    const answer = module.evaluate(check.deny, input, check.data);
    if (!answer.ok) return [`${subject(object)} could not be judged: ${answer.message}`];
    for (const each of textsIn(answer.value)) messages.push(check.message === null ? each : said());
  }
  return messages;
}

/** A set of messages, which Wasm gives as a list; what is no text is shown as JSON. */
function textsIn(value: Json | undefined): readonly string[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).map((each) =>
    typeof each === 'string' ? each : JSON.stringify(each),
  );
}

function messageOf(
  message: IrExpr | null,
  object: KubeObject,
  check: string,
  bound: Binding | null,
): string {
  const text = message === null ? null : evaluate(message, scope, bound);
  return typeof text === 'string' ? text : `${subject(object)} does not satisfy ${check}`;
}

/** `Pod shop/web`. */
function subject({ kind, metadata: { namespace = '', name } }: KubeObject): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}
