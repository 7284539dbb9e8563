import type { ObjectKind } from '../bind/kinds.ts';
import { problem } from '../diagnostics.ts';
import { isFields, isList, isSafe, type Value } from '../fold/value.ts';
import type { BodyNode, ItemNode } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { checkLiterals } from './object-literals.ts';
import { objectType } from './object-type.ts';
import { complain, type Session } from './session.ts';
import { json } from './type.ts';
import { broken, isBroken, type Typed } from './typed.ts';

/** What is known of the object a body describes. */
export interface ManifestOf {
  /** Null where its kind is not known: that was reported. */
  readonly kind: ObjectKind | null;
  readonly view: 'whole' | 'partial';
  readonly isNamed: boolean;
}

/**
 * The body of a block that describes an object (Rule 66): what is left after its labels said what it is. Where the kind
 * has a schema, it is checked field by field (Rule 21).
 */
export function elaborateManifest(
  body: BodyNode,
  { kind, view, isNamed }: ManifestOf,
  context: Context,
  session: Session,
): Typed {
  if (!checkIdentity(body.items, isNamed, context, session)) return broken;
  const type = kind === null ? null : objectType(kind, view);
  const typed = session.elaborate(body, type ?? json, context);
  const isSound = kind === null || checkLiterals(body, kind, context, session);
  if (isBroken(typed) || !isSound) return broken;
  if (!typed.known || typed.value === undefined) return typed;
  const large = unsafeInteger(typed.value);
  if (large === null) return typed;
  const params = { what: `\`${large}\``, range: 'JSON keeps integers up to 2^53' };
  const { start } = body.span;
  return complain(session, context, problem('OCM2013', { start, end: start + 1 }, params));
}

/** OCM2031 for what the labels say: `apiVersion`, `kind`, and `metadata.name` of a named object. */
function checkIdentity(
  items: readonly ItemNode[],
  isNamed: boolean,
  context: Context,
  session: Session,
): boolean {
  let sound = true;
  const refuse = (item: Extract<ItemNode, { kind: 'property' }>, field: string): void => {
    complain(session, context, problem('OCM2031', item.key.span, { field }));
    sound = false;
  };
  for (const item of items) {
    if (item.kind !== 'property') continue;
    const key = keyText(item);
    if (key === 'apiVersion' || key === 'kind') refuse(item, key);
    if (key !== 'metadata' || item.value.kind !== 'body' || !isNamed) continue;
    for (const field of item.value.items) {
      if (field.kind === 'property' && keyText(field) === 'name') refuse(field, 'metadata.name');
    }
  }
  return sound;
}

function keyText({ key }: Extract<ItemNode, { kind: 'property' }>): string {
  return key.kind === 'word' ? key.text : key.parts.join('');
}

function unsafeInteger(value: Value): bigint | null {
  if (typeof value === 'bigint') return isSafe(value) ? null : value;
  if (typeof value !== 'object' || value === null) return null;
  const items = isList(value) ? value : isFields(value) ? value.values() : [];
  for (const item of items) {
    const found = unsafeInteger(item);
    if (found !== null) return found;
  }
  return null;
}
