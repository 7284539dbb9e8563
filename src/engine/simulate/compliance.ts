import { isJsonObject, type JsonObject } from '../../base/json.ts';
import type { IrExpr } from '../../ir/expr.ts';
import type {
  IrCheckTemplate,
  IrConfigTemplate,
  IrDependency,
  IrObjectTemplate,
  IrOf,
  IrPolicyTemplate,
  IrRegoTemplate,
  Origin,
} from '../../ir/program.ts';
import type { TestCase, TestDefinition } from '../../ir/test-plan.ts';
import { kindInfo, pluralOf } from '../../kube/kinds.ts';
import { type KubeObject, parseApiVersion } from '../../kube/object.ts';
import { evaluateCheck } from '../policy/check.ts';
import { evaluate } from '../policy/evaluate.ts';
import type { KindLookup } from '../policy/ports.ts';
import { hasTemplate } from '../policy/template-text.ts';
import type { Lookups } from '../predicate/lookup.ts';
import { render } from '../predicate/render.ts';
import { hubObjectsOf } from './hub-objects.ts';
import { keyOf, scopeOn, type World } from './world.ts';

/** What a policy finds on a cluster of a test. */
export interface Finding {
  /** null: it cannot be judged here, and `why` says so. */
  readonly compliance: 'Compliant' | 'NonCompliant' | 'Pending' | null;
  readonly violations: readonly FoundViolation[];
  readonly why: string | null;
}
export interface FoundViolation {
  readonly template: string;
  /** `Kind name` or `Kind namespace/name`; empty where it is about no one object. */
  readonly object: string;
  readonly message: string;
}

/** Judges policies over the objects a test says are on clusters. */
export interface Judge {
  readonly find: (policy: IrOf<'policy'>, cluster: string) => Finding;
}

/** What policies are judged over. */
export interface JudgeInput {
  readonly world: Pick<World, 'model' | 'clusters' | 'now'>;
  readonly objects: TestCase['objects'];
  readonly definitions: readonly TestDefinition[];
}

/** Starts judging; a policy on a cluster is judged once. */
export function startJudge({ world, objects, definitions }: JudgeInput): Judge {
  const written = byOrigin(definitions);
  const cells = new Map<string, Cell>();
  const cellOf = (cluster: string): Cell => {
    const cell =
      cells.get(cluster) ??
      new Cell({ world, written, cluster, objects: objectsOn(cluster, objects) });
    cells.set(cluster, cell);
    return cell;
  };
  return { find: (policy, cluster) => cellOf(cluster).find(policy) };
}

/** Definitions by where they are written; those of a loop in their order. */
type Written = ReadonlyMap<string, readonly (IrExpr | null)[]>;

function byOrigin(definitions: readonly TestDefinition[]): Written {
  const written = new Map<string, (IrExpr | null)[]>();
  for (const { origin, object } of definitions) {
    const key = originKey(origin);
    const list = written.get(key);
    if (list === undefined) written.set(key, [object]);
    else list.push(object);
  }
  return written;
}

function originKey({ file, span }: Origin): string {
  return `${file} ${span.start} ${span.end}`;
}

function objectsOn(cluster: string, objects: TestCase['objects']): readonly KubeObject[] {
  return objects
    .filter((one) => one.cluster === cluster)
    .map(({ object }) => object as unknown as KubeObject);
}

/** One cluster, as a judge sees it. */
interface CellInput {
  readonly world: JudgeInput['world'];
  readonly written: Written;
  readonly cluster: string;
  readonly objects: readonly KubeObject[];
}

/** One cluster: its objects, and what was found so far. */
class Cell {
  readonly #input: CellInput;
  readonly #objects: readonly KubeObject[];
  readonly #namespaces: readonly KubeObject[];
  readonly #found = new Map<string, Finding>();
  readonly #busy = new Set<string>();

  constructor(input: CellInput) {
    this.#input = input;
    this.#namespaces = namespacesOf(input.objects);
    const others = input.objects.filter((object) => !isNamespace(object));
    this.#objects = [...others, ...this.#namespaces];
  }

  find(policy: IrOf<'policy'>): Finding {
    const key = keyOf(policy);
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    // Policies that wait for each other wait for ever.
    if (this.#busy.has(key)) return { compliance: 'Pending', violations: [], why: null };
    this.#busy.add(key);
    const found = this.#judge(policy);
    this.#busy.delete(key);
    this.#found.set(key, found);
    return found;
  }

  #judge(policy: IrOf<'policy'>): Finding {
    const findings = policy.templates.map((template) => this.#template(template, policy));
    const unjudged = findings.find(({ compliance }) => compliance === null);
    const violations = findings.flatMap((finding) => finding.violations);
    if (findings.some(({ compliance }) => compliance === 'NonCompliant')) {
      return { compliance: 'NonCompliant', violations, why: null };
    }
    if (unjudged !== undefined) return { compliance: null, violations, why: unjudged.why };
    const isPending = findings.some(({ compliance }) => compliance === 'Pending');
    return { compliance: isPending ? 'Pending' : 'Compliant', violations, why: null };
  }

  #template(template: IrPolicyTemplate, policy: IrOf<'policy'>): Finding {
    const waits = [...(policy.after ?? []), ...(template.after ?? [])];
    if (waits.some((dependency) => !this.#isMet(dependency, policy))) {
      const compliance = template.ignorePending === true ? 'Compliant' : 'Pending';
      return { compliance, violations: [], why: null };
    }
    if (template.template === 'config') return this.#config(template, policy.namespace);
    if (template.template === 'check' || template.template === 'rego') return this.#check(template);
    const why = `cannot be judged in a test: ${template.name} is judged by another engine (${template.template})`;
    return { compliance: null, violations: [], why };
  }

  #isMet({ kind, name, compliance, namespace }: IrDependency, policy: IrOf<'policy'>): boolean {
    if (kind === 'Policy') {
      const of = { namespace: namespace ?? policy.namespace, name };
      const other = this.#input.world.model.policies.get(keyOf(of));
      return other !== undefined && this.find(other).compliance === compliance;
    }
    for (const other of this.#input.world.model.policies.values()) {
      const template = other.templates.find((each) => each.name === name);
      if (template?.template !== 'config') continue;
      return this.#config(template, other.namespace).compliance === compliance;
    }
    return false;
  }

