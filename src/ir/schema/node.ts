import type { DeclKind } from '../program.ts';
import { jsonObject, origin, texts } from './base.ts';
import { literal, optional, text } from './describe.ts';

/** The fields every declaration has. */
export function node<const K extends DeclKind>(kind: K) {
  return {
    kind: literal(kind),
    name: text,
    namespace: text,
    origin,
    labels: optional(texts),
    annotations: optional(texts),
    raw: optional(jsonObject),
  };
}
