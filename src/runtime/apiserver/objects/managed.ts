import type { KubeObject } from '../../../kube/object.ts';
import type { Refusal } from '../refusal.ts';
import type { WriteCall } from '../verbs/call.ts';

/** Writes down who set which fields of a new object. */
export function trackCreate(
  _call: WriteCall,
  object: KubeObject,
  _now: string,
): KubeObject | Refusal {
  return object;
}

/** Writes down who changed which fields. */
export function trackUpdate(
  _call: WriteCall,
  object: KubeObject,
  _old: KubeObject,
  _now: string,
): KubeObject | Refusal {
  return object;
}
