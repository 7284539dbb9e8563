import { type Instant, instant } from '../../../src/base/instant.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import {
  type ApplyOutcome,
  applyConfig,
  trackUpdate,
} from '../../../src/kube/patch/apply/apply.ts';
import type { Part } from '../../../src/kube/patch/apply/content.ts';
import { shapeOf } from '../../../src/kube/patch/built-in-shapes.ts';
import { applyDefaults } from '../../../src/kube/schema/defaults.ts';
import { prune } from '../../../src/kube/schema/prune.ts';
import { type Operation, sampleSchema } from './operations.ts';

export const sampleKind = { group: 'y.test', kind: 'Sample' };
const base = { apiVersion: 'y.test/v1', kind: 'Sample' };
const shape = shapeOf(sampleKind, sampleSchema);

/** The object a client would send with an operation. */
export function sent(live: KubeObject | null, name: string, operation: Operation): KubeObject {
  switch (operation.do) {
    case 'apply':
      return {
        ...base,
        metadata: { name, ...operation.meta },
        ...(operation.spec && { spec: operation.spec }),
      };
    case 'put':
      return {
        ...(live ?? base),
        metadata: {
          name,
          ...(live?.metadata.resourceVersion !== undefined && {
            resourceVersion: live.metadata.resourceVersion,
          }),
          ...operation.meta,
        },
        spec: operation.spec,
      };
    case 'applyStatus':
      return { ...base, metadata: { name }, status: operation.status };
    case 'putStatus':
      return { ...(live ?? base), metadata: live?.metadata ?? { name }, status: operation.status };
  }
}

/** What our server makes of an operation: merging, owners, defaults. Status of what does not exist is not written. */
export function play(
  live: KubeObject | null,
  name: string,
  operation: Operation,
  now: Instant = instant(0),
): ApplyOutcome {
  const object = sent(live, name, operation);
  const part: Part = operation.do.endsWith('Status') ? 'status' : 'main';
  const subresource = part === 'status' ? { subresource: 'status' } : {};
  const writer = { manager: operation.who, part, now, ...subresource };
  if (operation.do === 'apply' || operation.do === 'applyStatus') {
    const outcome = applyConfig({ live, config: object, shape, writer, force: operation.force });
    return outcome.ok ? { ok: true, object: applyDefaults(sampleSchema, outcome.object) } : outcome;
  }
  const whole = applyDefaults(sampleSchema, prune(sampleSchema, object).object);
  return { ok: true, object: trackUpdate({ live, object: whole, shape, writer }) };
}

/** The content of an object, without what the API server keeps. */
export function contentsOf(object: KubeObject): JsonObject {
  const { labels = {}, annotations = {}, finalizers = [] } = object.metadata;
  return {
    metadata: { labels, annotations, finalizers },
    spec: (object.spec ?? {}) as JsonObject,
    status: (object.status ?? {}) as JsonObject,
  };
}
