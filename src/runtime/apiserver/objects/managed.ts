import type { Instant } from '../../../base/instant.ts';
import { jsonEqual } from '../../../base/json.ts';
import type { KubeObject } from '../../../kube/object.ts';
import {
  type ApplyOutcome,
  applyConfig,
  type FieldWriter,
  sameButTimes,
  trackUpdate,
} from '../../../kube/patch/apply/apply.ts';
import { shapeOf } from '../../../kube/patch/built-in-shapes.ts';
import type { Shape } from '../../../kube/patch/shape.ts';
import { Refusal } from '../refusal.ts';
import type { Resource } from '../resources/resource.ts';
import type { WriteCall } from '../verbs/call.ts';

/** How objects of a resource are merged and owned. */
export function resourceShape({ group, kind, schema }: Resource): Shape {
  return schema === null ? shapeOf({ group, kind }) : shapeOf({ group, kind }, schema);
}

/** Writes down who set or changed which fields; `live` is null for a new object. */
export function trackFields(
  call: WriteCall,
  live: KubeObject | null,
  object: KubeObject,
  now: Instant,
): KubeObject {
  const shape = resourceShape(call.resource);
  return trackUpdate({ live, object, shape, writer: writerOf(call, now) });
}

/** Lays a configuration over an object (server-side apply). */
export function applyFields(
  call: WriteCall,
  live: KubeObject | null,
  config: KubeObject,
  now: Instant,
): KubeObject | Refusal {
  const outcome = applyConfig({
    ...{ live, config },
    shape: resourceShape(call.resource),
    writer: writerOf(call, now),
    force: call.options.force,
  });
  return outcome.ok ? outcome.object : applyRefusal(outcome);
}

function writerOf({ resource, subresource, manager }: WriteCall, now: Instant): FieldWriter {
  const ofStatus = subresource === 'status' || subresource === 'approval';
  const part = ofStatus ? 'status' : resource.status ? 'main' : 'whole';
  return { manager, part, subresource, now };
}

function applyRefusal(outcome: ApplyOutcome & { readonly ok: false }): Refusal {
  const { message } = outcome;
  if (outcome.why === 'invalid') return new Refusal(400, 'BadRequest', message);
  const causes = outcome.causes.map((cause) => ({ ...cause, reason: 'FieldManagerConflict' }));
  return new Refusal(409, 'Conflict', message, { causes });
}

/** Whether a write would change nothing. */
export function isUnchanged(now: KubeObject, old: KubeObject): boolean {
  return jsonEqual(now, old) || sameButTimes(now, old);
}
