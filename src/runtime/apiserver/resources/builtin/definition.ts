import { isJsonObject, type JsonObject } from '../../../../base/json.ts';
import type { CustomResourceDefinition } from '../../../../kube/core.ts';
import type { KubeObject } from '../../../../kube/object.ts';
import { type FieldError, forbidden, invalid } from '../../../../kube/schema/field-error.ts';
import type { Rules } from '../rules.ts';
import { definitionErrors } from './definition/definition-errors.ts';
import { field, struct, structs, textOf, texts, withFields } from './fields.ts';

/** Keeps a deleted definition until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** Definitions other than one, by the catalog. */
export type OtherDefinitions = (name: string) => readonly CustomResourceDefinition[];

/**
 * Definitions of kinds. What Kubernetes' controllers write into their status a moment later (names accepted,
 * established) is written with the object itself: nothing here takes time.
 */
export function definitionRules(others: OtherDefinitions): Partial<Rules> {
  return {
    generation: 'spec',
    updatesUnconditionally: false,
    prepareCreate: (object, { now }) => {
      const spec = withDefaults(struct(object, 'spec'));
      return withFields(object, { spec, status: statusOf(object, spec, {}, others, now) });
    },
    prepareUpdate: (object, old, { now }) => {
      const spec = withDefaults(struct(object, 'spec'));
      return withFields(object, {
        spec,
        status: statusOf(object, spec, struct(old, 'status'), others, now),
      });
    },
    prepareDelete: (object, { now }) => {
      const { metadata } = object;
      if (metadata.deletionTimestamp !== undefined) return object;
      const finalizers = new Set([...(metadata.finalizers ?? []), cleanupFinalizer]);
      const why = 'CustomResource deletion is in progress';
      const status = withCondition(struct(object, 'status'), now, {
        type: 'Terminating',
        status: 'True',
        reason: 'InstanceDeletionPending',
        message: why,
      });
      const marked = { ...object, metadata: { ...metadata, finalizers: [...finalizers] } };
      return withFields(marked, { status });
    },
    warnings: conversionWarnings,
    validate: (object, old) => [...definitionErrors(object, old), ...fixedErrors(object, old)],
  };
}

function conversionWarnings(object: KubeObject): readonly string[] {
  const { conversion } = struct(object, 'spec');
  const webhook = isJsonObject(conversion) ? conversion['webhook'] : undefined;
  const client = isJsonObject(webhook) ? webhook['clientConfig'] : undefined;
  if (!isJsonObject(client) || client['service'] === undefined) return [];
  return [
    'spec.conversion.webhook.clientConfig.service: services are not resolved by this server: objects cannot be given in another version than the one they are stored in; name a url',
  ];
}

function withDefaults(spec: JsonObject): JsonObject {
  const names = isJsonObject(spec['names']) ? spec['names'] : {};
  const kind = textOf(names['kind']);
  const conversion = isJsonObject(spec['conversion']) ? spec['conversion'] : { strategy: 'None' };
  return {
    ...spec,
    names: {
      ...names,
      singular: textOf(names['singular']) || kind.toLowerCase(),
      listKind: textOf(names['listKind']) || `${kind}List`,
    },
    conversion,
  };
}

function statusOf(
  object: KubeObject,
  spec: JsonObject,
  before: JsonObject,
  others: OtherDefinitions,
  now: string,
): JsonObject {
  const storage = structs(spec['versions']).find((version) => version['storage'] === true);
  const stored = new Set([...texts(before['storedVersions']), textOf(storage?.['name'])]);
  const problem = nameConflict(object, spec, others);
  const names = isJsonObject(spec['names']) ? spec['names'] : {};
  const status: JsonObject = {
    ...before,
    acceptedNames: problem === null ? names : (before['acceptedNames'] ?? { plural: '', kind: '' }),
    storedVersions: [...stored].filter((name) => name !== ''),
  };
  if (problem !== null) {
    const refused = withCondition(status, now, {
      type: 'NamesAccepted',
      status: 'False',
      ...problem,
    });
    if (structs(before['conditions']).some(isEstablished)) return refused;
    const message = 'not all names are accepted';
    return withCondition(refused, now, {
      type: 'Established',
      status: 'False',
      reason: 'NotAccepted',
      message,
    });
  }
  const accepted = withCondition(status, now, {
    type: 'NamesAccepted',
    status: 'True',
    reason: 'NoConflicts',
    message: 'no conflicts found',
  });
  return withCondition(accepted, now, {
    type: 'Established',
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  });
}

/** Whether its objects are served. */
export function isEstablished(condition: JsonObject): boolean {
  return condition['type'] === 'Established' && condition['status'] === 'True';
}

function nameConflict(
  object: KubeObject,
  spec: JsonObject,
  others: OtherDefinitions,
): { reason: string; message: string } | null {
  const names = isJsonObject(spec['names']) ? spec['names'] : {};
  const same = others(object.metadata.name).filter((other) => other.spec.group === spec['group']);
  const words = same.flatMap(({ spec: { names: taken } }) => [
    taken.plural,
    taken.singular ?? taken.kind.toLowerCase(),
    ...(taken.shortNames ?? []),
  ]);
  const kinds = same.flatMap(({ spec: { names: taken } }) => [
    taken.kind,
    taken.listKind ?? `${taken.kind}List`,
  ]);
  const asked: readonly [string, readonly string[], readonly string[]][] = [
    ['PluralConflict', [textOf(names['plural'])], words],
    ['SingularConflict', [textOf(names['singular'])], words],
    ['ShortNamesConflict', texts(names['shortNames']), words],
    ['KindConflict', [textOf(names['kind'])], kinds],
    ['ListKindConflict', [textOf(names['listKind'])], kinds],
  ];
  for (const [reason, wanted, taken] of asked) {
    const name = wanted.find((each) => taken.includes(each));
    if (name !== undefined) return { reason, message: `"${name}" is already in use` };
  }
  return null;
}

function withCondition(
  status: JsonObject,
  now: string,
  condition: Readonly<Record<string, string>>,
): JsonObject {
  const conditions = structs(status['conditions']);
  const before = conditions.find(({ type }) => type === condition['type']);
  const same = before?.['status'] === condition['status'];
  const since = same ? (before?.['lastTransitionTime'] ?? now) : now;
  const rest = conditions.filter(({ type }) => type !== condition['type']);
  return { ...status, conditions: [...rest, { ...condition, lastTransitionTime: since }] };
}

function fixedErrors(object: KubeObject, old: KubeObject | null): readonly FieldError[] {
  if (old === null) return [];
  const [now, before] = [struct(object, 'spec'), struct(old, 'spec')];
  const nameOf = (spec: JsonObject, name: string) =>
    isJsonObject(spec['names']) ? textOf(spec['names'][name]) : '';
  const errors: FieldError[] = [];
  if (now['scope'] !== before['scope']) {
    errors.push(invalid('spec.scope', now['scope'], 'field is immutable'));
  }
  if (nameOf(now, 'kind') !== nameOf(before, 'kind')) {
    errors.push(invalid('spec.names.kind', nameOf(now, 'kind'), 'field is immutable'));
  }
  const versions = structs(now['versions']).map(({ name }) => name);
  const stored = texts(
    isJsonObject(field(old, 'status')) ? struct(old, 'status')['storedVersions'] : [],
  );
  stored
    .filter((name) => !versions.includes(name))
    .forEach((name, index) => {
      const why = `must appear in spec.versions`;
      errors.push(invalid(`status.storedVersions[${index}]`, name, why));
    });
  if (now['group'] !== before['group']) errors.push(forbidden('spec.group', 'field is immutable'));
  return errors;
}
