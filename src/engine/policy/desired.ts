import { compareText, isJsonObject, type JsonObject } from '../../base/json.ts';
import type { IrConfigTemplate, IrNamespaceSelector, IrObjectTemplate } from '../../ir/program.ts';
import { type KubeObject, parseApiVersion } from '../../kube/object.ts';
import { compileSelector, matchesLabels } from '../../kube/selector.ts';
import { type PolicyEvent, reasons } from './event.ts';
import { isEmptySelector, selectNamespaces } from './namespaces.ts';
import type { KindFacts, KindLookup, ObjectIndex, TemplateResolver } from './ports.ts';
import { hasTemplate, mentions } from './template-text.ts';

/** One object a template wants. */
export interface DesiredObject {
  /** With name (empty where any will do) and namespace. */
  readonly object: JsonObject;
  readonly name: string;
  readonly namespace: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly apiVersion: string;
}

/** The objects a template wants, or the event that says why there are none. */
export type Desired =
  | {
      readonly ok: true;
      readonly facts: KindFacts;
      readonly objects: readonly DesiredObject[];
      /** Its templates touched a Secret. */
      readonly sensitive: boolean;
    }
  | {
      readonly ok: false;
      readonly facts: KindFacts | null;
      readonly event: PolicyEvent;
      /** Something to try again, which upstream returns as an error of the whole evaluation. */
      readonly error: string | null;
    };

/** What `desiredObjects` looks at. */
export interface DesiredInput {
  readonly policy: IrConfigTemplate;
  readonly template: IrObjectTemplate;
  readonly index: number;
  readonly kinds: KindLookup;
  readonly objects: ObjectIndex;
  /** `disabled`: template texts are taken as they are. Absent: they are refused, because nobody can resolve them. */
  readonly templates?: TemplateResolver | 'disabled';
}

/** Which objects a template wants: of which names, in which namespaces (config-policy-controller `determineDesiredObjects`). */
export function desiredObjects(input: DesiredInput): Desired {
  const { policy, template, index } = input;
  const identity = identityOf(template.definition);
  if (identity.kind === '' || identity.version === '') {
    const message = `The kind and apiVersion fields are required on the object template at index ${index} in policy ${policy.name}`;
    return failed(null, reasons.decodeError, message);
  }
  const facts = input.kinds(identity);
  if (facts === undefined) return unknownKind(input, identity);
  const places = placesOf(input, identity, facts);
  if (!places.ok) return places;
  return resolveAll(input, { ...identity, facts, places: places.places });
}

interface Identity {
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty where none is said, or a template is to say it. */
  readonly name: string;
  readonly namespace: string;
  readonly templatedNamespace: boolean;
}

/** Names by namespace, each with the object that is there under it. */
type Places = ReadonlyMap<string, ReadonlyMap<string, KubeObject | undefined>>;

function identityOf(definition: JsonObject): Identity {
  const metadata = isJsonObject(definition['metadata']) ? definition['metadata'] : {};
  const apiVersion = textOf(definition['apiVersion']);
  const namespace = textOf(metadata['namespace']);
  const name = textOf(metadata['name']);
  return {
    ...parseApiVersion(apiVersion),
    apiVersion,
    kind: textOf(definition['kind']),
    name: hasTemplate(name) ? '' : name,
    namespace: hasTemplate(namespace) ? '' : namespace,
    templatedNamespace: hasTemplate(namespace),
  };
}

// A kind that is not there matters only if an object of it is wanted after all.
function unknownKind(
  { template, templates }: DesiredInput,
  { kind, apiVersion }: Identity,
): Desired {
  if (typeof templates === 'object' && hasTemplate(template.definition)) {
    const context = { objectName: '', objectNamespace: '', object: {} };
    const resolved = templates.resolve(template.definition, context);
    if (resolved.ok && resolved.skipped) return skipped(null, kind);
  }
  const message = `couldn't find mapping resource with kind ${kind} in API version ${apiVersion}, please check if you have CRD deployed`;
  return failed(null, reasons.apiError, message, message);
}

function placesOf(
  input: DesiredInput,
  identity: Identity,
  facts: KindFacts,
): { readonly ok: true; readonly places: Places } | Extract<Desired, { ok: false }> {
  const { policy, template } = input;
  const selected =
    facts.namespaced && identity.namespace === ''
      ? selectedNamespaces(policy.namespaceSelector, input.objects)
      : { ok: true as const, names: [facts.namespaced ? identity.namespace : ''] };
  if (!selected.ok) {
    const message = `Error filtering namespaces with provided namespaceSelector: ${selected.error}`;
    return failed(facts, reasons.namespaceSelector, message, selected.error);
  }
  const names = selected.names.length === 0 && identity.templatedNamespace ? [''] : selected.names;
  if (names.length === 0) {
    const of = identity.name === '' ? '' : ` ${identity.name}`;
    const message = `namespaced object${of} of kind ${identity.kind} has no namespace specified from the policy namespaceSelector nor the object metadata`;
    return failed(facts, reasons.missingNamespace, message);
  }
  const { objectSelector } = template;
  if (identity.name !== '' || objectSelector === undefined) {
    const named = (namespace: string) => {
      const place = { ...identity, namespace };
      const existing = identity.name === '' ? undefined : input.objects.get(place);
      return new Map([[identity.name, existing]]);
    };
    return { ok: true, places: new Map(names.map((namespace) => [namespace, named(namespace)])) };
  }
  const compiled = compileSelector(objectSelector);
  if (!compiled.ok) {
    const message = `Error parsing provided objectSelector in the object-template at index [${input.index}]: ${compiled.message}`;
    return failed(facts, reasons.objectSelector, message, compiled.message);
  }
  const chosen = (namespace: string) =>
    new Map(
      input.objects
        .list({ ...identity, namespace })
        .filter(({ metadata }) => matchesLabels(compiled.requirements, metadata.labels))
        .map((object) => [object.metadata.name, object] as const),
    );
  return { ok: true, places: new Map(names.map((namespace) => [namespace, chosen(namespace)])) };
}