  #check(check: IrCheckTemplate | IrRegoTemplate): Finding {
    const rego = check.template === 'rego' ? this.#input.world.model.rego(check) : undefined;
    const outcome = evaluateCheck({
      check,
      objects: this.#objects,
      namespaces: this.#namespaces,
      ...(rego === undefined ? {} : { rego }),
    });
    if (outcome.error !== null) {
      const why = `cannot be judged in a test: ${check.name}: ${outcome.error}`;
      return { compliance: null, violations: [], why };
    }
    const violations = outcome.violations.map(({ object, message }) => ({
      template: check.name,
      object: objectText(object),
      message,
    }));
    const compliance = violations.length === 0 ? 'Compliant' : 'NonCompliant';
    return { compliance, violations, why: null };
  }

  /** The template with its values on this cluster; a text where they are not known here. */
  #resolved(template: IrConfigTemplate, namespace: string): IrConfigTemplate | string {
    if (template.objectsRaw !== undefined) return 'is a template that the cluster resolves';
    const { world, written, cluster } = this.#input;
    const onHub = scopeOn(world, world.clusters.get(cluster) ?? null, namespace);
    const onCluster = hubObjectsOf(this.#objects)('');
    const lookups: Lookups = (asked) => (asked.at === 'hub' ? onHub.lookups : onCluster)(asked);
    const scope = { ...onHub, lookups };
    const seen = new Map<string, number>();
    const objects: IrObjectTemplate[] = [];
    for (const object of template.objects) {
      const key = originKey(object.origin);
      const at = seen.get(key) ?? 0;
      seen.set(key, at + 1);
      const expr = written.get(key)?.[at] ?? null;
      const rendered = expr === null ? null : render(expr, scope);
      if (rendered?.ok === false) return `is not known on ${cluster}: ${rendered.message}`;
      const definition = rendered === null ? object.definition : rendered.value;
      if (!isJsonObject(definition) || hasTemplate(definition)) {
        return 'has templates that the hub or the cluster resolves';
      }
      objects.push({ ...object, definition });
    }
    return { ...template, objects };
  }

  #config(template: IrConfigTemplate, namespace: string): Finding {
    const policy = this.#resolved(template, namespace);
    if (typeof policy === 'string') {
      const why = `cannot be judged in a test: ${template.name} ${policy}`;
      return { compliance: null, violations: [], why };
    }
    const outcome = evaluate({
      policy,
      // What is there is what the test says: nothing is mended.
      remediation: 'inform',
      kinds: kindsOf(policy, this.#objects),
      namespaces: this.#namespaces,
      objects: this.#objects,
    });
    const isCompliant = outcome.compliance === 'Compliant';
    const violations = outcome.violations.map(({ object, message }) => ({
      template: policy.name,
      object: objectText(object ?? null),
      message,
    }));
    return { compliance: isCompliant ? 'Compliant' : 'NonCompliant', violations, why: null };
  }
}

/** Namespaces that are said to be there, and those that objects lie in. */
function namespacesOf(objects: readonly KubeObject[]): readonly KubeObject[] {
  const found = new Map<string, KubeObject>();
  for (const name of ['default', ...objects.map(({ metadata }) => metadata.namespace ?? '')]) {
    if (name !== '') found.set(name, namespaceOf(name));
  }
  for (const object of objects) {
    if (!isNamespace(object)) continue;
    const { name, labels } = object.metadata;
    const all = { 'kubernetes.io/metadata.name': name, ...labels };
    found.set(name, { ...object, metadata: { ...object.metadata, labels: all } });
  }
  return [...found.values()];
}

function namespaceOf(name: string): KubeObject {
  const labels = { 'kubernetes.io/metadata.name': name };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function isNamespace({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === 'v1' && kind === 'Namespace';
}

// Kinds we do not know are served: whether they lie in namespaces shows in the objects and definitions there are.
function kindsOf(policy: IrConfigTemplate, objects: readonly KubeObject[]): KindLookup {
  const written = [
    ...objects.map((object) => object as unknown as JsonObject),
    ...policy.objects.map(({ definition }) => definition),
  ];
  return (of) => {
    const known = kindInfo(of);
    if (known !== undefined) return known;
    const namespaced = written.some((object) => {
      const { apiVersion, kind, metadata } = object as {
        readonly apiVersion?: unknown;
        readonly kind?: unknown;
        readonly metadata?: unknown;
      };
      const isSame = kind === of.kind && parseApiVersion(String(apiVersion)).group === of.group;
      return isSame && isJsonObject(metadata) && typeof metadata['namespace'] === 'string';
    });
    return { plural: pluralOf(of.kind), namespaced };
  };
}

function objectText(
  object: {
    readonly kind?: string;
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
  } | null,
): string {
  if (object === null) return '';
  const { name = '', namespace = '' } = object.metadata ?? {};
  const place = namespace === '' ? name : `${namespace}/${name}`;
  return `${object.kind ?? ''} ${place}`.trim();
}
