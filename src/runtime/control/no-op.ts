import { createHash } from 'node:crypto';
import { isJsonObject, type Json, jsonEqual, stableJson } from '../../base/json.ts';
import { assertNever } from '../../base/never.ts';
import type { CertificateSigningRequest } from '../../kube/core.ts';
import { type KubeObject, type Ref, refKey, refOf } from '../../kube/object.ts';
import { isApplied } from './applied.ts';
import type { Action, Seen, World } from './controller.ts';
import { mergePatch } from './merge-patch.ts';

/** The object an action is about. */
export function targetOf(action: Action): Ref {
  switch (action.do) {
    case 'create':
    case 'apply':
    case 'replace':
    case 'approve':
    case 'finalize':
      return refOf(action.object);
    case 'record':
      return action.about;
    default:
      return action.of;
  }
}

/** Whether doing this would change nothing, as far as the cache can tell; what it cannot see is done. */
export function isNoop(action: Action, live: Seen, applied: AppliedMemory): boolean {
  if (live.state === 'unread') return false;
  const object = live.state === 'present' ? live.object : undefined;
  switch (action.do) {
    case 'create':
      return object !== undefined && action.object.metadata.generateName === undefined;
    case 'apply':
      return object !== undefined && isAppliedAlready(action, object, applied);
    case 'replace':
      return object !== undefined && jsonEqual(object, action.object);
    case 'patch':
      return object !== undefined && isPatched(object, action.patch, action.ifVersion);
    case 'patchStatus':
      return object !== undefined && isPatched(object, { status: action.status }, action.ifVersion);
    case 'approve':
      return object !== undefined && isApproved(object, action.object);
    case 'finalize':
      return object === undefined || jsonEqual(object.spec, action.object.spec);
    case 'delete':
      return (
        object === undefined ||
        object.metadata.deletionTimestamp !== undefined ||
        (action.ifUid !== undefined && object.metadata.uid !== action.ifUid)
      );
    case 'record':
      return false;
    default:
      return assertNever(action);
  }
}

function isAppliedAlready(
  action: Action & { do: 'apply' },
  live: KubeObject,
  applied: AppliedMemory,
): boolean {
  if (!isApplied(action.object, live, action.fieldManager)) return applied.isSame(action, live);
  applied.forget(action);
  return true;
}

function isPatched(live: KubeObject, patch: Json, ifVersion: string | undefined): boolean {
  if (ifVersion !== undefined && ifVersion !== live.metadata.resourceVersion) return false;
  return changesNothing(live as unknown as Json, patch);
}

/** Looks only where the patch goes, so that a patch of a large object costs what the patch costs. */
function changesNothing(live: Json | undefined, patch: Json): boolean {
  if (!isJsonObject(patch)) return jsonEqual(live, patch);
  if (!isJsonObject(live)) return jsonEqual(live, mergePatch(live, patch));
  return Object.entries(patch).every(([key, value]) => {
    if (value === undefined) return true;
    const has = Object.hasOwn(live, key) && live[key] !== undefined;
    if (value === null) return !has;
    return has && changesNothing(live[key], value);
  });
}

function isApproved(live: KubeObject, wanted: KubeObject): boolean {
  const conditions = (object: KubeObject) =>
    (object as CertificateSigningRequest).status?.conditions ?? [];
  return conditions(wanted).every(({ type, status }) =>
    conditions(live).some((has) => has.type === type && has.status === status),
  );
}

const mostRemembered = 20_000;

/**
 * What was applied last, and what the object looked like right after: for values the server writes differently from
 * how we do (quantities, defaults), which `isApplied` cannot know to be the same.
 */
export class AppliedMemory {
  /** The objects themselves until they are first looked for, then only their hashes: most are never looked for. */
  readonly #memory = new Map<
    string,
    { applied: KubeObject | string; content: KubeObject | string }
  >();
  readonly #contents = new WeakMap<KubeObject, string>();

  isSame(action: Action & { do: 'apply' }, live: KubeObject): boolean {
    const memory = this.#memory.get(key(action));
    if (memory === undefined) return false;
    if (typeof memory.content !== 'string') memory.content = this.#contentOf(memory.content);
    if (typeof memory.applied !== 'string') memory.applied = hash(memory.applied);
    return memory.content === this.#contentOf(live) && memory.applied === hash(action.object);
  }

  remember(action: Action & { do: 'apply' }, answer: KubeObject): void {
    this.#memory.delete(key(action));
    this.#memory.set(key(action), { applied: action.object, content: answer });
    if (this.#memory.size <= mostRemembered) return;
    const [oldest] = this.#memory.keys();
    if (oldest !== undefined) this.#memory.delete(oldest);
  }

  forget(action: Action & { do: 'apply' }): void {
    this.#memory.delete(key(action));
  }

  /** Everything an apply could be about: not the status, nor what changes with every write. */
  #contentOf(object: KubeObject): string {
    const known = this.#contents.get(object);
    if (known !== undefined) return known;
    const { status: _, metadata, ...rest } = object;
    const { resourceVersion: _v, managedFields: _m, generation: _g, ...kept } = metadata;
    const content = hash({ ...rest, metadata: kept });
    this.#contents.set(object, content);
    return content;
  }
}

/** A hash of a JSON value that is only compared within this process. */
export function hash(value: unknown): string {
  return createHash('sha256').update(stableJson(value)).digest('base64').slice(0, 24);
}

function key(action: Action & { do: 'apply' }): string {
  const at: World = action.at ?? 'hub';
  return `${at} ${action.fieldManager} ${refKey(refOf(action.object))}`;
}