// A selector that selects nothing need not look.
function selectedNamespaces(selector: IrNamespaceSelector | null, objects: ObjectIndex) {
  return selectNamespaces(selector, isEmptySelector(selector) ? [] : objects.namespaces());
}

interface Resolving extends Identity {
  readonly facts: KindFacts;
  readonly places: Places;
}

function resolveAll(input: DesiredInput, of: Resolving): Desired {
  const { template } = input;
  const objects: DesiredObject[] = [];
  const known = new Map<string, Resolution>();
  let sensitive = false;
  let anySkipped = false;
  for (const [namespace, named] of of.places) {
    for (const [name, existing] of named) {
      const resolved = resolve(input, { namespace, name, existing }, known);
      if (!resolved.ok)
        return failed(of.facts, reasons.templateError, resolved.message, resolved.error);
      anySkipped ||= resolved.skipped;
      if (resolved.skipped) continue;
      sensitive ||= resolved.sensitive;
      const desired = place(resolved.definition, name, namespace);
      const problem = misplaced(input, of, desired, { name, namespace });
      if (problem !== null) return failed(of.facts, reasons.templateError, problem);
      objects.push({ ...desired, group: of.group, version: of.version, apiVersion: of.apiVersion });
    }
  }
  if (objects.length > 0) return { ok: true, facts: of.facts, objects, sensitive };
  if (anySkipped) return skipped(of.facts, of.kind);
  const from =
    template.objectSelector === undefined ? 'objectDefinition metadata' : 'policy objectSelector';
  return compliant(of.facts, `No objects of kind ${of.kind} were matched from the ${from}`);
}

type Resolution =
  | {
      readonly ok: true;
      readonly definition: JsonObject;
      readonly sensitive: boolean;
      readonly skipped: boolean;
    }
  | { readonly ok: false; readonly message: string; readonly error: string | null };

interface Candidate {
  readonly namespace: string;
  readonly name: string;
  readonly existing: KubeObject | undefined;
}

// What a definition does not look at need not be resolved again.
function resolve(
  { template, templates }: DesiredInput,
  { namespace, name, existing }: Candidate,
  known: Map<string, Resolution>,
): Resolution {
  const { definition } = template;
  if (templates === 'disabled' || !hasTemplate(definition)) {
    return { ok: true, definition, sensitive: false, skipped: false };
  }
  if (templates === undefined) {
    return { ok: false, message: 'Go templates cannot be resolved here', error: null };
  }
  const uses = mentions(definition);
  const key = JSON.stringify([
    uses.namespace ? namespace : '',
    uses.name || uses.object ? [namespace, name] : '',
  ]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const resolved = templates.resolve(definition, {
    objectName: name,
    objectNamespace: namespace,
    object: uses.object && existing !== undefined ? withoutManagedFields(existing) : {},
  });
  const resolution: Resolution = resolved.ok
    ? resolved
    : { ok: false, message: resolved.message, error: resolved.message };
  known.set(key, resolution);
  return resolution;
}

function place(
  definition: JsonObject,
  name: string,
  namespace: string,
): Pick<DesiredObject, 'object' | 'name' | 'namespace' | 'kind'> {
  const metadata = isJsonObject(definition['metadata']) ? definition['metadata'] : {};
  const kind = textOf(definition['kind']).trim();
  const of = {
    name: (textOf(metadata['name']) || name).trim(),
    namespace: (textOf(metadata['namespace']) || namespace).trim(),
  };
  const { name: _name, namespace: _namespace, ...rest } = metadata;
  const placed = {
    ...rest,
    ...(of.name === '' ? {} : { name: of.name }),
    ...(of.namespace === '' ? {} : { namespace: of.namespace }),
  };
  return { ...of, kind, object: { ...definition, kind, metadata: placed } };
}

function misplaced(
  { policy, template }: DesiredInput,
  of: Resolving,
  desired: Pick<DesiredObject, 'name' | 'namespace'>,
  selected: Pick<Candidate, 'name' | 'namespace'>,
): string | null {
  if (!isEmptySelector(policy.namespaceSelector) && desired.namespace !== selected.namespace) {
    return "The object definition's namespace must match the result from the namespace selector after template resolution";
  }
  if (of.facts.namespaced && of.templatedNamespace && desired.namespace === '') {
    const named = of.name === '' ? '' : ` ${of.name}`;
    return `namespaced object${named} of kind ${of.kind} has no namespace specified after template resolution`;
  }
  if (template.objectSelector !== undefined && desired.name !== selected.name) {
    return "The object definition's name must match the result from the object selector after template resolution";
  }
  return null;
}

function withoutManagedFields(object: KubeObject): JsonObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as JsonObject;
}

function skipped(facts: KindFacts | null, kind: string): Desired {
  const message = `All objects of kind ${kind} were skipped by the \`skipObject\` template function`;
  return compliant(facts, message);
}

function compliant(facts: KindFacts | null, message: string): Desired {
  return { ok: false, facts, event: { compliant: true, reason: '', message }, error: null };
}

function failed(
  facts: KindFacts | null,
  reason: string,
  message: string,
  error: string | null = null,
): Extract<Desired, { ok: false }> {
  return { ok: false, facts, event: { compliant: false, reason, message }, error };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Orders desired objects by namespace and name. */
export function byPlace(a: DesiredObject, b: DesiredObject): number {
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name);
}
