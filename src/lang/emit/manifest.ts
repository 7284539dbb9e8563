import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { IrExpr, IrRecordItem } from '../../ir/expr.ts';
import { apiVersionOf } from '../../kube/object.ts';
import type { Checked } from '../check/checked.ts';
import { toJson } from '../fold/value.ts';

/** The object a block describes, where it is known while compiling; null where something was reported. */
export function objectOf({ kind, manifest, name }: Checked): JsonObject | null {
  if (kind === null || manifest?.known !== true || manifest.value === undefined) return null;
  const body = toJson(manifest.value);
  if (!isJsonObject(body)) return null;
  const { metadata: written, ...rest } = body as { readonly metadata?: Json };
  const metadata = { ...(name === '' ? {} : { name }), ...(isJsonObject(written) ? written : {}) };
  const isEmpty = Object.keys(metadata).length === 0;
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    ...(isEmpty ? {} : { metadata }),
    ...rest,
  };
}

/** The object a block describes as an expression, to be evaluated for each cluster; null where something was reported. */
export function objectExpr(block: Checked): IrExpr | null {
  const { kind, manifest, name } = block;
  const known = objectOf(block);
  if (known !== null) return constant(known);
  if (kind === null || manifest === null || manifest.known) return null;
  const identity = [field('apiVersion', apiVersionOf(kind)), field('kind', kind.kind)];
  const { ir } = manifest;
  if (ir.op !== 'record' || !isPlain(ir.items)) {
    const named = { metadata: { name } };
    const whole: IrExpr = { op: 'record', items: [...identity, { item: 'spread', of: ir }] };
    return { op: 'call', function: 'merge', args: [whole, constant(named)] };
  }
  const rest = ir.items.filter((item) => !isMetadata(item));
  const written = ir.items.find(isMetadata);
  const metadata: IrExpr = withName(name, written?.item === 'field' ? written.value : null);
  return {
    op: 'record',
    items: [...identity, { item: 'field', key: 'metadata', value: metadata }, ...rest],
  };
}

function constant(value: Json): IrExpr {
  return { op: 'const', type: 'json', value };
}

function field(key: string, value: string): IrRecordItem {
  return { item: 'field', key, value: constant(value) };
}

function isMetadata(item: IrRecordItem): boolean {
  return item.item === 'field' && item.key === 'metadata';
}

/** Whether the metadata can only be what one field says: nothing spread, looped or branched may bring another. */
function isPlain(items: readonly IrRecordItem[]): boolean {
  return items.every((item) => item.item === 'field' || !mayGiveMetadata(item));
}

function mayGiveMetadata(item: IrRecordItem): boolean {
  switch (item.item) {
    case 'field':
      return item.key === 'metadata';
    case 'spread':
      return true;
    case 'for':
      return item.items.some(mayGiveMetadata);
    case 'if':
      return [...item.yes, ...item.no].some(mayGiveMetadata);
  }
}

function withName(name: string, metadata: IrExpr | null): IrExpr {
  if (metadata === null) return constant({ name });
  if (metadata.op === 'const' && isJsonObject(metadata.value)) {
    return constant({ name, ...metadata.value });
  }
  const named = field('name', name);
  if (metadata.op === 'record' && metadata.items.every((item) => item.item === 'field')) {
    return { op: 'record', items: [named, ...metadata.items] };
  }
  // The name stays first in order, and last in what counts.
  return { op: 'record', items: [named, { item: 'spread', of: metadata }, named] };
}
