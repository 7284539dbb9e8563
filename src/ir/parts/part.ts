import { sha256Hex } from '../../base/hash.ts';
import { utf8Length } from '../../kube/go-text.ts';
import { apiVersionOf } from '../../kube/object.ts';
import {
  maxPartBytes,
  type PartRef,
  type ProgramPart,
  type ProgramPartSpec,
  programPartKind,
} from '../program-object.ts';

/** What an API server adds to a part (uid, times, managed fields) and the object's own frame fit in here. */
const frameBytes = 8 * 1024;
/** How many bytes the data of a part may have, as it is written in the object. */
export const maxDataBytes = maxPartBytes - frameBytes;

/** What a part holds, and how a Program refers to it. */
export interface SealedPart {
  readonly ref: PartRef;
  readonly spec: ProgramPartSpec;
}

/** Names a part by its hash. */
export function seal(spec: ProgramPartSpec): SealedPart {
  const sha256 = hashOf(spec);
  return { ref: { name: `part-${sha256.slice(0, 32)}`, sha256 }, spec };
}

/** The API object of a part. */
export function partObject({ ref, spec }: SealedPart, namespace: string): ProgramPart {
  return {
    apiVersion: apiVersionOf(programPartKind),
    kind: programPartKind.kind,
    metadata: { name: ref.name, ...(namespace === '' ? {} : { namespace }) },
    spec,
  };
}

/** The hash a part is named by and checked against. */
export function hashOf({ holds, data }: ProgramPartSpec): string {
  return sha256Hex(`${holds}\n${data}`);
}

/** How many bytes a line takes in the encoded object, its end included. */
export function lineBytes(text: string): number {
  return utf8Length(JSON.stringify(text));
}
