import type { KubeObject } from '../../kube/object.ts';
import type { IrResource } from '../program.ts';
import { type LoweredDecl, objects, withRaw } from './lowered.ts';

/** The object as it is. */
export function lowerResource({ object, raw }: IrResource): LoweredDecl {
  const resource = object as unknown as KubeObject;
  return objects(raw === undefined ? resource : withRaw(resource, raw));
}
